package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.runtime.FunctionInstance;

/** A function instance (WASM core 4.2.6). */
public final class Func implements Extern {

  private final Store store;
  private final FunctionInstance function;

  Func(Store store, FunctionInstance function) {
    this.store = store;
    this.function = function;
  }

  FunctionInstance function() {
    return function;
  }

  /** A host function that belongs to no instance. */
  public static Func host(Store store, FuncType type, HostFunction function) {
    return store.inside(() -> new Func(store,
        store.state().functions().host(store.engine().types().of(type), slots -> function.call(null, slots))));
  }

  @Override
  public FuncType type() {
    return function.type().type();
  }

  @Override
  public Store store() {
    return store;
  }

  /** This function's index in its store's table of function references; never 0. */
  public int ref() {
    return function.ref();
  }

  /**
   * Calls with Java values: Integer, Long, Float, Double; any object or null for externref; {@link Func} or null for
   * funcref; {@link WasmException} or null for exnref; a {@code long[2]} for v128.
   *
   * @throws Trap when the guest traps; an exception that a host function threw passes through unchanged
   * @throws WasmException when the guest throws an exception that it does not catch
   * @throws IllegalArgumentException when the arguments don't fit the type
   */
  public Object[] call(Object... args) {
    FuncType type = type();
    long[] slots = slots(args);
    function.invoke(slots);
    Object[] results = new Object[type.results().size()];
    int slot = 0;
    for (int i = 0; i < results.length; i++) {
      results[i] = Values.get(store, type.results().get(i), slots, slot);
      slot += type.results().get(i).slots();
    }
    return results;
  }

  /**
   * Begins a call that may be suspended; it has ended, or is suspended, when this returns.
   *
   * @param args as in {@link #call}
   * @throws IllegalArgumentException when the arguments don't fit the type
   * @throws IllegalStateException if the store is closed or another thread is inside
   */
  public Execution start(Object... args) {
    return startSlots(slots(args));
  }

  /** As {@link #start}, with raw slots as in {@link #invoke}; the array belongs to the execution from now on. */
  public Execution startSlots(long[] slots) {
    function.checkSlots(slots);
    Execution execution = new Execution(store, function, slots);
    execution.start();
    return execution;
  }

  private long[] slots(Object[] args) {
    FuncType type = type();
    if (args.length != type.params().size()) {
      throw new IllegalArgumentException(
          "a function of type " + type + " takes " + type.params().size() + " arguments, not " + args.length);
    }
    long[] slots = new long[Math.max(type.paramSlots(), type.resultSlots())];
    int slot = 0;
    for (int i = 0; i < args.length; i++) {
      Values.put(store, type.params().get(i), args[i], slots, slot);
      slot += type.params().get(i).slots();
    }
    return slots;
  }

  /** Calls with raw slots as in {@link HostFunction#call}: arguments in, results out, in place. */
  public void invoke(long[] slots) {
    function.invoke(slots);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Func that && that.function == function;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(function);
  }

  @Override
  public String toString() {
    return "function " + type();
  }
}
