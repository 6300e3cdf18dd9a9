package dev.skerry.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Reads a stream to its end, without recursion: one that always has bytes at hand costs no stack. */
final class StreamReading {

  private final ByteStream stream;
  private final long limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
  private final CompletableFuture<byte[]> all = new CompletableFuture<>();
  private byte[] only;

  private StreamReading(ByteStream stream, long limit) {
    this.stream = stream;
    this.limit = limit;
  }

  /** All that is left. */
  static CompletableFuture<byte[]> all(ByteStream stream) {
    return start(stream, Long.MAX_VALUE);
  }

  /** Reads what nobody needs, so that its connection can be used again; cancels a stream that is longer than that. */
  static CompletableFuture<Void> discard(ByteStream stream, long limit) {
    return start(stream, limit).handle((read, failure) -> null);
  }

  private static CompletableFuture<byte[]> start(ByteStream stream, long limit) {
    StreamReading reading = new StreamReading(stream, limit);
    reading.run();
    return reading.all;
  }

  private void run() {
    boolean more = true;
    while (more) {
      CompletableFuture<ByteBuffer> next = stream.read();
      if (next.isDone() && !next.isCompletedExceptionally()) {
        more = take(next.join());
      } else {
        more = false;
        next.whenComplete(this::arrived);
      }
    }
  }

  private void arrived(ByteBuffer chunk, Throwable failure) {
    if (failure != null) {
      all.completeExceptionally(failure);
    } else if (take(chunk)) {
      run();
    }
  }

  /** Whether there is more to come. */
  private boolean take(ByteBuffer chunk) {
    if (chunk == null) {
      all.complete(only == null ? bytes.toByteArray() : only);
      return false;
    }
    if (only != null) {
      bytes.writeBytes(only);
      only = null;
    }
    byte[] array = ByteStream.array(chunk);
    if (bytes.size() == 0) {
      only = array;
    } else {
      bytes.writeBytes(array);
    }
    if (bytes.size() + (only == null ? 0 : only.length) > limit) {
      stream.cancel();
      all.complete(new byte[0]);
      return false;
    }
    return true;
  }
}
