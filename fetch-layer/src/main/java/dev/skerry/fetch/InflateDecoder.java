package dev.skerry.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The codings gzip (RFC 1952), with several members one after the other, and deflate, which is the zlib format (RFC
 * 9110 §8.4.1.2); servers that send it bare are understood as well.
 */
final class InflateDecoder implements ContentDecoder {

  private static final int MAX_GZIP_HEADER = 16 << 10;
  private static final int GZIP_FIXED_HEADER = 10;
  private static final int GZIP_TRAILER = 8;
  private static final int FLAG_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private enum Stage { START, DATA, TRAILER, BETWEEN_MEMBERS, DONE }

  private final boolean gzip;
  private final CRC32 crc = new CRC32();
  private Stage stage = Stage.START;
  private Inflater inflater;
  /** What came in and was not used yet; never a buffer that someone else writes to. */
  private ByteBuffer rest = ByteBuffer.allocate(0);
  private boolean ended;
  /** Of the member that is being read. */
  private long total;

  InflateDecoder(boolean gzip) {
    this.gzip = gzip;
  }

  @Override
  public void input(ByteBuffer coded) {
    if (!rest.hasRemaining()) {
      rest = coded;
      return;
    }
    ByteBuffer joined = ByteBuffer.allocate(rest.remaining() + coded.remaining());
    rest = joined.put(rest).put(coded).flip();
  }

  @Override
  public void endOfInput() {
    ended = true;
  }

  @Override
  public ByteBuffer decode() throws IOException {
    while (true) {
      boolean moved = switch (stage) {
        case START -> start();
        case BETWEEN_MEMBERS -> nextMember();
        case TRAILER -> trailer();
        case DATA, DONE -> false;
      };
      if (stage == Stage.DATA) {
        ByteBuffer output = inflate();
        if (output != null) {
          return output;
        }
        moved = stage != Stage.DATA;
      }
      if (!moved) {
        return null;
      }
    }
  }

  private boolean start() throws IOException {
    int header = gzip ? gzipHeaderLength() : zlibHeaderSeen() ? 0 : -1;
    if (header < 0) {
      return false;
    }
    boolean bare = gzip || (peek(0) & 15) != 8 || (peek(0) << 8 | peek(1)) % 31 != 0;
    inflater = new Inflater(bare);
    rest.position(rest.position() + header);
    crc.reset();
    stage = Stage.DATA;
    return true;
  }

  /** Two bytes tell the formats apart; a body of one is no zlib format. */
  private boolean zlibHeaderSeen() {
    if (rest.remaining() == 1 && ended) {
      rest = ByteBuffer.wrap(new byte[] {rest.get(), 0});
    }
    return rest.remaining() >= 2;
  }

  /** The length of the member's header; -1 while it is not whole. */
  private int gzipHeaderLength() throws IOException {
    if (rest.remaining() >= 2 && !isMagic()) {
      throw new IOException("Not in GZIP format");
    }
    int length = GZIP_FIXED_HEADER;
    if (rest.remaining() > length) {
      int flags = peek(3);
      if ((flags & FLAG_EXTRA) != 0) {
        length += rest.remaining() < length + 2 ? MAX_GZIP_HEADER : 2 + peek(length) + (peek(length + 1) << 8);
      }
      length = (flags & FLAG_NAME) == 0 ? length : afterZero(length);
      length = (flags & FLAG_COMMENT) == 0 ? length : afterZero(length);
      length += (flags & FLAG_CRC) == 0 ? 0 : 2;
    }
    if (rest.remaining() > length) {
      return length;
    }
    if (rest.remaining() > MAX_GZIP_HEADER) {
      throw new IOException("its GZIP header is longer than " + MAX_GZIP_HEADER + " bytes");
    }
    return -1;
  }

  private boolean isMagic() {
    return peek(0) == 0x1f && peek(1) == 0x8b;
  }

  private int afterZero(int from) {
    int at = from;
    while (at < rest.remaining() && peek(at) != 0) {
      at++;
    }
    return at + 1;
  }

  private ByteBuffer inflate() throws IOException {
    byte[] output = new byte[CHUNK];
    try {
      inflater.setInput(rest);
      int length = inflater.inflate(output);
      if (inflater.needsDictionary()) {
        throw new IOException("it needs a dictionary");
      }
      if (inflater.finished()) {
        inflater.end();
        inflater = null;
        stage = gzip ? Stage.TRAILER : Stage.DONE;
      }
      total += length;
      crc.update(output, 0, length);
      return length == 0 ? null : ByteBuffer.wrap(output, 0, length);
    } catch (DataFormatException e) {
      throw new IOException(e.getMessage() == null ? "corrupt data" : e.getMessage(), e);
    }
  }

  private boolean trailer() throws IOException {
    if (rest.remaining() < GZIP_TRAILER) {
      return false;
    }
    if (littleEndian() != crc.getValue() || littleEndian() != (total & 0xFFFFFFFFL)) {
      throw new IOException("Corrupt GZIP trailer");
    }
    total = 0;
    stage = Stage.BETWEEN_MEMBERS;
    return true;
  }

  /** Another member begins with the magic number; anything else after a member is padding. */
  private boolean nextMember() {
    if (rest.remaining() < 2) {
      return false;
    }
    stage = isMagic() ? Stage.START : Stage.DONE;
    return true;
  }

  private long littleEndian() {
    return (rest.get() & 255L) | (rest.get() & 255L) << 8 | (rest.get() & 255L) << 16 | (rest.get() & 255L) << 24;
  }

  private int peek(int at) {
    return rest.get(rest.position() + at) & 255;
  }

  @Override
  public boolean isComplete() {
    return stage == Stage.BETWEEN_MEMBERS || stage == Stage.DONE;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
    stage = Stage.DONE;
  }
}
