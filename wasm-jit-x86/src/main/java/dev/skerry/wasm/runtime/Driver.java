package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.interp.Interpreter;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.PollStop;
import dev.skerry.wasm.interp.Registers;
import java.util.List;

/**
 * The loop that does what guest code stops for, in either tier: calls of the host and between tiers, instructions of
 * the runtime, exceptions, interrupts. Guest code never lies on a Java stack.
 */
final class Driver {

  private static final int SLOT = GuestStack.SLOT;

  private final StoreState store;
  /** Address of the store context. */
  private final long context;
  private final Activation activation;
  private final GuestStack stack;
  private final FunctionReferences functions;
  private final TierChange tiers;
  private final Unwinder exceptions;

  Driver(StoreState store, Activation activation, GuestStack stack) {
    this.store = store;
    this.context = store.context();
    this.activation = activation;
    this.stack = stack;
    this.functions = store.functions();
    this.tiers = new TierChange(store, stack);
    this.exceptions = new Unwinder(store);
  }

  /**
   * Runs a level until it ends or is suspended.
   *
   * @param first why machine code stopped, or {@link Level#IN_TIER_0}
   */
  int drive(Level level, int first) {
    int exit = first;
    do {
      exit = level.machine ? afterMachine(level, exit) : runTier0(level);
    } while (exit != Level.FINISHED && exit != Level.SUSPENDED);
    return exit;
  }

  /** Runs a level that was suspended, as {@link Activation#resume}. */
  int goOn(Level level, long[] answer, RuntimeException failure) {
    if (failure != null) {
      level.host = null;
      cancelWait(level);
      if (failure instanceof WasmException thrown) {
        return drive(level, land(level, thrown));
      }
      throw failure;
    }
    if (level.wait != null) {
      return goOnWaiting(level);
    }
    if (level.host == null) {
      return drive(level, level.machine ? NativeCalls.resume(context) : Level.IN_TIER_0);
    }
    System.arraycopy(answer, 0, level.slots(level.host.type()), 0, level.host.type().resultSlots());
    return drive(level, level.machine ? returnFromHostToMachine(level) : returnFromHostToTier0(level));
  }

  private static void cancelWait(Level level) {
    if (level.wait != null) {
      level.wait.cancel();
      level.wait = null;
    }
  }

  /** Goes on behind a wait that has its result, or is suspended again. */
  private int goOnWaiting(Level level) {
    try {
      store.pollBetweenSlices();
    } catch (Trap ended) {
      cancelWait(level);
      throw ended;
    }
    int result = level.wait.resume();
    if (result == AtomicWaiter.PENDING) {
      activation.awaits(level.wait);
      return Level.SUSPENDED;
    }
    putLong(level.waitSlots, result);
    level.wait = null;
    if (level.machine) {
      return drive(level, NativeCalls.resume(context));
    }
    level.registers.pc += Op.UNIT;
    return drive(level, Level.IN_TIER_0);
  }

  /**
   * Suspends guest code that waits for another guest, so that it holds no thread. Where that cannot be, because a call
   * from Java lies between, or none that can be suspended was started, the thread waits: such code is correct, whoever
   * called it, and must not trap for that.
   *
   * @return false if there is nothing to wait for: the result is in its slot
   */
  private boolean suspendsToWait(Level level, MemoryInstance memory, int op, long slots) {
    AtomicWaiter waiter = WaitOperations.begin(memory, op, slots);
    if (waiter == null) {
      return false;
    }
    level.wait = waiter;
    level.waitSlots = slots;
    activation.awaits(waiter);
    waiter.suspend();
    return true;
  }

