package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Reads a stream to its end, without recursion: one that always has bytes at hand costs no stack. */
final class StreamReading {

  private final ByteStream stream;
  private final long limit;
  private final MemoryShare memory;
  private final String url;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
  private final CompletableFuture<byte[]> all = new CompletableFuture<>();
  private byte[] only;

  private StreamReading(ByteStream stream, long limit, MemoryBudget budget, String url) {
    this.stream = stream;
    this.limit = limit;
    this.memory = new MemoryShare(budget);
    this.url = url;
  }

  /** All that is left. */
  static CompletableFuture<byte[]> all(ByteStream stream) {
    return new StreamReading(stream, Long.MAX_VALUE, MemoryBudget.UNLIMITED, "").start();
  }

  /** All that is left, within the budget of that request; its URL names it in an error. */
  static CompletableFuture<byte[]> all(ByteStream stream, FetchRequest request) {
    return new StreamReading(stream, Long.MAX_VALUE, request.memory(), Excerpt.of(request.url().href())).start();
  }

  /** Reads what nobody needs, so that its connection can be used again; cancels a stream that is longer than that. */
  static CompletableFuture<Void> discard(ByteStream stream, long limit) {
    return new StreamReading(stream, limit, MemoryBudget.UNLIMITED, "").start().handle((read, failure) -> null);
  }

  private CompletableFuture<byte[]> start() {
    run();
    return all;
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
      memory.close();
      all.completeExceptionally(failure);
    } else if (take(chunk)) {
      run();
    }
  }

  /** Whether there is more to come. */
  private boolean take(ByteBuffer chunk) {
    if (chunk == null) {
      memory.close();
      all.complete(only == null ? bytes.toByteArray() : only);
      return false;
    }
    if (!memory.take(chunk.remaining())) {
      stream.cancel();
      memory.close();
      all.completeExceptionally(new FetchError(Reason.TOO_LARGE, url,
          "the memory for bodies of responses in flight is used up", null));
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
      memory.close();
      all.complete(new byte[0]);
      return false;
    }
    return true;
  }
}
