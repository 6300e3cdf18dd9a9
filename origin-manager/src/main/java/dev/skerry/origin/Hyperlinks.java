package dev.skerry.origin;

import java.util.Locale;
import java.util.Optional;
import org.jsoup.nodes.Element;

/** What follows a click at a link (HTML §4.6.4). There are no windows but the frames of the page. */
final class Hyperlinks {

  private Hyperlinks() {
  }

  /** Follows the link that the element is, or is inside of. */
  static void follow(Environment document, Element clicked) {
    Element link = clicked;
    while (link != null && !(link.hasAttr("href")
        && (link.normalName().equals("a") || link.normalName().equals("area")))) {
      link = link.parent();
    }
    if (link == null || link.hasAttr("download")) {
      return;
    }
    String href = link.attr("href");
    Optional<Navigable> target = target(document, link.attr("target"));
    if (target.isEmpty()) {
      document.problem(Problem.Kind.NAVIGATION, "the link " + href + " asks for a new window; there are none");
    } else if (!document.page().navigator().navigate(document, target.get(), href, false)) {
      document.problem(Problem.Kind.NAVIGATION, "the link " + href + " cannot be followed from " + document.url());
    }
  }

  /** The frame of that name (HTML §7.3.1.7); empty where it would be a new window. */
  private static Optional<Navigable> target(Environment document, String name) {
    Navigable own = document.frame();
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "", "_self" -> Optional.of(own);
      case "_parent" -> Optional.of(own.parent());
      case "_top" -> Optional.of(own.top());
      case "_blank" -> Optional.empty();
      default -> document.page().frames().all().stream().filter(frame -> frame.name().equals(name)).findFirst();
    };
  }
}
