package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putInt;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import java.util.List;

/**
 * Guest code on a stack of its own. A call from a host function back into Wasm nests: its frames lie between those of
 * the level that it interrupts. Whatever a call throws, the levels below it stay as they were; where Java's stack ends
 * on the way out, what could not be taken away is taken away before guest code goes on or begins. While an activation
 * is suspended no Java thread belongs to it; it has one level then.
 */
final class Activation implements AutoCloseable {

  /** What {@link #tryEnter} answers where it does nothing. */
  static final int NOT_ENTERED = -4;

  private final StoreState store;
  /** Address of the store context. */
  private final long context;
  private final GuestStack stack;
  private final Driver driver;
  private final Level[] levels;
  private int depth;
  /**
   * The outermost level that has ended, or an activation that was attached in place of this: as far
   * as is known. Whoever ends a level writes both itself before it calls anything, for there may be
   * no stack for a call.
   */
  private Level unclosed;
  private boolean unsettled;
  /** Whether whoever runs the outermost level can take its suspension. */
  private boolean suspendable;
  private boolean suspending;
  private Object awaited;

  /** @throws dev.skerry.memory.NativeMemoryException if the system has no stack more */
  Activation(StoreState store) {
    this.store = store;
    this.context = store.context();
    this.levels = new Level[store.limits().nesting()];
    this.stack = new GuestStack(store);
    this.driver = new Driver(store, this, stack);
  }

  GuestStack stack() {
    return stack;
  }

  int depth() {
    return depth;
  }

  /**
   * The short way into machine code: nothing is set up that only a stop needs. The store is entered, and this
   * activation attached. It is the shorter the fewer loads lead one to another, so what it needs is in the function.
   *
   * @return why the code stopped; when it is done, its results are in the slots. {@link #NOT_ENTERED} if it is not the
   *     outermost level, or not machine code that calls for nothing more than its parameters
   */
  int tryEnter(FunctionInstance function, long[] slots) {
    long entry = function.entry();
    long address = function.context();
    if (entry == 0 || depth != 0 || getLong(address + Layout.STORE_INTERRUPT) != 0 && isDisturbed()) {
      return NOT_ENTERED;
    }
    if (function.slotCount() > 0) {
      stack.putParameters(function.type(), stack.buffer(), slots);
    }
    putLong(address + Layout.STORE_CALLEE, function.descriptor());
    int exit = NativeCalls.enter(address, entry);
    if (exit == Exit.DONE && function.slotCount() > 0) {
      stack.getResults(function.type(), stack.buffer(), slots);
    }
    return exit;
  }

  /**
   * Says whether something is asked of what is about to run, on a stack without levels. A look that comes before
   * anything runs finds nothing: it is forgotten here, for functions that never poll would not take it.
   */
  private boolean isDisturbed() {
    if (getInt(context + Layout.STORE_EXIT) != Exit.DONE) {
      // Code stopped, and Java had no room to make a level for it.
      stack.stackPointer(stack.buffer());
      putInt(context + Layout.STORE_EXIT, Exit.DONE);
    }
    if (store.interrupts().pending() == Interrupt.SAMPLE) {
      store.interrupts().forgetSample();
      stack.restoreMachineLimit();
    }
    return store.interrupts().pending() != 0;
  }

  /**
   * Calls a function with raw slots, and waits for its end; the store is entered, and this activation attached.
   *
   * @param entered what {@link #tryEnter} of the same call answered, but that it is done
   */
  void call(FunctionInstance function, long[] slots, int entered) {
    Level level = open(entered != NOT_ENTERED);
    try {
      int exit = entered == NOT_ENTERED ? start(level, function, slots) : drive(level, entered);
      if (exit == Level.SUSPENDED) {
        throw new IllegalStateException("an activation was suspended that cannot be");
      }
      results(level, function, slots);
    } finally {
      unclosed = level;
      unsettled = true;
      close(level);
    }
  }

  /** @param entered whether machine code was entered already, at the outermost level */
  private Level open(boolean entered) {
    if (unsettled) {
      settle();
    }
    if (depth == levels.length) {
      store.usage().refuseNesting();
      throw new Trap(Trap.Kind.STACK_EXHAUSTED, null, List.of());
    }
    Level level = levels[depth];
    if (level == null) {
      level = new Level(depth);
      levels[depth] = level;
    }
    if (entered) {
      level.openEmpty(stack);
    } else {
      if (depth == 0) {
        // Code may have stopped, and Java had no room to make a level for it.
        stack.clear();
      }
      level.open(stack);
    }
    depth++;
    return level;
  }

  /** Closes a level and those above it; as often as it takes. */
  private void close(Level level) {
    store.activations().attachAgain(this);
    level.close(stack);
    if (level.depth() == 0) {
      putInt(context + Layout.STORE_EXIT, Exit.DONE);
    }
    depth = level.depth();
    unclosed = null;
    unsettled = false;
  }

  /** Whether Java's stack ended while something above the running level was being taken away. */
  boolean isUnsettled() {
    return unsettled;
  }

