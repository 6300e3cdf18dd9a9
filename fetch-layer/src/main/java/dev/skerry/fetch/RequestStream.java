package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.Content;

/** A request's body on its way out: Jetty asks for a chunk when the last one is sent, and so the stream is read. */
final class RequestStream implements Request.Content {

  private final ByteStream stream;
  private final long length;
  private Content.Chunk chunk;
  private Throwable failure;

  RequestStream(RequestBody body) {
    stream = body.stream();
    length = body.length();
  }

  @Override
  public long getLength() {
    return length;
  }

  /** None: a requester's Content-Type is among the request's headers. */
  @Override
  public String getContentType() {
    return null;
  }

  @Override
  public synchronized Content.Chunk read() {
    if (failure != null) {
      return Content.Chunk.from(failure, true);
    }
    Content.Chunk next = chunk;
    chunk = next == Content.Chunk.EOF ? next : null;
    return next;
  }

  @Override
  public void demand(Runnable demandCallback) {
    CompletableFuture<ByteBuffer> next;
    synchronized (this) {
      if (chunk != null || failure != null) {
        next = CompletableFuture.completedFuture(null);
      } else {
        next = stream.read().whenComplete(this::arrived);
      }
    }
    next.whenComplete((bytes, thrown) -> demandCallback.run());
  }

  private synchronized void arrived(ByteBuffer bytes, Throwable thrown) {
    if (thrown != null) {
      failure = thrown;
    } else {
      chunk = bytes == null ? Content.Chunk.EOF : Content.Chunk.from(bytes, false);
    }
  }

  @Override
  public void fail(Throwable reason) {
    synchronized (this) {
      failure = failure == null ? reason : failure;
    }
    stream.cancel();
  }
}
