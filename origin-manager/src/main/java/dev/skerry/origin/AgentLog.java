package dev.skerry.origin;

import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.TierCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
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
  /** Those of its documents that are there. */
  private final Set<Module> modules = Collections.newSetFromMap(new WeakHashMap<>());
  /** Of modules that were let go of when the agent ended. */
  private TierCounts tiers = TierCounts.NONE;
  private long trapCount;
  private long memoryBytes;
  private long peakMemoryBytes;
  private long refusals;
  private long tableRefusals;
  private long instanceRefusals;
  private long tableElements;
  private int instances;

  AgentLog(Limits limits) {
    maxTraps = limits.get(Limit.TRAPS);
  }

  /** Keeps a report; false if there are too many already. */
  synchronized boolean trap(TrapReport trap) {
    trapCount++;
    return traps.size() < maxTraps && traps.add(trap);
  }

  /** Notes that a guest wanted more than a limit; true the first time. */
  synchronized boolean exceeded(Limit limit) {
    return exceeded.merge(limit, 1L, Long::sum) == 1;
  }

  /** How often each limit was reached. */
  synchronized Map<Limit, Long> exceeded() {
    return Map.copyOf(exceeded);
  }

  /** Notes what a store holds, and how often it refused more; the limits that made it refuse since the last time. */
  synchronized Set<Limit> memory(Store store) {
    long memoryRefused = store.refusals() - store.tableRefusals();
    Set<Limit> reached = Set.of();
    if (memoryRefused > refusals - tableRefusals) {
      reached = EnumSet.of(Limit.AGENT_MEMORY);
    }
    reached = more(reached, Limit.AGENT_TABLE_ELEMENTS, store.tableRefusals() > tableRefusals);
    reached = more(reached, Limit.AGENT_INSTANCES, store.instanceRefusals() > instanceRefusals);
    memoryBytes = store.memoryBytes();
    refusals = store.refusals();
    tableRefusals = store.tableRefusals();
    instanceRefusals = store.instanceRefusals();
    tableElements = store.tableElements();
    peakMemoryBytes = Math.max(peakMemoryBytes, memoryBytes);
    instances = store.instances();
    return reached;
  }

  private static Set<Limit> more(Set<Limit> reached, Limit limit, boolean isReached) {
    if (!isReached) {
      return reached;
    }
    Set<Limit> more = EnumSet.of(limit);
    more.addAll(reached);
    return more;
  }

  /** Table elements and instances at the end of the last task. */
  synchronized Map<Limit, Long> usage() {
    return Map.of(Limit.AGENT_TABLE_ELEMENTS, tableElements, Limit.AGENT_INSTANCES, (long) instances,
        Limit.TRAPS, (long) traps.size());
  }

  /** Notes a module that has an instance now. */
  synchronized void instantiated(Module module) {
    modules.add(module);
  }

  private synchronized TierCounts tiers() {
    return modules.stream().map(Module::tiers).reduce(tiers, TierCounts::plus);
  }

  /** Lets go of the modules; where their functions ran stays known. */
  synchronized void release() {
    tiers = tiers();
    modules.clear();
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

  synchronized AgentReport report(WindowAgent agent, List<String> frames) {
    return new AgentReport(agent.origin().toString(), agent.origin().site(), frames, instances, tiers(),
        memoryBytes, peakMemoryBytes, agent.busyTime(), tasks.get(), traps, trapCount, sent.get(), received.get(),
        withheld.get(), agent.verdict(), exceeded);
  }
}
