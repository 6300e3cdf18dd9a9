package dev.skerry.fetch;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Referrer policies (Referrer Policy §3) and what each tells. */
public enum ReferrerPolicy {
  NO_REFERRER, NO_REFERRER_WHEN_DOWNGRADE, SAME_ORIGIN, ORIGIN, STRICT_ORIGIN, ORIGIN_WHEN_CROSS_ORIGIN,
  STRICT_ORIGIN_WHEN_CROSS_ORIGIN, UNSAFE_URL;

  /** The default referrer policy (Referrer Policy §3). */
  public static final ReferrerPolicy DEFAULT = STRICT_ORIGIN_WHEN_CROSS_ORIGIN;

  private static final int MAX_LENGTH = 4096;

  /** The policy's name as headers and attributes have it. */
  public String token() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The policy that a header {@code Referrer-Policy} names (§8.1): the last that is known; empty for none. */
  public static Optional<ReferrerPolicy> parse(String header) {
    return HeaderList.split(header).stream()
        .flatMap(token -> Arrays.stream(values()).filter(policy -> policy.token().equalsIgnoreCase(token)))
        .reduce((first, second) -> second);
  }

  /** Determines the request's referrer (§8.3): the value of {@code Referer}; empty for none. */
  public Optional<String> referrer(Url source, Url target) {
    if (source == null || !source.isHttp()) {
      return Optional.empty();
    }
    Origin origin = source.origin();
    String originOnly = origin + "/";
    String whole = origin + source.path() + source.query().map("?"::concat).orElse("");
    String full = whole.length() > MAX_LENGTH ? originOnly : whole;
    boolean sameOrigin = origin.equals(target.origin());
    boolean downgrade = origin.isPotentiallyTrustworthy() && !target.origin().isPotentiallyTrustworthy();
    return Optional.ofNullable(switch (this) {
      case NO_REFERRER -> null;
      case NO_REFERRER_WHEN_DOWNGRADE -> downgrade ? null : full;
      case SAME_ORIGIN -> sameOrigin ? full : null;
      case ORIGIN -> originOnly;
      case STRICT_ORIGIN -> downgrade ? null : originOnly;
      case ORIGIN_WHEN_CROSS_ORIGIN -> sameOrigin ? full : originOnly;
      case STRICT_ORIGIN_WHEN_CROSS_ORIGIN -> sameOrigin ? full : downgrade ? null : originOnly;
      case UNSAFE_URL -> full;
    });
  }
}
