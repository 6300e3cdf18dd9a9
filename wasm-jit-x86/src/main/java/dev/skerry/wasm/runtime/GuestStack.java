package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.memory.NativeStack;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Registers;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * The stack of one activation. Tier-0 frames grow up from its low end, frames of machine code down from its top; above
 * them is the call buffer. While it is attached, the store context says where both end; else this object does.
 */
final class GuestStack implements AutoCloseable {

  static final int SLOT = 8;

  /**
   * The call buffer at the top: the most slots that parameters or results can take, and some more so that its first
   * slots share their page with the first frames.
   */
  private static final int CALL_BUFFER_BYTES = (16 << 10) + (2 << 10);

  /** What signal handlers may use of the stack below machine code, where tier-0 frames and not a guard lie under it. */
  private static final int SIGNAL_BYTES = 128 << 10;

  /** Below the limit of machine code: frames without a check, stubs, and the most that stack arguments can take. */
  private static final int MACHINE_RESERVE = (4 << 10) + (16 << 10);

  /** What entry thunks and {@link Stubs} take beside stack arguments. */
  private static final int ENTRY_BYTES = 48;

  private static final int UNIT = 64 << 10;
  private static final int ALIGNMENT = 16;

  private final StoreState store;
  /** Address of the store context. */
  private final long context;
  private final NativeStack stack;
  private final long buffer;
  private long top;
  private long machineLimit;
  /** Of a detached stack. */
  private long stackPointer;
  private long tier0Limit;

  /** @throws dev.skerry.memory.NativeMemoryException if the system has no stack more */
  GuestStack(StoreState store) {
    this.store = store;
    this.context = store.context();
    this.stack = NativeStack.reserve(Math.max(store.limits().stackBytes() + UNIT - 1L & -UNIT, UNIT));
    this.buffer = stack.top() - CALL_BUFFER_BYTES;
    this.top = stack.limit();
    this.stackPointer = buffer;
    this.tier0Limit = buffer;
    this.machineLimit = machineLimitAbove(top);
  }

  /** Makes this what the store's guests run on. */
  void attach() {
    putLong(context + Layout.STORE_CALL_BUFFER, buffer);
    putLong(context + Layout.STORE_NATIVE_SP, stackPointer);
    putLong(context + Layout.STORE_STACK_LIMIT, tier0Limit);
    restoreMachineLimit();
  }

  /** Another stack is about to be attached, or none. */
  void detach() {
    stackPointer = stackPointer();
    tier0Limit = tier0Limit();
  }

  /** Makes it a stack without frames. */
  void clear() {
    top = bottom();
    stackPointer(buffer);
    tier0Limit(buffer);
    machineLimit(machineLimitAbove(top));
  }

  /** Where the first tier-0 frame begins. */
  long bottom() {
    return stack.limit();
  }

  /** Where machine code stopped, of a detached stack. */
  long detachedStackPointer() {
    return stackPointer;
  }

  /** Where the next tier-0 frame may begin. */
  long top() {
    return top;
  }

  void top(long address) {
    top = address;
  }

  /** Where machine code stopped, or may begin. */
  long stackPointer() {
    return getLong(context + Layout.STORE_NATIVE_SP);
  }

  void stackPointer(long address) {
    putLong(context + Layout.STORE_NATIVE_SP, address);
  }

  /** Where tier-0 frames must end. */
  long tier0Limit() {
    return getLong(context + Layout.STORE_STACK_LIMIT);
  }

  void tier0Limit(long address) {
    putLong(context + Layout.STORE_STACK_LIMIT, address);
  }

  /** Where machine code must end, interrupts left aside. */
  long machineLimit() {
    return machineLimit;
  }

  void machineLimit(long limit) {
    if (limit != machineLimit) {
      machineLimit = limit;
      restoreMachineLimit();
    }
  }

  /** Sets the limit to what it is without an interrupt; as often as it takes. */
  void restoreMachineLimit() {
    putLong(context + Layout.STORE_NATIVE_LIMIT, machineLimit);
    // An interrupt writes the word before it moves the limit: if it came before ours, we see the word.
    VarHandle.fullFence();
    if (getInt(context + Layout.STORE_INTERRUPT) != 0) {
      putLong(context + Layout.STORE_NATIVE_LIMIT, -1);
    }
  }

  /** Says whether the limit is as it is without an interrupt. */
  boolean isMachineLimitInPlace() {
    return getLong(context + Layout.STORE_NATIVE_LIMIT) == machineLimit;
  }

