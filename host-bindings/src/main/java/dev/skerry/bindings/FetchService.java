package dev.skerry.bindings;

import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.StreamedResponse;
import dev.skerry.fetch.UrlParseException;
import java.util.concurrent.CompletableFuture;

/** The requests of one document: made in its name, under its policies, and counted against its agent's limits. */
public interface FetchService {

  /**
   * A request of this document for a URL, which may be relative: GET, mode {@code cors}, credentials
   * {@code same-origin}.
   *
   * @throws UrlParseException if it is no URL, or has credentials (Fetch §5.4)
   */
  FetchRequest request(String url) throws UrlParseException;

  /**
   * Fetches; completes when the head is there, or exceptionally with a {@link dev.skerry.fetch.FetchError} alone. The
   * body is read to its end or cancelled.
   */
  CompletableFuture<StreamedResponse> fetch(FetchRequest request, AbortSignal signal);
}
