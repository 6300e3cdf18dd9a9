package dev.skerry.bindings;

import dev.skerry.wasm.Linker;

/** {@code web:timers}: delayed and repeated tasks. */
public final class WebTimers implements HostModule {

  public WebTimers(TimerService timers, CallbackRunner callbacks) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "web:timers";
  }

  @Override
  public void define(Linker linker) {
    throw new UnsupportedOperationException();
  }
}
