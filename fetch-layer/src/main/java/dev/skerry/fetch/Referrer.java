package dev.skerry.fetch;

import java.util.Optional;

/** Determines the {@code Referer} header (Referrer Policy §8.3) by the policy strict-origin-when-cross-origin. */
final class Referrer {

  private static final int MAX_LENGTH = 4096;

  private Referrer() {
  }

  /** The header's value for a request to that URL; empty for none. A null referrer is none. */
  static Optional<String> determine(Url referrer, Url current) {
    if (referrer == null || !referrer.isHttp()) {
      return Optional.empty();
    }
    Origin source = referrer.origin();
    Origin target = current.origin();
    String stripped = source + referrer.path() + referrer.query().map("?"::concat).orElse("");
    String originOnly = source + "/";
    if (source.equals(target)) {
      return Optional.of(stripped.length() > MAX_LENGTH ? originOnly : stripped);
    }
    boolean downgrade = source.isPotentiallyTrustworthy() && !target.isPotentiallyTrustworthy();
    return downgrade ? Optional.empty() : Optional.of(originOnly);
  }
}
