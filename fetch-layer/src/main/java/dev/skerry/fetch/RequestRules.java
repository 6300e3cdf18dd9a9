package dev.skerry.fetch;

import dev.skerry.fetch.Refusal.Rule;
import java.util.List;
import java.util.Optional;

/**
 * The rules that every request passes before each hop of its fetch (Fetch §4.1, main fetch), in the standard's order,
 * and those that its response passes at the end. What a policy only reports is told to the client's observer.
 */
final class RequestRules {

  private RequestRules() {
  }

  /**
   * Upgrade a request to a potentially trustworthy URL (Upgrade Insecure Requests §4.1): requests of a document that
   * asks for it, and those of its frames, go over https.
   */
  static Url upgrade(FetchRequest request, Url url) {
    boolean upgrades = request.client().policies().csp().upgradesInsecureRequests() && url.scheme().equals("http")
        && !request.isTopLevelNavigation() && !url.origin().isPotentiallyTrustworthy();
    return upgrades ? url.withProtocol("https") : url;
  }

  /** Why the next hop of a request must not be made; empty where it may. */
  static Optional<Refusal> beforeHop(FetchRequest request, List<Url> urlList, Reporter reporter) {
    Url url = urlList.get(urlList.size() - 1);
    if (BadPorts.blocks(url)) {
      return Optional.of(Refusal.of(Rule.BAD_PORT, "the port " + url.effectivePort()
          + " belongs to another protocol (bad port, Fetch 2.9)"));
    }
    if (MixedContent.blocks(request, url)) {
      return Optional.of(Refusal.of(Rule.MIXED_CONTENT, "the page " + request.origin()
          + " came over https, and this would not (mixed content)"));
    }
    return csp(request, url, urlList.size() - 1, reporter);
  }

  /** Should the response be blocked by its client's policy (CSP §4.1.3): it may come from elsewhere than was asked. */
  static Optional<Refusal> ofResponse(FetchRequest request, List<Url> urlList) {
    return csp(request, urlList.get(urlList.size() - 1), urlList.size() - 1, Reporter.NONE);
  }

  private static Optional<Refusal> csp(FetchRequest request, Url url, int redirects, Reporter reporter) {
    List<CspViolation> violations = request.client().policies().csp().request(request, url, redirects);
    violations.forEach(reporter::report);
    return violations.stream().filter(CspViolation::isEnforced).findFirst().map(violation ->
        new Refusal(Rule.CSP, violation.effectiveDirective(), violation.sentence()));
  }

  /** Takes violations to where the client wants them. */
  @FunctionalInterface
  interface Reporter {

    /** For what was reported before. */
    Reporter NONE = violation -> { };

    void report(CspViolation violation);

    /** Takes the report of another policy. */
    default void report(PolicyReport report) {
    }
  }
}
