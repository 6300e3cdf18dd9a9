package dev.skerry.fetch;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One link of the chain that every hop of a fetch runs through on its way to the network and back: it may answer by
 * itself, change the request or the response, or pass them on. Links run on any thread and must not block.
 */
@FunctionalInterface
public interface Interceptor {

  /** Answers the request, by itself or through {@code next}; fails with a {@link FetchError} alone. */
  CompletableFuture<NetworkResponse> intercept(NetworkRequest request, Chain next);

  /** What comes after a link. */
  @FunctionalInterface
  interface Chain {

    CompletableFuture<NetworkResponse> proceed(NetworkRequest request);

    /** A chain of those links, in that order, before an end. */
    static Chain of(List<Interceptor> links, Chain end) {
      Chain chain = end;
      for (int i = links.size() - 1; i >= 0; i--) {
        Interceptor link = links.get(i);
        Chain next = chain;
        chain = request -> link.intercept(request, next);
      }
      return chain;
    }
  }
}
