package dev.skerry.fetch;

/**
 * A request (Fetch §2.2.5), GET only so far.
 *
 * @param origin the requesting origin; null for a navigation that a person started
 * @param referrer the URL of the requesting document, or null
 */
public record FetchRequest(Url url, Mode mode, Credentials credentials, Destination destination, Origin origin,
                           Url referrer) {

  /** Request modes. */
  public enum Mode { NAVIGATE, SAME_ORIGIN, CORS, NO_CORS }

  /** Credentials modes. */
  public enum Credentials { OMIT, SAME_ORIGIN, INCLUDE }

  /** What the response is for. */
  public enum Destination { DOCUMENT, IFRAME, SCRIPT, EMPTY }

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
