package dev.skerry.origin;

import dev.skerry.bindings.TimerService;
import dev.skerry.wasm.Trap;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The timers of one agent (HTML §8.6) and its coarsened clock. Guests start and stop them in the agent's event loop;
 * the clock's thread turns a timer that is due into a task.
 */
final class AgentTimers implements TimerService {

  /** HTML §8.6: timers nested deeper than this wait at least {@link #NESTED_MILLIS}. */
  private static final int FREE_NESTING = 5;
  private static final long NESTED_MILLIS = 4;
  /** A repeating timer counts as work that somebody waits for until it has fired so often. */
  private static final int COUNTED_FIRINGS = 3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final ScheduledExecutorService clock;
  private final long stepNanos;
  private final Activity activity;
  private final Consumer<Task> loop;
  private final Consumer<Consumer<Runnable>> microtasks;
  private final Limits limits;
  private final Consumer<Limit> exceeded;
  private final long timeOrigin = System.nanoTime();
  private final Map<Integer, Timer> timers = new HashMap<>();
  private int lastId;
  private boolean closed;
  /** Nesting level of the timer task that runs now; only the agent's thread touches it. */
  private int nesting;

  /** A running timer; guarded by the monitor of its owner. */
  private static final class Timer {

    final int id;
    final boolean repeat;
    final Consumer<Runnable> task;
    long millis;
    int nesting;
    int firings;
    /** When it will be due; {@link Long#MAX_VALUE} while its task is queued. */
    long dueNanos;
    ScheduledFuture<?> alarm;

    Timer(int id, long millis, boolean repeat, int nesting, Consumer<Runnable> task) {
      this.id = id;
      this.millis = millis;
      this.repeat = repeat;
      this.nesting = nesting;
      this.task = task;
    }

    boolean counts() {
      return !repeat || firings < COUNTED_FIRINGS;
    }
  }

  /** @param exceeded told of a limit that a guest reached */
  AgentTimers(HostThreads threads, Activity activity, Limits limits, Consumer<Task> loop,
              Consumer<Consumer<Runnable>> microtasks, Consumer<Limit> exceeded) {
    this.exceeded = exceeded;
    this.microtasks = microtasks;
    clock = threads.clock();
    stepNanos = threads.clockStep().toNanos();
    this.activity = activity;
    this.limits = limits;
    this.loop = loop;
  }

  @Override
  public synchronized int start(long delayMillis, boolean repeat, Consumer<Runnable> task) {
    if (timers.size() >= limits.get(Limit.AGENT_TIMERS)) {
      exceeded.accept(Limit.AGENT_TIMERS);
      throw Trap.host("cannot start a timer: " + limits.exceeded(Limit.AGENT_TIMERS));
    }
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (timers.containsKey(lastId));
    Timer timer = new Timer(lastId, Math.max(0, Math.min(Integer.MAX_VALUE, delayMillis)), repeat, nesting + 1, task);
    timers.put(timer.id, timer);
    schedule(timer);
    return timer.id;
  }

  private void schedule(Timer timer) {
    if (closed) {
      return;
    }
    long millis = timer.nesting > FREE_NESTING ? Math.max(NESTED_MILLIS, timer.millis) : timer.millis;
    timer.dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      timer.alarm = clock.schedule(() -> due(timer), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException hostClosed) {
      timers.remove(timer.id);
    }
  }

  private void due(Timer timer) {
    Activity.Token token = timer.counts() ? activity.begin() : Activity.UNCOUNTED;
    boolean running;
    synchronized (this) {
      running = timers.get(timer.id) == timer;
      timer.dueNanos = Long.MAX_VALUE;
    }
    if (running) {
      loop.accept(new Task("timer", token, () -> fire(timer), () -> { }));
    } else {
      token.end();
    }
  }

  private void fire(Timer timer) {
    synchronized (this) {
      if (timers.get(timer.id) != timer) {
        return;
      }
      timer.firings++;
      if (!timer.repeat) {
        timers.remove(timer.id);
      }
    }
    nesting = timer.nesting;
    boolean begun = false;
    try {
      timer.task.accept(() -> fired(timer));
      begun = true;
    } finally {
      nesting = begun ? nesting : 0;
    }
  }

  private void fired(Timer timer) {
    nesting = 0;
    synchronized (this) {
      if (timers.get(timer.id) == timer) {
        timer.nesting = Math.min(FREE_NESTING + 1, timer.nesting + 1);
        schedule(timer);
      }
    }
  }

  @Override
  public void queueMicrotask(Consumer<Runnable> steps) {
    microtasks.accept(steps);
  }

  /** Timers that run. */
  synchronized int count() {
    return timers.size();
  }

  @Override
  public void stop(int id) {
    Timer timer;
    synchronized (this) {
      timer = timers.remove(id);
    }
    if (timer != null) {
      cancel(timer);
      activity.changed();
    }
  }

  private static void cancel(Timer timer) {
    ScheduledFuture<?> alarm = timer.alarm;
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  @Override
  public double now() {
    return (System.nanoTime() - timeOrigin) / stepNanos / (NANOS_PER_MILLI / stepNanos);
  }

  @Override
  public Duration step() {
    return Duration.ofNanos(stepNanos);
  }

  /** Nanoseconds until the next timer that counts for settling; {@link Long#MAX_VALUE} when there is none. */
  synchronized long nanosToNext() {
    long now = System.nanoTime();
    long next = Long.MAX_VALUE;
    for (Timer timer : timers.values()) {
      if (timer.counts() && timer.dueNanos != Long.MAX_VALUE) {
        next = Math.min(next, Math.max(0, timer.dueNanos - now));
      }
    }
    return next;
  }

  /** Stops all timers, for good. */
  void close() {
    Map<Integer, Timer> stopped;
    synchronized (this) {
      closed = true;
      stopped = Map.copyOf(timers);
      timers.clear();
    }
    stopped.values().forEach(AgentTimers::cancel);
    activity.changed();
  }
}
