package dev.skerry.wasm.x64;

import java.util.Arrays;

/** Bytes that grow, little-endian. */
final class CodeBuffer {

  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  void put8(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  void put32(int value) {
    put(value, Integer.BYTES);
  }

  /** The lowest bytes of the value, as many as said. */
  void put(long value, int count) {
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[size++] = (byte) (value >> i * Byte.SIZE);
    }
  }

  void set8(int at, int value) {
    bytes[at] = (byte) value;
  }

  void set32(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >> i * Byte.SIZE);
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int count) {
    if (count > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
    }
  }
}
