package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.memory.NativeStack;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.interp.Interpreter;
import dev.skerry.wasm.interp.LoopTable;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.PollStop;
import dev.skerry.wasm.interp.Registers;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * Guest code on a stack of its own: the driver loop that does what it stops for, in either tier. Tier-0 frames grow up
 * from the stack's low end, frames of machine code down from its top. A call from a host function back into Wasm nests:
 * its frames lie between those of the level that it interrupts. Whatever a call throws, the levels below it stay as
 * they were.
 */
final class Activation implements AutoCloseable {

  private static final int SLOT = 8;

  /**
   * The call buffer at the top of the stack: the most slots that parameters or results can take, and some more so that
   * its first slots share their page with the first frames.
   */
  private static final int CALL_BUFFER_BYTES = (16 << 10) + (2 << 10);

  /** What signal handlers may use of the stack below machine code, where tier-0 frames and not a guard lie under it. */
  private static final int SIGNAL_BYTES = 128 << 10;

  /** Below the limit of machine code: frames without a check, stubs, and the most that stack arguments can take. */
  private static final int MACHINE_RESERVE = (4 << 10) + (16 << 10);

  /** What an entry thunk takes beside stack arguments. */
  private static final int ENTRY_BYTES = 32;

  private static final int STACK_UNIT = 64 << 10;
  private static final int STACK_ALIGNMENT = 16;

  /** Results of the loop's two halves: the level is done, or its innermost run is in tier 0 now. */
  private static final int FINISHED = -1;
  private static final int IN_TIER_0 = -2;

  private final StoreState store;
  /** Address of the store context. */
  private final long context;
  private final Unwinder exceptions;
  private final NativeStack stack;
  private final long buffer;
  private final Level[] levels;
  private int depth;
  /** Where the next tier-0 frame may begin. */
  private long top;
  private long machineLimit;

  /** @throws dev.skerry.memory.NativeMemoryException if the system has no stack more */
  Activation(StoreState store) {
    this.store = store;
    this.context = store.context();
    this.exceptions = new Unwinder(store);
    StoreLimits limits = store.limits();
    this.levels = new Level[limits.nesting()];
    this.stack = NativeStack.reserve(Math.max(limits.stackBytes() + STACK_UNIT - 1L & -STACK_UNIT, STACK_UNIT));
    this.buffer = stack.top() - CALL_BUFFER_BYTES;
    this.top = stack.limit();
  }

  /** Makes this the activation that the store runs. */
  void attach() {
    putLong(context + Layout.STORE_CALL_BUFFER, buffer);
    putLong(context + Layout.STORE_NATIVE_SP, buffer);
    putLong(context + Layout.STORE_STACK_LIMIT, buffer);
  }

  /** Calls a function with raw slots; the store is entered, and runs this activation. */
  void call(FunctionInstance function, long[] slots) {
    if (depth >= levels.length) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    Level level = levels[depth];
    if (level == null) {
      level = new Level();
      levels[depth] = level;
    }
    long outerTop = top;
    long outerLimit = machineLimit;
    long outerStackPointer = getLong(context + Layout.STORE_NATIVE_SP);
    long outerStackLimit = getLong(context + Layout.STORE_STACK_LIMIT);
    depth++;
    try {
      if (hasMachineCode(function.descriptor())) {
        callMachine(level, function, slots);
      } else {
        callTier0(level, function, slots);
      }
    } finally {
      depth--;
      top = outerTop;
      putLong(context + Layout.STORE_STACK_LIMIT, outerStackLimit);
      putLong(context + Layout.STORE_NATIVE_SP, outerStackPointer);
      limitMachine(outerLimit);
    }
  }

  private static boolean hasMachineCode(long descriptor) {
    return getLong(descriptor + Layout.FUNCTION_CODE) == Stub.NATIVE.address();
  }

