package dev.skerry.memory;

/**
 * The bytes of one linear memory: reserved once, grown in place, zeroed before every use. Every checked access throws
 * {@link IndexOutOfBoundsException}; offsets are bytes. Closing is idempotent; a closed memory has length 0.
 */
public final class LinearMemory implements AutoCloseable {

  /**
   * Reserves room for {@code maxBytes} and makes the first {@code initialBytes} accessible; both are multiples of the
   * system's page size.
   *
   * @throws OutOfMemoryError never; an exhausted system is a {@link NativeMemoryException}
   */
  public static LinearMemory reserve(long initialBytes, long maxBytes) {
    throw new UnsupportedOperationException();
  }

  /** Address of the first byte. It stays the same for life where memory is native, else until the next growth. */
  public long address() {
    throw new UnsupportedOperationException();
  }

  public long byteLength() {
    throw new UnsupportedOperationException();
  }

  /** Grows to so many bytes, new ones zero; false when that is over the reservation or the system has no more. */
  public boolean grow(long newByteLength) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
