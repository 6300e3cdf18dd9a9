package dev.skerry.bindings;

import java.util.ArrayList;
import java.util.List;

/** Timers that run when a test says so; the id is the position in {@link #started}, from 1 on. */
final class Timers implements TimerService {

  /** A timer as it was started. */
  record Started(long delayMillis, boolean repeat, Runnable task) {
  }

  final List<Started> started = new ArrayList<>();
  final List<Integer> stopped = new ArrayList<>();
  double now;

  @Override
  public int start(long delayMillis, boolean repeat, Runnable task) {
    started.add(new Started(delayMillis, repeat, task));
    return started.size();
  }

  @Override
  public void stop(int id) {
    stopped.add(id);
  }

  @Override
  public double now() {
    return now;
  }
}
