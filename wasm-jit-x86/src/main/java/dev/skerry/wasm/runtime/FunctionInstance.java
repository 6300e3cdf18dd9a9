package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;

/** A function instance (WASM core 4.2.6): one per reference. */
public final class FunctionInstance {

  private final StoreState store;
  /** Address of the store's context, here because every call begins with it. */
  private final long context;
  private final CanonicalType type;
  private final int ref;
  private final long descriptor;
  private final HostCode host;
  /** The most slots that parameters or results take. */
  private final int slotCount;
  /** Its type's way in, once the function was entered as machine code that pops no parameters; 0 before. */
  private long entry;

  /** @param host null for a function that a module defines */
  FunctionInstance(StoreState store, CanonicalType type, int ref, long descriptor, HostCode host) {
    this.store = store;
    this.context = store.context();
    this.type = type;
    this.ref = ref;
    this.descriptor = descriptor;
    this.host = host;
    this.slotCount = Math.max(type.paramSlots(), type.resultSlots());
  }

  public StoreState store() {
    return store;
  }

  long context() {
    return context;
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

  /** Where its machine code is entered that needs nothing but its parameters set up; 0 if that is not known. */
  long entry() {
    return entry;
  }

  /** The most slots that parameters or results take. */
  int slotCount() {
    return slotCount;
  }

  /** For whoever is inside the store. */
  void entry(long thunk) {
    entry = thunk;
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
    if (slots.length < slotCount) {
      throw new IllegalArgumentException("a function of type " + type.type() + " needs "
          + slotCount + " slots, not " + slots.length);
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
