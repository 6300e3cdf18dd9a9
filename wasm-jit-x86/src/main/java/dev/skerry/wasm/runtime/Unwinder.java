package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.interp.HandlerTable;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.Registers;
import java.util.List;

/**
 * Throws the exceptions of guest code: walks the frames of a stopped activation from the innermost one out, and goes on
 * where the first of them catches.
 */
final class Unwinder {

  private static final int SLOT = 8;

  private final StoreState store;
  private long stack;

  Unwinder(StoreState store) {
    this.store = store;
  }

  /** Sets where the store's stack begins. */
  void stack(long address) {
    stack = address;
  }

  /** Does the throwing instruction at the program counter. */
  void raise(Registers registers) {
    long operand = registers.fp + getInt(registers.pc + 4);
    ExceptionInstance exception = getInt(registers.pc) == Op.THROW
        ? made(store.instanceOf(registers.context).tag(getInt(registers.pc + 8)), operand)
        : store.exceptions().exceptionOf(getInt(operand));
    if (exception == null) {
      throw new Trap(Trap.Kind.NULL_EXCEPTION_REFERENCE, null, List.of());
    }
    if (!land(registers, exception)) {
      throw new WasmException(store.face(), exception, List.of());
    }
  }

  private static ExceptionInstance made(TagInstance tag, long slots) {
    long[] payload = new long[tag.type().paramSlots()];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = getLong(slots + (long) i * SLOT);
    }
    return new ExceptionInstance(tag, payload);
  }

  /**
   * Moves the registers to where an exception is caught that the current frame throws; false, and nothing is changed,
   * if none of the activation's frames catches it. Polls at each frame, so that every cycle of guest code does.
   */
  boolean land(Registers registers, ExceptionInstance exception) {
    if (exception.tag().store() != store) {
      return false;
    }
    long pc = registers.pc;
    for (long fp = registers.fp; fp != 0; fp = getLong(fp + Layout.FRAME_CALLER)) {
      store.pollBetweenSlices();
      long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
      long context = getLong(descriptor + Layout.FUNCTION_CONTEXT);
      ModuleInstance instance = store.instanceOf(context);
      if (instance != null) {
        int function = getInt(descriptor + Layout.FUNCTION_INDEX);
        HandlerTable handlers = instance.code().handlers(function);
        long entry = instance.code().entry(function);
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
        ? store.exceptions().refOf(exception, stack, fp + handlers.frameBytes()) : 0;
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
