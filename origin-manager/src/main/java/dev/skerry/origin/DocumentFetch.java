package dev.skerry.origin;

import dev.skerry.bindings.FetchService;
import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.StreamedResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.concurrent.CompletableFuture;

/** The requests that guests of one document make (Fetch §5.6). */
record DocumentFetch(Environment document) implements FetchService {

  @Override
  public FetchRequest request(String url) throws UrlParseException {
    Url parsed = document.resolve(url);
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
    return document.page().fetcher().stream(document.agent(), request, signal);
  }
}
