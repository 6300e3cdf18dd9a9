package dev.skerry.wasm;

import dev.skerry.wasm.format.MemoryType;
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

  Memory(Store store, MemoryInstance memory) {
    this.store = store;
    this.memory = memory;
    this.state = store.state();
  }

  MemoryInstance memory() {
    return memory;
  }

  /** A new memory in the store. */
  public static Memory create(Store store, MemoryType type) throws LinkError {
    boolean entered = store.state().enter();
    try {
      return new Memory(store, MemoryInstance.create(store.state(), type));
    } finally {
      if (entered) {
        store.state().leave();
      }
    }
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
    boolean entered = other.state().enter();
    try {
      return new Memory(other, memory.share(other.state()));
    } finally {
      if (entered) {
        other.state().leave();
      }
    }
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
    boolean entered = state.enter();
    try {
      if (length < 0 || length > memory.linear().byteLength()) {
        throw new IndexOutOfBoundsException(length + " bytes at offset " + offset
            + " are not within a memory of " + memory.linear().byteLength() + " bytes");
      }
      byte[] bytes = new byte[length];
      memory.linear().read(offset, bytes, 0, length);
      return bytes;
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public void write(long offset, byte[] source, int from, int length) {
    boolean entered = state.enter();
    try {
      memory.linear().write(offset, source, from, length);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public void read(long offset, byte[] target, int from, int length) {
    boolean entered = state.enter();
    try {
      memory.linear().read(offset, target, from, length);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public byte getByte(long offset) {
    boolean entered = state.enter();
    try {
      return memory.linear().getByte(offset);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public int getInt(long offset) {
    boolean entered = state.enter();
    try {
      return memory.linear().getInt(offset);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public long getLong(long offset) {
    boolean entered = state.enter();
    try {
      return memory.linear().getLong(offset);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public void putByte(long offset, byte value) {
    boolean entered = state.enter();
    try {
      memory.linear().putByte(offset, value);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public void putShort(long offset, short value) {
    boolean entered = state.enter();
    try {
      memory.linear().putShort(offset, value);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public void putInt(long offset, int value) {
    boolean entered = state.enter();
    try {
      memory.linear().putInt(offset, value);
    } finally {
      if (entered) {
        state.leave();
      }
    }
  }

  public void putLong(long offset, long value) {
    boolean entered = state.enter();
    try {
      memory.linear().putLong(offset, value);
    } finally {
      if (entered) {
        state.leave();
      }
    }
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
