package dev.skerry.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of the sites, packed as resources. A path names a file only if it is one plain name with a known ending, so
 * that nothing outside a site's folders can be asked for.
 */
final class SiteFiles {

  private static final Pattern PATH = Pattern.compile("/([a-z0-9]+(?:-[a-z0-9]+)*)\\.([a-z]+)");
  /** In a page: {@code {{HOST}}} is the origin of that site, {@code {{file NAME}}} a file's text, escaped. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(file )?([a-z0-9.-]+)}}");
  /** In a page: what stands between {@code {{with MODULE}}} (or {@code without}) and {@code {{end}}} depends on it. */
  private static final Pattern CONDITION = Pattern.compile("(?s)\\{\\{(with|without) ([a-z.]+)}}(.*?)\\{\\{end}}");
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";
  private static final Map<String, String> TYPES = Map.ofEntries(
      Map.entry("html", "text/html; charset=utf-8"),
      Map.entry("css", "text/css; charset=utf-8"),
      Map.entry("js", "text/javascript; charset=utf-8"),
      Map.entry("wasm", "application/wasm"),
      Map.entry("png", "image/png"),
      Map.entry("c", PLAIN_TEXT),
      Map.entry("h", PLAIN_TEXT),
      Map.entry("s", PLAIN_TEXT),
      Map.entry("ts", PLAIN_TEXT),
      Map.entry("wat", PLAIN_TEXT),
      Map.entry("md", "text/markdown; charset=utf-8"));

  private final UnaryOperator<String> originOfHost;
  private final FetchedModules fetched;

  /** A file as it goes to a client. */
  record Content(String type, byte[] bytes) {
  }

  /** @param originOfHost the origin of a site, by its host name */
  SiteFiles(UnaryOperator<String> originOfHost, FetchedModules fetched) {
    this.originOfHost = originOfHost;
    this.fetched = fetched;
  }

  /** What a site has at a path; empty where it has nothing. */
  Optional<Content> find(Site site, String path) throws IOException {
    Matcher name = PATH.matcher(path.equals("/") ? "/" + site.page() : path);
    String type = name.matches() ? TYPES.get(name.group(2)) : null;
    if (type == null) {
      return Optional.empty();
    }
    Optional<byte[]> bytes = read(site, name.group().substring(1));
    if (name.group(2).equals("html") && bytes.isPresent()) {
      String page = new String(bytes.get(), StandardCharsets.UTF_8);
      return Optional.of(new Content(type, fill(site, choose(page)).getBytes(StandardCharsets.UTF_8)));
    }
    if (bytes.isEmpty()) {
      bytes = fetched.read(site, name.group().substring(1));
    }
    return bytes.map(found -> new Content(type, found));
  }

  private static Optional<byte[]> read(Site site, String name) throws IOException {
    for (String folder : site.folders()) {
      try (InputStream in = SiteFiles.class.getResourceAsStream("sites/" + folder + "/" + name)) {
        if (in != null) {
          return Optional.of(in.readAllBytes());
        }
      }
    }
    return Optional.empty();
  }

  private String choose(String page) {
    return CONDITION.matcher(page).replaceAll(part ->
        fetched.has(part.group(2)) == part.group(1).equals("with") ? Matcher.quoteReplacement(part.group(3)) : "");
  }

  private String fill(Site site, String page) throws IOException {
    StringBuilder filled = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(page);
    while (placeholder.find()) {
      String name = placeholder.group(2);
      String value = placeholder.group(1) == null ? originOfHost.apply(name) : text(site, name);
      placeholder.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return placeholder.appendTail(filled).toString();
  }

  private static String text(Site site, String name) throws IOException {
    byte[] bytes = read(site, name)
        .orElseThrow(() -> new IOException(site.host() + " has no file '" + name + "' to put into its page"));
    return new String(bytes, StandardCharsets.UTF_8)
        .replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
