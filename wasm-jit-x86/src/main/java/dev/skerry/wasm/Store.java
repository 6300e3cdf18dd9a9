package dev.skerry.wasm;

import dev.skerry.wasm.runtime.Entrance;
import dev.skerry.wasm.runtime.ExceptionInstance;
import dev.skerry.wasm.runtime.StoreState;
import java.time.Duration;
import java.util.List;

/**
 * A store (WASM core 4.2.3): owns every instance, memory, table, global and reference made in it. One thread at a time
 * runs code in it or touches what it owns; another one that comes meanwhile gets an {@link IllegalStateException}, as
 * everyone does after {@link #close}. {@link #interrupt}, {@link #poll}, {@link #close} and the figures may come from
 * any thread.
 */
public final class Store implements AutoCloseable {

  /** Some 146 years: half of what a count of nanoseconds holds. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private final Engine engine;
  private final StoreState state;

  Store(Engine engine, StoreLimits limits, MemoryBudget heap) {
    this.engine = engine;
    this.state = new StoreState(this, engine.types(), limits, heap, engine.nativeTier(),
        engine.options().memory() == MemoryStrategy.MASK);
  }

  StoreState state() {
    return state;
  }

  /** Does something with the store's native state, as the only thread inside. */
  <T, E extends Exception> T inside(Entrance.Action<T, E> action) throws E {
    return state.inside(action);
  }

  public Engine engine() {
    return engine;
  }

  /** Bytes of linear memory in use by this store at this moment. */
  public long memoryBytes() {
    return state.usage().memoryBytes();
  }

  /**
   * Bytes that are counted by {@link StoreLimits#memoryBytes} at this moment: linear memories, instances, and modules
   * that were compiled with {@link #moduleMemory}.
   */
  public long takenBytes() {
    return state.memory().taken();
  }

  /**
   * What the store may take for modules, as a budget for those that are compiled for it
   * ({@link CompileOptions#withMemory}): they count until they are collected, or the store is closed.
   */
  public MemoryBudget moduleMemory() {
    return state.memory();
  }

  /**
   * How often {@link StoreLimits} forbade memory or table elements. Exact for the thread that runs code in the store;
   * any other may see an older count.
   */
  public long refusals() {
    return state.usage().refusals();
  }

  /** How many of those {@link #refusals} were of table elements. */
  public long tableRefusals() {
    return state.usage().tableRefusals();
  }

  /** How often {@link StoreLimits} forbade an instance more; exact for the thread that runs code in the store. */
  public long instanceRefusals() {
    return state.usage().instanceRefusals();
  }

  /** How often {@link StoreLimits} forbade a host function to call guest code; exact for the same thread. */
  public long nestingRefusals() {
    return state.usage().nestingRefusals();
  }

  /** Elements of all tables; exact for the thread that runs code in the store. */
  public long tableElements() {
    return state.usage().tableElements();
  }

  /** Instances made in this store. */
  public int instances() {
    return state.instances();
  }

  /**
   * Makes whatever runs in this store, and whatever starts before {@link #clearInterrupt}, trap with
   * {@link Trap.Kind#INTERRUPTED} within a millisecond. Any thread may call it.
   */
  public void interrupt() {
    state.interrupts().interrupt();
  }

  /**
   * Limits the time of whatever runs in this store and whatever begins there, from now until the limit is closed. Any
   * thread may call it.
   *
   * @param most more than nothing
   * @throws IllegalArgumentException if it is not
   * @throws UnsupportedOperationException for processor time, if this JVM cannot measure that of other threads
   */
  public Timeout limitTime(Timeout.Clock clock, Duration most) {
    if (most.isNegative() || most.isZero()) {
      throw new IllegalArgumentException("a limit of time must be more than nothing, not " + most);
    }
    return new Timeout(state.timeLimits().begin(clock, saturated(most)));
  }

  private static long saturated(Duration time) {
    return time.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : time.toNanos();
  }

