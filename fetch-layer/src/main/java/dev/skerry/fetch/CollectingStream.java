package dev.skerry.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A body on its way to its reader that is collected for the cache meanwhile. Only a body that was read to its end is
 * stored, and only while there is room: the reader never waits for the cache.
 */
final class CollectingStream implements ByteStream {

  private final ByteStream stream;
  private final CacheStore store;
  private final Consumer<byte[]> whole;
  private ByteArrayOutputStream collected = new ByteArrayOutputStream(0);

  CollectingStream(ByteStream stream, CacheStore store, Consumer<byte[]> whole) {
    this.stream = stream;
    this.store = store;
    this.whole = whole;
  }

  @Override
  public CompletableFuture<ByteBuffer> read() {
    return stream.read().whenComplete((chunk, failure) -> {
      if (failure != null) {
        giveUp();
      } else if (chunk == null) {
        end();
      } else {
        collect(chunk.duplicate());
      }
    });
  }

  private synchronized void collect(ByteBuffer chunk) {
    if (collected == null) {
      return;
    }
    int length = chunk.remaining();
    if (collected.size() + (long) length > store.maxBodyBytes() || !store.reserve(length)) {
      giveUp();
      return;
    }
    byte[] bytes = new byte[length];
    chunk.get(bytes);
    collected.writeBytes(bytes);
  }

  private void end() {
    byte[] bytes;
    synchronized (this) {
      if (collected == null) {
        return;
      }
      bytes = collected.toByteArray();
      giveUp();
    }
    whole.accept(bytes);
  }

  private synchronized void giveUp() {
    if (collected != null) {
      store.release(collected.size());
      collected = null;
    }
  }

  @Override
  public void cancel() {
    giveUp();
    stream.cancel();
  }
}