  /** Does what machine code stopped for; why it stopped next, or where the level is now. */
  private int afterMachine(Level level, int exit) {
    switch (exit) {
      case Exit.CALL:
        return callFromMachine(level);
      case Exit.DONE:
        return level.links() == 0 ? Level.FINISHED : returnToTier0(level);
      case Exit.RUNTIME:
        return runtimeForMachine(level);
      case Exit.LINK:
        tiers.link();
        return NativeCalls.resume(context);
      case Exit.INTERRUPT:
        return isSuspendedBy(interrupted()) ? Level.SUSPENDED : NativeCalls.resume(context);
      case Exit.STACK:
        return atEndOfStack();
      case Exit.FAULT:
        throw trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
      default:
        throw trap(Trap.Kind.values()[exit - Exit.FIRST_TRAP]);
    }
  }

  /** The stack ends, or an interrupt says so; then the function that asked looks again. */
  private int atEndOfStack() {
    boolean suspended = store.interrupts().pending() != 0 && isSuspendedBy(interrupted());
    if (stack.isMachineLimitInPlace()) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    stack.restoreMachineLimit();
    return suspended ? Level.SUSPENDED : NativeCalls.resume(context);
  }

  private int callFromMachine(Level level) {
    FunctionInstance function = functions.at(getLong(context + Layout.STORE_CALLEE));
    CanonicalType type = function.type();
    if (function.host() == null) {
      if (level.links() > 0 && isMachineRunEmpty()) {
        return tailCallFromMachine(level, function);
      }
      long base = stack.top();
      stack.openTier0(level.registers, function);
      stack.copyParameters(type, stack.buffer(), base);
      level.push(base, stack.stackPointer(), function.descriptor());
      return Level.IN_TIER_0;
    }
    long[] slots = level.slots(type);
    stack.getParameters(type, stack.buffer(), slots);
    try {
      callHost(level, function, slots);
    } catch (WasmException thrown) {
      return land(level, thrown);
    }
    return activation.takeSuspension() ? Level.SUSPENDED : returnFromHostToMachine(level);
  }

  /** Whether no function of the run waits for the one that it called: all were left by tail calls. */
  private boolean isMachineRunEmpty() {
    return store.region().find(getLong(stack.stackPointer() + SLOT)) instanceof Thunk;
  }

  /**
   * Ends the run of machine code: the function takes the place of the tier-0 frame that entered it. So tail calls that
   * alternate between the tiers take no stack.
   */
  private int tailCallFromMachine(Level level, FunctionInstance function) {
    int link = level.links() - 1;
    long entered = level.address(link);
    long base = entered - (long) functions.at(level.callee(link)).type().paramSlots() * SLOT;
    CanonicalType type = function.type();
    long fp = base + (long) type.paramSlots() * SLOT;
    if (Math.max(fp + Layout.FRAME_HEADER, base + (long) type.resultSlots() * SLOT) > level.stackPointer(link)) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    Registers registers = level.registers;
    leaveFrame(registers, entered);
    putLong(fp + Layout.FRAME_RETURN, registers.pc);
    putLong(fp + Layout.FRAME_CALLER, registers.fp);
    putLong(fp + Layout.FRAME_CALLER_CONTEXT, registers.context);
    putLong(fp + Layout.FRAME_FUNCTION, function.descriptor());
    stack.copyParameters(type, stack.buffer(), base);
    registers.pc = getLong(function.descriptor() + Layout.FUNCTION_CODE);
    registers.fp = fp;
    registers.context = getLong(function.descriptor() + Layout.FUNCTION_CONTEXT);
    level.pop();
    stack.stackPointer(level.stackPointer(link));
    stack.tier0Limit(level.stackPointer(link));
    return Level.IN_TIER_0;
  }

  /** Leaves the level with that host function unless it returns. */
  private void callHost(Level level, FunctionInstance function, long[] slots) {
    level.host = function;
    try {
      function.host().call(slots);
    } catch (Throwable thrown) {
      level.host = null;
      activation.takeSuspension();
      settle();
      throw thrown;
    }
    settle();
  }

  private void settle() {
    if (activation.isUnsettled()) {
      activation.settle();
    }
  }

