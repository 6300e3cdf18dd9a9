package dev.skerry.origin;

import dev.skerry.bindings.TimerService;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The timers of one document: those of its agent, as far as this document started them. They end with it. */
final class DocumentTimers implements TimerService {

  private final TimerService agent;
  private final Set<Integer> running = new HashSet<>();

  DocumentTimers(TimerService agent) {
    this.agent = agent;
  }

  @Override
  public int start(long delayMillis, boolean repeat, Consumer<Runnable> task) {
    int[] id = new int[1];
    id[0] = agent.start(delayMillis, repeat, then -> {
      if (!repeat) {
        running.remove(id[0]);
      }
      task.accept(then);
    });
    running.add(id[0]);
    return id[0];
  }

  @Override
  public void queueMicrotask(Consumer<Runnable> steps) {
    agent.queueMicrotask(steps);
  }

  /** Only this document's timers are known here. */
  @Override
  public void stop(int id) {
    if (running.remove(id)) {
      agent.stop(id);
    }
  }

  @Override
  public double now() {
    return agent.now();
  }

  @Override
  public Duration step() {
    return agent.step();
  }

  void release() {
    List.copyOf(running).forEach(this::stop);
  }
}
