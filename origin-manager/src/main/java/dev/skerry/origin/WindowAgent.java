package dev.skerry.origin;

import dev.skerry.bindings.GuestExit;
import dev.skerry.fetch.Origin;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one origin in one page (HTML §8.1.2): its event loop, its store, its timers and its quotas. It ends by
 * itself alone: over a limit, by an error of the host, or with its page; then its queued tasks are dropped and its
 * native memory is freed as soon as the running task has left.
 */
final class WindowAgent implements EventLoop.Runner {

  private static final Logger LOG = LoggerFactory.getLogger(WindowAgent.class);

  private final Origin origin;
  private final Store store;
  private final Limits limits;
  private final Activity activity;
  private final Watchdog watchdog;
  private final AgentHost host;
  private final EventLoop loop;
  private final GuestExecutions executions;
  private final AgentTimers timers;
  private final TaskMeter meter;
  private final AgentLog log;
  private final MessageQuota quota;
  private final Runnable check = this::checkLimits;
  /** Whether its guest code counts what it does. */
  private final boolean fueled;
  /** What of its fuel is left; written in turns alone. */
  private volatile long fuel = Long.MAX_VALUE;
  /** Written in turns alone. */
  private volatile long turns;
  /** Those whose traps were reported; touched in turns alone. */
  private long nestingRefusals;
  private final AtomicReference<Ending> ending = new AtomicReference<>();

  /** Why an agent ended; a null verdict when its page was closed. */
  private record Ending(Verdict verdict, Activity.Token token) {
  }

  /** What an agent needs of its page. */
  interface AgentHost {

    /** Hears of each task; null where nobody wants to. */
    Consumer<TaskReport> tasks();

    /** The agent's running task has used more memory or may have; called by the watchdog. */
    void memoryCheck(WindowAgent running);

    /** A guest wanted more than that for the first time; any thread. */
    void limitReached(WindowAgent agent, Limit limit);

    /** A task of the page found no room in Java's heap: the page ends. */
    void heapExhausted();

    /** Called once, from any thread, when the agent has ended otherwise than with its page. */
    void ended(WindowAgent agent, Verdict verdict);

    /** Called once, when nothing of the agent runs any more: its documents let go of what they hold. */
    void released(WindowAgent agent);
  }

  WindowAgent(Origin origin, Store store, Limits limits, Activity activity, HostThreads threads, AgentHost host) {
    this.origin = origin;
    this.store = store;
    this.limits = limits;
    this.activity = activity;
    this.host = host;
    fueled = store.engine().options().fuel();
    if (fueled) {
      store.setFuel(limits.get(Limit.AGENT_FUEL));
    }
    watchdog = threads.watchdog();
    meter = new TaskMeter(limits);
    log = new AgentLog(limits);
    quota = new MessageQuota(limits);
    loop = new EventLoop(threads.workers(), this);
    executions = new GuestExecutions(this, limits);
    timers = new AgentTimers(threads, activity, limits, this::post, executions::queueMicrotask,
        this::exceeded);
  }

  Origin origin() {
    return origin;
  }

  Store store() {
    return store;
  }

  /** What its guests may take. */
  Limits limits() {
    return limits;
  }

  AgentTimers timers() {
    return timers;
  }

  /** Guest code of this agent; in its event loop alone. */
  GuestExecutions executions() {
    return executions;
  }

  /** What its page still has to do. */
  Activity activity() {
    return activity;
  }

  AgentLog log() {
    return log;
  }

  /** What the guests of this agent may have under way to other agents. */
  MessageQuota quota() {
    return quota;
  }

  EventLoop loop() {
    return loop;
  }

  void post(Task task) {
    loop.post(task);
  }

  boolean hasEnded() {
    return ending.get() != null;
  }

  /** Says whether it ended together with its page. */
  boolean wasClosed() {
    Ending reason = ending.get();
    return reason != null && reason.verdict() == null;
  }

  /**
   * What the host calls within loops whose length pages decide: once the agent has ended, over its time for instance,
   * it throws a {@link Trap} that ends the running task.
   */
  void poll() {
    store.poll();
  }

  /** How often it was given a thread. */
  long turns() {
    return turns;
  }

  @Override
  public void enter() {
    turns++;
    meter.enter();
    watchdog.begin(check);
  }

  @Override
  public long leave() {
    watchdog.end(check);
    return meter.leave();
  }

  @Override
  public void yield() {
    store.requestYield();
  }

  @Override
  public boolean run(Task task) {
    if (hasEnded()) {
      task.dropped().run();
      return true;
    }
    meter.begin();
    return step(task, task.body());
  }

  @Override
  public boolean goOn(Task task) {
    return step(task, executions::goOn);
  }

