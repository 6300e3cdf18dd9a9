package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ValType;

/** A global instance (WASM core 4.2.9): a type and the address of its value. */
public final class GlobalInstance {

  private static final long LOW = 0xffff_ffffL;

  private final StoreState store;
  private final GlobalType type;
  private final long address;

  GlobalInstance(StoreState store, GlobalType type, long address) {
    this.store = store;
    this.type = type;
    this.address = address;
    if (type.value().isExceptionReference()) {
      store.exceptions().roots().add(this);
    }
    if (type.value().isExternReference()) {
      store.externs().roots().add(this);
    }
  }

  /** A global that belongs to no instance. */
  public static GlobalInstance create(StoreState store, GlobalType type, long value) {
    NativeBlock block = store.own(NativeBlock.allocate(Long.BYTES * 2L));
    GlobalInstance global = new GlobalInstance(store, type, block.address());
    global.set(value);
    return global;
  }

  /** A global of type v128 that belongs to no instance. */
  public static GlobalInstance create(StoreState store, GlobalType type, long low, long high) {
    GlobalInstance global = create(store, type, low);
    global.set(low, high);
    return global;
  }

  public StoreState store() {
    return store;
  }

  public GlobalType type() {
    return type;
  }

  long address() {
    return address;
  }

  /** The value as a raw slot, of a v128 its low half. */
  public long get() {
    return NativeAccess.getLong(address);
  }

  /** The high half of a v128. */
  public long high() {
    return NativeAccess.getLong(address + Long.BYTES);
  }

  /** Sets a v128. */
  public void set(long low, long high) {
    NativeAccess.putLong(address, low);
    NativeAccess.putLong(address + Long.BYTES, high);
  }

  public void set(long value) {
    boolean wide = type.value().equals(ValType.I64) || type.value().equals(ValType.F64)
        || type.value().equals(ValType.V128);
    NativeAccess.putLong(address, wide ? value : value & LOW);
  }
}
