package dev.skerry.origin;

import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;

/**
 * Which origins a rule is for.
 *
 * @param below whether all hosts below that of the origin match, and not the origin itself
 * @param origin null for opaque origins, or for all
 */
record OriginPattern(boolean all, boolean below, Origin origin) {

  private static final String ANY_HOST = "://*.";

  /**
   * A pattern from its text, as {@link Limits.Rule} describes it.
   *
   * @throws IllegalArgumentException naming a text that is none
   */
  static OriginPattern parse(String text) {
    if (text.equals("*")) {
      return new OriginPattern(true, false, null);
    }
    if (text.equals("null")) {
      return new OriginPattern(false, false, null);
    }
    boolean below = text.contains(ANY_HOST);
    try {
      Url url = Url.parse(below ? text.replace(ANY_HOST, "://") : text);
      if (url.origin().isOpaque() || !url.href().equals(url.origin() + "/")) {
        throw new UrlParseException("it has more than an origin");
      }
      return new OriginPattern(false, below, url.origin());
    } catch (UrlParseException none) {
      throw new IllegalArgumentException("'" + text + "' is neither * nor null nor an origin, such as "
          + "https://shop.example or https://*.example", none);
    }
  }

  boolean matches(Origin candidate) {
    if (all || candidate.isOpaque()) {
      return all || origin == null;
    }
    if (origin == null) {
      return false;
    }
    if (!below) {
      return candidate.equals(origin);
    }
    return candidate.scheme().equals(origin.scheme()) && candidate.port() == origin.port()
        && candidate.host().endsWith("." + origin.host());
  }
}