  private void callMachine(Level level, FunctionInstance function, long[] slots) {
    CanonicalType type = function.type();
    Thunks thunks = type.thunks();
    openMachine(top, thunks.convention().stackParameterBytes());
    store.pollBetweenSlices();
    for (int i = 0; i < type.paramSlots(); i++) {
      putLong(buffer + (long) i * SLOT, slots[i] & type.paramMask(i));
    }
    putLong(context + Layout.STORE_CALLEE, function.descriptor());
    level.reset(true);
    int exit = NativeCalls.enter(context, thunks.entry());
    if (exit != Exit.DONE) {
      drive(level, exit);
    }
    for (int i = 0; i < type.resultSlots(); i++) {
      slots[i] = getLong(buffer + (long) i * SLOT) & type.resultMask(i);
    }
  }

  private void callTier0(Level level, FunctionInstance function, long[] slots) {
    CanonicalType type = function.type();
    long base = top;
    long fp = openTier0(level.registers, base, function);
    for (int i = 0; i < type.paramSlots(); i++) {
      putLong(base + (long) i * SLOT, slots[i] & type.paramMask(i));
    }
    level.reset(false);
    drive(level, IN_TIER_0);
    for (int i = 0; i < type.resultSlots(); i++) {
      slots[i] = getLong(base + (long) i * SLOT);
    }
  }

  /** Makes room for machine code above tier-0 frames that end there; nothing else has changed if there is none. */
  private void openMachine(long tier0Top, int stackParameterBytes) {
    if (!hasRoomForMachine(tier0Top, stackParameterBytes)) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    putLong(context + Layout.STORE_NATIVE_SP, getLong(context + Layout.STORE_NATIVE_SP) & -STACK_ALIGNMENT);
    limitMachine(machineLimitAbove(tier0Top));
  }

  private boolean hasRoomForMachine(long tier0Top, int stackParameterBytes) {
    long stackPointer = getLong(context + Layout.STORE_NATIVE_SP) & -STACK_ALIGNMENT;
    return stackPointer - stackParameterBytes - ENTRY_BYTES >= machineLimitAbove(tier0Top);
  }

  private long machineLimitAbove(long tier0Top) {
    return tier0Top + MACHINE_RESERVE + (tier0Top == stack.limit() ? 0 : SIGNAL_BYTES);
  }

  private void limitMachine(long limit) {
    if (limit != machineLimit) {
      machineLimit = limit;
      putLong(context + Layout.STORE_NATIVE_LIMIT, limit);
      // An interrupt writes the word before it moves the limit: if it came before ours, we see the word.
      VarHandle.fullFence();
      if (getInt(context + Layout.STORE_INTERRUPT) != 0) {
        putLong(context + Layout.STORE_NATIVE_LIMIT, -1);
      }
    }
  }

  /** Makes the outermost frame of a run, whose parameters begin at the base; the caller fills them in. */
  private long openTier0(Registers registers, long base, FunctionInstance function) {
    CanonicalType type = function.type();
    long fp = base + (long) type.paramSlots() * SLOT;
    long limit = getLong(context + Layout.STORE_NATIVE_SP);
    if (Math.max(fp + Layout.FRAME_HEADER, base + (long) type.resultSlots() * SLOT) > limit) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    putLong(context + Layout.STORE_STACK_LIMIT, limit);
    putLong(fp + Layout.FRAME_RETURN, Stub.EXIT.address());
    putLong(fp + Layout.FRAME_CALLER, 0);
    putLong(fp + Layout.FRAME_CALLER_CONTEXT, store.hostContext());
    putLong(fp + Layout.FRAME_FUNCTION, function.descriptor());
    registers.pc = getLong(function.descriptor() + Layout.FUNCTION_CODE);
    registers.fp = fp;
    registers.context = getLong(function.descriptor() + Layout.FUNCTION_CONTEXT);
    return fp;
  }

  private void drive(Level level, int first) {
    try {
      int exit = first;
      while (exit != FINISHED) {
        exit = level.machine ? afterMachine(level, exit) : runTier0(level);
      }
    } catch (Trap trap) {
      throw trap.behind(Backtrace.of(store, level));
    } catch (WasmException thrown) {
      throw thrown.behind(Backtrace.of(store, level));
    }
  }

