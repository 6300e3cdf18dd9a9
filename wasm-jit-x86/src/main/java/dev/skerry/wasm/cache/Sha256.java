package dev.skerry.wasm.cache;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 (FIPS 180-4) of bytes that come in pieces, by the processor's instructions where it has them, else by the
 * JDK. For one thread at a time.
 */
public final class Sha256 {

  /** Bytes of a digest. */
  public static final int BYTES = 32;

  static final int BLOCK = ShaInstructions.BLOCK_BYTES;
  private static final byte END = (byte) 0x80;

  private final ShaInstructions instructions;
  /** Null where instructions do it. */
  private final MessageDigest jdk;
  /** FIPS 180-4, 5.3.3. */
  private final int[] state = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  };
  /** Bytes that are no whole block yet, as many as the length says beyond its last one. */
  private final byte[] rest = new byte[BLOCK];
  private long length;

  public Sha256() {
    this(ShaInstructions.current());
  }

  /** @param instructions null for the JDK's */
  Sha256(ShaInstructions instructions) {
    this.instructions = instructions;
    try {
      jdk = instructions == null ? MessageDigest.getInstance("SHA-256") : null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The digest of an array. */
  public static byte[] of(byte[] bytes) {
    return new Sha256().update(bytes, 0, bytes.length).digest();
  }

  Sha256 update(byte[] bytes) {
    return update(bytes, 0, bytes.length);
  }

  /** Takes the next bytes. */
  public Sha256 update(byte[] bytes, int from, int byteLength) {
    if (jdk != null) {
      jdk.update(bytes, from, byteLength);
      return this;
    }
    int at = from;
    int left = byteLength;
    int kept = (int) (length % BLOCK);
    length += byteLength;
    if (kept > 0) {
      int taken = Math.min(left, BLOCK - kept);
      System.arraycopy(bytes, at, rest, kept, taken);
      if (kept + taken < BLOCK) {
        return this;
      }
      instructions.update(state, rest, 0, BLOCK);
      at += taken;
      left -= taken;
    }
    int whole = left / BLOCK * BLOCK;
    instructions.update(state, bytes, at, whole);
    System.arraycopy(bytes, at + whole, rest, 0, left - whole);
    return this;
  }

  /** As {@link #update} of two messages at once, which have whole blocks so far, and take whole blocks. */
  static void updateBoth(Sha256 one, Sha256 other, byte[] bytes, int from, int otherFrom, int byteLength) {
    if (one.instructions == null) {
      one.update(bytes, from, byteLength);
      other.update(bytes, otherFrom, byteLength);
      return;
    }
    one.instructions.updateBoth(one.state, other.state, bytes, from, otherFrom, byteLength);
    one.length += byteLength;
    other.length += byteLength;
  }

  /** The digest of all bytes; nothing may come after that. */
  public byte[] digest() {
    if (jdk != null) {
      return jdk.digest();
    }
    int kept = (int) (length % BLOCK);
    byte[] last = new byte[kept < BLOCK - Long.BYTES ? BLOCK : 2 * BLOCK];
    System.arraycopy(rest, 0, last, 0, kept);
    last[kept] = END;
    ByteBuffer.wrap(last).putLong(last.length - Long.BYTES, length * Byte.SIZE);
    instructions.update(state, last, 0, last.length);
    ByteBuffer digest = ByteBuffer.allocate(BYTES);
    for (int word : state) {
      digest.putInt(word);
    }
    return digest.array();
  }
}
