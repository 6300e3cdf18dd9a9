package dev.skerry.wasm;

import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.runtime.HostAccess;
import dev.skerry.wasm.runtime.MemoryInstance;
import dev.skerry.wasm.runtime.StoreState;

/**
 * A memory instance (WASM core 4.2.8). Every access from Java is checked against the length at that moment and throws
 * {@link IndexOutOfBoundsException}; offsets and lengths are bytes. A closed store, or one that another thread is in,
 * is an {@link IllegalStateException}.
 */
public final class Memory implements Extern {

  public static final int PAGE = 65_536;

  private final Store store;
  private final MemoryInstance memory;
  private final StoreState state;
  private final HostAccess access;

  Memory(Store store, MemoryInstance memory) {
    this.store = store;
    this.memory = memory;
    this.state = store.state();
    this.access = new HostAccess(state, memory);
  }

  MemoryInstance memory() {
    return memory;
  }

  /** A new memory in the store. */
  public static Memory create(Store store, MemoryType type) throws LinkError {
    return store.inside(() -> new Memory(store, MemoryInstance.create(store.state(), type)));
  }

  /**
   * The same shared memory in another store, whose guests may run at the same time: what one writes, and a growth, is
   * seen by all. The bytes live until the last store that has the memory is closed; this one may be running guests now.
   *
   * @throws IllegalArgumentException if the memory is not shared, or the stores have different engines
   * @throws IllegalStateException if this store is closed, or the other is, or is in use by another thread
   * @throws LinkError if the memory is over the other store's limit
   */
  public Memory share(Store other) throws LinkError {
    if (other.engine() != store.engine()) {
      throw new IllegalArgumentException("a memory can only be shared between stores of one engine");
    }
    state.requireOpen();
    return other.inside(() -> new Memory(other, memory.share(other.state())));
  }

  @Override
  public MemoryType type() {
    state.requireOpen();
    return memory.type();
  }

  @Override
  public Store store() {
    return store;
  }

  /** The length in bytes at this moment; any thread may ask. */
  public long byteLength() {
    state.requireOpen();
    return memory.linear().byteLength();
  }

  /** Grows by so many pages; the former size in pages, or -1 when a limit forbids it. */
  public long grow(long pages) {
    return store.inside(() -> memory.grow(pages));
  }

  public byte[] read(long offset, int length) {
    return state.inside(() -> {
      if (length < 0 || length > memory.linear().byteLength()) {
        throw new IndexOutOfBoundsException(length + " bytes at offset " + offset
            + " are not within a memory of " + memory.linear().byteLength() + " bytes");
      }
      byte[] bytes = new byte[length];
      memory.linear().read(offset, bytes, 0, length);
      return bytes;
    });
  }

  public void write(long offset, byte[] source, int from, int length) {
    access.write(offset, source, from, length);
  }

  public void read(long offset, byte[] target, int from, int length) {
    access.read(offset, target, from, length);
  }

  public byte getByte(long offset) {
    return access.getByte(offset);
  }

  public int getInt(long offset) {
    return access.getInt(offset);
  }

  public long getLong(long offset) {
    return access.getLong(offset);
  }

  public void putByte(long offset, byte value) {
    access.putByte(offset, value);
  }

  public void putShort(long offset, short value) {
    access.putShort(offset, value);
  }

  public void putInt(long offset, int value) {
    access.putInt(offset, value);
  }

  public void putLong(long offset, long value) {
    access.putLong(offset, value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Memory that && that.memory == memory;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(memory);
  }
}
