package dev.skerry.fetch;

/**
 * Hears what happens in the requests of one client while it happens. Called on the threads of the fetch: be quick, and
 * wait for nothing. What an observer throws fails the fetch that it was told of.
 */
public interface FetchObserver {

  /** Hears nothing. */
  FetchObserver NONE = new FetchObserver() { };

  /** One request of a fetch has been answered by the network, a cache or a link, or has failed there. */
  default void exchange(Exchange exchange) {
  }

  /** A rule has stopped a fetch. */
  default void refused(FetchRequest request, Url url, Refusal refusal) {
  }

  /** A content security policy was violated, or would have been were it enforced. */
  default void violation(CspViolation violation) {
  }

  /** An embedder policy or an opener policy was violated, or would have been were it enforced. */
  default void report(PolicyReport report) {
  }

  /** So much of a response's body has arrived; the expected length is -1 where the server did not tell. */
  default void progress(Url url, long receivedBytes, long expectedBytes) {
  }
}
