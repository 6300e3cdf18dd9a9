package dev.skerry.bindings;

import dev.skerry.wasm.Linker;

/** {@code web:console}: messages for the person who looks. */
public final class WebConsole implements HostModule {

  public WebConsole(ConsoleSink sink) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "web:console";
  }

  @Override
  public void define(Linker linker) {
    throw new UnsupportedOperationException();
  }
}
