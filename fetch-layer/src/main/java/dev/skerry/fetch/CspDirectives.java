package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tables of the fetch directives (CSP §6.8). */
final class CspDirectives {

  /** Directives of a header that a {@code meta} element cannot carry (CSP §3.3). */
  static final Set<String> NOT_IN_META = Set.of("report-uri", "frame-ancestors", "sandbox");

  /** Fetch directive fallback lists (CSP §6.8.3): who speaks for a directive, the most relevant first. */
  private static final Map<String, List<String>> FALLBACK = Map.ofEntries(
      row("script-src-elem", "script-src", "default-src"), row("script-src-attr", "script-src", "default-src"),
      row("script-src", "default-src"), row("style-src-elem", "style-src", "default-src"),
      row("style-src-attr", "style-src", "default-src"),
      row("worker-src", "child-src", "script-src", "default-src"), row("connect-src", "default-src"),
      row("manifest-src", "default-src"), row("object-src", "default-src"),
      row("frame-src", "child-src", "default-src"), row("media-src", "default-src"),
      row("font-src", "default-src"), row("img-src", "default-src"));

  private CspDirectives() {
  }

  private static Map.Entry<String, List<String>> row(String name, String... fallback) {
    List<String> names = new ArrayList<>(List.of(name));
    names.addAll(List.of(fallback));
    return Map.entry(name, List.copyOf(names));
  }

  static List<String> fallback(String effectiveDirective) {
    return FALLBACK.getOrDefault(effectiveDirective, List.of());
  }

  /** The effective directive of requests for that destination (CSP §6.8.1); empty where none rules them. */
  static Optional<String> effective(Destination destination) {
    return Optional.ofNullable(switch (destination) {
      case DOCUMENT, REPORT -> null;
      case MANIFEST -> "manifest-src";
      case OBJECT, EMBED -> "object-src";
      case FRAME, IFRAME -> "frame-src";
      case AUDIO, TRACK, VIDEO -> "media-src";
      case FONT -> "font-src";
      case IMAGE -> "img-src";
      case STYLE -> "style-src-elem";
      case SCRIPT, XSLT, AUDIOWORKLET, PAINTWORKLET -> "script-src-elem";
      case SERVICEWORKER, SHAREDWORKER, WORKER -> "worker-src";
      case EMPTY, JSON, TEXT, WEBIDENTITY -> "connect-src";
    });
  }
}
