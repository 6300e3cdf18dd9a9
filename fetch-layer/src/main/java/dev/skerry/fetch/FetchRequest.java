package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A request (Fetch §2.2.5). Immutable: each {@code with} method gives a request that differs in that alone. What the
 * standard forbids to a requester (methods, headers) is refused where it is said.
 */
public final class FetchRequest {

  private final Url url;
  private final Mode mode;
  private final Credentials credentials;
  private final Destination destination;
  private final Origin origin;
  private final Url referrer;
  private String method = "GET";
  private List<Header> headers = List.of();
  private RequestBody body;
  private Redirect redirect = Redirect.FOLLOW;
  private CacheMode cacheMode = CacheMode.DEFAULT;
  private ReferrerPolicy referrerPolicy = ReferrerPolicy.DEFAULT;
  private PartitionKey partition;
  private String integrity = "";
  private boolean keepalive;
  private boolean corsPreflight;
  private Initiator initiator = Initiator.NONE;
  private RequestClient client = RequestClient.NONE;
  private RequestClient navigatedBy;
  private ElementMetadata element = ElementMetadata.NONE;
  private MemoryBudget memory = MemoryBudget.UNLIMITED;

  /**
   * A GET request with the default referrer policy that says nothing of its partition.
   *
   * @param origin the requesting origin; null for a navigation that a person started
   * @param referrer the URL of the requesting document, or null
   */
  public FetchRequest(Url url, Mode mode, Credentials credentials, Destination destination, Origin origin,
                      Url referrer) {
    this.url = url;
    this.mode = mode;
    this.credentials = credentials;
    this.destination = destination;
    this.origin = origin;
    this.referrer = referrer;
  }

  /** Request modes. */
  public enum Mode { NAVIGATE, SAME_ORIGIN, CORS, NO_CORS }

  /** Credentials modes. */
  public enum Credentials { OMIT, SAME_ORIGIN, INCLUDE }

  /** Redirect modes. */
  public enum Redirect { FOLLOW, ERROR, MANUAL }

  /** Cache modes. */
  public enum CacheMode { DEFAULT, NO_STORE, RELOAD, NO_CACHE, FORCE_CACHE, ONLY_IF_CACHED }

  /** Request initiators: what kind of load this is, where the destination does not say it. */
  public enum Initiator { NONE, DOWNLOAD, IMAGESET, MANIFEST, PREFETCH, PRERENDER, XSLT }

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

  public Url url() {
    return url;
  }

  /** The method, normalised. */
  public String method() {
    return method;
  }

  /** The requester's own headers, names in lower case. */
  public List<Header> headers() {
    return headers;
  }

  /** The body, or null. */
  public RequestBody body() {
    return body;
  }

  public Mode mode() {
    return mode;
  }

  public Credentials credentials() {
    return credentials;
  }

  public Destination destination() {
    return destination;
  }

  public Redirect redirect() {
    return redirect;
  }

  public CacheMode cacheMode() {
    return cacheMode;
  }

  /** The requesting origin; null for a navigation that a person started. */
  public Origin origin() {
    return origin;
  }

  /** The URL of the requesting document, or null. */
  public Url referrer() {
    return referrer;
  }

  /** How much of the referrer is told. */
  public ReferrerPolicy referrerPolicy() {
    return referrerPolicy;
  }

  /**
   * Where in a page the request is made; null where nobody said: such a request has no cookies, unless it is a
   * top-level navigation, which is its own partition.
   */
  public PartitionKey partition() {
    return partition;
  }

  /** As the attribute of that name: digests of which the body must have one; empty for none. */
  public String integrity() {
    return integrity;
  }

  /** Whether the request outlives who made it. */
  public boolean keepalive() {
    return keepalive;
  }

  /** Whether a cross-origin request is preceded by a preflight whatever its method and headers. */
  public boolean usesCorsPreflight() {
    return corsPreflight;
  }

  public Initiator initiator() {
    return initiator;
  }

  /** The document that makes it, whose policies rule it. */
  public RequestClient client() {
    return client;
  }

  /** The document that navigates, where another may be the client; null where nobody said. */
  public RequestClient navigatedBy() {
    return navigatedBy;
  }

  /** What is known of the element that makes it. */
  public ElementMetadata element() {
    return element;
  }

  /** What its response may take of memory while it is in flight. */
  public MemoryBudget memory() {
    return memory;
  }

  /** This request, made in that partition. */
  public FetchRequest in(PartitionKey key) {
    return edited(request -> request.partition = key);
  }

  /** This request, with that referrer policy. */
  public FetchRequest withReferrerPolicy(ReferrerPolicy policy) {
    return edited(request -> request.referrerPolicy = policy);
  }

