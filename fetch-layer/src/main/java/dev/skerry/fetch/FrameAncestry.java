package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Refusal.Rule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Whether a response may become the document of a frame: {@code frame-ancestors} and {@code X-Frame-Options}. */
public final class FrameAncestry {

  private static final Set<String> KNOWN = Set.of("deny", "allowall", "sameorigin");

  private FrameAncestry() {
  }

  /**
   * The navigation response checks of frames (CSP §6.4.2.1, HTML §7.6.1).
   *
   * @param document the document that would be made, with the response's policies
   * @param ancestors the origins of the documents that embed it, its parent first; empty at the top
   * @param reporter takes every violation, enforced or not
   * @return why the response may not be shown there; empty where it may
   */
  public static Optional<Refusal> refusal(List<Header> headers, RequestClient document, List<Origin> ancestors,
                                           Consumer<CspViolation> reporter) {
    CspList csp = document.policies().csp();
    List<CspViolation> violations = csp.frameAncestors(ancestors, document);
    violations.forEach(reporter);
    Optional<Refusal> refusal = violations.stream().filter(CspViolation::isEnforced).findFirst()
        .map(violation -> new Refusal(Rule.FRAME_ANCESTORS, "frame-ancestors", violation.sentence()));
    return refusal.isPresent() || ancestors.isEmpty() || csp.namesFrameAncestors() ? refusal
        : frameOptions(headers, document.url().origin(), ancestors);
  }

  /** Checks a navigation response's adherence to {@code X-Frame-Options} (HTML §7.6.1). */
  private static Optional<Refusal> frameOptions(List<Header> headers, Origin destination, List<Origin> ancestors) {
    Set<String> options = HeaderList.get(headers, "x-frame-options").map(HeaderList::split).orElse(List.of()).stream()
        .map(value -> value.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(LinkedHashSet::new));
    String sole = options.size() > 1 ? "" : String.join("", options);
    boolean allowed = options.size() > 1 ? options.stream().noneMatch(KNOWN::contains) : switch (sole) {
      case "deny" -> false;
      case "sameorigin" -> ancestors.stream().allMatch(destination::equals);
      default -> true;
    };
    return allowed ? Optional.empty() : Optional.of(new Refusal(Rule.FRAME_OPTIONS, String.join(", ", options),
        "its X-Frame-Options is \"" + Excerpt.of(String.join(", ", options)) + "\", and it would be in a frame of "
            + ancestors.get(0)));
  }
}
