package dev.skerry.origin;

import dev.skerry.fetch.Origin;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The agents of one page, one for each origin: an unknown origin gets a fresh one, and one that has ended stays so
 * until its documents are gone. The
 * memory of all together has a limit too; the largest agent of a frame pays.
 */
final class Agents implements WindowAgent.AgentHost {

  /** Made beforehand: there may be no room for it when it is needed. */
  private static final Verdict HEAP_FULL = new Verdict(Verdict.Kind.ENDED_BY_LIMIT,
      "Java's heap is full (SKERRY_JAVA_OPTS=-Xmx2g gives it more)");

  private final Engine engine;
  private final MemoryBudget heap;
  private final Limits limits;
  private final Activity activity;
  private final HostThreads threads;
  private final FrameTree frames;
  private final BiConsumer<WindowAgent, Verdict> ended;
  private final Consumer<TaskReport> tasks;
  private final BiConsumer<WindowAgent, Limit> limitReached;
  private final Map<Origin, WindowAgent> byOrigin = new HashMap<>();
  /** How many documents each agent has or awaits. */
  private final Map<WindowAgent, Integer> documents = new LinkedHashMap<>();
  private final Set<WindowAgent> deserted = new LinkedHashSet<>();
  private boolean closed;

  /**
   * The agents of a page that has none yet.
   *
   * @param heap what the modules of all of them take is counted against
   * @param ended called once for each agent that ends before its page, from any thread
   * @param limitReached called once for each limit of each agent that a guest wanted more of, from any thread
   * @param tasks hears of each task; null where nobody wants to
   */
  Agents(Engine engine, MemoryBudget heap, Limits limits, Activity activity, HostThreads threads, FrameTree frames,
         BiConsumer<WindowAgent, Verdict> ended, BiConsumer<WindowAgent, Limit> limitReached,
         Consumer<TaskReport> tasks) {
    this.limitReached = limitReached;
    this.engine = engine;
    this.heap = heap;
    this.limits = limits;
    this.activity = activity;
    this.threads = threads;
    this.frames = frames;
    this.ended = ended;
    this.tasks = tasks;
  }

  /**
   * The agent of that origin for one more document, until {@link #leave}. An agent that only documents use which the
   * new one replaces is left behind: the new document begins with fresh memory.
   *
   * @param replaced the documents that go when the new one comes
   * @param restart whether an agent that has ended may be left behind too
   */
  synchronized WindowAgent of(Origin origin, List<Environment> replaced, boolean restart) throws LoadError {
    if (closed) {
      throw new LoadError("the page is closed");
    }
    prune();
    WindowAgent known = byOrigin.get(origin);
    if (known != null && documents.get(known) <= documentsOf(known, replaced)) {
      known = null;
    } else if (known != null && known.hasEnded() && restart) {
      deserted.add(known);
      known = null;
    } else if (known != null && known.hasEnded()) {
      throw new LoadError("the agent of " + origin + " was ended before: " + known.verdict().detail());
    }
    if (known == null) {
      Limits own = limits.of(origin);
      known = new WindowAgent(origin, newStore(origin, own), own, activity, threads, this);
      byOrigin.put(origin, known);
      documents.put(known, 0);
    }
    documents.merge(known, 1, Integer::sum);
    return known;
  }

  private static long documentsOf(WindowAgent agent, List<Environment> replaced) {
    return replaced.stream().filter(document -> document.agent() == agent && !document.isGone()).count();
  }

  /** Ends an agent that has documents; the next document of its origin gets a fresh one. */
  void desert(WindowAgent agent) {
    synchronized (this) {
      byOrigin.remove(agent.origin(), agent);
      deserted.add(agent);
    }
    agent.close();
  }

  /** A document of the agent is gone, or did not come; an agent without any ends. */
  void leave(WindowAgent agent) {
    synchronized (this) {
      if (!documents.containsKey(agent) || documents.merge(agent, -1, Integer::sum) > 0) {
        return;
      }
      byOrigin.remove(agent.origin(), agent);
      deserted.add(agent);
    }
    agent.close();
  }

  /** Forgets agents without documents in a frame whose memory is free. */
  private void prune() {
    deserted.removeIf(agent -> {
      boolean gone = agent.isReleased() && frames.documents(agent).isEmpty();
      if (gone) {
        documents.remove(agent);
      }
      return gone;
    });
  }

  private Store newStore(Origin origin, Limits own) throws LoadError {
    try {
      return engine.newStore(new StoreLimits(own.get(Limit.AGENT_MEMORY), own.get(Limit.AGENT_TABLE_ELEMENTS),
          own.count(Limit.AGENT_INSTANCES), own.count(Limit.STACK), own.count(Limit.NESTING)), heap);
    } catch (RuntimeException exhausted) {
      throw new LoadError("there is no memory for an agent of " + origin + ": " + exhausted.getMessage(), exhausted);
    }
  }

  /**
   * The agents with documents, in the order in which the page met them; also those that were left behind, as long as no
   * other document has taken the place of theirs.
   */
  synchronized List<WindowAgent> all() {
    return documents.keySet().stream()
        .filter(agent -> !deserted.contains(agent) || !frames.documents(agent).isEmpty()).toList();
  }

  /** Those too that have no documents any more and still hold memory. */
  private synchronized List<WindowAgent> alive() {
    prune();
    return List.copyOf(documents.keySet());
  }

  /** Nanoseconds until the next timer of any agent that counts for settling. */
  long nanosToNextTimer() {
    return all().stream().mapToLong(agent -> agent.timers().nanosToNext()).min().orElse(Long.MAX_VALUE);
  }

  @Override
  public Consumer<TaskReport> tasks() {
    return tasks;
  }

  @Override
  public void memoryCheck(WindowAgent running) {
    List<WindowAgent> agents = alive();
    long total = agents.stream().mapToLong(WindowAgent::takenBytes).sum();
    if (total > limits.get(Limit.PAGE_MEMORY)) {
      // The first agent is the top document's: it pays only when no other has anything to give.
      WindowAgent largest = agents.stream().skip(1).max(Comparator.comparingLong(WindowAgent::takenBytes))
          .filter(agent -> agent.takenBytes() > 0).orElse(agents.get(0));
      largest.exceeded(Limit.PAGE_MEMORY);
      largest.end(new Verdict(Verdict.Kind.ENDED_BY_LIMIT, limits.exceeded(Limit.PAGE_MEMORY)));
    }
  }

  @Override
  public void limitReached(WindowAgent agent, Limit limit) {
    limitReached.accept(agent, limit);
  }

  @Override
  public void heapExhausted() {
    List<WindowAgent> agents = alive();
    agents.forEach(agent -> agent.store().interrupt());
    agents.forEach(agent -> agent.end(HEAP_FULL));
  }

  @Override
  public void ended(WindowAgent agent, Verdict verdict) {
    frames.of(agent).forEach(frame -> frame.ended(agent));
    ended.accept(agent, verdict);
  }

  @Override
  public void released(WindowAgent agent) {
    frames.documents(agent).forEach(Environment::release);
  }

  void close() {
    synchronized (this) {
      closed = true;
    }
    alive().forEach(WindowAgent::close);
  }

  /**
   * Waits until all native memory is freed, except that of an agent whose task calls this.
   *
   * @return the agents that did not leave in time
   */
  List<WindowAgent> awaitRelease(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    List<WindowAgent> late = new ArrayList<>();
    for (WindowAgent agent : alive()) {
      if (!agent.loop().isCurrent()
          && !agent.awaitRelease(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
        late.add(agent);
      }
    }
    return late;
  }
}