  /** Where machine code must end above tier-0 frames that end there. */
  long machineLimitAbove(long tier0Top) {
    return tier0Top + MACHINE_RESERVE + (tier0Top == stack.limit() ? 0 : SIGNAL_BYTES);
  }

  boolean hasRoomForMachine(long tier0Top, int stackParameterBytes) {
    return (stackPointer() & -ALIGNMENT) - stackParameterBytes - ENTRY_BYTES >= machineLimitAbove(tier0Top);
  }

  /**
   * Makes machine code ready to begin above tier-0 frames that end there.
   *
   * @throws Trap if there is no room; nothing has changed then
   */
  void openMachine(long tier0Top, int stackParameterBytes) {
    if (!hasRoomForMachine(tier0Top, stackParameterBytes)) {
      throw new Trap(Trap.Kind.STACK_EXHAUSTED, null, List.of());
    }
    top = tier0Top;
    stackPointer(stackPointer() & -ALIGNMENT);
    machineLimit(machineLimitAbove(tier0Top));
  }

  /**
   * Makes the outermost frame of a run in tier 0 at the top, whose parameters are filled in by the caller.
   *
   * @throws Trap if there is no room; nothing has changed then
   */
  void openTier0(Registers registers, FunctionInstance function) {
    CanonicalType type = function.type();
    long fp = top + (long) type.paramSlots() * SLOT;
    long limit = stackPointer();
    if (Math.max(fp + Layout.FRAME_HEADER, top + (long) type.resultSlots() * SLOT) > limit) {
      throw new Trap(Trap.Kind.STACK_EXHAUSTED, null, List.of());
    }
    tier0Limit(limit);
    putLong(fp + Layout.FRAME_RETURN, Stub.EXIT.address());
    putLong(fp + Layout.FRAME_CALLER, 0);
    putLong(fp + Layout.FRAME_CALLER_CONTEXT, store.hostContext());
    putLong(fp + Layout.FRAME_FUNCTION, function.descriptor());
    registers.pc = getLong(function.descriptor() + Layout.FUNCTION_CODE);
    registers.fp = fp;
    registers.context = getLong(function.descriptor() + Layout.FUNCTION_CONTEXT);
  }

  /** Address of the slots that values pass through between machine code and all else. */
  long buffer() {
    return buffer;
  }

  void putParameters(CanonicalType type, long address, long[] slots) {
    put(address, slots, type.paramMasks());
  }

  void getParameters(CanonicalType type, long address, long[] slots) {
    get(address, slots, type.paramMasks());
  }

  void copyParameters(CanonicalType type, long from, long to) {
    copy(from, to, type.paramMasks());
  }

  void putResults(CanonicalType type, long address, long[] slots) {
    put(address, slots, type.resultMasks());
  }

  void getResults(CanonicalType type, long address, long[] slots) {
    get(address, slots, type.resultMasks());
  }

  void copyResults(CanonicalType type, long from, long to) {
    copy(from, to, type.resultMasks());
  }

  // The first slots by themselves: what HotSpot makes of a loop of few turns takes longer than the turns do.

  private static void put(long address, long[] slots, long[] masks) {
    if (masks.length > 0) {
      putLong(address, slots[0] & masks[0]);
    }
    if (masks.length > 1) {
      putLong(address + SLOT, slots[1] & masks[1]);
    }
    for (int i = 2; i < masks.length; i++) {
      putLong(address + (long) i * SLOT, slots[i] & masks[i]);
    }
  }

  private static void get(long address, long[] slots, long[] masks) {
    if (masks.length > 0) {
      slots[0] = getLong(address) & masks[0];
    }
    if (masks.length > 1) {
      slots[1] = getLong(address + SLOT) & masks[1];
    }
    for (int i = 2; i < masks.length; i++) {
      slots[i] = getLong(address + (long) i * SLOT) & masks[i];
    }
  }

  private static void copy(long from, long to, long[] masks) {
    for (int i = 0; i < masks.length; i++) {
      putLong(to + (long) i * SLOT, getLong(from + (long) i * SLOT) & masks[i]);
    }
  }

  /**
   * Shows all values on the stack that may be references.
   *
   * @param tier0End where the tier-0 frames end
   * @param machineEnd where the frames of machine code end
   */
  void scan(long tier0End, long machineEnd, ReferenceVisitor visitor) {
    for (long at = stack.limit(); at < tier0End; at += Integer.BYTES) {
      visitor.visit(getInt(at));
    }
    for (long at = machineEnd & -SLOT; at < stack.top(); at += Integer.BYTES) {
      visitor.visit(getInt(at));
    }
  }

  /** Gives the stack back; nothing runs on it or will be resumed. */
  @Override
  public void close() {
    stack.close();
  }
}
