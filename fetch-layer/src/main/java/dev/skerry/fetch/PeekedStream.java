package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A stream whose beginning was looked at; it gives the same bytes as if nobody had. */
final class PeekedStream implements ByteStream {

  private final ByteStream stream;
  private final int wanted;
  private final Queue<ByteBuffer> seen = new ArrayDeque<>();
  private int seenBytes;
  private boolean ended;

  private PeekedStream(ByteStream stream, int wanted) {
    this.stream = stream;
    this.wanted = wanted;
  }

  /** Completes once so many bytes are there, or all that there are. */
  static CompletableFuture<PeekedStream> peek(ByteStream stream, int length) {
    return new PeekedStream(stream, length).fill();
  }

  private CompletableFuture<PeekedStream> fill() {
    while (!ended && seenBytes < wanted) {
      CompletableFuture<ByteBuffer> next = stream.read();
      if (!next.isDone() || next.isCompletedExceptionally()) {
        return next.thenCompose(chunk -> {
          take(chunk);
          return fill();
        });
      }
      take(next.join());
    }
    return CompletableFuture.completedFuture(this);
  }

  private void take(ByteBuffer chunk) {
    ended = chunk == null;
    if (chunk != null) {
      seen.add(chunk);
      seenBytes += chunk.remaining();
    }
  }

  /** The first bytes: as many as were wanted, or all. */
  byte[] start() {
    ByteBuffer start = ByteBuffer.allocate(Math.min(wanted, seenBytes));
    for (ByteBuffer chunk : seen) {
      start.put(chunk.slice(chunk.position(), Math.min(chunk.remaining(), start.remaining())));
    }
    return start.array();
  }

  @Override
  public CompletableFuture<ByteBuffer> read() {
    ByteBuffer next = seen.poll();
    return next == null && !ended ? stream.read() : CompletableFuture.completedFuture(next);
  }

  @Override
  public void cancel() {
    seen.clear();
    stream.cancel();
  }
}
