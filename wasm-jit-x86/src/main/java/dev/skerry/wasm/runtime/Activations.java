package dev.skerry.wasm.runtime;

/** The activations of one store: the one that runs, or ran last, and those that are suspended. */
final class Activations {

  private final StoreState store;
  private Activation current;

  Activations(StoreState store) {
    this.store = store;
  }

  /** Calls a function with raw slots; the store is entered. */
  void call(FunctionInstance function, long[] slots) {
    if (current == null) {
      current = store.own(new Activation(store));
      current.attach();
    }
    current.call(function, slots);
  }

  /**
   * Shows every 32-bit value on any activation's stack that could be a reference.
   *
   * @param tier0End where the tier-0 frames of the running one end
   */
  void scan(long tier0End, ReferenceVisitor visitor) {
    if (current != null) {
      current.scan(tier0End, visitor);
    }
  }
}