  /** Says that another activation, attached in place of this one, is about to be taken away. */
  void unsettle() {
    unsettled = true;
  }

  /** Takes away what is above the running level. */
  void settle() {
    if (unclosed != null) {
      close(unclosed);
    } else {
      store.activations().attachAgain(this);
      unsettled = false;
    }
  }

  /** Runs a level until it ends or is suspended. */
  private int start(Level level, FunctionInstance function, long[] slots) {
    CanonicalType type = function.type();
    level.machine = TierChange.hasMachineCode(function.descriptor())
        && stack.hasRoomForMachine(level.base(), type.thunks().stackParameterBytes());
    if (!level.machine) {
      stack.openTier0(level.registers, function);
      stack.putParameters(type, level.base(), slots);
      return drive(level, Level.IN_TIER_0);
    }
    store.functions().link();
    Thunks thunks = type.thunks();
    stack.openMachine(level.base(), thunks.stackParameterBytes());
    store.pollBetweenSlices();
    if (thunks.stackParameterBytes() == 0) {
      function.entry(thunks.entry());
    }
    stack.putParameters(type, stack.buffer(), slots);
    putLong(context + Layout.STORE_CALLEE, function.descriptor());
    int exit = NativeCalls.enter(context, thunks.entry());
    return exit == Exit.DONE ? Level.FINISHED : drive(level, exit);
  }

  private void results(Level level, FunctionInstance function, long[] slots) {
    stack.getResults(function.type(), level.machine ? stack.buffer() : level.base(), slots);
  }

  private int drive(Level level, int first) {
    try {
      return driver.drive(level, first);
    } catch (Trap trap) {
      throw trap.behind(Backtrace.of(store, level));
    } catch (WasmException thrown) {
      throw thrown.behind(Backtrace.of(store, level));
    }
  }

  /**
   * Begins a call that may be suspended, on an activation without levels.
   *
   * @return whether it ended; then the results are in the slots
   */
  boolean begin(FunctionInstance function, long[] slots) {
    return run(function, slots, true, null, null);
  }

  /**
   * Goes on where the call was suspended.
   *
   * @param function that was called
   * @param slots for its results
   * @param answer the results of the host function that waits, or null if none does
   * @param failure what that function throws instead, or null
   * @return as {@link #begin}
   */
  boolean resume(FunctionInstance function, long[] slots, long[] answer, RuntimeException failure) {
    return run(function, slots, false, answer, failure);
  }

  /** Opens the level itself: wherever Java's stack ends, no call lies between that and closing it. */
  private boolean run(FunctionInstance function, long[] slots, boolean begins, long[] answer,
      RuntimeException failure) {
    Level level = begins ? open(false) : levels[0];
    boolean suspended = false;
    suspendable = true;
    awaited = null;
    try {
      int exit = begins ? start(level, function, slots) : goOn(level, answer, failure);
      suspended = exit == Level.SUSPENDED;
      if (!suspended) {
        results(level, function, slots);
      }
    } finally {
      suspendable = false;
      suspending = false;
      if (!suspended) {
        unclosed = level;
        unsettled = true;
        close(level);
      }
    }
    return !suspended;
  }

  private int goOn(Level level, long[] answer, RuntimeException failure) {
    try {
      return driver.goOn(level, answer, failure);
    } catch (Trap trap) {
      throw trap.behind(Backtrace.of(store, level));
    } catch (WasmException thrown) {
      throw thrown.behind(Backtrace.of(store, level));
    }
  }

  /** The host function that waits for its results, or null. */
  FunctionInstance waiting() {
    return levels[0].host;
  }

  /** What that function waits for. */
  Object awaited() {
    return awaited;
  }

  /**
   * Says that the host function that runs now waits for its results: the activation is suspended when it returns.
   *
   * @throws Trap if it was not started as one that can be, or guest code lies between
   */
  void suspend(Object reason) {
    if (!canSuspend() || levels[0].host == null) {
      throw Trap.host("a host function cannot wait here: a call that cannot be suspended lies between");
    }
    suspending = true;
    awaited = reason;
  }

  /** Says whether the running level may be suspended. */
  boolean canSuspend() {
    return suspendable && depth == 1;
  }

  /** Says whether the host function that returned asked for it; that is then forgotten. */
  boolean takeSuspension() {
    boolean asked = suspending && depth == 1;
    suspending &= !asked;
    return asked;
  }

  /** Where tier-0 frames of a suspended activation end. */
  private long tier0End() {
    return depth == 0 ? 0 : driver.tier0End(levels[depth - 1]);
  }

  /** Shows all values of a detached activation that may be references. */
  void scan(ReferenceVisitor visitor) {
    stack.scan(tier0End(), stack.detachedStackPointer(), visitor);
  }

  /** Says what a suspended activation waits for that no host function told. */
  void awaits(Object reason) {
    awaited = reason;
  }

  /** Gives the stack back; nothing runs here or will be resumed. */
  @Override
  public void close() {
    if (depth > 0 && levels[0].wait != null) {
      levels[0].wait.cancel();
    }
    stack.close();
  }
}
