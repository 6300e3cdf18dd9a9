package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Refusal.Rule;
import dev.skerry.fetch.StructuredHeader.TokenItem;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An embedder policy value (HTML §7.1.4): what a document's subresources and frames must say to be embedded. */
public enum EmbedderPolicy {
  UNSAFE_NONE, REQUIRE_CORP, CREDENTIALLESS;

  private static final String HEADER = "cross-origin-embedder-policy";

  /**
   * What an embedder policy has beside its value (HTML §7.1.4).
   *
   * @param endpoint the name of where violations are reported to; empty for nowhere
   * @param reportOnly the value whose violations are reported, and allowed
   * @param reportOnlyEndpoint where those are reported to
   */
  public record Reporting(String endpoint, EmbedderPolicy reportOnly, String reportOnlyEndpoint) {

    /** Nothing is reported. */
    public static final Reporting NONE = new Reporting("", UNSAFE_NONE, "");

    /** The reporting endpoint for violations of the value, or of the report-only value. */
    String endpoint(boolean enforced) {
      return enforced ? endpoint : reportOnlyEndpoint;
    }
  }

  /** The value as the header has it. */
  public String token() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Optional<TokenItem> item(List<Header> headers, String name) {
    return HeaderList.get(headers, name).flatMap(StructuredHeader::tokenItem);
  }

  private static EmbedderPolicy value(Optional<TokenItem> item) {
    return item.flatMap(known -> Arrays.stream(values()).filter(value -> value.token().equals(known.token()))
        .findFirst()).orElse(UNSAFE_NONE);
  }

  /** Obtains an embedder policy (HTML §7.1.4.1): whatever is no known token is {@code unsafe-none}. */
  static EmbedderPolicy parse(List<Header> headers) {
    return value(item(headers, HEADER));
  }

  /** The rest of obtaining an embedder policy: endpoints count where there is a value that isolates. */
  static Reporting parseReporting(List<Header> headers) {
    Optional<TokenItem> reportOnly = item(headers, HEADER + "-report-only");
    return new Reporting(endpoint(item(headers, HEADER)), value(reportOnly), endpoint(reportOnly));
  }

  private static String endpoint(Optional<TokenItem> item) {
    return value(item) == UNSAFE_NONE ? "" : item.orElseThrow().strings().getOrDefault("report-to", "");
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

  /**
   * The same, with its violation reports.
   *
   * @param embedder the document that holds the frame
   * @param url of the response
   * @param reports takes what is to be reported, enforced or not
   */
  public static Optional<Refusal> frameRefusal(RequestClient embedder, Url url, EmbedderPolicy response,
                                               Consumer<PolicyReport> reports) {
    PolicyContainer policies = embedder.policies();
    if (policies.embedderReporting().reportOnly().frameRefusal(response).isPresent()) {
      reports.accept(report(embedder, Map.of("type", "navigation"), url, false));
    }
    Optional<Refusal> refusal = policies.embedderPolicy().frameRefusal(response);
    if (refusal.isPresent()) {
      reports.accept(report(embedder, Map.of("type", "navigation"), url, true));
    }
    return refusal;
  }

  /** Queue a cross-origin embedder policy CORP violation report (Fetch §3.7) or inheritance violation (HTML §7.1.4). */
  static PolicyReport report(RequestClient embedder, Map<String, String> members, Url blocked, boolean enforced) {
    return PolicyReport.of(embedder, PolicyReport.Type.COEP, embedder.policies().embedderReporting().endpoint(enforced),
        enforced, members, Map.of("blockedURL", CspViolation.strip(blocked)));
  }
}
