package dev.skerry.bindings;

import java.time.Duration;
import java.util.function.Consumer;

/** The timers of one agent (HTML §8.6). Tasks run in the agent's event loop. */
public interface TimerService {

  /**
   * Runs the task after the delay, again and again when it repeats.
   *
   * @param task runs what it is given when it is done, at once or later; only then is a repeating timer started again
   * @return the timer's id, never 0
   */
  int start(long delayMillis, boolean repeat, Consumer<Runnable> task);

  /**
   * Queues a microtask (HTML §8.1.7.3): it runs when no guest code is on the stack, before the next task.
   *
   * @param steps as for {@link #start}
   */
  void queueMicrotask(Consumer<Runnable> steps);

  /** Stops a timer; unknown ids are ignored. */
  void stop(int id);

  /** Milliseconds since the agent's time origin, coarsened by policy: a multiple of {@link #step}. */
  double now();

  /** The length of the steps in which guests see time pass. */
  Duration step();
}
