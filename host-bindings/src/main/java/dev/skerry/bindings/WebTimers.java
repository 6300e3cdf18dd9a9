package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;
import dev.skerry.wasm.Func;
import java.util.concurrent.CompletableFuture;

/** {@code web:timers}: delayed and repeated tasks (HTML §8.6). */
public final class WebTimers extends WebModule<WebTimers> {

  static final BindingTable<WebTimers> TABLE = BindingTable.of("web:timers", Capability.TIMERS,
      "Delayed and repeated tasks, in milliseconds (HTML 8.6).",
      row("set_timeout", "callback callback, i32 ms -> i32",
          "Calls the table's function once, after so many milliseconds; the timer's id.",
          (timers, call) -> timers.start(call, call.tableCallback(0), false)),
      row("set_interval", "callback callback, i32 ms -> i32",
          "Calls the table's function every so many milliseconds; the timer's id.",
          (timers, call) -> timers.start(call, call.tableCallback(0), true)),
      row("set_timeout_ref", "funcref callback, i32 data, i32 ms -> i32",
          "Calls the function once, after so many milliseconds; the timer's id.",
          (timers, call) -> timers.start(call, call.refCallback(0), false)),
      row("set_interval_ref", "funcref callback, i32 data, i32 ms -> i32",
          "Calls the function every so many milliseconds; the timer's id.",
          (timers, call) -> timers.start(call, call.refCallback(0), true)),
      row("sleep", "i32 ms ->", "Waits so many milliseconds; callbacks of this document may run meanwhile.",
          WebTimers::sleep),
      row("queue_microtask", "callback callback ->",
          "Calls the table's function when this call from the host has ended, before anything else.",
          (timers, call) -> timers.queueMicrotask(call, call.tableCallback(0))),
      row("queue_microtask_ref", "funcref callback, i32 data ->",
          "Calls the function when this call from the host has ended, before anything else.",
          (timers, call) -> timers.queueMicrotask(call, call.refCallback(0))),
      row("clear", "i32 id ->", "Stops a timer; an unknown id is ignored.", WebTimers::clear));

  private final TimerService timers;
  private final CallbackRunner callbacks;

  public WebTimers(TimerService timers, CallbackRunner callbacks) {
    super(TABLE, WebTimers.class);
    this.timers = timers;
    this.callbacks = callbacks;
  }

  /** The delay is a signed number of milliseconds; a negative one counts as 0 (HTML §8.6, timer initialization). */
  private void start(Call call, Func callback, boolean repeat) {
    long data = call.u32(1);
    int delay = Math.max(0, call.i32(2));
    call.result(timers.start(delay, repeat, then -> callbacks.run(callback, then, data)));
  }

  /** Waits that long, as a timer does; other tasks run meanwhile. */
  private void sleep(Call call) {
    int delay = Math.max(0, call.i32(0));
    CompletableFuture<Void> due = new CompletableFuture<>();
    call.await(() -> {
      timers.start(delay, false, then -> {
        due.complete(null);
        then.run();
      });
      return due;
    }, (again, nothing) -> { });
  }

  private void queueMicrotask(Call call, Func callback) {
    long data = call.u32(1);
    timers.queueMicrotask(then -> callbacks.run(callback, then, data));
  }

  private void clear(Call call) {
    timers.stop(call.i32(0));
  }
}
