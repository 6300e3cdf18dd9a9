package dev.skerry.origin;

import dev.skerry.fetch.CspViolation;

/**
 * A violation of a document's content security policy.
 *
 * @param document its URL
 * @param directive the effective directive
 * @param blocked what was to be loaded: a URL without fragment, a scheme, or a word such as {@code inline}
 * @param enforced whether it was stopped, or only reported
 * @param policy as the document has it
 * @param sample the beginning of an inline source, where the policy asks for it
 */
public record ViolationReport(String document, String directive, String blocked, boolean enforced, String policy,
                              String sample) {

  static ViolationReport of(CspViolation violation) {
    return new ViolationReport(violation.document().url().href(), violation.effectiveDirective(),
        violation.blockedUri(), violation.isEnforced(), violation.policy().toString(), violation.sample());
  }
}
