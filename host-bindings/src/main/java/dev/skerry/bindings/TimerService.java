package dev.skerry.bindings;

/** The timers of one agent (HTML §8.6). Tasks run in the agent's event loop. */
public interface TimerService {

  /** Runs the task after the delay, again and again when it repeats; the timer's id, never 0. */
  int start(long delayMillis, boolean repeat, Runnable task);

  /** Stops a timer; unknown ids are ignored. */
  void stop(int id);

  /** Milliseconds since the agent's time origin, coarsened by policy. */
  double now();
}