  private int returnFromHostToMachine(Level level) {
    CanonicalType type = level.host.type();
    stack.putResults(type, stack.buffer(), level.slots(type));
    level.host = null;
    store.pollBetweenSlices();
    if (store.externs().isCollectionDue()) {
      collect(level);
    }
    return NativeCalls.resume(context);
  }

  /** Goes on where an exception is caught, in either tier; throws it if that is outside of this level. */
  private int land(Level level, WasmException thrown) {
    int before = level.links();
    if (!exceptions.land(level, thrown.exception(), tier0End(level))) {
      throw thrown;
    }
    if (level.machine) {
      if (level.links() < before) {
        long base = level.address(level.links());
        stack.top(base);
        stack.machineLimit(stack.machineLimitAbove(base));
      }
      return NativeCalls.resumeAt(context, exceptions.landing(), exceptions.landingStackPointer());
    }
    if (level.links() < before) {
      stack.stackPointer(level.stackPointer(level.links()));
      stack.tier0Limit(level.stackPointer(level.links()));
    }
    return Level.IN_TIER_0;
  }

  private int raise(Level level, ExceptionInstance exception) {
    return land(level, new WasmException(store.face(), exception, List.of()));
  }

  private int runtimeForMachine(Level level) {
    long returnAddress = getLong(stack.stackPointer());
    NativeFunction.Site site = ((NativeFunction) store.region().find(returnAddress)).site(returnAddress);
    ModuleInstance instance = store.instanceOf(getLong(context + Layout.STORE_EXIT_CONTEXT));
    int op = site.operation();
    if (op == Op.THROW || op == Op.THROW_REF) {
      return raise(level, exceptions.thrown(instance, op, stack.buffer(), site.index()));
    }
    if (WaitOperations.isWait(op) && activation.canSuspend()) {
      boolean suspended = suspendsToWait(level, instance.memory(site.index()), op, stack.buffer());
      return suspended ? Level.SUSPENDED : NativeCalls.resume(context);
    }
    RuntimeOperations.execute(instance, op, stack.buffer(), site.index(), site.index2());
    return NativeCalls.resume(context);
  }

  /** Goes on in tier 0 behind a callee that was machine code. */
  private int returnToTier0(Level level) {
    int link = level.pop();
    long fp = level.address(link);
    CanonicalType type = functions.at(level.callee(link)).type();
    leaveFrame(level.registers, fp);
    stack.copyResults(type, stack.buffer(), fp - (long) type.paramSlots() * SLOT);
    stack.stackPointer(level.stackPointer(link));
    stack.tier0Limit(level.stackPointer(link));
    return Level.IN_TIER_0;
  }

  private static void leaveFrame(Registers registers, long fp) {
    registers.pc = getLong(fp + Layout.FRAME_RETURN);
    registers.fp = getLong(fp + Layout.FRAME_CALLER);
    registers.context = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
  }

  /** Goes on in machine code behind a callee that was in tier 0. */
  private int returnToMachine(Level level) {
    int link = level.pop();
    long base = level.address(link);
    stack.top(base);
    stack.machineLimit(stack.machineLimitAbove(base));
    stack.copyResults(functions.at(level.callee(link)).type(), base, stack.buffer());
    return NativeCalls.resume(context);
  }

  /** Runs tier 0 until it stops, and does what it stopped for; as {@link #afterMachine}. */
  private int runTier0(Level level) {
    Registers registers = level.registers;
    int stop;
    try {
      stop = Interpreter.run(registers, context);
    } catch (PollStop poll) {
      return polledInTier0(level);
    }
    switch (stop) {
      case Interpreter.DONE:
        return level.links() == 0 ? Level.FINISHED : returnToMachine(level);
      case Interpreter.HOST_CALL:
        return callFromTier0(level);
      case Interpreter.TRANSLATE:
        tiers.translate(registers);
        return Level.IN_TIER_0;
      default:
        return runtimeForTier0(level);
    }
  }

