package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.bindings.abi.Call;
import dev.skerry.wasm.Func;
import java.util.List;

/** {@code web:timers}: delayed and repeated tasks (HTML §8.6). */
public final class WebTimers implements HostModule {

  private final TimerService timers;
  private final CallbackRunner callbacks;

  public WebTimers(TimerService timers, CallbackRunner callbacks) {
    this.timers = timers;
    this.callbacks = callbacks;
  }

  /** The delay is a signed number of milliseconds; a negative one counts as 0 (HTML §8.6, timer initialization). */
  private void start(Call call, Func callback, boolean repeat) {
    long data = call.u32(1);
    int delay = Math.max(0, call.i32(2));
    call.result(timers.start(delay, repeat, () -> callbacks.run(callback, data)));
  }

  private void clear(Call call) {
    timers.stop(call.i32(0));
  }

  @Override
  public String name() {
    return "web:timers";
  }

  @Override
  public List<Binding> functions() {
    return List.of(
        Binding.of("set_timeout", "i32 callback, i32 data, i32 ms -> i32",
            "Calls the table's function once, after so many milliseconds; the timer's id.",
            call -> start(call, call.tableCallback(0), false)),
        Binding.of("set_interval", "i32 callback, i32 data, i32 ms -> i32",
            "Calls the table's function every so many milliseconds; the timer's id.",
            call -> start(call, call.tableCallback(0), true)),
        Binding.of("set_timeout_ref", "funcref callback, i32 data, i32 ms -> i32",
            "Calls the function once, after so many milliseconds; the timer's id.",
            call -> start(call, call.refCallback(0), false)),
        Binding.of("set_interval_ref", "funcref callback, i32 data, i32 ms -> i32",
            "Calls the function every so many milliseconds; the timer's id.",
            call -> start(call, call.refCallback(0), true)),
        Binding.of("clear", "i32 id ->", "Stops a timer; an unknown id is ignored.", this::clear));
  }
}
