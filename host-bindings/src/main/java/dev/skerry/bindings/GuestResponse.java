package dev.skerry.bindings;

import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.StreamedResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A response that a guest reads: its head, and its body a piece at a time. One event loop uses it. */
final class GuestResponse {

  private final FetchService owner;
  private final FetchResponse head;
  private final StreamedResponse streamed;
  private final AbortSignal signal;
  /** What arrived and was not taken yet. */
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private boolean reading;
  private boolean ended;

  /** @param owner what the document that asked makes its requests with: nobody else may read it */
  GuestResponse(FetchService owner, StreamedResponse streamed, AbortSignal signal) {
    this.owner = owner;
    this.streamed = streamed;
    this.signal = signal;
    this.head = streamed.head();
  }

  FetchService owner() {
    return owner;
  }

  FetchResponse head() {
    return head;
  }

  /** The header at that index, or null. */
  FetchResponse.Header header(long index) {
    return index < head.headers().size() ? head.headers().get((int) index) : null;
  }

  boolean isReading() {
    return reading;
  }

  /** Whether bytes are there, or the end, so that nobody needs to wait. */
  boolean isReady() {
    return ended || chunk.hasRemaining();
  }

  /** Waits until {@link #isReady}; completes with false where the body failed. */
  CompletableFuture<Boolean> arrive() {
    reading = true;
    return streamed.body().read().handle((bytes, failure) -> {
      reading = false;
      chunk = bytes == null ? chunk : bytes;
      ended = bytes == null;
      return failure == null;
    });
  }

  /** Takes at most so many bytes of those that are there; none at the end. */
  byte[] take(int most) {
    byte[] bytes = new byte[Math.min(most, chunk.remaining())];
    chunk.get(bytes);
    return bytes;
  }

  /** Says that nobody reads on. */
  void cancel() {
    ended = true;
    chunk = ByteBuffer.allocate(0);
    streamed.body().cancel();
    signal.abort();
  }
}
