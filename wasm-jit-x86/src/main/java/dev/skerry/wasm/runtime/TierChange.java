package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.interp.LoopTable;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.Registers;

/**
 * How functions get code: translated for tier 0 when they are called first, or linked where there is machine code; and
 * how tier 0 goes on in machine code, at a call or at the start of a loop.
 */
final class TierChange {

  private static final int SLOT = GuestStack.SLOT;

  /** What the descriptors of functions with machine code have as their code in tier 0. */
  private static final long MACHINE_CODE = Stub.NATIVE.address();

  private final StoreState store;
  /** Address of the store context. */
  private final long context;
  private final GuestStack stack;
  private final FunctionReferences functions;

  TierChange(StoreState store, GuestStack stack) {
    this.store = store;
    this.context = store.context();
    this.stack = stack;
    this.functions = store.functions();
  }

  static boolean hasMachineCode(long descriptor) {
    return getLong(descriptor + Layout.FUNCTION_CODE) == MACHINE_CODE;
  }

  /** Lets a compiled caller reach a function that has no entry for it yet. */
  void link() {
    long descriptor = getLong(context + Layout.STORE_CALLEE);
    FunctionInstance function = functions.at(descriptor);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    if (instance == null || !instance.runsMachineCode()) {
      putLong(descriptor + Layout.FUNCTION_ENTRY, function.type().thunks().exit());
      return;
    }
    int index = getInt(descriptor + Layout.FUNCTION_INDEX);
    firstCall(instance, index);
    instance.code().machine(store.region()).link(index, descriptor, function.type());
  }

  private void firstCall(ModuleInstance instance, int function) {
    Tiering tiering = store.tiering();
    if (tiering != null && instance.runsMachineCode()) {
      tiering.firstCall(instance.code(), function);
    }
  }

  /** Gives the function that is called for the first time its code in tier 0, and goes on there. */
  void translate(Registers registers) {
    long descriptor = getLong(registers.fp + Layout.FRAME_FUNCTION);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    int function = getInt(descriptor + Layout.FUNCTION_INDEX);
    firstCall(instance, function);
    if (!hasMachineCode(descriptor)) {
      instance.setTier0(function, descriptor, instance.code().translate(function, store::pollBetweenSlices));
    }
    registers.pc = getLong(descriptor + Layout.FUNCTION_CODE);
  }

  /**
   * Calls the function whose frame is the current one, which has machine code. Where the stack has no room for that and
   * what signal handlers may need below it, the function runs in tier 0.
   */
  int enterMachine(Level level) {
    long fp = level.registers.fp;
    long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
    CanonicalType type = functions.at(descriptor).type();
    Thunks thunks = type.thunks();
    store.pollBetweenSlices();
    if (!stack.hasRoomForMachine(fp + Layout.FRAME_HEADER, thunks.stackParameterBytes())) {
      ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
      level.registers.pc = instance.code().translate(getInt(descriptor + Layout.FUNCTION_INDEX),
          store::pollBetweenSlices);
      return Level.IN_TIER_0;
    }
    functions.link();
    long stackPointer = stack.stackPointer();
    stack.openMachine(fp + Layout.FRAME_HEADER, thunks.stackParameterBytes());
    stack.copyParameters(type, fp - (long) type.paramSlots() * SLOT, stack.buffer());
    putLong(context + Layout.STORE_CALLEE, descriptor);
    level.push(fp, stackPointer, descriptor);
    return NativeCalls.enter(context, thunks.entry());
  }

  /** Tells what runs in tier 0, and goes on in machine code if it is at the start of a loop that has some. */
  int sample(Level level) {
    Registers registers = level.registers;
    long descriptor = getLong(registers.fp + Layout.FRAME_FUNCTION);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    if (!instance.runsMachineCode()) {
      return Level.IN_TIER_0;
    }
    int function = getInt(descriptor + Layout.FUNCTION_INDEX);
    int loop = Op.isBranch(getInt(registers.pc))
        ? instance.code().loopAt(function, registers.pc + Op.UNIT + getInt(registers.pc + 12)) : LoopTable.NONE;
    boolean counts = store.tiering().sampled(instance.code(), function, loop);
    long entry = loop == LoopTable.NONE ? 0 : instance.code().machine(store.region()).loopEntry(function, loop);
    if (entry == 0) {
      goOnCounting(registers, instance, descriptor, counts);
    }
    store.interrupts().forgetSample();
    return entry == 0 ? Level.IN_TIER_0 : enterLoop(level, instance.code().frameBytes(function), entry);
  }

  /** Goes on in code that counts branches, or does not, as do further calls of the function in that instance. */
  private static void goOnCounting(Registers registers, ModuleInstance instance, long descriptor, boolean counts) {
    int function = getInt(descriptor + Layout.FUNCTION_INDEX);
    long before = registers.pc;
    registers.pc = instance.code().elsewhere(function, before, counts);
    if (registers.pc != before) {
      instance.setTier0(function, descriptor, instance.code().entry(function, registers.pc));
    }
  }

  /** Goes on in machine code at the start of a loop that the current frame is about to enter. */
  private int enterLoop(Level level, int frameBytes, long entry) {
    long fp = level.registers.fp;
    long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
    Thunks thunks = functions.at(descriptor).type().thunks();
    long stackPointer = stack.stackPointer();
    if (!stack.hasRoomForMachine(fp + frameBytes, 0)) {
      return Level.IN_TIER_0;
    }
    functions.link();
    stack.openMachine(fp + frameBytes, 0);
    putLong(stack.buffer(), fp);
    putLong(stack.buffer() + SLOT, entry);
    putLong(context + Layout.STORE_CALLEE, descriptor);
    level.push(fp, stackPointer, descriptor);
    return NativeCalls.enter(context, thunks.loopEntry());
  }
}
