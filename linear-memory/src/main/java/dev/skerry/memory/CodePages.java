package dev.skerry.memory;

/**
 * The pages of a code space: executable where code is, never writable in the same mapping. Freeing unmaps them all. Not
 * thread-safe.
 */
abstract class CodePages implements Region {

  /** {@code hlt}, what stands where no code is: one byte, forbidden to user mode, and so a SIGSEGV with hs_err. */
  static final byte TRAP = (byte) 0xF4;

  /** Blocks begin and end at multiples of this. */
  abstract long granule();

  /** How code gets in, for people. */
  abstract String way();

  /**
   * Makes the code and traps after it, {@code room} bytes in all, executable at the offset.
   *
   * @param reused true if there may have been other code before
   */
  abstract void write(long offset, byte[] code, long room, boolean reused);

  /** Makes it impossible to run what was there. */
  abstract void erase(long offset, long room);

  @Override
  public final boolean moves() {
    return false;
  }

  @Override
  public final boolean grow(long byteLength, long newByteLength) {
    return false;
  }
}
