package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;

/**
 * Reads one response within the limits: its head as soon as it is there, its body as it is asked for, so that nothing
 * but the chunk in hand is in memory. Turns every way to fail into a {@link FetchError}.
 */
final class ResponseReader implements Response.HeaderListener, Response.HeadersListener,
    Response.ContentSourceListener, Response.SuccessListener, Response.CompleteListener, ByteStream {

  private static final int MAX_INTERIM_RESPONSES = 16;

  private final Url url;
  private final FetchClient.Options options;
  private final boolean direct;
  private final HttpRequest request;
  private final AbortSignal signal;
  private final MemoryBudget budget;
  private final Runnable onAbort;
  private final CompletableFuture<NetworkResponse> response = new CompletableFuture<>();
  private final AtomicReference<FetchError> refusal = new AtomicReference<>();
  private volatile boolean sent;
  private int interimResponses;
  private int headerBytes;

  /** Guarded by this, as all below. */
  private Content.Source source;
  private CompletableFuture<ByteBuffer> pending;
  private long received;
  private boolean ended;
  private FetchError failure;

  /** @param direct whether no proxy is between */
  ResponseReader(NetworkRequest hop, FetchClient.Options options, boolean direct, HttpRequest request) {
    this.direct = direct;
    url = hop.url();
    budget = hop.fetch().memory();
    signal = hop.signal();
    this.options = options;
    this.request = request;
    this.onAbort = this::cancelRequest;
    signal.onAbort(onAbort);
  }

  /**
   * Sends the request. Jetty cannot abort one that it is just beginning to send (the thread that aborts gets a
   * NullPointerException, and nobody else is told), so what is cancelled then is aborted here.
   */
  void send() {
    FetchError before = refusal.get();
    if (before != null) {
      signal.remove(onAbort);
      response.completeExceptionally(before);
      return;
    }
    request.send(this);
    sent = true;
    FetchError meanwhile = refusal.get();
    if (meanwhile != null) {
      request.abort(meanwhile);
    }
  }

  private void cancelRequest() {
    FetchError error = new FetchError(Reason.ABORTED, Excerpt.of(url.href()), "the request was cancelled", null);
    if (refusal.compareAndSet(null, error) && sent) {
      request.abort(error);
    }
  }

  /** The response, once its head is there. */
  CompletableFuture<NetworkResponse> response() {
    return response;
  }

  /** Counts what the interim and the final header blocks hold together; Jetty's own limit is for each, and larger. */
  @Override
  public boolean onHeader(Response answer, HttpField field) {
    headerBytes += field.getName().length() + 4 + (field.getValue() == null ? 0 : field.getValue().length());
    if (headerBytes > options.maxHeaderBytes()) {
      abort(Reason.TOO_LARGE, "the response's headers are longer than the limit of " + options.maxHeaderBytes()
          + " bytes");
    }
    return true;
  }

  @Override
  public void onHeaders(Response answer) {
    if (HttpStatus.isInterim(answer.getStatus())) {
      if (++interimResponses > MAX_INTERIM_RESPONSES) {
        abort(Reason.PROTOCOL, "the server sent more than " + MAX_INTERIM_RESPONSES + " interim responses");
      }
      return;
    }
    if (HttpStatus.isInformational(answer.getStatus())) {
      abort(Reason.PROTOCOL, "the server sent status " + answer.getStatus() + ", which nobody asked for");
      return;
    }
    long length = answer.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
    if (length > options.maxBodyBytes() && !request.getMethod().equals("HEAD")) {
      abort(Reason.TOO_LARGE, "Content-Length announces " + length + " bytes, the limit is " + options.maxBodyBytes());
    }
  }

  @Override
  public void onContentSource(Response answer, Content.Source content) {
    if (HttpStatus.isInformational(answer.getStatus()) || refusal.get() != null) {
      Content.Source.consumeAll(content, Callback.NOOP);
      return;
    }
    synchronized (this) {
      source = content;
    }
    hand(answer);
  }

  private void hand(Response answer) {
    if (response.isDone()) {
      return;
    }
    HeaderList headers = new HeaderList();
    for (HttpField field : answer.getHeaders()) {
      headers.append(field.getName(), field.getValue() == null ? "" : field.getValue());
    }
    NetworkResponse head = new NetworkResponse(answer.getStatus(), headers.headers(), this, addressSpace());
    try {
      response.complete(head.withBody(ContentCoding.decode(head, this, url, options.maxBodyBytes(),
          budget)));
    } catch (FetchError e) {
      abort(e);
    }
  }

  /** Of the connected address; null where a proxy is between, which does not tell. */
  private AddressSpace addressSpace() {
    Connection connection = request.getConnection();
    return direct && connection != null && connection.getRemoteSocketAddress() instanceof InetSocketAddress remote
        ? AddressSpace.of(remote.getAddress()) : null;
  }

  @Override
  public CompletableFuture<ByteBuffer> read() {
    CompletableFuture<ByteBuffer> chunk = new CompletableFuture<>();
    synchronized (this) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      if (ended) {
        return CompletableFuture.completedFuture(null);
      }
      pending = chunk;
    }
    pull();
    return chunk;
  }

  /** Gives the reader a chunk that is there, or asks for one. What ended the body is told by {@link #onComplete}. */
  private void pull() {
    while (true) {
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        source.demand(this::pull);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        return;
      }
      ByteBuffer bytes = ByteBuffer.allocate(chunk.remaining());
      bytes.put(chunk.getByteBuffer()).flip();
      boolean last = chunk.isLast();
      chunk.release();
      if (bytes.hasRemaining()) {
        give(bytes);
        return;
      }
      if (last) {
        return;
      }
    }
  }

  private void give(ByteBuffer bytes) {
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      received += bytes.remaining();
      reader = pending;
      if (received <= options.maxBodyBytes()) {
        pending = null;
      }
    }
    if (received > options.maxBodyBytes()) {
      abort(Reason.TOO_LARGE, "the body is longer than the limit of " + options.maxBodyBytes() + " bytes");
    } else if (reader != null) {
      reader.complete(bytes);
    }
  }

  @Override
  public void cancel() {
    synchronized (this) {
      if (ended || failure != null) {
        return;
      }
    }
    abort(Reason.ABORTED, "nobody reads the body any more");
  }

  /** What ended the exchange first counts: the transport reports only that it was reset. */
  private void abort(Reason reason, String detail) {
    abort(new FetchError(reason, Excerpt.of(url.href()), detail, null));
  }

  private void abort(FetchError error) {
    if (refusal.compareAndSet(null, error)) {
      request.abort(error);
    }
  }

  /** After an interim response the same exchange waits for the next one. */
  @Override
  public void onSuccess(Response answer) {
    if (HttpStatus.isInterim(answer.getStatus())) {
      request.getConversation().getExchanges().peekLast().resetResponse();
    } else if (request.getBody() != null) {
      end(answer);
      stopSending(answer);
    }
  }

  /** A server that has refused or redirected a request needs no more of its body (RFC 9112 §9.3), another one may. */
  private void stopSending(Response answer) {
    if (answer.getStatus() >= HttpStatus.MULTIPLE_CHOICES_300) {
      abort(Reason.ABORTED, "the answer ended before the request did");
    }
  }

  /** The end is told once the connection is free for the next request, unless the request is still being sent. */
  @Override
  public void onComplete(Result result) {
    signal.remove(onAbort);
    if (!result.isFailed()) {
      end(result.getResponse());
      return;
    }
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      if (ended) {
        return;
      }
      Throwable thrown = refusal.get() == null ? result.getFailure() : refusal.get();
      failure = NetworkFailure.of(url, thrown, options, received, result.getResponse());
      reader = pending;
      pending = null;
    }
    response.completeExceptionally(failure);
    if (reader != null) {
      reader.completeExceptionally(failure);
    }
  }

  private void end(Response answer) {
    CompletableFuture<ByteBuffer> reader;
    synchronized (this) {
      ended = true;
      reader = pending;
      pending = null;
    }
    hand(answer);
    if (reader != null) {
      reader.complete(null);
    }
  }
}
