package dev.skerry.memory;

import java.util.Objects;
import sun.misc.Unsafe;

/**
 * Unchecked access to native memory, little-endian, any alignment. Only for addresses that the caller has checked or
 * made itself: a wrong one can crash the JVM. The interpreter and the runtime are its only users.
 *
 * <p>Floats and doubles move as their bits, so NaN payloads survive.
 */
@SuppressWarnings({"deprecation", "removal"})
public final class NativeAccess {

  /** Every method is one call of an intrinsic on a constant receiver, so that HotSpot turns it into one instruction. */
  private static final Unsafe UNSAFE = Unsafes.UNSAFE;

  /** No collection can begin within one copy or fill of HotSpot: so none is longer than this, some tens of us. */
  private static final long CHUNK = 1 << 20;

  private static final long BYTE_ARRAY = Unsafe.ARRAY_BYTE_BASE_OFFSET;

  private NativeAccess() {
  }

  /**
   * The index if it is from 0 to {@code last}, else 0, by arithmetic alone: for use behind a check of bounds, so that
   * no access is made with another index, not even where the processor expects the check to succeed and goes on.
   *
   * @param last the greatest index that is fine; negative if none is
   */
  public static long clamp(long index, long last) {
    return index & ~((last - index | index) >> Long.SIZE - 1);
  }

  public static byte getByte(long address) {
    return UNSAFE.getByte(address);
  }

  public static void putByte(long address, byte value) {
    UNSAFE.putByte(address, value);
  }

  public static short getShort(long address) {
    return UNSAFE.getShort(address);
  }

  public static void putShort(long address, short value) {
    UNSAFE.putShort(address, value);
  }

  public static int getInt(long address) {
    return UNSAFE.getInt(address);
  }

  public static void putInt(long address, int value) {
    UNSAFE.putInt(address, value);
  }

  public static long getLong(long address) {
    return UNSAFE.getLong(address);
  }

  public static void putLong(long address, long value) {
    UNSAFE.putLong(address, value);
  }

  public static float getFloat(long address) {
    return Float.intBitsToFloat(UNSAFE.getInt(address));
  }

  public static void putFloat(long address, float value) {
    UNSAFE.putInt(address, Float.floatToRawIntBits(value));
  }

  public static double getDouble(long address) {
    return Double.longBitsToDouble(UNSAFE.getLong(address));
  }

  public static void putDouble(long address, double value) {
    UNSAFE.putLong(address, Double.doubleToRawLongBits(value));
  }

  /** Copies as {@code memmove} does. */
  public static void copy(long from, long to, long byteLength) {
    if (byteLength <= CHUNK) {
      UNSAFE.copyMemory(from, to, byteLength);
    } else if (to <= from || to - from >= byteLength) {
      for (long at = 0; at < byteLength; at += CHUNK) {
        UNSAFE.copyMemory(from + at, to + at, Math.min(CHUNK, byteLength - at));
      }
    } else {
      for (long end = byteLength; end > 0; end -= CHUNK) {
        long at = Math.max(end - CHUNK, 0);
        UNSAFE.copyMemory(from + at, to + at, end - at);
      }
    }
  }

  /** @throws IndexOutOfBoundsException if the array has no such range; the address is not checked */
  public static void copy(byte[] from, int index, long to, int byteLength) {
    Objects.checkFromIndexSize(index, byteLength, from.length);
    for (long at = 0; at < byteLength; at += CHUNK) {
      UNSAFE.copyMemory(from, BYTE_ARRAY + index + at, null, to + at, Math.min(CHUNK, byteLength - at));
    }
  }

  /** @throws IndexOutOfBoundsException if the array has no such range; the address is not checked */
  public static void copy(long from, byte[] to, int index, int byteLength) {
    Objects.checkFromIndexSize(index, byteLength, to.length);
    for (long at = 0; at < byteLength; at += CHUNK) {
      UNSAFE.copyMemory(null, from + at, to, BYTE_ARRAY + index + at, Math.min(CHUNK, byteLength - at));
    }
  }

  public static void fill(long address, long byteLength, byte value) {
    for (long at = 0; at < byteLength; at += CHUNK) {
      UNSAFE.setMemory(address + at, Math.min(CHUNK, byteLength - at), value);
    }
  }
}
