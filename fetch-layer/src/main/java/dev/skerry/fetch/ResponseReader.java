package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/** Collects one response within the limits, and turns every way to fail into a {@link FetchError}. */
final class ResponseReader implements Response.Listener {

  private static final int MAX_INTERIM_RESPONSES = 16;
  /** A redirect's body is nobody's: one that is longer is not waited for. */
  private static final int MAX_REDIRECT_BODY = 64 << 10;
  private static final int MAX_FIRST_ALLOCATION = 1 << 20;

  private final Url url;
  private final FetchClient.Options options;
  private final HttpRequest request;
  private final CompletableFuture<NetworkResponse> response = new CompletableFuture<>();
  private final AtomicReference<FetchError> refusal = new AtomicReference<>();
  private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private NetworkResponse redirect;
  private int interimResponses;
  private int headerBytes;

  ResponseReader(Url url, FetchClient.Options options, HttpRequest request) {
    this.url = url;
    this.options = options;
    this.request = request;
  }

  void abort() {
    abort(Reason.ABORTED, "the request was cancelled");
  }

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
    if (length > options.maxBodyBytes()) {
      abort(Reason.TOO_LARGE, "Content-Length announces " + length + " bytes, the limit is " + options.maxBodyBytes());
      return;
    }
    NetworkResponse head = head(answer);
    if (head.isRedirect() && head.header("location").isPresent()) {
      redirect = head;
    }
    body = new ByteArrayOutputStream((int) Math.max(32, Math.min(length, MAX_FIRST_ALLOCATION)));
  }

  private static NetworkResponse head(Response answer) {
    HeaderList headers = new HeaderList();
    for (HttpField field : answer.getHeaders()) {
      headers.append(field.getName(), field.getValue() == null ? "" : field.getValue());
    }
    return new NetworkResponse(answer.getStatus(), headers.headers(), new byte[0]);
  }

  @Override
  public void onContent(Response answer, ByteBuffer content) {
    if (body.size() + (long) content.remaining() > options.maxBodyBytes()) {
      abort(Reason.TOO_LARGE, "the body is longer than the limit of " + options.maxBodyBytes() + " bytes");
    } else if (redirect != null && body.size() + content.remaining() > MAX_REDIRECT_BODY) {
      response.complete(redirect);
      abort(Reason.ABORTED, "the body of a redirect is not read");
    } else {
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      body.write(bytes, 0, bytes.length);
    }
  }

  /** What ended the exchange first counts: the transport reports only that it was reset. */
  private void abort(Reason reason, String detail) {
    FetchError error = error(reason, detail, null);
    if (refusal.compareAndSet(null, error)) {
      request.abort(error);
    }
  }

  /** After an interim response the same exchange waits for the next one. */
  @Override
  public void onSuccess(Response answer) {
    if (HttpStatus.isInterim(answer.getStatus())) {
      request.getConversation().getExchanges().peekLast().resetResponse();
    }
  }

  @Override
  public void onComplete(Result result) {
    if (result.isFailed()) {
      Throwable failure = refusal.get() == null ? result.getFailure() : refusal.get();
      response.completeExceptionally(NetworkFailure.of(url, failure, options, body.size(), result.getResponse()));
      return;
    }
    try {
      NetworkResponse head = head(result.getResponse());
      byte[] decoded = ContentCoding.decode(head, body.toByteArray(), options.maxBodyBytes());
      response.complete(new NetworkResponse(head.status(), head.headers(), decoded));
    } catch (ContentCoding.Failure e) {
      response.completeExceptionally(error(e.reason(), e.getMessage(), e));
    }
  }

  private FetchError error(Reason reason, String detail, Throwable cause) {
    return new FetchError(reason, Excerpt.of(url.href()), detail, cause);
  }
}
