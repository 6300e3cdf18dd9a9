package dev.skerry.fetch;

import java.io.IOException;
import java.util.Optional;

/** A network error in the sense of Fetch §2.2.6, with the reason that a person needs. */
public final class FetchError extends IOException {

  private static final long serialVersionUID = 1L;

  /** What kind of failure it was. */
  public enum Reason {
    BAD_URL, UNSUPPORTED_SCHEME, DNS, CONNECT, TLS, TIMEOUT, PROTOCOL, TOO_MANY_REDIRECTS, TOO_LARGE, CORS,
    STATUS, MIME_TYPE, INTEGRITY, BLOCKED, ABORTED
  }

  private final Reason reason;
  private final String url;
  private final transient Refusal refusal;

  /** @param detail one sentence part that names what was found and the mend, where there is one */
  public FetchError(Reason reason, String url, String detail, Throwable cause) {
    super("cannot fetch " + url + ": " + detail, cause);
    this.reason = reason;
    this.url = url;
    refusal = null;
  }

  /** A rule stopped it. */
  FetchError(String url, Refusal refusal, String context) {
    super("cannot fetch " + url + ": " + refusal.detail() + context);
    this.reason = refusal.rule().reason();
    this.url = url;
    this.refusal = refusal;
  }

  /** The rule that stopped the fetch; empty where none did. */
  public Optional<Refusal> refusal() {
    return Optional.ofNullable(refusal);
  }

  public Reason reason() {
    return reason;
  }

  public String url() {
    return url;
  }
}
