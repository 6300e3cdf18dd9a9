package dev.skerry.origin;

import dev.skerry.fetch.SandboxingFlags.Flag;
import java.util.Optional;
import org.jsoup.nodes.Document;

/**
 * A declarative refresh (HTML §4.2.5.3, {@code <meta http-equiv=refresh>}): the document is replaced a while after it
 * has loaded.
 *
 * @param seconds to wait
 * @param url relative to the document; empty for the document itself
 */
record Refresh(long seconds, String url) {

  private static final long MOST_SECONDS = Integer.MAX_VALUE / 1_000;

  /** The first refresh of a document that is valid; none where its sandbox forbids it. */
  static Optional<Refresh> of(Document dom, Environment document) {
    if (document.params().sandbox().has(Flag.AUTOMATIC_FEATURES)) {
      return Optional.empty();
    }
    return dom.select("meta[http-equiv][content]").stream()
        .filter(meta -> meta.attr("http-equiv").strip().equalsIgnoreCase("refresh"))
        .map(meta -> parse(meta.attr("content"))).flatMap(Optional::stream).findFirst();
  }

  /** The shared declarative refresh steps; empty where the content means nothing. */
  static Optional<Refresh> parse(String content) {
    int at = skip(content, 0, Refresh::isSpace);
    int digits = skip(content, at, Refresh::isDigit);
    if (digits == at && (at == content.length() || content.charAt(at) != '.')) {
      return Optional.empty();
    }
    long seconds = digits == at ? 0 : number(content.substring(at, digits));
    at = skip(content, digits, c -> isDigit(c) || c == '.');
    int after = skip(content, at, Refresh::isSpace);
    boolean separated = after < content.length() && (content.charAt(after) == ';' || content.charAt(after) == ',');
    if (after == at && !separated && at < content.length()) {
      return Optional.empty();
    }
    at = separated ? skip(content, after + 1, Refresh::isSpace) : after;
    return Optional.of(new Refresh(seconds, unquoted(withoutName(content.substring(at)))));
  }

  private static long number(String digits) {
    return digits.length() > 9 ? MOST_SECONDS : Math.min(MOST_SECONDS, Long.parseLong(digits));
  }

  /** What follows {@code url=}, or the text itself. */
  private static String withoutName(String text) {
    if (!text.regionMatches(true, 0, "url", 0, 3)) {
      return text;
    }
    int equals = skip(text, 3, Refresh::isSpace);
    boolean named = equals < text.length() && text.charAt(equals) == '=';
    return named ? text.substring(skip(text, equals + 1, Refresh::isSpace)) : text;
  }

  private static String unquoted(String text) {
    if (text.isEmpty() || text.charAt(0) != '"' && text.charAt(0) != '\'') {
      return text;
    }
    int end = text.indexOf(text.charAt(0), 1);
    return text.substring(1, end < 0 ? text.length() : end);
  }

  private interface Kind {
    boolean has(char c);
  }

  private static int skip(String text, int from, Kind kind) {
    int at = from;
    while (at < text.length() && kind.has(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
  }

  /** Starts the wait, in the document's event loop. */
  void start(Environment document) {
    document.timers().start(seconds * 1_000, false, then -> {
      String target = url.isEmpty() ? document.url().href() : url;
      if (!document.page().navigator().navigate(document, document.frame(), target, true)) {
        document.problem(Problem.Kind.NAVIGATION, "the document is not refreshed: '" + target + "' cannot be loaded");
      }
      then.run();
    });
  }
}
