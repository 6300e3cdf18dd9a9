package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getLong;

import dev.skerry.wasm.interp.Op;

/** Walks the runs of a stopped level, from the innermost one out; it begins at that one. */
final class LevelRuns {

  private final Level level;
  private int link;
  private boolean machine;
  private long pc;
  private long fp;
  private long stackPointer;

  LevelRuns(StoreState store, Level level) {
    this.level = level;
    this.link = level.links();
    this.machine = level.machine;
    this.pc = level.registers.pc;
    this.fp = level.registers.fp;
    this.stackPointer = getLong(store.context() + Layout.STORE_NATIVE_SP);
  }

  /** Goes to the next run out; false if there is none more. */
  boolean advance() {
    if (link == 0) {
      return false;
    }
    link--;
    machine = !machine;
    stackPointer = level.stackPointer(link);
    if (!machine) {
      long callee = level.address(link);
      pc = getLong(callee + Layout.FRAME_RETURN) - Op.UNIT;
      fp = getLong(callee + Layout.FRAME_CALLER);
    }
    return true;
  }

  /** How many links there are below the run. */
  int links() {
    return link;
  }

  boolean isMachine() {
    return machine;
  }

  /** Of a run in tier 0: where its innermost frame is. */
  long pc() {
    return pc;
  }

  /** Of a run in tier 0: its innermost frame. */
  long fp() {
    return fp;
  }

  /** Of a run of machine code: where it stopped. */
  long stackPointer() {
    return stackPointer;
  }
}
