package dev.skerry.security;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An entry of the compiled-code cache as an attacker takes it apart and puts it together again, by the description of
 * its format alone: with the user's key it is authentic, with another one it is a forgery.
 *
 * @param key digest of what the entry is found by
 */
record CacheEntry(byte[] key, List<Piece> pieces) {

  private static final long MAGIC = 0x534b_5259_434f_4445L;
  private static final int VERSION = 1;
  private static final int DIGEST = 32;
  /** Where the offset of the machine code is: all of a piece's numbers come before, and its length is the last one. */
  private static final int PIECE_NUMBERS = 13;

  /** The code of one function, or of one of its loops. */
  record Piece(int function, int loop, int heat, byte[] bytes) {

    Piece with(byte[] others) {
      return new Piece(function, loop, heat, others);
    }

    /** Where its machine code begins. */
    int codeAt() {
      return bytes.length - Integer.reverseBytes(ByteBuffer.wrap(bytes).getInt((PIECE_NUMBERS - 1) * Integer.BYTES));
    }
  }

  static CacheEntry parse(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    if (in.getLong() != MAGIC || in.getInt() != VERSION) {
      throw new IllegalArgumentException("no entry of the code cache");
    }
    int count = in.getInt();
    byte[] key = bytes(in, DIGEST);
    int[][] rows = new int[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = new int[] {in.getInt(), in.getInt(), in.getInt(), in.getInt()};
      bytes(in, DIGEST);
    }
    bytes(in, DIGEST);
    List<Piece> pieces = new ArrayList<>();
    for (int[] row : rows) {
      pieces.add(new Piece(row[0], row[1], row[2], bytes(in, row[3])));
    }
    return new CacheEntry(key, pieces);
  }

  private static byte[] bytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  CacheEntry with(int index, byte[] piece) {
    List<Piece> others = new ArrayList<>(pieces);
    others.set(index, pieces.get(index).with(piece));
    return new CacheEntry(key, others);
  }

  /** The file, with digests and code of authentication as they must be under that key. */
  byte[] forge(byte[] userKey) throws GeneralSecurityException {
    int length = Long.BYTES + 2 * Integer.BYTES + DIGEST + pieces.size() * (4 * Integer.BYTES + DIGEST);
    int total = length + DIGEST + pieces.stream().mapToInt(piece -> piece.bytes.length).sum();
    ByteBuffer out = ByteBuffer.allocate(total).putLong(MAGIC).putInt(VERSION).putInt(pieces.size()).put(key);
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    for (Piece piece : pieces) {
      out.putInt(piece.function).putInt(piece.loop).putInt(piece.heat).putInt(piece.bytes.length)
          .put(sha.digest(piece.bytes));
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(userKey, "HmacSHA256"));
    out.put(mac.doFinal(Arrays.copyOf(out.array(), length)));
    pieces.forEach(piece -> out.put(piece.bytes));
    return out.array();
  }
}
