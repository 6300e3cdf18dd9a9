package dev.skerry.fetch;

import dev.skerry.fetch.ContentSecurityPolicy.Disposition;

/**
 * A violation (CSP §2.4) as the document's listeners and the report endpoints hear of it.
 *
 * @param document whose policy it is
 * @param blockedUri what was blocked: a URL without its fragment and credentials, a scheme, or a word such as inline
 * @param effectiveDirective the directive of what was to be loaded, whichever directive spoke for it
 * @param policy that is violated
 * @param sample the beginning of an inline source, where the policy asks for it
 */
public record CspViolation(RequestClient document, String blockedUri, String effectiveDirective,
                           ContentSecurityPolicy policy, String sample) {

  /** Whether what violates the policy is stopped. */
  public boolean isEnforced() {
    return policy.disposition() == Disposition.ENFORCE;
  }

  /** One sentence for people. */
  public String sentence() {
    return "the policy of " + Excerpt.of(document.url().href()) + " forbids \"" + Excerpt.of(blockedUri) + "\" by "
        + effectiveDirective + " (" + Excerpt.of(policy.toString()) + ")";
  }

  /** Strip URL for use in reports (CSP §5.4). */
  static String strip(Url url) {
    return url.isHttp() ? url.withUsername("").withPassword("").withoutFragment().href() : url.scheme();
  }
}
