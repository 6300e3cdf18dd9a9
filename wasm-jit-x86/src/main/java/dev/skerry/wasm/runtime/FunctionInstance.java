package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;

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
  private final boolean small;
  /** Its type's way in, once the function was entered as machine code that pops no parameters; 0 before. */
  private long entry;
  /** Of the thread that called last, once the function can be called directly. */
  private Lease.Seat seat;
  private final int parameters;
  /** The bits that count in what {@link NativeCalls#call} takes and gives. */
  private final long firstMask;
  private final long secondMask;
  private final long resultMask;

  /** @param host null for a function that a module defines */
  FunctionInstance(StoreState store, CanonicalType type, int ref, long descriptor, HostCode host) {
    this.store = store;
    this.context = store.context();
    this.type = type;
    this.ref = ref;
    this.descriptor = descriptor;
    this.host = host;
    this.slotCount = Math.max(type.paramSlots(), type.resultSlots());
    this.small = type.isSmall();
    this.parameters = type.paramSlots();
    this.firstMask = type.paramSlots() > 0 ? type.paramMasks()[0] : 0;
    this.secondMask = type.paramSlots() > 1 ? type.paramMasks()[1] : 0;
    this.resultMask = type.resultSlots() > 0 ? type.resultMasks()[0] : 0;
    this.seat = store.entrance().lease.nobody();
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
    Lease.Seat own = seat;
    if (!own.comesBack()) {
      enterAndCall(slots);
      return;
    }
    try {
      callDirectly(slots);
    } finally {
      try {
        if (!own.goes()) {
          store.entrance().giveUp(own);
        }
      } catch (Throwable thrown) {
        own.left |= own.place == Lease.Seat.INSIDE;
        throw thrown;
      }
    }
  }

  private void enterAndCall(long[] slots) {
    Entrance entrance = store.entrance();
    boolean entered = entrance.enter();
    Lease.Seat own = entrance.lease.seat;
    try {
      store.activations().call(this, slots);
      if (entered && small && entry != 0) {
        seat = own;
      }
    } finally {
      if (entered) {
        try {
          entrance.leave(own);
        } catch (Throwable thrown) {
          own.left |= own.place == Lease.Seat.INSIDE;
          throw thrown;
        }
      }
    }
  }

  /** Calls as the first one inside, so that no guest code lies on the Java stack. */
  private void callDirectly(long[] slots) {
    if (getLong(context + Layout.STORE_INTERRUPT) != 0) {
      store.activations().call(this, slots);
      return;
    }
    long first = 0;
    long second = 0;
    if (parameters > 0) {
      first = slots[0] & firstMask;
      if (parameters > 1) {
        second = slots[1] & secondMask;
      }
    }
    long result = NativeCalls.call(context, descriptor, first, second);
    int exit = getInt(context + Layout.STORE_EXIT);
    if (exit != Exit.DONE) {
      store.activations().callSetUp(this, slots, exit);
    } else if (resultMask != 0) {
      slots[0] = result & resultMask;
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
    if (store.functions().isLinked()) {
      NativeAccess.putLong(descriptor + Layout.FUNCTION_ENTRY, store.region().stubs().link());
    }
  }
}
