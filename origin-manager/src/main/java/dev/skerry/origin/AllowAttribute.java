package dev.skerry.origin;

import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.Locale;

/**
 * The {@code allow} attribute of a frame's element (Permissions Policy §4.9, §5.3): which features the embedding
 * document hands on to documents of other origins.
 *
 * @param text of the attribute; empty for none
 */
record AllowAttribute(String text) {

  private static final String WHITE_SPACE = "[ \\t\\n\\f\\r]+";

  /**
   * Whether a document may use a feature that documents of the embedder's own origin always may.
   *
   * @param embedder the embedding document's origin
   * @param src the URL that the frame was asked to show, which a feature without a list of origins means
   * @param document the origin that wants it
   */
  boolean permits(String feature, Origin embedder, Url src, Origin document) {
    if (document.equals(embedder)) {
      return true;
    }
    for (String directive : text.split(";")) {
      String[] words = directive.strip().split(WHITE_SPACE);
      if (words[0].toLowerCase(Locale.ROOT).equals(feature)) {
        return permits(words, embedder, src.origin(), document);
      }
    }
    return false;
  }

  private static boolean permits(String[] words, Origin embedder, Origin src, Origin document) {
    if (words.length == 1) {
      return document.equals(src);
    }
    for (int i = 1; i < words.length; i++) {
      boolean matches = switch (words[i].toLowerCase(Locale.ROOT)) {
        case "*" -> true;
        case "'src'" -> document.equals(src);
        case "'self'" -> document.equals(embedder);
        case "'none'" -> false;
        default -> isOrigin(words[i], document);
      };
      if (matches) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOrigin(String text, Origin document) {
    try {
      return Url.parse(text).origin().equals(document);
    } catch (UrlParseException noOrigin) {
      return false;
    }
  }
}