  private int callFromTier0(Level level) {
    long fp = level.registers.fp;
    FunctionInstance function = functions.at(getLong(fp + Layout.FRAME_FUNCTION));
    CanonicalType type = function.type();
    long[] slots = level.slots(type);
    stack.getParameters(type, fp - (long) type.paramSlots() * SLOT, slots);
    long above = fp + Layout.FRAME_HEADER;
    if (above > stack.tier0Limit()) {
      throw trap(Trap.Kind.STACK_EXHAUSTED);
    }
    stack.top(above);
    try {
      callHost(level, function, slots);
    } catch (WasmException thrown) {
      return land(level, thrown);
    }
    return activation.takeSuspension() ? Level.SUSPENDED : returnFromHostToTier0(level);
  }

  private int returnFromHostToTier0(Level level) {
    CanonicalType type = level.host.type();
    long fp = level.registers.fp;
    leaveFrame(level.registers, fp);
    stack.putResults(type, fp - (long) type.paramSlots() * SLOT, level.slots(type));
    level.host = null;
    if (store.isEnded()) {
      level.registers.pc -= Op.UNIT;
      store.throwIfEnded();
      level.registers.pc += Op.UNIT;
    }
    if (store.externs().isCollectionDue()) {
      collect(level);
    }
    return Level.IN_TIER_0;
  }

  /** Gives host references back, unless a host function further out may have some. */
  private void collect(Level level) {
    if (store.activations().isOutermost()) {
      store.externs().collect(tier0End(level));
    }
  }

  /** Does the instruction that tier 0 leaves to the runtime. */
  private int runtimeForTier0(Level level) {
    Registers registers = level.registers;
    long at = registers.pc - Op.UNIT;
    registers.pc = at;
    int op = getInt(at);
    if (op == Op.NATIVE) {
      return tiers.enterMachine(level);
    }
    if (op == Op.THROW || op == Op.THROW_REF) {
      return raise(level, exceptions.thrown(store.instanceOf(registers.context), op,
          registers.fp + getInt(at + 4), getInt(at + 8)));
    }
    ModuleInstance instance = store.instanceOf(registers.context);
    long slots = registers.fp + getInt(at + 4);
    if (!WaitOperations.isWait(op) || !activation.canSuspend()) {
      RuntimeOperations.execute(instance, op, slots, getInt(at + 8), getInt(at + 12));
    } else if (suspendsToWait(level, instance.memory(getInt(at + 8)), op, slots)) {
      return Level.SUSPENDED;
    }
    registers.pc = at + Op.UNIT;
    return Level.IN_TIER_0;
  }

  private int polledInTier0(Level level) {
    int bits = interrupted();
    if (isSuspendedBy(bits)) {
      return Level.SUSPENDED;
    }
    return (bits & Interrupt.SAMPLE) != 0 && store.tiering() != null ? tiers.sample(level) : Level.IN_TIER_0;
  }

  /** Takes what a poll found; throws if it is the end. */
  private int interrupted() {
    int bits = store.interrupts().take();
    if ((bits & Interrupt.END) != 0) {
      store.throwIfEnded();
    }
    return bits;
  }

  private boolean isSuspendedBy(int bits) {
    return (bits & Interrupt.YIELD) != 0 && activation.canSuspend();
  }

  /** Where the tier-0 frames of a level end that is stopped; also if that is within the frame of a host function. */
  long tier0End(Level level) {
    if (level.machine || level.host != null || level.registers.fp == 0) {
      return stack.top();
    }
    long descriptor = getLong(level.registers.fp + Layout.FRAME_FUNCTION);
    ModuleInstance instance = store.instanceOf(getLong(descriptor + Layout.FUNCTION_CONTEXT));
    if (instance == null) {
      return stack.top();
    }
    return level.registers.fp + instance.code().frameBytes(getInt(descriptor + Layout.FUNCTION_INDEX));
  }

  private static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }
}
