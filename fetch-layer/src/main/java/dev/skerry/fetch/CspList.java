package dev.skerry.fetch;

import dev.skerry.fetch.ContentSecurityPolicy.Disposition;
import dev.skerry.fetch.FetchResponse.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A CSP list (CSP §2.2): all policies of one document. The checks are pure: each says what is violated, enforced or
 * only reported, and leaves reports and consequences to its caller. Immutable.
 */
public record CspList(List<ContentSecurityPolicy> policies) {

  public static final CspList EMPTY = new CspList(List.of());

  private static final String INLINE = "inline";
  private static final int SAMPLE_LENGTH = 40;

  public CspList {
    policies = List.copyOf(policies);
  }

  /** Parses a response's policies (CSP §2.2.2). */
  public static CspList parse(List<Header> headers, Origin selfOrigin) {
    List<ContentSecurityPolicy> policies = new ArrayList<>();
    for (Disposition disposition : Disposition.values()) {
      String name = "content-security-policy" + (disposition == Disposition.ENFORCE ? "" : "-report-only");
      headers.stream().filter(header -> header.name().equals(name))
          .flatMap(header -> Stream.of(header.value().split(",")))
          .forEach(text -> ContentSecurityPolicy.parse(text, disposition, selfOrigin).ifPresent(policies::add));
    }
    return new CspList(policies);
  }

  /** This list with the policy of a {@code meta} element in a document's head (HTML §4.2.5.3). */
  public CspList withMeta(String content, Origin documentOrigin) {
    Origin self = policies.isEmpty() ? documentOrigin : policies.get(0).selfOrigin();
    List<ContentSecurityPolicy> extended = new ArrayList<>(policies);
    ContentSecurityPolicy.parseMeta(content, self).ifPresent(extended::add);
    return new CspList(extended);
  }

  private Stream<ContentSecurityPolicy> enforced() {
    return policies.stream().filter(ContentSecurityPolicy::isEnforced);
  }

  /** What a request on its way to that URL violates (CSP §4.1.1, §4.1.2), and its response too (CSP §4.1.3). */
  List<CspViolation> request(FetchRequest request, Url current, int redirects) {
    String blocked = CspViolation.strip(request.url());
    return violations(request.client(), blocked, "", policy -> policy.violatedBy(request, current, redirects)
        .flatMap(speaker -> CspDirectives.effective(request.destination())));
  }

  /** What something inline violates (CSP §4.2.3). */
  public List<CspViolation> inline(CspInline inline, RequestClient document) {
    List<CspViolation> found = new ArrayList<>();
    for (ContentSecurityPolicy policy : policies) {
      String directive = inline.type().directive();
      if (policy.violatedBy(inline).isPresent()) {
        String sample = policy.wantsSample(directive)
            ? inline.source().substring(0, Math.min(SAMPLE_LENGTH, inline.source().length())) : "";
        found.add(new CspViolation(document, INLINE, directive, policy, sample));
      }
    }
    return found;
  }

  /** What evaluating a string as code violates (CSP §4.4). */
  public List<CspViolation> eval(RequestClient document) {
    return violations(document, "eval", "", policy -> policy.violatedByCompiling(false).map(any -> "script-src"));
  }

  /** What compiling a module from bytes violates (CSP §4.5); modules that are fetched as scripts need no leave. */
  public List<CspViolation> wasmBytes(RequestClient document) {
    return violations(document, "wasm-eval", "", policy -> policy.violatedByCompiling(true).map(any -> "script-src"));
  }

  /** What a base URL violates (CSP §6.3.1.1). */
  public List<CspViolation> base(Url base, RequestClient document) {
    return violations(document, INLINE, "",
        policy -> policy.forbids("base-uri", base, 0) ? Optional.of("base-uri") : Optional.empty());
  }

  /** What the submission of a form to that URL violates (CSP §6.4.1.1). */
  public List<CspViolation> formAction(Url target, int redirects, RequestClient document) {
    return violations(document, CspViolation.strip(target), "",
        policy -> policy.forbids("form-action", target, redirects) ? Optional.of("form-action") : Optional.empty());
  }

  /**
   * What the load of a document with this list, into a frame below those ancestors, violates (CSP §6.4.2.1).
   *
   * @param ancestors the origins of the documents that embed it, its parent first
   * @param document the document that would be made
   */
  public List<CspViolation> frameAncestors(List<Origin> ancestors, RequestClient document) {
    return violations(document, ancestors.isEmpty() ? "" : ancestors.get(0).toString(), "",
        policy -> ancestors.stream().anyMatch(ancestor -> !isAllowedAncestor(policy, ancestor))
            ? Optional.of("frame-ancestors") : Optional.empty());
  }

  private static boolean isAllowedAncestor(ContentSecurityPolicy policy, Origin ancestor) {
    if (!policy.has("frame-ancestors")) {
      return true;
    }
    try {
      return !policy.forbids("frame-ancestors", Url.parse(ancestor.toString()), 0);
    } catch (UrlParseException opaque) {
      return false;
    }
  }

  /** Whether an enforced policy names its frame ancestors: then {@code X-Frame-Options} does not count. */
  boolean namesFrameAncestors() {
    return enforced().anyMatch(policy -> policy.has("frame-ancestors"));
  }

  /** The CSP-derived sandboxing flags (HTML §7.1.5): the values of all {@code sandbox} directives together. */
  public SandboxingFlags sandbox() {
    return enforced().filter(policy -> policy.has("sandbox"))
        .map(policy -> SandboxingFlags.parse(policy.directives().get("sandbox")))
        .reduce(SandboxingFlags.NONE, SandboxingFlags::and);
  }

  /** Whether a policy upgrades insecure requests (Upgrade Insecure Requests §3.1). */
  public boolean upgradesInsecureRequests() {
    return enforced().anyMatch(policy -> policy.has("upgrade-insecure-requests"));
  }

  /** One policy's effective directive that is violated; empty for none. */
  @FunctionalInterface
  private interface Check {

    Optional<String> violatedDirective(ContentSecurityPolicy policy);
  }

  private List<CspViolation> violations(RequestClient document, String blocked, String sample, Check check) {
    List<CspViolation> found = new ArrayList<>();
    for (ContentSecurityPolicy policy : policies) {
      check.violatedDirective(policy)
          .ifPresent(directive -> found.add(new CspViolation(document, blocked, directive, policy, sample)));
    }
    return found;
  }
}
