package dev.skerry.fetch;

import java.util.Optional;

/** The cross-origin resource policy check (Fetch §3.7) for requesters without an embedder policy. */
final class CrossOriginResourcePolicy {

  private CrossOriginResourcePolicy() {
  }

  /** Why that origin may not have the response of that URL; empty where it may. */
  static Optional<String> refusal(NetworkResponse response, Url current, Origin origin) {
    String policy = response.header("cross-origin-resource-policy").orElse("");
    boolean allowed = switch (policy) {
      case "same-origin" -> current.origin().equals(origin);
      case "same-site" -> origin.isSchemelesslySameSite(current.origin())
          && (origin.scheme().equals("https") || !current.scheme().equals("https"));
      default -> true;
    };
    return allowed ? Optional.empty() : Optional.of("its Cross-Origin-Resource-Policy is " + policy
        + ", and the requesting origin is " + origin);
  }
}