  /** This request, for a body that has one of those digests (Subresource Integrity). */
  public FetchRequest withIntegrity(String metadata) {
    return edited(request -> request.integrity = metadata);
  }

  /**
   * This request with that method, normalised (Fetch §2.2.1).
   *
   * @throws IllegalArgumentException if it is no method, or a forbidden one
   */
  public FetchRequest withMethod(String name) {
    String normalised = HttpMethod.normalise(name);
    HttpMethod.refusal(normalised).ifPresent(why -> {
      throw new IllegalArgumentException(why);
    });
    return edited(request -> request.method = normalised);
  }

  /**
   * This request with one header more, its value normalised.
   *
   * @throws IllegalArgumentException if it is no header, or a forbidden request-header (Fetch §2.2.2)
   */
  public FetchRequest withHeader(String name, String value) {
    String normalised = RequestHeaders.normalise(value);
    RequestHeaders.refusal(name, normalised).ifPresent(why -> {
      throw new IllegalArgumentException(why);
    });
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name.toLowerCase(Locale.ROOT), normalised));
    return edited(request -> request.headers = List.copyOf(more));
  }

  /**
   * This request with that body, and with its type as {@code Content-Type} unless there is one.
   *
   * @throws IllegalArgumentException if the method is GET or HEAD: say the method first
   */
  public FetchRequest withBody(RequestBody content) {
    if (method.equals("GET") || method.equals("HEAD")) {
      throw new IllegalArgumentException("a " + method + " request has no body");
    }
    FetchRequest with = edited(request -> request.body = content);
    return content.type().isEmpty() || HeaderList.get(headers, "content-type").isPresent() ? with
        : with.withHeader("content-type", content.type());
  }

  public FetchRequest withRedirect(Redirect how) {
    return edited(request -> request.redirect = how);
  }

  public FetchRequest withCacheMode(CacheMode how) {
    return edited(request -> request.cacheMode = how);
  }

  /** This request, which outlives who made it; its body is at most 64 KiB, with those of others in flight. */
  public FetchRequest withKeepalive() {
    return edited(request -> request.keepalive = true);
  }

  /** This request, with a preflight wherever it is cross-origin (the use-CORS-preflight flag). */
  public FetchRequest withCorsPreflight() {
    return edited(request -> request.corsPreflight = true);
  }

  public FetchRequest withInitiator(Initiator what) {
    return edited(request -> request.initiator = what);
  }

  /** This request, made by that client: its policies rule it and its observer hears of it. */
  public FetchRequest withClient(RequestClient by) {
    return edited(request -> request.client = by);
  }

  /**
   * This request, for a navigation that a document asked for: that of a frame has its embedder for a client, and what
   * was shown before is loaded as it was then; but it reaches no further than who asks for it (Local Network Access).
   */
  public FetchRequest navigatedBy(RequestClient document) {
    return edited(request -> request.navigatedBy = document);
  }

  /** This request, made by an element. */
  public FetchRequest withElement(ElementMetadata metadata) {
    return edited(request -> request.element = metadata);
  }

  /**
   * This request with that mode.
   *
   * @throws IllegalArgumentException if that is {@code navigate}, which no requester can choose (Fetch §5.4)
   */
  public FetchRequest withMode(Mode how) {
    if (how == Mode.NAVIGATE) {
      throw new IllegalArgumentException("a request cannot be given the mode navigate");
    }
    return copy(how, credentials);
  }

  public FetchRequest withCredentials(Credentials how) {
    return copy(mode, how);
  }

  /** This request, whose response is counted against that budget while it is in flight. */
  public FetchRequest withMemory(MemoryBudget budget) {
    return edited(request -> request.memory = budget);
  }

  private FetchRequest edited(Consumer<FetchRequest> change) {
    FetchRequest copy = copy(mode, credentials);
    change.accept(copy);
    return copy;
  }

  private FetchRequest copy(Mode otherMode, Credentials otherCredentials) {
    FetchRequest copy = new FetchRequest(url, otherMode, otherCredentials, destination, origin, referrer);
    copy.method = method;
    copy.headers = headers;
    copy.body = body;
    copy.redirect = redirect;
    copy.cacheMode = cacheMode;
    copy.referrerPolicy = referrerPolicy;
    copy.partition = partition;
    copy.integrity = integrity;
    copy.keepalive = keepalive;
    copy.corsPreflight = corsPreflight;
    copy.initiator = initiator;
    copy.client = client;
    copy.navigatedBy = navigatedBy;
    copy.element = element;
    copy.memory = memory;
    return copy;
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
