package dev.skerry.wasm.cache;

import java.nio.ByteBuffer;

/** HMAC-SHA-256 (RFC 2104): the JDK's own would load its cryptography framework first. */
final class Digests {

  static final int BYTES = Sha256.BYTES;

  private static final int BLOCK_BYTES = ShaInstructions.BLOCK_BYTES;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private Digests() {
  }

  static byte[] intBytes(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  /** The HMAC of the first so many bytes. */
  static byte[] hmac(byte[] key, byte[] bytes, int length) {
    if (key.length > BLOCK_BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
    byte[] inner = new Sha256().update(padded(key, INNER)).update(bytes, 0, length).digest();
    return new Sha256().update(padded(key, OUTER)).update(inner).digest();
  }

  private static byte[] padded(byte[] key, byte pad) {
    byte[] block = new byte[BLOCK_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) {
      block[i] = (byte) ((i < key.length ? key[i] : 0) ^ pad);
    }
    return block;
  }
}
