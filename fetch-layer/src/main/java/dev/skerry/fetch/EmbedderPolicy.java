package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Refusal.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An embedder policy value (HTML §7.1.4): what a document's subresources and frames must say to be embedded. */
public enum EmbedderPolicy {
  UNSAFE_NONE, REQUIRE_CORP, CREDENTIALLESS;

  private static final String HEADER = "cross-origin-embedder-policy";

  /** The value as the header has it. */
  public String token() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Obtains an embedder policy (HTML §7.1.4.1): whatever is no known token is {@code unsafe-none}. */
  static EmbedderPolicy parse(List<Header> headers) {
    return HeaderList.get(headers, HEADER).flatMap(StructuredHeader::token)
        .flatMap(token -> Arrays.stream(values()).filter(value -> value.token().equals(token)).findFirst())
        .orElse(UNSAFE_NONE);
  }

  /** Compatible with cross-origin isolation (HTML §7.1.4). */
  public boolean isCompatibleWithIsolation() {
    return this != UNSAFE_NONE;
  }

  /**
   * Checks a navigation response's adherence to its embedder policy (HTML §7.1.4.2).
   *
   * @param response the policy of the document that would be made
   * @return why a document of this policy may not embed it; empty where it may
   */
  public Optional<Refusal> frameRefusal(EmbedderPolicy response) {
    return !isCompatibleWithIsolation() || response.isCompatibleWithIsolation() ? Optional.empty()
        : Optional.of(new Refusal(Rule.COEP, token(), "its embedder has the embedder policy " + token()
            + ", and it has none; it needs Cross-Origin-Embedder-Policy too"));
  }
}
