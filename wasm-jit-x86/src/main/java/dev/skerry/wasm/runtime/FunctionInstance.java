package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;

/** A function instance (WASM core 4.2.6): one per reference. */
public final class FunctionInstance {

  private final StoreState store;
  private final CanonicalType type;
  private final int ref;
  private final long descriptor;
  private final HostCode host;

  /** @param host null for a function that a module defines */
  FunctionInstance(StoreState store, CanonicalType type, int ref, long descriptor, HostCode host) {
    this.store = store;
    this.type = type;
    this.ref = ref;
    this.descriptor = descriptor;
    this.host = host;
  }

  public StoreState store() {
    return store;
  }

  public CanonicalType type() {
    return type;
  }

  public int ref() {
    return ref;
  }

  long descriptor() {
    return descriptor;
  }

  HostCode host() {
    return host;
  }

  /** Calls with raw slots, in place. */
  public void invoke(long[] slots) {
    checkSlots(slots);
    boolean entered = store.enter();
    try {
      store.activations().call(this, slots);
    } finally {
      if (entered) {
        store.leave();
      }
    }
  }

  /** Throws if the array is too short for the parameters or the results. */
  public void checkSlots(long[] slots) {
    if (slots.length < Math.max(type.paramSlots(), type.resultSlots())) {
      throw new IllegalArgumentException("a function of type " + type.type() + " needs "
          + Math.max(type.paramSlots(), type.resultSlots()) + " slots, not " + slots.length);
    }
  }

  /** Fills in a descriptor. */
  static void describe(StoreState store, long descriptor, long code, long context, int type, int ref, int index) {
    NativeAccess.putLong(descriptor + Layout.FUNCTION_CODE, code);
    NativeAccess.putLong(descriptor + Layout.FUNCTION_CONTEXT, context);
    NativeAccess.putInt(descriptor + Layout.FUNCTION_TYPE, type);
    NativeAccess.putInt(descriptor + Layout.FUNCTION_REF, ref);
    NativeAccess.putInt(descriptor + Layout.FUNCTION_INDEX, index);
    if (store.isLinked()) {
      NativeAccess.putLong(descriptor + Layout.FUNCTION_ENTRY, store.region().stubs().link());
    }
  }
}
