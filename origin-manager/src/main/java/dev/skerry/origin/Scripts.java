package dev.skerry.origin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.select.NodeFilter;

/**
 * What a document asks to load and run, in tree order; contents of {@code template} elements are none of it.
 *
 * @param importMaps {@code <script type="importmap">}
 * @param modules {@code <script type="module">} whose source is a WebAssembly module
 * @param modulePreloads {@code <link rel="modulepreload">} for a WebAssembly module
 * @param frames {@code iframe} and {@code frame} elements
 * @param subresources images and style sheets
 * @param javaScripts scripts in JavaScript
 */
record Scripts(List<Element> importMaps, List<Element> modules, List<Element> modulePreloads, List<Element> frames,
               List<Element> subresources, List<Element> javaScripts) {

  /** MIME Sniffing §4.6, JavaScript MIME types. */
  private static final Set<String> JAVASCRIPT_TYPES = Set.of("application/ecmascript", "application/javascript",
      "application/x-ecmascript", "application/x-javascript", "text/ecmascript", "text/javascript",
      "text/javascript1.0", "text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4",
      "text/javascript1.5", "text/jscript", "text/livescript", "text/x-ecmascript", "text/x-javascript");

  private enum Kind { IMPORT_MAP, WASM, JAVASCRIPT, OTHER }

  static Scripts of(Element root) {
    List<Element> importMaps = new ArrayList<>();
    List<Element> modules = new ArrayList<>();
    List<Element> modulePreloads = new ArrayList<>();
    List<Element> frames = new ArrayList<>();
    List<Element> subresources = new ArrayList<>();
    List<Element> javaScripts = new ArrayList<>();
    root.filter((Node node, int depth) -> {
      if (!(node instanceof Element element)) {
        return NodeFilter.FilterResult.CONTINUE;
      }
      switch (element.normalName()) {
        case "template" -> {
          return NodeFilter.FilterResult.SKIP_ENTIRELY;
        }
        case "iframe", "frame" -> frames.add(element);
        case "img" -> {
          if (!element.attr("src").isEmpty()) {
            subresources.add(element);
          }
        }
        case "link" -> {
          if (isStyleSheet(element)) {
            subresources.add(element);
          }
          if (isModulePreload(element)) {
            modulePreloads.add(element);
          }
        }
        case "script" -> {
          switch (kind(element)) {
            case IMPORT_MAP -> importMaps.add(element);
            case WASM -> modules.add(element);
            case JAVASCRIPT -> javaScripts.add(element);
            case OTHER -> { }
          }
        }
        default -> { }
      }
      return NodeFilter.FilterResult.CONTINUE;
    });
    return new Scripts(importMaps, modules, modulePreloads, frames, subresources, javaScripts);
  }

  /** The same, but for what images ask for. */
  Scripts withoutImages() {
    return new Scripts(importMaps, modules, modulePreloads, frames,
        subresources.stream().filter(element -> !element.normalName().equals("img")).toList(), javaScripts);
  }

  /** HTML §4.12.1.1, prepare the script element: the type. */
  private static Kind kind(Element script) {
    String type = type(script);
    boolean empty = !script.hasAttr("src") && script.data().isEmpty();
    return switch (type) {
      case "importmap" -> empty ? Kind.OTHER : Kind.IMPORT_MAP;
      case "module" -> isWasm(script.attr("src")) ? Kind.WASM : empty ? Kind.OTHER : Kind.JAVASCRIPT;
      default -> !JAVASCRIPT_TYPES.contains(type) || empty || script.hasAttr("nomodule") ? Kind.OTHER : Kind.JAVASCRIPT;
    };
  }

  private static boolean isStyleSheet(Element link) {
    return !link.attr("href").isEmpty() && hasWord(link.attr("rel"), "stylesheet") && !link.hasAttr("disabled");
  }

  private static boolean hasWord(String words, String word) {
    return List.of(words.toLowerCase(Locale.ROOT).split("[ \t\n\f\r]+")).contains(word);
  }

  private static boolean isModulePreload(Element link) {
    String as = link.attr("as");
    return hasWord(link.attr("rel"), "modulepreload")
        && (as.isEmpty() || as.equalsIgnoreCase("script")) && isWasm(link.attr("href"));
  }

  private static String type(Element script) {
    String type = script.attr("type");
    if (type.isEmpty()) {
      String language = script.hasAttr("type") ? "" : script.attr("language");
      return language.isEmpty() ? "text/javascript" : "text/" + language.toLowerCase(Locale.ROOT);
    }
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /** Only sources whose path ends in {@code .wasm} are fetched: what serves as JavaScript would not run anyway. */
  private static boolean isWasm(String source) {
    int end = source.length();
    for (char mark : new char[] {'?', '#'}) {
      int at = source.indexOf(mark);
      end = at < 0 ? end : Math.min(end, at);
    }
    return source.substring(0, end).strip().toLowerCase(Locale.ROOT).endsWith(".wasm");
  }
}