  /** Does what machine code stopped for; why it stopped next, or that tier 0 goes on. */
  private int afterMachine(Level level, int exit) {
    switch (exit) {
      case Exit.CALL:
        return callFromMachine(level);
      case Exit.DONE:
        return level.links() == 0 ? FINISHED : returnToTier0(level);
      case Exit.RUNTIME:
        return runtimeForMachine(level);
      case Exit.LINK:
        link();
        return NativeCalls.resume(context);
      case Exit.INTERRUPT:
        interrupted();
        return NativeCalls.resume(context);
      case Exit.STACK:
        if (getInt(context + Layout.STORE_INTERRUPT) != 0) {
          interrupted();
        }
        if (getLong(context + Layout.STORE_NATIVE_LIMIT) == machineLimit) {
          throw trap(Trap.Kind.STACK_EXHAUSTED);
        }
        restoreMachineLimit();
        return NativeCalls.resume(context);
      case Exit.FAULT:
        throw trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
      default:
        throw trap(Trap.Kind.values()[exit - Exit.FIRST_TRAP]);
    }
  }

  /** Sets the limit to what it is without an interrupt. */
  private void restoreMachineLimit() {
    long limit = machineLimit;
    machineLimit = -1;
    limitMachine(limit);
  }

  private int callFromMachine(Level level) {
    FunctionInstance function = store.functionAt(getLong(context + Layout.STORE_CALLEE));
    CanonicalType type = function.type();
    if (function.host() == null) {
      long base = top;
      long stackPointer = getLong(context + Layout.STORE_NATIVE_SP);
      openTier0(level.registers, base, function);
      for (int i = 0; i < type.paramSlots(); i++) {
        putLong(base + (long) i * SLOT, getLong(buffer + (long) i * SLOT) & type.paramMask(i));
      }
      level.push(base, stackPointer, function.descriptor());
      return IN_TIER_0;
    }
    long[] slots = level.slots(Math.max(type.paramSlots(), type.resultSlots()));
    for (int i = 0; i < type.paramSlots(); i++) {
      slots[i] = getLong(buffer + (long) i * SLOT) & type.paramMask(i);
    }
    try {
      function.host().call(slots);
    } catch (WasmException thrown) {
      return land(level, thrown);
    }
    for (int i = 0; i < type.resultSlots(); i++) {
      putLong(buffer + (long) i * SLOT, slots[i] & type.resultMask(i));
    }
    store.pollBetweenSlices();
    return NativeCalls.resume(context);
  }

  /** Goes on where an exception is caught; throws it if that is outside of this level. */
  private int land(Level level, WasmException thrown) {
    int before = level.links();
    if (!exceptions.land(level, thrown.exception())) {
      throw thrown;
    }
    if (level.links() < before) {
      putLong(context + Layout.STORE_NATIVE_SP, level.stackPointer(level.links()));
      putLong(context + Layout.STORE_STACK_LIMIT, level.stackPointer(level.links()));
    }
    return IN_TIER_0;
  }

  private int raise(Level level, ExceptionInstance exception) {
    return land(level, new WasmException(store.face(), exception, List.of()));
  }

  private int runtimeForMachine(Level level) {
    long returnAddress = getLong(getLong(context + Layout.STORE_NATIVE_SP));
    NativeFunction.Site site = ((NativeFunction) store.region().find(returnAddress)).site(returnAddress);
    ModuleInstance instance = store.instanceOf(getLong(context + Layout.STORE_EXIT_CONTEXT));
    int op = site.operation();
    if (op == Op.THROW || op == Op.THROW_REF) {
      return raise(level, exceptions.thrown(instance, op, buffer, site.index()));
    }
    RuntimeOperations.execute(instance, op, buffer, site.index(), site.index2());
    return NativeCalls.resume(context);
  }

