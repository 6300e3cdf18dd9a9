package dev.skerry.wasm.interp;

import dev.skerry.wasm.Trap;
import java.util.List;

/** Makes traps inside the interpreter; the driver adds the frames. */
final class Raise {

  private Raise() {
  }

  static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }
}
