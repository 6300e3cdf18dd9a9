package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.ir.InlinedBodies;
import java.util.ArrayList;
import java.util.List;

/** Reads the guest's frames off a stopped level, whatever tier they are in. */
final class Backtrace {

  private final StoreState store;
  private final List<Trap.Frame> frames = new ArrayList<>();

  private Backtrace(StoreState store) {
    this.store = store;
  }

  /** The innermost frames of the level, at most {@link Trap#MAX_FRAMES}. */
  static List<Trap.Frame> of(StoreState store, Level level) {
    Backtrace trace = new Backtrace(store);
    LevelRuns runs = new LevelRuns(store, level);
    do {
      if (runs.isMachine()) {
        trace.machine(runs.stackPointer());
      } else {
        trace.tier0(runs.pc(), runs.fp());
      }
    } while (!trace.isFull() && runs.advance());
    return trace.frames;
  }

  private boolean isFull() {
    return frames.size() == Trap.MAX_FRAMES;
  }

  private void tier0(long start, long frame) {
    long pc = start;
    for (long fp = frame; fp != 0 && !isFull(); fp = getLong(fp + Layout.FRAME_CALLER)) {
      long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
      ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
      if (instance != null) {
        int function = getInt(descriptor + Layout.FUNCTION_INDEX);
        add(instance.code(), function, instance.code().offsetOf(function, pc));
      }
      pc = getLong(fp + Layout.FRAME_RETURN) - Op.UNIT;
    }
  }

  private void machine(long stackPointer) {
    MachineFrames walk = new MachineFrames(store, stackPointer);
    while (!isFull() && walk.advance()) {
      add(walk.function(), walk.site().position());
    }
  }

  /** The frame of machine code, and before it those of the functions inlined there. */
  private void add(NativeFunction code, int position) {
    int at = position;
    int[] inlined = code.inlined();
    for (int row = InlinedBodies.find(inlined, at); row >= 0 && !isFull(); row = InlinedBodies.find(inlined, at)) {
      int offset = at - inlined[row] + inlined[row + InlinedBodies.BODY];
      add(code.module(), inlined[row + InlinedBodies.FUNCTION], offset);
      at = inlined[row + InlinedBodies.CALL];
    }
    if (!isFull()) {
      add(code.module(), code.function(), at);
    }
  }

  private void add(ModuleCode code, int function, long offset) {
    frames.add(new Trap.Frame(
        code.info().names().module(), function, code.nameOf(function), offset, code::lineAt));
  }
}