  /**
   * Gives guest code so much fuel, in place of what is left; before the first call there is as good as no end of it.
   * Each instruction but those that only give structure takes one unit, in all tiers and with all options the same: a
   * basic block takes what it costs where it begins, and at the start of each function and of each turn of a loop code
   * whose fuel is spent traps with {@link Trap.Kind#OUT_OF_FUEL}. A bulk instruction takes one unit as well.
   *
   * @param units 0 or more
   * @throws IllegalStateException if the engine was made without fuel ({@link EngineOptions#withFuel})
   */
  public void setFuel(long units) {
    if (units < 0) {
      throw new IllegalArgumentException("fuel must be 0 or more, not " + units);
    }
    requireFuel();
    inside(() -> {
      state.setFuel(units);
      return null;
    });
  }

  /**
   * What fuel is left. It is below 0, by less than what the blocks of one function body cost, when it was not enough.
   *
   * @throws IllegalStateException if the engine was made without fuel ({@link EngineOptions#withFuel})
   */
  public long fuel() {
    requireFuel();
    return inside(state::fuel);
  }

  private void requireFuel() {
    if (!engine.options().fuel()) {
      throw new IllegalStateException("the engine was made without fuel: see EngineOptions.withFuel");
    }
  }

  /**
   * What a host function calls at least every millisecond or MiB of work, so that it can be interrupted as guest code
   * can: throws a {@link Trap} of kind {@link Trap.Kind#INTERRUPTED} while an interrupt is pending, or
   * {@link Trap.Kind#TIMED_OUT} while a limit of time is reached, else does nothing.
   */
  public void poll() {
    state.throwIfEnded();
  }

  /**
   * Says that the host function that calls this waits for its results: when it returns, the {@link Execution} that
   * called it is suspended, and {@link Execution#resume} gives the results. What it writes to its slots is ignored.
   *
   * @param awaited what it waits for, to be asked for by {@link Execution#awaited}; may be null
   * @throws Trap of kind {@link Trap.Kind#HOST} if no host function runs, or one that cannot wait: the guest was called
   *     by {@link Func#call}, or by a host function that this guest called and that did not start it
   */
  public void suspend(Object awaited) {
    state.suspend(awaited);
  }

  /**
   * Suspends the {@link Execution} that runs now, within a millisecond, so that its thread can do something else; any
   * thread may call it. Nothing happens if none runs, or one that cannot be suspended where it is.
   */
  public void requestYield() {
    state.interrupts().requestYield();
  }

  /** Allows code to run again. */
  public void clearInterrupt() {
    state.interrupts().clear();
  }

  /**
   * The reference for a host object; 0 for null. What a host function asks for stays valid, and the object reachable,
   * as long as guest code can have it, and at least until that host function returns; what is asked for while no guest
   * runs stays so until the store is closed.
   *
   * @throws Trap of kind {@link Trap.Kind#HOST} when the store refers to a million objects already
   */
  public int refOf(Object object) {
    return inside(() -> state.isRunning() ? state.externs().refOf(object) : state.externs().pinnedRefOf(object));
  }

  /** The reference for a host object that guest code is about to get. */
  int passedRefOf(Object object) {
    return inside(() -> state.externs().refOf(object));
  }

  /** The host object behind an {@code externref}; null for 0. */
  public Object externOf(int ref) {
    return inside(() -> state.externs().objectOf(ref));
  }

  /** The reference for an exception of this store; it stays valid until guest code runs that does not hold it. */
  int refOf(WasmException exception) {
    return inside(() -> state.exceptions().refOf(exception.exception()));
  }

  /** The exception behind an {@code exnref}; null for 0. */
  public WasmException exceptionOf(int ref) {
    return inside(() -> {
      ExceptionInstance exception = state.exceptions().exceptionOf(ref);
      if (exception == null && ref != 0) {
        throw new IllegalArgumentException("the store has no exception reference " + ref);
      }
      return exception == null ? null : new WasmException(this, exception, List.of());
    });
  }

  /** The function behind a {@code funcref}; null for 0. */
  public Func funcOf(int ref) {
    return inside(() -> ref == 0 ? null : new Func(this, state.functions().get(ref)));
  }

  /**
   * Interrupts what runs, waits for it to leave, and frees all native memory. Idempotent. From a host function that
   * this store called it returns at once; the guest is interrupted when the host function returns, then all is freed.
   */
  @Override
  public void close() {
    state.close();
  }
}
