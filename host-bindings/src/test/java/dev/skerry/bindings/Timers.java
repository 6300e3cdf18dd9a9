package dev.skerry.bindings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Timers that run when a test says so; the id is the position in {@link #started}, from 1 on. */
final class Timers implements TimerService {

  /** A timer as it was started. */
  record Started(long delayMillis, boolean repeat, Consumer<Runnable> steps) {

    /** As if it were due. */
    void fire() {
      steps.accept(() -> { });
    }
  }

  final List<Started> started = new ArrayList<>();
  final List<Consumer<Runnable>> microtasks = new ArrayList<>();
  final List<Integer> stopped = new ArrayList<>();
  double now;

  @Override
  public int start(long delayMillis, boolean repeat, Consumer<Runnable> task) {
    started.add(new Started(delayMillis, repeat, task));
    return started.size();
  }

  @Override
  public void queueMicrotask(Consumer<Runnable> steps) {
    microtasks.add(steps);
  }

  @Override
  public void stop(int id) {
    stopped.add(id);
  }

  @Override
  public double now() {
    return now;
  }

  @Override
  public Duration step() {
    return Duration.ofNanos(100_000);
  }
}
