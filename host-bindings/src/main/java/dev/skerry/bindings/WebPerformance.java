package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import java.util.List;

/** {@code web:performance}: the coarsened clock (High Resolution Time §4). */
public final class WebPerformance implements HostModule {

  /** Steps of the clock in one millisecond: the standard's 100 us for contexts that are not cross-origin isolated. */
  private static final int STEPS_PER_MILLISECOND = 10;

  private final TimerService timers;

  public WebPerformance(TimerService timers) {
    this.timers = timers;
  }

  @Override
  public String name() {
    return "web:performance";
  }

  @Override
  public List<Binding> functions() {
    return List.of(
        Binding.of("now", "-> f64", "Milliseconds since the time origin, in steps of 0.1 ms.",
            call -> call.result(Math.floor(timers.now() * STEPS_PER_MILLISECOND) / STEPS_PER_MILLISECOND)));
  }
}
