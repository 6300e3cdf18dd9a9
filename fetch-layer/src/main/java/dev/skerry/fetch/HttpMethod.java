package dev.skerry.fetch;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Methods (Fetch §2.2.1). */
final class HttpMethod {

  private static final Set<String> NORMALISED = Set.of("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT");
  private static final Set<String> FORBIDDEN = Set.of("CONNECT", "TRACE", "TRACK");
  private static final Set<String> CORS_SAFELISTED = Set.of("GET", "HEAD", "POST");
  /** Safe methods (RFC 9110 §9.2.1): all others invalidate what a cache holds for their URL. */
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  private HttpMethod() {
  }

  /** Normalises a method: six of them are written in upper case whatever their spelling. */
  static String normalise(String method) {
    String upper = method.toUpperCase(Locale.ROOT);
    return NORMALISED.contains(upper) ? upper : method;
  }

  /** Why a requester may not use that method; empty where it may. */
  static Optional<String> refusal(String method) {
    if (!HeaderList.isToken(method)) {
      return Optional.of("\"" + Excerpt.of(method) + "\" is not an HTTP method");
    }
    return FORBIDDEN.contains(method.toUpperCase(Locale.ROOT))
        ? Optional.of("the method " + method + " is forbidden (Fetch 2.2.1)") : Optional.empty();
  }

  static boolean isCorsSafelisted(String method) {
    return CORS_SAFELISTED.contains(method);
  }

  static boolean isSafe(String method) {
    return SAFE.contains(method);
  }
}