  private boolean step(Task task, Runnable body) {
    Consumer<TaskReport> listener = host.tasks();
    long start = listener == null ? 0 : System.nanoTime();
    try {
      body.run();
    } catch (Trap | WasmException | GuestExit unreported) {
      LOG.debug("a task of {} left with {}", origin, unreported.toString());
    } catch (OutOfMemoryError exhausted) {
      host.heapExhausted();
    } catch (Throwable fault) {
      LOG.error("a task of {} failed in the host: {}", origin, TerminalText.escape(fault.toString()));
      LOG.debug("the fault", fault);
      end(new Verdict(Verdict.Kind.ENDED_BY_ERROR, "the task '" + task.name() + "' failed with " + fault));
    }
    if (listener != null) {
      listener.accept(new TaskReport(origin.toString(), task.name(), start,
          Duration.ofNanos(System.nanoTime() - start)));
    }
    boolean ended = !executions.isUnfinished();
    if (ended) {
      meter.end();
      log.taskEnded();
    }
    sample();
    return ended;
  }

  /** Notes how much the store holds at this moment. */
  private void sample() {
    if (fueled) {
      fuel = store.fuel();
    }
    log.memory(store).forEach(this::exceeded);
  }

  /** Notes that guests of this agent wanted more than that; true the first time. */
  boolean exceeded(Limit limit) {
    boolean first = log.exceeded(limit);
    if (first) {
      host.limitReached(this, limit);
    }
    return first;
  }

  /** What it uses of each limit that is its own, at this moment. */
  Map<Limit, Long> usage() {
    Map<Limit, Long> usage = new EnumMap<>(Limit.class);
    usage.put(Limit.AGENT_MEMORY, hasEnded() ? 0 : store.memoryBytes());
    if (fueled) {
      usage.put(Limit.AGENT_FUEL, Math.min(limits.get(Limit.AGENT_FUEL), limits.get(Limit.AGENT_FUEL) - fuel));
    }
    usage.put(Limit.AGENT_TIMERS, (long) timers.count());
    usage.put(Limit.WAITING_CALLS, (long) executions.waiting());
    usage.putAll(log.usage());
    usage.putAll(meter.usage());
    usage.putAll(quota.usage());
    return usage;
  }

  private void checkLimits() {
    Limit[] over = new Limit[1];
    if (meter.enforce(limit -> {
      over[0] = limit;
      return mark(new Verdict(Verdict.Kind.ENDED_BY_LIMIT, limits.exceeded(limit)));
    })) {
      exceeded(over[0]);
      finish();
    } else {
      host.memoryCheck(this);
    }
  }

  /** Bytes of memory, instances and modules at this moment; 0 once the agent has ended. */
  long takenBytes() {
    return hasEnded() ? 0 : store.takenBytes();
  }

  /** Ends the agent because of that verdict, from any thread. The first verdict stays. */
  void end(Verdict verdict) {
    if (mark(verdict)) {
      finish();
    }
  }

  /** Ends the agent together with its page. */
  void close() {
    if (mark(null)) {
      finish();
    }
  }

  /** Decides the end, which is work that is waited for until {@link #finish} has done it. */
  private boolean mark(Verdict verdict) {
    Ending reason = new Ending(verdict, activity.begin());
    if (!ending.compareAndSet(null, reason)) {
      reason.token().end();
      return false;
    }
    store.interrupt();
    return true;
  }

  private void finish() {
    Ending reason = ending.get();
    timers.close();
    loop.close();
    if (reason.verdict() != null) {
      host.ended(this, reason.verdict());
    }
    reason.token().end();
  }

  /** Runs when no task runs any more: the last look at the store, and the end of it. */
  @Override
  public void release() {
    try {
      sample();
      executions.abandon();
      log.release();
      host.released(this);
      store.close();
    } catch (RuntimeException fault) {
      LOG.error("the store of {} was not freed: {}", origin, TerminalText.escape(fault.toString()));
    }
  }

  /** Says whether nothing runs any more and the memory is free. */
  boolean isReleased() {
    return loop.isReleased();
  }

  boolean awaitRelease(Duration time) throws InterruptedException {
    return loop.awaitRelease(time);
  }

  /** Reports a trap of guest code of that document. */
  void trapped(String what, String document, Trap trap) {
    Ending reason = ending.get();
    if (reason == null || reason.verdict() != null) {
      boolean kept = log.trap(new TrapReport(what, document, trap.kind(), trap.getMessage(),
          trap.frames().stream().map(Trap.Frame::withSource).toList()));
      if (!kept) {
        exceeded(Limit.TRAPS);
      }
      if (trap.kind() == Trap.Kind.STACK_EXHAUSTED) {
        long nested = store.nestingRefusals();
        exceeded(nested > nestingRefusals ? Limit.NESTING : Limit.STACK);
        nestingRefusals = nested;
      }
      if (trap.kind() == Trap.Kind.OUT_OF_FUEL) {
        exceeded(Limit.AGENT_FUEL);
        end(new Verdict(Verdict.Kind.ENDED_BY_LIMIT, limits.exceeded(Limit.AGENT_FUEL)));
      }
    }
  }

  Duration busyTime() {
    return Duration.ofNanos(meter.usedNanos());
  }

  Verdict verdict() {
    Ending reason = ending.get();
    if (reason != null && reason.verdict() != null) {
      return reason.verdict();
    }
    return log.verdict();
  }
}
