package dev.skerry.memory;

import sun.misc.Unsafe;

/**
 * Sequentially consistent access to native memory, in widths of 1, 2, 4 or 8 bytes; narrow values are zero-extended.
 * Only for addresses that the caller has checked or made itself, and that are multiples of the width. Around a value of
 * 1 or 2 bytes the aligned 4 bytes must be accessible; they are never changed by more than the value.
 */
@SuppressWarnings({"deprecation", "removal"})
public final class NativeAtomics {

  private static final Unsafe UNSAFE = Unsafes.UNSAFE;
  private static final int WORD = 4;

  private NativeAtomics() {
  }

  public static long get(long address, int bytes) {
    return switch (bytes) {
      case 1 -> UNSAFE.getByteVolatile(null, address) & 0xffL;
      case 2 -> UNSAFE.getShortVolatile(null, address) & 0xffffL;
      case 4 -> UNSAFE.getIntVolatile(null, address) & 0xffff_ffffL;
      default -> UNSAFE.getLongVolatile(null, address);
    };
  }

  /** Writes the low bytes of a value. */
  public static void put(long address, int bytes, long value) {
    switch (bytes) {
      case 1 -> UNSAFE.putByteVolatile(null, address, (byte) value);
      case 2 -> UNSAFE.putShortVolatile(null, address, (short) value);
      case 4 -> UNSAFE.putIntVolatile(null, address, (int) value);
      default -> UNSAFE.putLongVolatile(null, address, value);
    }
  }

  /**
   * Writes the low bytes of a value if the expected one is there; says whether it was. An expected value that does not
   * fit in so many bytes is never there.
   */
  public static boolean compareAndSet(long address, int bytes, long expected, long value) {
    return switch (bytes) {
      case 1, 2 -> compareAndSetPart(address, bytes, expected, value);
      case 4 -> expected >>> 32 == 0 && UNSAFE.compareAndSwapInt(null, address, (int) expected, (int) value);
      default -> UNSAFE.compareAndSwapLong(null, address, expected, value);
    };
  }

  private static boolean compareAndSetPart(long address, int bytes, long expected, long value) {
    long word = address & -WORD;
    int shift = (int) (address - word) * Byte.SIZE;
    int mask = (1 << bytes * Byte.SIZE) - 1;
    for (;;) {
      int before = UNSAFE.getIntVolatile(null, word);
      if ((before >>> shift & mask) != expected) {
        return false;
      }
      int after = before & ~(mask << shift) | ((int) value & mask) << shift;
      if (UNSAFE.compareAndSwapInt(null, word, before, after)) {
        return true;
      }
    }
  }
}
