package dev.skerry.origin;

import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.Set;

/** What a person may type as the address of a page. */
public final class PageAddress {

  private static final Set<String> SCHEMES = Set.of("http", "https", "data", "about");

  private PageAddress() {
  }

  /**
   * Parses an absolute URL that a page can be loaded from.
   *
   * @throws UrlParseException with a sentence that says what to write instead
   */
  public static Url parse(String text) throws UrlParseException {
    return parse(text, false);
  }

  /** As {@link #parse(String)}, where files may have been granted too. */
  static Url parse(String text, boolean files) throws UrlParseException {
    Url url;
    try {
      url = Url.parse(text);
    } catch (UrlParseException error) {
      if (hasScheme(text)) {
        throw error;
      }
      throw new UrlParseException("'" + text + "' is not a URL: it has no scheme" + suggestion(text));
    }
    if (!SCHEMES.contains(url.scheme()) && !(files && url.scheme().equals("file"))) {
      boolean looksLikeHost = url.path().matches("[0-9]{1,5}(/.*)?");
      throw new UrlParseException("'" + text + "' cannot be opened: "
          + (looksLikeHost ? "it has no scheme" + suggestion(text)
          : "pages come from http, https and data URLs, not from " + url.scheme() + ":"));
    }
    return url;
  }

  private static boolean hasScheme(String text) {
    return text.strip().matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*");
  }

  private static String suggestion(String text) {
    for (String scheme : new String[] {"https://", "http://"}) {
      try {
        Url url = Url.parse(scheme + text.strip());
        boolean local = url.origin().isPotentiallyTrustworthy() && scheme.equals("https://") && isLoopback(url.host());
        if (!local) {
          return "; did you mean " + url.href() + " ?";
        }
      } catch (UrlParseException noHost) {
        return "";
      }
    }
    return "";
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.endsWith(".localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
