package dev.skerry.origin;

import dev.skerry.bindings.FetchService;
import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.StreamedResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The requests that guests of one document make (Fetch §5.6); they end with the document. */
final class DocumentFetch implements FetchService, AutoCloseable {

  private final Environment document;
  private final AbortSignal gone = new AbortSignal();

  DocumentFetch(Environment document) {
    this.document = document;
  }

  @Override
  public FetchRequest request(String url) throws UrlParseException {
    Url parsed = document.resolve(url, StandardCharsets.UTF_8);
    if (parsed.includesCredentials()) {
      throw new UrlParseException("a request's URL has no user name or password");
    }
    return new FetchRequest(parsed, FetchRequest.Mode.CORS, FetchRequest.Credentials.SAME_ORIGIN,
        FetchRequest.Destination.EMPTY, document.origin(), document.referrer())
        .withReferrerPolicy(document.policies().referrerPolicy()).withClient(document.client())
        .in(document.partition());
  }

  @Override
  public CompletableFuture<StreamedResponse> fetch(FetchRequest request, AbortSignal signal) {
    gone.onAbort(signal::abort);
    return document.page().fetcher().stream(document.agent(), request, signal);
  }

  /** Ends all of them, wherever they are. */
  @Override
  public void close() {
    gone.abort();
  }
}
