package dev.skerry.origin;

import dev.skerry.bindings.WindowHandle;

/** What guests may hold of a frame: its identity. Only this package can see which frame it is. */
final class Window implements WindowHandle {

  private final Frame frame;

  Window(Frame frame) {
    this.frame = frame;
  }

  Frame frame() {
    return frame;
  }

  /** Tells guests nothing, should a host function of an embedder print it. */
  @Override
  public String toString() {
    return "window";
  }
}
