package dev.skerry.fetch;

/**
 * Mixed Content §4.4, should fetching a request be blocked. As in the browsers, what prohibits mixed content is an
 * {@code https} origin; a page on plain loopback may load what it likes.
 */
final class MixedContent {

  private MixedContent() {
  }

  static boolean blocks(FetchRequest request, Url current) {
    boolean prohibits = request.origin() != null && request.origin().scheme().equals("https");
    return prohibits && !request.isTopLevelNavigation() && current.isHttp()
        && !current.origin().isPotentiallyTrustworthy();
  }
}
