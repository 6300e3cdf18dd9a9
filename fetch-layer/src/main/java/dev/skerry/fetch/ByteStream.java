package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Bytes that come when they are asked for (the stream of a body, Fetch §2.2.4): who does not read holds the sender, and
 * nothing but the chunk that was asked for is in memory. One reader, one read at a time; who stops before the end must
 * cancel.
 */
public interface ByteStream {

  /**
   * The next bytes, at least one; null at the end. They are the reader's to keep. Fails with a {@link FetchError}
   * alone, and then for good. A continuation runs on the thread that brings the bytes and must not block it.
   */
  CompletableFuture<ByteBuffer> read();

  /** Says that nobody reads on; a read that is under way fails. Idempotent, and of no effect after the end. */
  void cancel();

  /** All that is left, in one array: for bodies whose length is limited already. */
  default CompletableFuture<byte[]> readAll() {
    return StreamReading.all(this);
  }

  /** A stream of those bytes. */
  static ByteStream of(byte[] bytes) {
    return new BufferStream(ByteBuffer.wrap(bytes));
  }

  /** A stream of those bytes, which it uses up. */
  static ByteStream of(ByteBuffer bytes) {
    return new BufferStream(bytes);
  }

  /** The bytes of a chunk: its own array where that holds nothing else. */
  static byte[] array(ByteBuffer chunk) {
    if (chunk.hasArray() && chunk.arrayOffset() == 0 && chunk.remaining() == chunk.array().length) {
      return chunk.array();
    }
    byte[] copy = new byte[chunk.remaining()];
    chunk.get(copy);
    return copy;
  }
}
