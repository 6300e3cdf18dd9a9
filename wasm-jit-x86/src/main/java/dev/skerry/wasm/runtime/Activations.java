package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Interpreter;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.Registers;
import java.util.List;

/**
 * Runs the activations of one store: the driver loop that does what guest code stops for. A call from a host function
 * back into Wasm nests: its frames lie above those of the activation that it interrupts, on the same stack. Whatever a
 * call throws, the activations below it stay as they were.
 */
final class Activations {

  private static final int SLOT = 8;

  private final StoreState store;
  private final long storeContext;
  private final Activation[] levels;
  private long top;
  private long limit;
  private int depth;

  /** One nesting level, kept for the next call. */
  private static final class Activation {
    private final Registers registers = new Registers();
    private long[] slots = new long[8];

    private long[] slots(int count) {
      if (slots.length < count) {
        slots = new long[count];
      }
      return slots;
    }
  }

  Activations(StoreState store) {
    this.store = store;
    storeContext = store.context();
    levels = new Activation[store.limits().nesting()];
  }

  /** Calls a function with raw slots; the store is entered. */
  void call(FunctionInstance function, long[] slots) {
    if (depth >= levels.length) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    if (limit == 0) {
      allocateStack();
    }
    Activation level = levels[depth];
    if (level == null) {
      level = new Activation();
      levels[depth] = level;
    }
    long base = top;
    depth++;
    try {
      begin(level.registers, base, function, slots);
      drive(level);
      CanonicalType type = function.type();
      for (int i = 0; i < type.resultSlots(); i++) {
        slots[i] = getLong(base + (long) i * SLOT);
      }
    } finally {
      depth--;
      top = base;
    }
  }

  private void allocateStack() {
    NativeBlock block = store.own(NativeBlock.allocate(store.limits().stackBytes()));
    top = block.address();
    limit = top + block.byteLength();
    putLong(storeContext + Layout.STORE_STACK_LIMIT, limit);
  }

  /** Makes the outermost frame: arguments and header, with a return to where the interpreter stops. */
  private void begin(Registers registers, long base, FunctionInstance function, long[] slots) {
    CanonicalType type = function.type();
    long fp = base + (long) type.paramSlots() * SLOT;
    if (Math.max(fp + Layout.FRAME_HEADER, base + (long) type.resultSlots() * SLOT) > limit) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    for (int i = 0; i < type.paramSlots(); i++) {
      putLong(base + (long) i * SLOT, slots[i] & type.paramMask(i));
    }
    putLong(fp + Layout.FRAME_RETURN, Stub.EXIT.address());
    putLong(fp + Layout.FRAME_CALLER, 0);
    putLong(fp + Layout.FRAME_CALLER_CONTEXT, store.hostContext());
    putLong(fp + Layout.FRAME_FUNCTION, function.descriptor());
    registers.pc = getLong(function.descriptor() + Layout.FUNCTION_CODE);
    registers.fp = fp;
    registers.context = getLong(function.descriptor() + Layout.FUNCTION_CONTEXT);
  }

  private void drive(Activation level) {
    Registers registers = level.registers;
    try {
      for (;;) {
        switch (Interpreter.run(registers, storeContext)) {
          case Interpreter.DONE:
            return;
          case Interpreter.HOST_CALL:
            callHost(level);
            break;
          case Interpreter.TRANSLATE:
            translate(registers);
            break;
          default:
            runtime(registers);
        }
      }
    } catch (Trap trap) {
      throw trap.behind(Backtrace.of(store, registers));
    }
  }

  private void callHost(Activation level) {
    Registers registers = level.registers;
    long fp = registers.fp;
    FunctionInstance function = store.function(getInt(getLong(fp + Layout.FRAME_FUNCTION) + Layout.FUNCTION_REF));
    CanonicalType type = function.type();
    long[] slots = level.slots(Math.max(type.paramSlots(), type.resultSlots()));
    long base = fp - (long) type.paramSlots() * SLOT;
    for (int i = 0; i < type.paramSlots(); i++) {
      slots[i] = getLong(base + (long) i * SLOT);
    }
    long above = fp + Layout.FRAME_HEADER;
    if (above > limit) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    top = above;
    function.host().call(slots);
    registers.pc = getLong(fp + Layout.FRAME_RETURN);
    registers.fp = getLong(fp + Layout.FRAME_CALLER);
    registers.context = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
    for (int i = 0; i < type.resultSlots(); i++) {
      putLong(base + (long) i * SLOT, slots[i] & type.resultMask(i));
    }
    if (getInt(storeContext + Layout.STORE_INTERRUPT) != 0) {
      registers.pc -= Op.UNIT;
      throw trap(Trap.Kind.INTERRUPTED);
    }
  }

  private void translate(Registers registers) {
    long descriptor = getLong(registers.fp + Layout.FRAME_FUNCTION);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    long entry = instance.code().translate(
        getInt(descriptor + Layout.FUNCTION_INDEX), store::pollBetweenSlices);
    putLong(descriptor + Layout.FUNCTION_CODE, entry);
    registers.pc = entry;
  }

  private void runtime(Registers registers) {
    long at = registers.pc - Op.UNIT;
    registers.pc = at;
    RuntimeOperations.execute(store.instanceOf(registers.context), getInt(at),
        registers.fp + getInt(at + 4), getInt(at + 8), getInt(at + 12));
    registers.pc = at + Op.UNIT;
  }

  private static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }
}
