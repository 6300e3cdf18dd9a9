package dev.skerry.fetch;

import java.util.List;
import java.util.Optional;

/**
 * A response (Fetch §2.2.6), wholly read, as its requester may see it: a CORS response holds exposed headers alone, an
 * opaque one and an opaque redirect have status 0, no headers and an empty body.
 *
 * @param url the final URL, after redirects
 * @param urlList every URL on the way, the requested one first
 * @param status the HTTP status; 200 for {@code data:} URLs
 * @param headers in order of arrival, names in lower case
 * @param addressSpace of the server that it came from (Local Network Access); null for none, or where it is not told
 * @param elapsedNanos from the request to the last byte
 */
public record FetchResponse(Url url, List<Url> urlList, int status, List<Header> headers, byte[] body,
                            Tainting tainting, Type type, AddressSpace addressSpace, long elapsedNanos) {

  private static final String WASM = "application/wasm";

  /** Response tainting. */
  public enum Tainting { BASIC, CORS, OPAQUE }

  /** Response types but error, which is a {@link FetchError}. */
  public enum Type { BASIC, CORS, OPAQUE, OPAQUE_REDIRECT }

  /** A header field. */
  public record Header(String name, String value) {
  }

  /** This response, which took that long, with a body. */
  FetchResponse withBody(byte[] bytes, long nanos) {
    return new FetchResponse(url, urlList, status, headers, bytes, tainting, type, addressSpace, nanos);
  }

  /** The values of that header, joined by a comma and a space (Fetch §2.2.2, get); the name in lower case. */
  public Optional<String> header(String name) {
    return HeaderList.get(headers, name);
  }

  /** The MIME type's essence in lower case, such as {@code text/html}; empty where none was sent or it is broken. */
  public Optional<String> mimeEssence() {
    return MimeType.extract(headers).map(MimeType::essence);
  }

  /** What it is, from its type and its first bytes (MIME Sniffing §7): the essence in lower case. */
  public String computedEssence() {
    return MimeSniffing.compute(headers, body).essence();
  }

  /** The charset parameter of the MIME type. */
  public Optional<String> charset() {
    return MimeType.extract(headers).flatMap(MimeType::charset);
  }

  /** Whether the status is an ok status (Fetch §2.2.3): 200 to 299. */
  public boolean isOk() {
    return status >= 200 && status <= 299;
  }

  /** The body, after a check of status (200 to 299) and MIME type (of the essence {@code application/wasm}). */
  public byte[] requireWasm() throws FetchError {
    if (!isOk()) {
      throw error(FetchError.Reason.STATUS, "the server answered with status " + status
          + ", a module needs 200 to 299");
    }
    Optional<String> essence = mimeEssence();
    if (!essence.equals(Optional.of(WASM))) {
      String sent = header("content-type").map(value -> "the Content-Type \"" + Excerpt.of(value) + "\"")
          .orElse("no Content-Type");
      throw error(FetchError.Reason.MIME_TYPE, "it was sent with " + sent + ", a WebAssembly module needs " + WASM);
    }
    return body;
  }

  private FetchError error(FetchError.Reason reason, String detail) {
    return new FetchError(reason, url.href(), detail, null);
  }
}
