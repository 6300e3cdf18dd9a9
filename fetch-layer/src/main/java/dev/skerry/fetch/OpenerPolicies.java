package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.StructuredHeader.TokenItem;
import java.util.List;
import java.util.Optional;

/**
 * An opener policy (HTML §7.1.3): its value, and the one whose violations are only reported.
 *
 * @param endpoint the name of where violations are reported to; empty for nowhere
 * @param reportOnly the value whose violations are reported, and allowed
 * @param reportOnlyEndpoint where those are reported to
 */
public record OpenerPolicies(OpenerPolicy value, String endpoint, OpenerPolicy reportOnly, String reportOnlyEndpoint) {

  /** Of a document that says nothing. */
  public static final OpenerPolicies UNSAFE_NONE =
      new OpenerPolicies(OpenerPolicy.UNSAFE_NONE, "", OpenerPolicy.UNSAFE_NONE, "");

  private static final String HEADER = "cross-origin-opener-policy";

  /**
   * Obtains an opener policy (HTML §7.1.3.1).
   *
   * @param secureContext whether the document will be one: others have no opener policy
   */
  public static OpenerPolicies parse(List<Header> headers, boolean secureContext) {
    if (!secureContext) {
      return UNSAFE_NONE;
    }
    boolean isolates = EmbedderPolicy.parse(headers).isCompatibleWithIsolation();
    boolean wouldIsolate = EmbedderPolicy.parseReporting(headers).reportOnly().isCompatibleWithIsolation();
    Optional<TokenItem> item = HeaderList.get(headers, HEADER).flatMap(StructuredHeader::tokenItem);
    Optional<TokenItem> reportOnly = HeaderList.get(headers, HEADER + "-report-only")
        .flatMap(StructuredHeader::tokenItem);
    return new OpenerPolicies(value(item, isolates), endpoint(item), value(reportOnly, isolates || wouldIsolate),
        endpoint(reportOnly));
  }

  private static OpenerPolicy value(Optional<TokenItem> item, boolean isolates) {
    OpenerPolicy value = item.flatMap(known -> OpenerPolicy.ofToken(known.token())).orElse(OpenerPolicy.UNSAFE_NONE);
    return value == OpenerPolicy.SAME_ORIGIN && isolates ? OpenerPolicy.SAME_ORIGIN_PLUS_COEP : value;
  }

  private static String endpoint(Optional<TokenItem> item) {
    return item.filter(known -> OpenerPolicy.ofToken(known.token()).isPresent())
        .map(known -> known.strings().getOrDefault("report-to", "")).orElse("");
  }

  /** The value that is enforced, or the one that is only reported. */
  OpenerPolicy value(boolean enforced) {
    return enforced ? value : reportOnly;
  }

  /** Where violations of the one value, or of the other, are reported to. */
  String endpoint(boolean enforced) {
    return enforced ? endpoint : reportOnlyEndpoint;
  }
}
