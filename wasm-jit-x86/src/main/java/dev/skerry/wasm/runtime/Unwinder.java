package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.HandlerTable;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.Registers;
import java.util.List;

/**
 * Throws the exceptions of guest code: walks the frames of a stopped level from the innermost one out, and goes on
 * where the first of them catches. Polls at each frame, so that every cycle of guest code does.
 */
final class Unwinder {

  private static final int SLOT = 8;
  /** Ints of a row of a guard. */
  private static final int GUARD_FIELDS = 2;

  private final StoreState store;
  /** Where machine code goes on that caught an exception, and its stack pointer there. */
  private long landing;
  private long landingStackPointer;

  Unwinder(StoreState store) {
    this.store = store;
  }

  /**
   * What a throwing instruction throws.
   *
   * @param op {@link Op#THROW} or {@link Op#THROW_REF}
   * @param operands address of its first operand
   * @param tag the tag, of a THROW
   */
  ExceptionInstance thrown(ModuleInstance instance, int op, long operands, int tag) {
    if (op == Op.THROW) {
      return made(instance.tag(tag), operands);
    }
    ExceptionInstance exception = store.exceptions().exceptionOf(getInt(operands));
    if (exception == null) {
      throw new Trap(Trap.Kind.NULL_EXCEPTION_REFERENCE, null, List.of());
    }
    return exception;
  }

  private static ExceptionInstance made(TagInstance tag, long slots) {
    long[] payload = new long[tag.type().paramSlots()];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = getLong(slots + (long) i * SLOT) & tag.type().paramMasks()[i];
    }
    return new ExceptionInstance(tag, payload);
  }

  /**
   * Moves a level to where an exception is caught that its innermost frame throws; false, and nothing is changed, if
   * none of its frames catches it. If the level is then in machine code, that goes on at {@link #landing}.
   *
   * @param tier0End where the tier-0 frames end that there are
   */
  boolean land(Level level, ExceptionInstance exception, long tier0End) {
    if (exception.tag().store() != store) {
      return false;
    }
    LevelRuns runs = new LevelRuns(store, level);
    do {
      if (runs.isMachine() ? landInMachine(runs.stackPointer(), tier0End, exception)
          : land(level.registers, runs.pc(), runs.fp(), exception)) {
        level.cut(runs.links());
        return true;
      }
    } while (runs.advance());
    return false;
  }

  /** The address that machine code goes on at that caught the exception. */
  long landing() {
    return landing;
  }

  /** The stack pointer there. */
  long landingStackPointer() {
    return landingStackPointer;
  }

  private boolean landInMachine(long stopped, long tier0End, ExceptionInstance exception) {
    MachineFrames frames = new MachineFrames(store, stopped);
    while (frames.advance()) {
      store.pollBetweenSlices();
      landing = frames.function().landing(frames.site());
      if (landing != 0 && give(frames.function().guard(frames.site()), store.instanceOf(frames.context()), tier0End,
          exception)) {
        landingStackPointer = frames.stackPointer();
        return true;
      }
    }
    return false;
  }

  /** Writes what a landing pad takes to the call buffer, if a row of its guard fits. */
  private boolean give(int[] guard, ModuleInstance instance, long tier0End, ExceptionInstance exception) {
    for (int at = 0; at < guard.length; at += GUARD_FIELDS) {
      int tag = guard[at];
      if (tag < 0 || instance.tag(tag) == exception.tag()) {
        long buffer = getLong(store.context() + Layout.STORE_CALL_BUFFER);
        int ref = guard[at + 1] != 0 ? store.exceptions().refOf(exception, tier0End) : 0;
        putLong(buffer, at / GUARD_FIELDS);
        putLong(buffer + SLOT, ref);
        long slot = buffer + 2 * SLOT;
        if (tag >= 0) {
          for (long value : exception.payload()) {
            putLong(slot, value);
            slot += SLOT;
          }
        }
        return true;
      }
    }
    return false;
  }

  private boolean land(Registers registers, long start, long frame, ExceptionInstance exception) {
    long pc = start;
    for (long fp = frame; fp != 0; fp = getLong(fp + Layout.FRAME_CALLER)) {
      store.pollBetweenSlices();
      long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
      long context = getLong(descriptor + Layout.FUNCTION_CONTEXT);
      ModuleInstance instance = store.instanceOf(context);
      if (instance != null) {
        int function = getInt(descriptor + Layout.FUNCTION_INDEX);
        HandlerTable handlers = instance.code().handlers(function, pc);
        long entry = instance.code().entry(function, pc);
        int row = handlers.find((pc - entry) / Op.UNIT, tag -> instance.tag(tag) == exception.tag());
        if (row >= 0) {
          give(handlers, row, fp, exception);
          registers.pc = entry + (long) handlers.target(row) * Op.UNIT;
          registers.fp = fp;
          registers.context = context;
          return true;
        }
      }
      pc = getLong(fp + Layout.FRAME_RETURN) - Op.UNIT;
    }
    return false;
  }

  /** Writes what a handler takes. */
  private void give(HandlerTable handlers, int row, long fp, ExceptionInstance exception) {
    boolean first = handlers.takesReferenceFirst(row);
    int ref = first || handlers.takesReferenceLast(row)
        ? store.exceptions().refOf(exception, fp + handlers.frameBytes()) : 0;
    long slot = fp + handlers.place(row);
    if (first) {
      putLong(slot, ref);
      slot += SLOT;
    }
    if (handlers.takesValues(row)) {
      for (long value : exception.payload()) {
        putLong(slot, value);
        slot += SLOT;
      }
    }
    if (handlers.takesReferenceLast(row)) {
      putLong(slot, ref);
    }
  }
}
