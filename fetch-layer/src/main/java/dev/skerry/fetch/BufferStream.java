package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A stream of bytes that are in memory already, given in one chunk. */
final class BufferStream implements ByteStream {

  private ByteBuffer rest;

  BufferStream(ByteBuffer bytes) {
    rest = bytes.hasRemaining() ? bytes : null;
  }

  @Override
  public CompletableFuture<ByteBuffer> read() {
    CompletableFuture<ByteBuffer> chunk = CompletableFuture.completedFuture(rest);
    rest = null;
    return chunk;
  }

  @Override
  public void cancel() {
    rest = null;
  }
}
