package dev.skerry.fetch;

/**
 * Mixed Content §4.4, should fetching a request be blocked. As in the browsers, what prohibits mixed content is
 * {@code https}: of the requester's origin, of its document where that is sandboxed, or of the page that it is in; a
 * page on plain loopback may load what it likes.
 */
final class MixedContent {

  private static final String SECURE = "https";

  private MixedContent() {
  }

  static boolean blocks(FetchRequest request, Url current) {
    return !request.isTopLevelNavigation() && current.isHttp() && !current.origin().isPotentiallyTrustworthy()
        && prohibits(request);
  }

  /** Does settings prohibit mixed security contexts (Mixed Content §4.3), which asks the documents above, too. */
  private static boolean prohibits(FetchRequest request) {
    PartitionKey page = request.partition();
    return request.origin() != null && request.origin().scheme().equals(SECURE)
        || request.client().url().scheme().equals(SECURE)
        || page != null && page.topLevelSite().startsWith(SECURE + "://");
  }
}
