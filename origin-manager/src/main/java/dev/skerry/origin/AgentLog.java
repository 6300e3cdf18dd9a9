package dev.skerry.origin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What one agent did, in bounded space. Any thread writes and reads. */
final class AgentLog {

  private final long maxTraps;
  private final List<TrapReport> traps = new ArrayList<>();
  private final AtomicLong tasks = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong withheld = new AtomicLong();
  private long trapCount;
  private long memoryBytes;
  private long peakMemoryBytes;
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

  synchronized void memory(long bytes, int instancesNow) {
    memoryBytes = bytes;
    peakMemoryBytes = Math.max(peakMemoryBytes, bytes);
    instances = instancesNow;
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
    return trapCount == 0 ? Verdict.OK
        : new Verdict(Verdict.Kind.TRAPPED, trapCount == 1 ? "1 trap" : trapCount + " traps");
  }

  synchronized AgentReport report(Agent agent, List<String> frames) {
    return new AgentReport(agent.origin().toString(), agent.origin().site(), frames, instances, memoryBytes,
        peakMemoryBytes, agent.busyTime(), tasks.get(), traps, trapCount, sent.get(), received.get(),
        withheld.get(), agent.verdict());
  }
}
