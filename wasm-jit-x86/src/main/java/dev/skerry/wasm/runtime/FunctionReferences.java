package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeAtomics;
import dev.skerry.memory.NativeBlock;
import java.util.Arrays;

/**
 * The functions that a store's {@code funcref}s stand for, by index; 0 is null. Each has a descriptor, whose address
 * stands in a native table that guest code reads. A reference is never given back.
 */
public final class FunctionReferences {

  private static final int FIRST_REFERENCES = 64;
  private static final int PIECE_SHIFT = 8;
  private static final int PIECE_MASK = (1 << PIECE_SHIFT) - 1;

  private final StoreState store;
  private NativeBlock table;
  /** Functions that the host has seen, in pieces: of most there are descriptors only. */
  private FunctionInstance[][] functions = new FunctionInstance[1][];
  private int count = 1;
  /** Whether every function has an entry for machine code, which there is then. */
  private boolean linked;

  FunctionReferences(StoreState store) {
    this.store = store;
    this.table = store.own(NativeBlock.allocate((long) FIRST_REFERENCES * Long.BYTES));
    publish();
  }

  private void publish() {
    NativeAccess.putLong(store.context() + Layout.STORE_FUNCTIONS, table.address());
    NativeAccess.putInt(store.context() + Layout.STORE_FUNCTION_COUNT, count);
  }

  /** Room for so many consecutive references; the first of them. */
  int reserve(int more) {
    int first = count;
    int needed = Math.addExact(first, more);
    if (needed > table.byteLength() / Long.BYTES) {
      int room = (int) (table.byteLength() / Long.BYTES);
      int length = Math.max(needed, room + (room >> 1));
      // Both or neither may grow: a Java array that is longer would let later descriptors past the native one's end.
      FunctionInstance[][] known = Arrays.copyOf(functions, (length >> PIECE_SHIFT) + 1);
      NativeBlock larger = store.own(NativeBlock.allocate((long) length * Long.BYTES));
      functions = known;
      NativeAccess.copy(table.address(), larger.address(), (long) first * Long.BYTES);
      NativeBlock smaller = table;
      table = larger;
      count = needed;
      publish();
      store.release(smaller);
    } else {
      count = needed;
      publish();
    }
    return first;
  }

  /** Where the address of a reserved reference's descriptor is, until more are reserved. */
  long place(int ref) {
    return table.address() + (long) ref * Long.BYTES;
  }

  /** Threads may do so at once, while pieces are added or the store is closed: what is lost is made anew. */
  private void remember(FunctionInstance function) {
    FunctionInstance[][] all = functions;
    if (function.ref() >> PIECE_SHIFT >= all.length) {
      return;
    }
    FunctionInstance[] piece = all[function.ref() >> PIECE_SHIFT];
    if (piece == null) {
      piece = new FunctionInstance[1 << PIECE_SHIFT];
      all[function.ref() >> PIECE_SHIFT] = piece;
    }
    piece[function.ref() & PIECE_MASK] = function;
  }

  /** The function behind a reference, or null for 0. */
  public FunctionInstance get(int ref) {
    if (ref == 0) {
      return null;
    }
    if (ref < 0 || ref >= count) {
      throw new IllegalArgumentException("the store has no function reference " + ref);
    }
    FunctionInstance[] piece = functions[ref >> PIECE_SHIFT];
    FunctionInstance known = piece == null ? null : piece[ref & PIECE_MASK];
    if (known == null) {
      long descriptor = NativeAccess.getLong(place(ref));
      ModuleInstance instance = store.instanceOf(NativeAccess.getLong(descriptor + Layout.FUNCTION_CONTEXT));
      int index = NativeAccess.getInt(descriptor + Layout.FUNCTION_INDEX);
      known = new FunctionInstance(store, instance.code().typeOf(index), ref, descriptor, null);
      remember(known);
    }
    return known;
  }

  /** The function of a module behind a reference, of which all is known that its descriptor says. */
  FunctionInstance get(int ref, CanonicalType type, long descriptor) {
    FunctionInstance[] piece = functions[ref >> PIECE_SHIFT];
    FunctionInstance known = piece == null ? null : piece[ref & PIECE_MASK];
    if (known == null) {
      known = new FunctionInstance(store, type, ref, descriptor, null);
      remember(known);
    }
    return known;
  }

  /** The function that has that descriptor. */
  FunctionInstance at(long descriptor) {
    return get(NativeAccess.getInt(descriptor + Layout.FUNCTION_REF));
  }

  /** A host function with a descriptor of its own. */
  public FunctionInstance host(CanonicalType type, HostCode code) {
    return host(type, code, store.own(NativeBlock.allocate(Layout.FUNCTION_BYTES)).address());
  }

  FunctionInstance host(CanonicalType type, HostCode code, long descriptor) {
    int ref = reserve(1);
    FunctionInstance.describe(store, descriptor, Stub.HOST.address(), store.hostContext(), type.id(), ref, -1);
    FunctionInstance function = new FunctionInstance(store, type, ref, descriptor, code);
    NativeAccess.putLong(place(ref), descriptor);
    remember(function);
    return function;
  }

  /** Whether machine code may run: every function has an entry that it can call. */
  boolean isLinked() {
    return linked;
  }

  /** Gives every function an entry that machine code can call. Before that no machine code may run. */
  void link() {
    if (linked) {
      return;
    }
    long entry = store.region().stubs().link();
    for (int ref = 1; ref < count; ref++) {
      long descriptor = NativeAccess.getLong(place(ref));
      if (descriptor != 0) {
        // Code of the function itself may come from another thread at any time.
        NativeAtomics.compareAndSet(descriptor + Layout.FUNCTION_ENTRY, Long.BYTES, 0, entry);
      }
    }
    linked = true;
  }

  /** The descriptors were freed. */
  void close() {
    functions = new FunctionInstance[functions.length][];
  }
}
