package dev.skerry.origin;

import dev.skerry.wasm.Store;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What one agent did, in bounded space. Any thread writes and reads. */
final class AgentLog {

  private final long maxTraps;
  private final List<TrapReport> traps = new ArrayList<>();
  private final AtomicLong tasks = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong withheld = new AtomicLong();
  private final Map<Limit, Long> exceeded = new EnumMap<>(Limit.class);
  private long trapCount;
  private long memoryBytes;
  private long peakMemoryBytes;
  private long refusals;
  private int instances;

  AgentLog(Limits limits) {
    maxTraps = limits.get(Limit.TRAPS);
  }

  synchronized void trap(TrapReport trap) {
    trapCount++;
    if (traps.size() < maxTraps) {
      traps.add(trap);
    }
  }

  /** Notes that a guest wanted more than a limit. */
  synchronized void exceeded(Limit limit) {
    exceeded.merge(limit, 1L, Long::sum);
  }

  /** How often each limit was reached. */
  synchronized Map<Limit, Long> exceeded() {
    return Map.copyOf(exceeded);
  }

  /** Notes what a store holds, and how often it refused more. */
  synchronized void memory(Store store) {
    long bytes = store.memoryBytes();
    memoryBytes = bytes;
    refusals = store.refusals();
    peakMemoryBytes = Math.max(peakMemoryBytes, bytes);
    instances = store.instances();
  }

  void taskEnded() {
    tasks.incrementAndGet();
  }

  void messageSent() {
    sent.incrementAndGet();
  }

  void messageReceived() {
    received.incrementAndGet();
  }

  void messageWithheld() {
    withheld.incrementAndGet();
  }

  /** The verdict on an agent that did not end. */
  synchronized Verdict verdict() {
    String held = refusals == 0 ? "" : "refused more memory at its limit, " + times(refusals, "time");
    if (trapCount > 0) {
      return new Verdict(Verdict.Kind.TRAPPED, times(trapCount, "trap") + (held.isEmpty() ? "" : ", " + held));
    }
    return held.isEmpty() ? Verdict.OK : new Verdict(Verdict.Kind.HELD_BY_LIMIT, held);
  }

  private static String times(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  synchronized AgentReport report(Agent agent, List<String> frames) {
    return new AgentReport(agent.origin().toString(), agent.origin().site(), frames, instances, memoryBytes,
        peakMemoryBytes, agent.busyTime(), tasks.get(), traps, trapCount, sent.get(), received.get(),
        withheld.get(), agent.verdict());
  }
}
