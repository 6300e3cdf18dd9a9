package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

/** Choices between slots. */
final class Moves {

  private Moves() {
  }

  static void select(long d, long chosen, long otherwise, long condition) {
    putLong(d, getInt(condition) != 0 ? getLong(chosen) : getLong(otherwise));
  }
}
