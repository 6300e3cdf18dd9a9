package dev.skerry.wasm;

import dev.skerry.wasm.format.MemoryType;

/**
 * A memory instance (WASM core 4.2.8). Every access from Java is checked against the length at that moment and throws
 * {@link IndexOutOfBoundsException}; offsets and lengths are bytes.
 */
public final class Memory implements Extern {

  public static final int PAGE = 65_536;

  /** A new memory in the store. */
  public static Memory create(Store store, MemoryType type) throws LinkError {
    throw new UnsupportedOperationException();
  }

  @Override
  public MemoryType type() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Store store() {
    throw new UnsupportedOperationException();
  }

  /** The length in bytes at this moment. */
  public long byteLength() {
    throw new UnsupportedOperationException();
  }

  /** Grows by so many pages; the former size in pages, or -1 when a limit forbids it. */
  public long grow(long pages) {
    throw new UnsupportedOperationException();
  }

  public byte[] read(long offset, int length) {
    throw new UnsupportedOperationException();
  }

  public void write(long offset, byte[] source, int from, int length) {
    throw new UnsupportedOperationException();
  }

  public void read(long offset, byte[] target, int from, int length) {
    throw new UnsupportedOperationException();
  }

  public byte getByte(long offset) {
    throw new UnsupportedOperationException();
  }

  public int getInt(long offset) {
    throw new UnsupportedOperationException();
  }

  public long getLong(long offset) {
    throw new UnsupportedOperationException();
  }

  public void putByte(long offset, byte value) {
    throw new UnsupportedOperationException();
  }

  public void putShort(long offset, short value) {
    throw new UnsupportedOperationException();
  }

  public void putInt(long offset, int value) {
    throw new UnsupportedOperationException();
  }

  public void putLong(long offset, long value) {
    throw new UnsupportedOperationException();
  }
}
