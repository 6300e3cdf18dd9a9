package dev.skerry.wasm.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry on disk: a head that lists the pieces of code with their digests, the HMAC of the head (which names the key,
 * and so module, partition and flavour) under the user's key, and the pieces. Numbers are big-endian:
 *
 * <pre>
 * magic 8 | version 4 | count 4 | digest of the key 32
 * count times: function 4 | loop 4 | heat 4 | length 4 | SHA-256 of the piece 32
 * HMAC-SHA-256 of everything so far 32
 * pieces
 * </pre>
 *
 * First come the functions that the last run called, in the order in which it first called them.
 */
final class EntryFile {

  private static final long MAGIC = 0x534b_5259_434f_4445L;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = Long.BYTES + 2 * Integer.BYTES + Digests.BYTES;
  private static final int ROW_BYTES = 4 * Integer.BYTES + Digests.BYTES;
  private static final int MAX_PIECES = 1 << 21;

  /**
   * Where a piece is, and what it must be.
   *
   * @param heat how often it was found running before it was compiled, at least 1 if it was called; else 0
   */
  record Piece(int heat, long offset, int length, byte[] digest) {
  }

  private EntryFile() {
  }

  /**
   * Reads and authenticates the head; the pieces in their order.
   *
   * @throws Damaged if this user did not write it for this key, or it was changed since
   */
  static Map<CodeId, Piece> read(FileChannel file, CacheKey key, byte[] userKey) throws Damaged, IOException {
    long size = file.size();
    if (size < HEADER_BYTES + Digests.BYTES) {
      throw new Damaged("it is too short");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes(file, 0, HEADER_BYTES));
    if (header.getLong() != MAGIC || header.getInt() != VERSION) {
      throw new Damaged("it is no entry of this cache");
    }
    int count = header.getInt();
    if (count < 0 || count > MAX_PIECES || headBytes(count) + Digests.BYTES > size) {
      throw new Damaged("it is too short for what it lists");
    }
    int length = headBytes(count);
    byte[] head = bytes(file, 0, length + Digests.BYTES);
    byte[] mac = Digests.hmac(userKey, head, length);
    if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(head, length, head.length))) {
      throw new Damaged("it was not written with this user's key, or was changed since");
    }
    ByteBuffer in = ByteBuffer.wrap(head, HEADER_BYTES - Digests.BYTES, length - HEADER_BYTES + Digests.BYTES);
    if (!MessageDigest.isEqual(key.digest(), digest(in))) {
      throw new Damaged("it is the entry of another module, partition or compiler");
    }
    Map<CodeId, Piece> pieces = new LinkedHashMap<>(2 * count);
    long offset = head.length;
    for (int i = 0; i < count; i++) {
      CodeId id = new CodeId(in.getInt(), in.getInt());
      Piece piece = new Piece(in.getInt(), offset, in.getInt(), digest(in));
      offset += piece.length;
      if (piece.length < 0 || offset > size || pieces.put(id, piece) != null) {
        throw new Damaged("its list contradicts itself");
      }
    }
    if (offset != size) {
      throw new Damaged("it has " + size + " bytes, but lists " + offset);
    }
    return pieces;
  }

  private static byte[] digest(ByteBuffer in) {
    byte[] digest = new byte[Digests.BYTES];
    in.get(digest);
    return digest;
  }

  private static int headBytes(int count) {
    return HEADER_BYTES + count * ROW_BYTES;
  }

  /** Reads a piece, which must be what the head says. */
  static byte[] read(FileChannel file, Piece piece) throws Damaged, IOException {
    byte[] bytes = bytes(file, piece.offset, piece.length);
    if (!MessageDigest.isEqual(piece.digest, Sha256.of(bytes))) {
      throw new Damaged("a piece of it was changed");
    }
    return bytes;
  }

  private static byte[] bytes(FileChannel file, long offset, int length) throws Damaged, IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        throw new Damaged("it became shorter while it was read");
      }
    }
    return bytes.array();
  }

  /** Writes an entry front to back, but for its head, which comes last: so only whole entries are authentic. */
  static final class Writer {

    private final FileChannel file;
    private final ByteBuffer head;
    private final int most;
    private final Map<CodeId, Piece> pieces = new LinkedHashMap<>();
    private long end;

    /** @param most how many pieces there will be at most */
    Writer(FileChannel file, int most) {
      this.file = file;
      this.most = Math.min(most, MAX_PIECES);
      head = ByteBuffer.allocate(headBytes(this.most) + Digests.BYTES);
      head.position(HEADER_BYTES);
      end = head.capacity();
    }

    /** Writes a piece, unless there are as many as announced, or it is there. */
    void add(CodeId id, int heat, byte[] bytes) throws IOException {
      if (pieces.size() == most || pieces.containsKey(id)) {
        return;
      }
      Piece piece = new Piece(heat, end, bytes.length, Sha256.of(bytes));
      head.putInt(id.function()).putInt(id.loop()).putInt(heat).putInt(bytes.length).put(piece.digest);
      write(ByteBuffer.wrap(bytes), end);
      pieces.put(id, piece);
      end += bytes.length;
    }

    /**
     * Writes the head; the pieces, as {@link EntryFile#read} would give them back.
     *
     * @throws IOException also if there were fewer pieces than announced
     */
    Map<CodeId, Piece> finish(CacheKey key, byte[] userKey) throws IOException {
      if (pieces.size() != most) {
        throw new IOException("only " + pieces.size() + " of " + most + " pieces were there to be written");
      }
      int length = headBytes(most);
      head.putLong(0, MAGIC).putInt(Long.BYTES, VERSION).putInt(Long.BYTES + Integer.BYTES, most);
      System.arraycopy(key.digest(), 0, head.array(), HEADER_BYTES - Digests.BYTES, Digests.BYTES);
      head.position(length);
      head.put(Digests.hmac(userKey, head.array(), length));
      head.flip();
      write(head, 0);
      return pieces;
    }

    long byteLength() {
      return end;
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
      while (bytes.hasRemaining()) {
        file.write(bytes, at + bytes.position());
      }
    }
  }
}
