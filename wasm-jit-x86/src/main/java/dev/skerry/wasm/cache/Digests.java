package dev.skerry.wasm.cache;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, and HMAC-SHA-256 (RFC 2104) made of it: the JDK's own would load its cryptography framework first. */
final class Digests {

  static final int BYTES = 32;

  private static final int BLOCK_BYTES = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private Digests() {
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static byte[] intBytes(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  /** The HMAC of the first so many bytes. */
  static byte[] hmac(byte[] key, byte[] bytes, int length) {
    if (key.length > BLOCK_BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
    MessageDigest sha = sha256();
    sha.update(padded(key, INNER));
    sha.update(bytes, 0, length);
    byte[] inner = sha.digest();
    sha.update(padded(key, OUTER));
    return sha.digest(inner);
  }

  private static byte[] padded(byte[] key, byte pad) {
    byte[] block = new byte[BLOCK_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) {
      block[i] = (byte) ((i < key.length ? key[i] : 0) ^ pad);
    }
    return block;
  }
}
