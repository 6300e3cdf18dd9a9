package dev.skerry.fetch;

import java.util.Locale;

/**
 * A request (Fetch §2.2.5), GET only so far.
 *
 * @param origin the requesting origin; null for a navigation that a person started
 * @param referrer the URL of the requesting document, or null
 * @param referrerPolicy how much of the referrer is told
 * @param partition where in a page the request is made; null where nobody said: such a request has no cookies, unless
 *     it is a top-level navigation, which is its own partition
 * @param integrity as the attribute of that name: digests of which the body must have one; empty for none
 * @param client the document that makes it, whose policies rule it
 * @param element what is known of the element that makes it
 */
public record FetchRequest(Url url, Mode mode, Credentials credentials, Destination destination, Origin origin,
                           Url referrer, ReferrerPolicy referrerPolicy, PartitionKey partition, String integrity,
                           RequestClient client, ElementMetadata element) {

  /** A request with the default referrer policy that says nothing of its partition. */
  public FetchRequest(Url url, Mode mode, Credentials credentials, Destination destination, Origin origin,
                      Url referrer) {
    this(url, mode, credentials, destination, origin, referrer, ReferrerPolicy.DEFAULT, null, "",
        RequestClient.NONE, ElementMetadata.NONE);
  }

  /** Request modes. */
  public enum Mode { NAVIGATE, SAME_ORIGIN, CORS, NO_CORS }

  /** Credentials modes. */
  public enum Credentials { OMIT, SAME_ORIGIN, INCLUDE }

  /** What the response is for. */
  public enum Destination {
    EMPTY, AUDIO, AUDIOWORKLET, DOCUMENT, EMBED, FONT, FRAME, IFRAME, IMAGE, JSON, MANIFEST, OBJECT, PAINTWORKLET,
    REPORT, SCRIPT, SERVICEWORKER, SHAREDWORKER, STYLE, TEXT, TRACK, VIDEO, WEBIDENTITY, WORKER, XSLT;

    /** The value of {@code Sec-Fetch-Dest}. */
    String token() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The value of {@code Accept} (Fetch §4, step 13). */
    String accept() {
      return switch (this) {
        case DOCUMENT, FRAME, IFRAME -> "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        case IMAGE -> "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5";
        case JSON -> "application/json,*/*;q=0.5";
        case STYLE -> "text/css,*/*;q=0.1";
        default -> "*/*";
      };
    }

    /** Script-like (Fetch §2.2.5). */
    boolean isScriptLike() {
      return switch (this) {
        case AUDIOWORKLET, PAINTWORKLET, SCRIPT, SERVICEWORKER, SHAREDWORKER, WORKER -> true;
        default -> false;
      };
    }
  }

  /** This request, made in that partition. */
  public FetchRequest in(PartitionKey key) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, referrerPolicy, key,
        integrity, client, element);
  }

  /** This request, with that referrer policy. */
  public FetchRequest withReferrerPolicy(ReferrerPolicy policy) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, policy, partition, integrity,
        client, element);
  }

  /** This request, for a body that has one of those digests (Subresource Integrity). */
  public FetchRequest withIntegrity(String metadata) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, referrerPolicy, partition, metadata,
        client, element);
  }

  /** This request, made by that client: its policies rule it and its observer hears of it. */
  public FetchRequest withClient(RequestClient by) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, referrerPolicy, partition, integrity,
        by, element);
  }

  /** This request, made by an element. */
  public FetchRequest withElement(ElementMetadata metadata) {
    return new FetchRequest(url, mode, credentials, destination, origin, referrer, referrerPolicy, partition, integrity,
        client, metadata);
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
