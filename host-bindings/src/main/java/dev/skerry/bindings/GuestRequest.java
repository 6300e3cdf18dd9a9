package dev.skerry.bindings;

import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.StreamedResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A request of a guest (Fetch §5.4): first it is written, then made once, then there may be a response. */
final class GuestRequest {

  /** What a guest may know of a failure: never why, for that would tell about servers that it may not read. */
  enum Failure { NONE, NETWORK_ERROR, ABORTED }

  private final FetchService owner;
  private final AbortSignal signal = new AbortSignal();
  private FetchRequest request;
  private CompletableFuture<GuestResponse> response;

  /** @param owner what the document that wrote it makes its requests with: nobody else may use it */
  GuestRequest(FetchService owner, FetchRequest request) {
    this.owner = owner;
    this.request = request;
  }

  FetchService owner() {
    return owner;
  }

  boolean isMade() {
    return response != null;
  }

  /** Changes what is not made yet; false where the standard forbids it. */
  boolean write(UnaryOperator<FetchRequest> change) {
    try {
      request = change.apply(request);
      return true;
    } catch (IllegalArgumentException forbidden) {
      return false;
    }
  }

  void make() {
    response = owner.fetch(request, signal)
        .thenApply((StreamedResponse arrived) -> new GuestResponse(owner, arrived, signal));
  }

  /** Completes with the response, or with null where there is none. */
  CompletableFuture<GuestResponse> response() {
    return response.exceptionally(failure -> null);
  }

  void abort() {
    signal.abort();
  }

  Failure failure() {
    if (signal.isAborted()) {
      return Failure.ABORTED;
    }
    return response != null && response.isCompletedExceptionally() ? Failure.NETWORK_ERROR : Failure.NONE;
  }
}
