package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.Registers;
import java.util.ArrayList;
import java.util.List;

/** Reads the guest's frames off a stopped activation. */
final class Backtrace {

  private Backtrace() {
  }

  /** The innermost frames of the activation, at most {@link Trap#MAX_FRAMES}. */
  static List<Trap.Frame> of(StoreState store, Registers registers) {
    List<Trap.Frame> frames = new ArrayList<>();
    long pc = registers.pc;
    for (long fp = registers.fp; fp != 0 && frames.size() < Trap.MAX_FRAMES;) {
      long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
      ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
      if (instance != null) {
        int function = getInt(descriptor + Layout.FUNCTION_INDEX);
        ModuleCode code = instance.code();
        frames.add(new Trap.Frame(code.info().names().module(), function, code.nameOf(function),
            code.offsetOf(function, pc), code::lineAt));
      }
      pc = getLong(fp + Layout.FRAME_RETURN) - Op.UNIT;
      fp = getLong(fp + Layout.FRAME_CALLER);
    }
    return frames;
  }
}
