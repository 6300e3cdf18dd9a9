package dev.skerry.memory;

/**
 * A run of bytes from the system, with room to grow. Not thread-safe: its one owner calls it under a lock of its own,
 * frees it once, and uses it no more after that.
 */
interface Region extends Resource {

  /** Address of the first byte; only {@link #grow} may change it. */
  long address();

  /** True if {@link #grow} may change the address. */
  boolean moves();

  /**
   * Makes the bytes from {@code byteLength} to {@code newByteLength} accessible and zero.
   *
   * @return false if the system has no more; nothing has changed then
   */
  boolean grow(long byteLength, long newByteLength);

  /** Makes accessible bytes of whole pages zero. */
  default void zero(long offset, long byteLength) {
    NativeAccess.fill(address() + offset, byteLength, (byte) 0);
  }
}
