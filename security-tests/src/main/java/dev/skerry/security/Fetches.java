package dev.skerry.security;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchObserver;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.PolicyContainer;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What attacks on the fetch layer do often. */
final class Fetches {

  private static final long PATIENCE_SECONDS = 60;

  private Fetches() {
  }

  /** A document that came from that address space, as the client of requests. */
  static RequestClient document(Url url, AddressSpace space) {
    return new RequestClient(url, url.origin(), "", 200, PolicyContainer.EMPTY.at(space),
        url.origin().isPotentiallyTrustworthy(), false, PartitionKey.topLevel(url.origin()), Map.of(),
        FetchObserver.NONE);
  }

  /** A request of a document. */
  static FetchRequest of(RequestClient document, Url url, FetchRequest.Mode mode,
                         FetchRequest.Destination destination) {
    return new FetchRequest(url, mode, FetchRequest.Credentials.INCLUDE, destination, document.origin(),
        document.url()).in(document.partition()).withClient(document);
  }

  /** The response, or null where the fetch failed; the error's text is the attacker's to see too. */
  static FetchResponse response(FetchClient client, FetchRequest request) throws InterruptedException {
    try {
      return client.fetch(request).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof FetchError) {
        return null;
      }
      throw new IllegalStateException("a fetch failed otherwise than by an error of its own", failed);
    } catch (TimeoutException late) {
      throw new IllegalStateException("a fetch did not end", late);
    }
  }

  static Url url(String text) {
    try {
      return Url.parse(text);
    } catch (UrlParseException error) {
      throw new IllegalArgumentException(error);
    }
  }
}
