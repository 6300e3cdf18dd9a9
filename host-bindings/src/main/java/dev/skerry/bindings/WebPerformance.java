package dev.skerry.bindings;

import dev.skerry.wasm.Linker;

/** {@code web:performance}: the coarsened clock. */
public final class WebPerformance implements HostModule {

  public WebPerformance(TimerService timers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "web:performance";
  }

  @Override
  public void define(Linker linker) {
    throw new UnsupportedOperationException();
  }
}
