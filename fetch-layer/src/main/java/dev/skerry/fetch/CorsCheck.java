package dev.skerry.fetch;

import java.util.Optional;

/** The CORS check (Fetch §4.10). */
final class CorsCheck {

  private CorsCheck() {
  }

  /**
   * Why the response may not be read by that origin; empty where it may.
   *
   * @param origin the request's serialised origin
   * @param credentialed whether the credentials mode is include
   */
  static Optional<String> refusal(NetworkResponse response, String origin, boolean credentialed) {
    String allowed = response.header("access-control-allow-origin").orElse(null);
    if (allowed == null) {
      return Optional.of("the response has no Access-Control-Allow-Origin header, and the requesting origin is "
          + origin);
    }
    if (!credentialed && allowed.equals("*")) {
      return Optional.empty();
    }
    if (!allowed.equals(origin)) {
      return Optional.of("its Access-Control-Allow-Origin is \"" + Excerpt.of(allowed)
          + "\", and the requesting origin is " + origin
          + (allowed.equals("*") ? " with credentials, for which * does not count" : ""));
    }
    boolean credentialsAllowed = response.header("access-control-allow-credentials").filter("true"::equals).isPresent();
    return !credentialed || credentialsAllowed ? Optional.empty()
        : Optional.of("the request has credentials and Access-Control-Allow-Credentials is not \"true\"");
  }
}
