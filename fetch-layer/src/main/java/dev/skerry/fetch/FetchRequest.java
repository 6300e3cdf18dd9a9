package dev.skerry.fetch;

/**
 * A request (Fetch §2.2.5), GET only so far.
 *
 * @param origin the requesting origin; null for a navigation that a person started
 * @param referrer the URL of the requesting document, or null
 * @param referrerPolicy how much of the referrer is told
 * @param partition where in a page the request is made; null where nobody said: such a request has no cookies, unless
 *     it is a top-level navigation, which is its own partition
 * @param integrity as the attribute of that name: digests of which the body must have one; empty for none
 */
public record FetchRequest(Url url, Mode mode, Credentials credentials, Destination destination, Origin origin,
                           Url referrer, ReferrerPolicy referrerPolicy, PartitionKey partition, String integrity) {

  /** A request with the default referrer policy that says nothing of its partition. */
  public FetchRequest(Url url, Mode mode, Credentials credentials, Destination destination, Origin origin,
                      Url referrer) {
    this(url, mode, credentials, destination, origin, referrer, ReferrerPolicy.DEFAULT, null, "");
  }

  /** Request modes. */
  public enum Mode { NAVIGATE, SAME_ORIGIN, CORS, NO_CORS }

  /** Credentials modes. */
  public enum Credentials { OMIT, SAME_ORIGIN, INCLUDE }

  /** What the response is for. */
  public enum Destination {
    DOCUMENT("document", Destination.HTML), IFRAME("iframe", Destination.HTML), SCRIPT("script", "*/*"),
    EMPTY("empty", "*/*");

    private static final String HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private final String token;
    private final String accept;

    Destination(String token, String accept) {
      this.token = token;
      this.accept = accept;
    }

    /** The value of {@code Sec-Fetch-Dest}. */
    String token() {
      return token;
    }

    /** The value of {@code Accept} (Fetch §4.1). */
    String accept() {
      return accept;
    }
  }

  /** This request, made in that partition. */
  public FetchRequest in(PartitionKey key) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, referrerPolicy, key,
        integrity);
  }

  /** This request, with that referrer policy. */
  public FetchRequest withReferrerPolicy(ReferrerPolicy policy) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, policy, partition, integrity);
  }

  /** This request, for a body that has one of those digests (Subresource Integrity). */
  public FetchRequest withIntegrity(String metadata) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, referrerPolicy, partition, metadata);
  }

  /** Whether this loads a top-level document. */
  boolean isTopLevelNavigation() {
    return mode == Mode.NAVIGATE && destination == Destination.DOCUMENT;
  }

  /** A top-level navigation. */
  public static FetchRequest document(Url url) {
    return new FetchRequest(url, Mode.NAVIGATE, Credentials.INCLUDE, Destination.DOCUMENT, null, null);
  }

  /** The load of a frame's document. */
  public static FetchRequest frame(Url url, Origin origin, Url referrer) {
    return new FetchRequest(url, Mode.NAVIGATE, Credentials.INCLUDE, Destination.IFRAME, origin, referrer);
  }

  /** A module script: CORS, and a WebAssembly MIME type is checked by {@link FetchResponse#requireWasm}. */
  public static FetchRequest module(Url url, Origin origin, Url referrer) {
    return new FetchRequest(url, Mode.CORS, Credentials.SAME_ORIGIN, Destination.SCRIPT, origin, referrer);
  }
}