  /** Lets a compiled caller reach a function that has no entry for it yet. */
  private void link() {
    long descriptor = getLong(context + Layout.STORE_CALLEE);
    FunctionInstance function = store.functionAt(descriptor);
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

  /** Does what a poll found and goes on, or throws; what it found. */
  private int interrupted() {
    int bits = store.takeInterrupts();
    if ((bits & Interrupt.KILL) != 0) {
      throw trap(Trap.Kind.INTERRUPTED);
    }
    return bits;
  }

  /** Tells what runs in tier 0, and goes on in machine code if it is at the start of a loop that has some. */
  private int sample(Level level) {
    Tiering tiering = store.tiering();
    Registers registers = level.registers;
    long descriptor = getLong(registers.fp + Layout.FRAME_FUNCTION);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    if (tiering == null || !instance.runsMachineCode()) {
      return IN_TIER_0;
    }
    int function = getInt(descriptor + Layout.FUNCTION_INDEX);
    int loop = Op.isBranch(getInt(registers.pc))
        ? instance.code().loopAt(function, registers.pc + Op.UNIT + getInt(registers.pc + 12)) : LoopTable.NONE;
    tiering.sampled(instance.code(), function, loop);
    long entry = loop == LoopTable.NONE ? 0 : instance.code().machine(store.region()).loopEntry(function, loop);
    return entry == 0 ? IN_TIER_0 : enterLoop(level, instance.code().frameBytes(function), entry);
  }

  /** Goes on in machine code at the start of a loop that the current frame is about to enter. */
  private int enterLoop(Level level, int frameBytes, long entry) {
    long fp = level.registers.fp;
    long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
    Thunks thunks = store.functionAt(descriptor).type().thunks();
    long stackPointer = getLong(context + Layout.STORE_NATIVE_SP);
    if (!hasRoomForMachine(fp + frameBytes, 0)) {
      return IN_TIER_0;
    }
    top = fp + frameBytes;
    openMachine(top, 0);
    putLong(buffer, fp);
    putLong(buffer + SLOT, entry);
    putLong(context + Layout.STORE_CALLEE, descriptor);
    level.push(fp, stackPointer, descriptor);
    return NativeCalls.enter(context, thunks.loopEntry());
  }

  /** Goes on in tier 0 behind a callee that was machine code. */
  private int returnToTier0(Level level) {
    int link = level.pop();
    long fp = level.address(link);
    CanonicalType type = store.functionAt(level.callee(link)).type();
    long base = fp - (long) type.paramSlots() * SLOT;
    leaveFrame(level.registers, fp);
    for (int i = 0; i < type.resultSlots(); i++) {
      putLong(base + (long) i * SLOT, getLong(buffer + (long) i * SLOT) & type.resultMask(i));
    }
    putLong(context + Layout.STORE_NATIVE_SP, level.stackPointer(link));
    putLong(context + Layout.STORE_STACK_LIMIT, level.stackPointer(link));
    return IN_TIER_0;
  }

  private static void leaveFrame(Registers registers, long fp) {
    registers.pc = getLong(fp + Layout.FRAME_RETURN);
    registers.fp = getLong(fp + Layout.FRAME_CALLER);
    registers.context = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
  }

  /** Goes on in machine code behind a callee that was in tier 0. */
  private int returnToMachine(Level level) {
    int link = level.pop();
    top = level.address(link);
    limitMachine(machineLimitAbove(top));
    CanonicalType type = store.functionAt(level.callee(link)).type();
    for (int i = 0; i < type.resultSlots(); i++) {
      putLong(buffer + (long) i * SLOT, getLong(top + (long) i * SLOT));
    }
    return NativeCalls.resume(context);
  }

  /** Runs tier 0 until it stops, and does what it stopped for; as {@link #afterMachine}. */
  private int runTier0(Level level) {
    Registers registers = level.registers;
    int stop;
    try {
      stop = Interpreter.run(registers, context);
    } catch (PollStop poll) {
      return (interrupted() & Interrupt.SAMPLE) != 0 ? sample(level) : IN_TIER_0;
    }
    switch (stop) {
      case Interpreter.DONE:
        return level.links() == 0 ? FINISHED : returnToMachine(level);
      case Interpreter.HOST_CALL:
        return callHost(level);
      case Interpreter.TRANSLATE:
        translate(registers);
        return IN_TIER_0;
      default:
        return runtime(level);
    }
  }

  private int callHost(Level level) {
    Registers registers = level.registers;
    long fp = registers.fp;
    FunctionInstance function = store.functionAt(getLong(fp + Layout.FRAME_FUNCTION));
    CanonicalType type = function.type();
    long[] slots = level.slots(Math.max(type.paramSlots(), type.resultSlots()));
    long base = fp - (long) type.paramSlots() * SLOT;
    for (int i = 0; i < type.paramSlots(); i++) {
      slots[i] = getLong(base + (long) i * SLOT);
    }
    long above = fp + Layout.FRAME_HEADER;
    if (above > getLong(context + Layout.STORE_STACK_LIMIT)) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    top = above;
    try {
      function.host().call(slots);
    } catch (WasmException thrown) {
      return land(level, thrown);
    }
    leaveFrame(registers, fp);
    for (int i = 0; i < type.resultSlots(); i++) {
      putLong(base + (long) i * SLOT, slots[i] & type.resultMask(i));
    }
    if (store.isKilled()) {
      registers.pc -= Op.UNIT;
      throw trap(Trap.Kind.INTERRUPTED);
    }
    return IN_TIER_0;
  }

  private void translate(Registers registers) {
    long descriptor = getLong(registers.fp + Layout.FRAME_FUNCTION);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    int function = getInt(descriptor + Layout.FUNCTION_INDEX);
    firstCall(instance, function);
    if (!hasMachineCode(descriptor)) {
      instance.setTier0(function, descriptor, instance.code().translate(function, store::pollBetweenSlices));
    }
    registers.pc = getLong(descriptor + Layout.FUNCTION_CODE);
  }

  /** Does the instruction that tier 0 leaves to the runtime. */
  private int runtime(Level level) {
    Registers registers = level.registers;
    long at = registers.pc - Op.UNIT;
    registers.pc = at;
    int op = getInt(at);
    if (op == Op.NATIVE) {
      return enterMachine(level);
    }
    if (op == Op.THROW || op == Op.THROW_REF) {
      return raise(level, exceptions.thrown(store.instanceOf(registers.context), op,
          registers.fp + getInt(at + 4), getInt(at + 8)));
    }
    RuntimeOperations.execute(store.instanceOf(registers.context), op,
        registers.fp + getInt(at + 4), getInt(at + 8), getInt(at + 12));
    registers.pc = at + Op.UNIT;
    return IN_TIER_0;
  }

  /** Calls the function whose frame is the current one, which has machine code. */
  private int enterMachine(Level level) {
    long fp = level.registers.fp;
    long descriptor = getLong(fp + Layout.FRAME_FUNCTION);
    CanonicalType type = store.functionAt(descriptor).type();
    Thunks thunks = type.thunks();
    long stackPointer = getLong(context + Layout.STORE_NATIVE_SP);
    openMachine(fp + Layout.FRAME_HEADER, thunks.convention().stackParameterBytes());
    store.pollBetweenSlices();
    top = fp + Layout.FRAME_HEADER;
    long base = fp - (long) type.paramSlots() * SLOT;
    for (int i = 0; i < type.paramSlots(); i++) {
      putLong(buffer + (long) i * SLOT, getLong(base + (long) i * SLOT));
    }
    putLong(context + Layout.STORE_CALLEE, descriptor);
    level.push(fp, stackPointer, descriptor);
    return NativeCalls.enter(context, thunks.entry());
  }

  /**
   * Shows all values on the stack that may be references.
   *
   * @param tier0End where the tier-0 frames end
   */
  void scan(long tier0End, ReferenceVisitor visitor) {
    for (long at = stack.limit(); at < tier0End; at += Integer.BYTES) {
      visitor.visit(getInt(at));
    }
    for (long at = getLong(context + Layout.STORE_NATIVE_SP) & -SLOT; at < stack.top(); at += Integer.BYTES) {
      visitor.visit(getInt(at));
    }
  }

  /** Gives the stack back; nothing runs on it or will be resumed. */
  @Override
  public void close() {
    stack.close();
  }

  private static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }
}
