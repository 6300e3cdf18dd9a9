package dev.skerry.fetch;

import java.util.Map;
import java.util.function.Consumer;

/**
 * An opener policy enforcement result (HTML §7.1.3.2): what a top-level navigation has found on its way through its
 * redirects, for the host to act on at its end. The host begins with {@link #of} its active document and lets every
 * response follow with {@link #enforce}.
 *
 * @param needsGroupSwitch whether the document that comes needs a browsing context group of its own
 * @param wouldNeedGroupSwitch whether it would if policies that are only reported were enforced
 * @param document the document of the last response, or the active one
 * @param policy of that document
 * @param isNavigationSource whether that document started the navigation, or was a response of it
 */
public record OpenerPolicyEnforcement(boolean needsGroupSwitch, boolean wouldNeedGroupSwitch, RequestClient document,
                                      OpenerPolicies policy, boolean isNavigationSource) {

  /**
   * Where a navigation begins.
   *
   * @param active the active document
   * @param isNavigationSource whether that document started it
   */
  public static OpenerPolicyEnforcement of(RequestClient active, OpenerPolicies policy, boolean isNavigationSource) {
    return new OpenerPolicyEnforcement(false, false, active, policy, isNavigationSource);
  }

  /**
   * Enforces a response's opener policy (HTML §7.1.3.2).
   *
   * @param response the document that the response would make; its referrer is the navigation's
   * @param initialAboutBlank whether the active document is the one that a popup begins with
   * @param othersInGroup whether the browsing context group holds other top-level contexts: else nobody is cut off, and
   *     nothing is reported
   * @param reports takes what is to be reported
   */
  public OpenerPolicyEnforcement enforce(RequestClient response, OpenerPolicies responsePolicy,
                                         boolean initialAboutBlank, boolean othersInGroup,
                                         Consumer<PolicyReport> reports) {
    Switch check = new Switch(initialAboutBlank, response.origin(), document.origin());
    boolean enforced = check.isRequired(responsePolicy.value(), policy.value());
    boolean reported = check.isRequired(responsePolicy.reportOnly(), policy.reportOnly())
        && (check.isRequired(responsePolicy.value(), policy.reportOnly())
            || check.isRequired(responsePolicy.reportOnly(), policy.value()));
    OpenerPolicyEnforcement next = new OpenerPolicyEnforcement(needsGroupSwitch || enforced,
        wouldNeedGroupSwitch || reported, response, responsePolicy, true);
    if (othersInGroup && enforced) {
      report(next, true, reports);
    }
    if (othersInGroup && reported) {
      report(next, false, reports);
    }
    return next;
  }

  /** Check if opener policy values require a browsing context group switch, for one pair of documents. */
  private record Switch(boolean initialAboutBlank, Origin response, Origin active) {

    boolean isRequired(OpenerPolicy responseValue, OpenerPolicy activeValue) {
      return OpenerPolicy.requiresGroupSwitch(initialAboutBlank, response, active, responseValue, activeValue);
    }
  }

  /** Queue violation reports for a browsing context group switch (HTML §7.1.3.3), of each side that asked for them. */
  private void report(OpenerPolicyEnforcement next, boolean enforced, Consumer<PolicyReport> reports) {
    boolean sameOrigin = next.document.origin().equals(document.origin());
    if (!next.policy.endpoint(enforced).isEmpty()) {
      reports.accept(PolicyReport.of(next.document, PolicyReport.Type.COOP, next.policy.endpoint(enforced), enforced,
          Map.of("type", "navigation-to-response", "effectivePolicy", next.policy.value(enforced).token()),
          Map.of("previousResponseURL", sameOrigin ? CspViolation.strip(document.url()) : "",
              "referrer", next.document.referrer())));
    }
    if (!policy.endpoint(enforced).isEmpty()) {
      reports.accept(PolicyReport.of(document, PolicyReport.Type.COOP, policy.endpoint(enforced), enforced,
          Map.of("type", "navigation-from-response", "effectivePolicy", policy.value(enforced).token()),
          Map.of("nextResponseURL", sameOrigin || isNavigationSource ? CspViolation.strip(next.document.url()) : "")));
    }
  }
}
