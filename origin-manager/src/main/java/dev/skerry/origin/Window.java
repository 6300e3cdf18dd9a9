package dev.skerry.origin;

import dev.skerry.bindings.WindowHandle;

/** What guests may hold of a frame: its identity. Only this package can see which frame it is. */
final class Window implements WindowHandle {

  private final Navigable frame;

  Window(Navigable frame) {
    this.frame = frame;
  }

  Navigable frame() {
    return frame;
  }

  /** Tells guests nothing, should a host function of an embedder print it. */
  @Override
  public String toString() {
    return "window";
  }
}
