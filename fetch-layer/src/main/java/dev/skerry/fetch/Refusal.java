package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a rule stopped a request.
 *
 * @param directive of a policy; empty where the rule has none
 * @param detail one sentence part that names what was found
 */
public record Refusal(Rule rule, String directive, String detail) {

  /** The rules that stop requests, each with its name, the header that sets it, and the section of its standard. */
  public enum Rule {
    BAD_PORT("bad port", "", "Fetch §2.9", Reason.BLOCKED),
    MIXED_CONTENT("mixed content", "", "Mixed Content §4.4", Reason.BLOCKED),
    CSP("Content Security Policy", "content-security-policy", "CSP §4.1", Reason.BLOCKED),
    EMBEDDER("rule of the embedder", "", "", Reason.BLOCKED),
    REQUEST_MODE("request mode", "", "Fetch §4.1", Reason.BLOCKED),
    CORS("CORS check", "access-control-allow-origin", "Fetch §4.10", Reason.CORS),
    CORS_PREFLIGHT("CORS preflight", "access-control-allow-methods", "Fetch §4.8", Reason.CORS),
    CORP("cross-origin resource policy", "cross-origin-resource-policy", "Fetch §3.7", Reason.BLOCKED),
    COEP("embedder policy", "cross-origin-embedder-policy", "HTML §7.1.4", Reason.BLOCKED),
    ORB("opaque response blocking", "", "ORB", Reason.BLOCKED),
    MIME_TYPE("MIME type", "content-type", "Fetch §2.10", Reason.MIME_TYPE),
    NOSNIFF("nosniff", "x-content-type-options", "Fetch §3.6", Reason.MIME_TYPE),
    INTEGRITY("integrity", "", "Subresource Integrity §3.3", Reason.INTEGRITY),
    LOCAL_NETWORK_ACCESS("Local Network Access", "", "Local Network Access §3", Reason.BLOCKED),
    FRAME_OPTIONS("X-Frame-Options", "x-frame-options", "HTML §7.6.1", Reason.BLOCKED),
    FRAME_ANCESTORS("Content Security Policy", "content-security-policy", "CSP §6.4.2", Reason.BLOCKED),
    OPENER_POLICY("opener policy", "cross-origin-opener-policy", "HTML §7.1.3", Reason.BLOCKED);

    private final String policy;
    private final String header;
    private final String section;
    private final Reason reason;

    Rule(String policy, String header, String section, Reason reason) {
      this.policy = policy;
      this.header = header;
      this.section = section;
      this.reason = reason;
    }

    /** The rule's name in the words of its standard. */
    public String policy() {
      return policy;
    }

    /** The response header that sets it, in lower case; empty where none does. */
    public String header() {
      return header;
    }

    /** The rule with that directive of it, the header that sets it, and where it stands; an empty directive is none. */
    public String sentence(String directive) {
      return Stream.of(directive.isEmpty() ? policy : policy + " " + directive,
          header.isEmpty() ? "" : "header " + header, section).filter(part -> !part.isEmpty())
          .collect(Collectors.joining(", "));
    }

    /** The kind of failure that it makes. */
    Reason reason() {
      return reason;
    }

    /** Where it stands; empty for what is no standard's. */
    public String section() {
      return section;
    }
  }

  static Refusal of(Rule rule, String detail) {
    return new Refusal(rule, "", detail);
  }

  /** The whole story in one line. */
  public String sentence() {
    return detail + " [" + rule.sentence(directive) + "]";
  }
}
