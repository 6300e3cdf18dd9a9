package dev.skerry.fetch;

import dev.skerry.fetch.CspSource.Keyword;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A policy (CSP §2.2): what one header value or one {@code meta} element says. Immutable.
 *
 * @param disposition whether it is enforced or only reports
 * @param directives the set of directives in order, names in lower case; of two with one name the first counts
 * @param selfOrigin what {@code 'self'} means
 */
public record ContentSecurityPolicy(Disposition disposition, Map<String, List<String>> directives,
                                    Origin selfOrigin) {

  /** What becomes of a violation. */
  public enum Disposition {
    ENFORCE, REPORT;

    String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ContentSecurityPolicy {
    directives = Collections.unmodifiableMap(new LinkedHashMap<>(directives));
  }

  /** Parses a serialised policy (CSP §2.2.1); empty where it has no directive. */
  static Optional<ContentSecurityPolicy> parse(String text, Disposition disposition, Origin selfOrigin) {
    Map<String, List<String>> directives = new LinkedHashMap<>();
    for (String part : text.split(";")) {
      String token = part.strip();
      if (token.isEmpty() || !StandardCharsets.US_ASCII.newEncoder().canEncode(token)) {
        continue;
      }
      String[] words = token.split("[\t\n\f\r ]+");
      directives.putIfAbsent(words[0].toLowerCase(Locale.ROOT), List.of(words).subList(1, words.length));
    }
    return directives.isEmpty() ? Optional.empty()
        : Optional.of(new ContentSecurityPolicy(disposition, directives, selfOrigin));
  }

  /** The policy of a {@code meta} element (CSP §3.3): enforced, without what only a header can say. */
  static Optional<ContentSecurityPolicy> parseMeta(String text, Origin selfOrigin) {
    Optional<ContentSecurityPolicy> policy = parse(text, Disposition.ENFORCE, selfOrigin);
    if (policy.isEmpty()) {
      return policy;
    }
    Map<String, List<String>> allowed = new LinkedHashMap<>(policy.get().directives);
    allowed.keySet().removeAll(CspDirectives.NOT_IN_META);
    return allowed.isEmpty() ? Optional.empty()
        : Optional.of(new ContentSecurityPolicy(Disposition.ENFORCE, allowed, selfOrigin));
  }

  boolean has(String directive) {
    return directives.containsKey(directive);
  }

  boolean isEnforced() {
    return disposition == Disposition.ENFORCE;
  }

  /** The directive that speaks for an effective directive (CSP §6.8.4, should fetch directive execute). */
  private Optional<String> speaker(String effectiveDirective) {
    return CspDirectives.fallback(effectiveDirective).stream().filter(this::has).findFirst();
  }

  private CspSourceList sources(String directive) {
    return CspSourceList.parse(directives.get(directive));
  }

  /** The directive that a request to that URL violates (CSP §6.7.2.1, §6.7.1.1); empty for none. */
  Optional<String> violatedBy(FetchRequest request, Url url, int redirects) {
    Optional<String> effective = CspDirectives.effective(request.destination());
    return effective.flatMap(this::speaker).filter(directive -> {
      CspSourceList sources = sources(directive);
      boolean script = request.destination().isScriptLike();
      boolean vouchedFor = switch (effective.get()) {
        case "script-src-elem", "worker-src" -> script
            && (sources.matchesNonce(request.element().nonce()) || sources.matchesIntegrity(request.integrity()));
        case "style-src-elem" -> sources.matchesNonce(request.element().nonce());
        default -> false;
      };
      if (vouchedFor) {
        return false;
      }
      return script && sources.has(Keyword.STRICT_DYNAMIC) ? request.element().parserInserted()
          : !sources.matchesUrl(url, selfOrigin, redirects);
    });
  }

  /** The directive that something inline violates (CSP §4.2.3); empty for none. */
  Optional<String> violatedBy(CspInline inline) {
    return speaker(inline.type().directive()).filter(directive -> !sources(directive).matchesInline(inline));
  }

  /** The directive that forbids to compile strings as code (CSP §4.4) or bytes as a module (CSP §4.5). */
  Optional<String> violatedByCompiling(boolean wasm) {
    return speaker("script-src").filter(directive -> {
      CspSourceList sources = sources(directive);
      return !sources.has(Keyword.UNSAFE_EVAL) && !(wasm && sources.has(Keyword.WASM_UNSAFE_EVAL));
    });
  }

  /** Whether a URL is not in the source list of that directive, which has no fallback. */
  boolean forbids(String directive, Url url, int redirects) {
    return has(directive) && !sources(directive).matchesUrl(url, selfOrigin, redirects);
  }

  /** Whether a report may hold the beginning of an inline source ({@code 'report-sample'}). */
  boolean wantsSample(String effectiveDirective) {
    return speaker(effectiveDirective).map(this::sources).filter(list -> list.has(Keyword.REPORT_SAMPLE)).isPresent();
  }

  /** The serialisation (CSP §2.2). */
  @Override
  public String toString() {
    return directives.entrySet().stream().map(entry -> entry.getValue().isEmpty() ? entry.getKey()
        : entry.getKey() + " " + String.join(" ", entry.getValue())).collect(Collectors.joining("; "));
  }
}
