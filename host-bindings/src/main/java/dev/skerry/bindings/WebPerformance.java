package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;

/** {@code web:performance}: the coarsened clock (High Resolution Time §4). */
public final class WebPerformance extends WebModule<WebPerformance> {

  static final BindingTable<WebPerformance> TABLE = BindingTable.of("web:performance", Capability.CLOCK,
      "The coarsened clock (High Resolution Time 4).",
      row("now", "-> f64", "Milliseconds since the time origin, in steps of 0.1 ms.", WebPerformance::now));

  /** Steps of the clock in one millisecond: the standard's 100 us for contexts that are not cross-origin isolated. */
  private static final int STEPS_PER_MILLISECOND = 10;

  private final TimerService timers;

  public WebPerformance(TimerService timers) {
    super(TABLE, WebPerformance.class);
    this.timers = timers;
  }

  private void now(Call call) {
    call.result(Math.floor(timers.now() * STEPS_PER_MILLISECOND) / STEPS_PER_MILLISECOND);
  }
}
