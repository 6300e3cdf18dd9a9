package dev.skerry.origin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jsoup.nodes.Element;

/**
 * The sandboxing flags that matter here (HTML §7.1.5). A frame inherits what restricts the document that embeds it.
 *
 * @param opaqueOrigin documents get an opaque origin, each one its own
 * @param noScripts modules don't run
 */
record Sandbox(boolean opaqueOrigin, boolean noScripts) {

  static final Sandbox NONE = new Sandbox(false, false);

  /** The flags of a frame element, together with those of its document. */
  static Sandbox of(Element frame, Sandbox embedder) {
    if (!frame.hasAttr("sandbox")) {
      return embedder;
    }
    Set<String> allowed = Arrays.stream(frame.attr("sandbox").split("[ \\t\\n\\f\\r]+"))
        .map(token -> token.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return new Sandbox(embedder.opaqueOrigin || !allowed.contains("allow-same-origin"),
        embedder.noScripts || !allowed.contains("allow-scripts"));
  }
}
