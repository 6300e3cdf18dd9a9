package dev.skerry.fetch;

import java.util.concurrent.CompletableFuture;

/**
 * A response whose head is there and whose body comes as it is read.
 *
 * @param head the response as its requester may see it, with an empty body
 * @param body to be read to the end or cancelled
 */
public record StreamedResponse(FetchResponse head, ByteStream body) {

  /**
   * The response to that request once its body was read whole, within the request's budget of memory.
   *
   * @param startNanos when the request began, as of {@link System#nanoTime}
   */
  public CompletableFuture<FetchResponse> whole(FetchRequest request, long startNanos) {
    return StreamReading.all(body, request).thenApply(bytes -> head.withBody(bytes, System.nanoTime() - startNanos));
  }
}
