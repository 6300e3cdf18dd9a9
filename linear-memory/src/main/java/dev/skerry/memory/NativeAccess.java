package dev.skerry.memory;

/**
 * Unchecked access to native memory, little-endian, any alignment. Only for addresses that the caller has checked or
 * made itself: a wrong one can crash the JVM. The interpreter and the runtime are its only users.
 */
public final class NativeAccess {

  private NativeAccess() {
  }

  public static byte getByte(long address) {
    throw new UnsupportedOperationException();
  }

  public static void putByte(long address, byte value) {
    throw new UnsupportedOperationException();
  }

  public static short getShort(long address) {
    throw new UnsupportedOperationException();
  }

  public static void putShort(long address, short value) {
    throw new UnsupportedOperationException();
  }

  public static int getInt(long address) {
    throw new UnsupportedOperationException();
  }

  public static void putInt(long address, int value) {
    throw new UnsupportedOperationException();
  }

  public static long getLong(long address) {
    throw new UnsupportedOperationException();
  }

  public static void putLong(long address, long value) {
    throw new UnsupportedOperationException();
  }

  public static float getFloat(long address) {
    throw new UnsupportedOperationException();
  }

  public static void putFloat(long address, float value) {
    throw new UnsupportedOperationException();
  }

  public static double getDouble(long address) {
    throw new UnsupportedOperationException();
  }

  public static void putDouble(long address, double value) {
    throw new UnsupportedOperationException();
  }

  /** Copies as {@code memmove} does. */
  public static void copy(long from, long to, long byteLength) {
    throw new UnsupportedOperationException();
  }

  public static void copy(byte[] from, int index, long to, int byteLength) {
    throw new UnsupportedOperationException();
  }

  public static void copy(long from, byte[] to, int index, int byteLength) {
    throw new UnsupportedOperationException();
  }

  public static void fill(long address, long byteLength, byte value) {
    throw new UnsupportedOperationException();
  }
}
