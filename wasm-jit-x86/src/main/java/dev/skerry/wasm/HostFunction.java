package dev.skerry.wasm;

/**
 * A function of the host. Values travel as raw 64-bit slots: i32 in the low half (the high half is ignored on the way
 * in to Wasm and zero on the way out), floats as their bits, references as store indices ({@link Store#externOf},
 * {@link Store#funcOf}, {@link Store#exceptionOf}), 0 for null, v128 as two slots, low half first.
 */
@FunctionalInterface
public interface HostFunction {

  /**
   * Arguments are read from {@code slots[0..]} and results written to {@code slots[0..]}; the array is long enough for
   * both and must not be kept.
   *
   * @param caller the instance that imported this function: a binding belongs to the instance that imports it, also
   *     when that instance exports it again; null when an embedder made the function with {@link Func#host} and no
   *     instance imported it
   */
  void call(Instance caller, long[] slots);
}
