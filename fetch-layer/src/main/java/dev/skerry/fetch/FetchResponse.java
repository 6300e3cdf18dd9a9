package dev.skerry.fetch;

import java.util.List;
import java.util.Optional;

/**
 * A response (Fetch §2.2.6), wholly read.
 *
 * @param url the final URL, after redirects
 * @param urlList every URL on the way, the requested one first
 * @param status the HTTP status; 200 for {@code data:} URLs
 * @param headers in order of arrival, names in lower case
 * @param elapsedNanos from the request to the last byte
 */
public record FetchResponse(Url url, List<Url> urlList, int status, List<Header> headers, byte[] body,
                            Tainting tainting, long elapsedNanos) {

  /** Response tainting. */
  public enum Tainting { BASIC, CORS, OPAQUE }

  /** A header field. */
  public record Header(String name, String value) {
  }

  /** The values of that header, joined by a comma and a space (Fetch §2.2.2, get). */
  public Optional<String> header(String name) {
    throw new UnsupportedOperationException();
  }

  /** The MIME type's essence in lower case, such as {@code text/html}; empty where none was sent or it is broken. */
  public Optional<String> mimeEssence() {
    throw new UnsupportedOperationException();
  }

  /** The charset parameter of the MIME type. */
  public Optional<String> charset() {
    throw new UnsupportedOperationException();
  }

  /** The body, after a check of status (200 to 299) and MIME type ({@code application/wasm}, no parameters). */
  public byte[] requireWasm() throws FetchError {
    throw new UnsupportedOperationException();
  }
}
