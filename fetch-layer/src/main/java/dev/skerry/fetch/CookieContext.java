package dev.skerry.fetch;

import java.util.List;
import java.util.Optional;

/**
 * Where in a page an HTTP request asks for its cookies (RFC 6265bis §5.2).
 *
 * @param url the request's current URL
 * @param sameSite whether the request is same-site
 * @param topLevelNavigation whether it loads a top-level document
 * @param partition what keeps partitioned cookies apart: the top-level site, and whether this is a third party in it
 * @param thirdParty whether the URL is of another site than the page, or within a frame of another site
 */
record CookieContext(Url url, boolean sameSite, boolean topLevelNavigation, String partition, boolean thirdParty) {

  /** The context of a request; empty where nobody said in which page it is made. */
  static Optional<CookieContext> of(NetworkRequest request) {
    FetchRequest fetch = request.fetch();
    Origin target = request.url().origin();
    boolean topLevel = fetch.isTopLevelNavigation();
    PartitionKey key = topLevel ? PartitionKey.topLevel(target) : fetch.partition();
    if (key == null) {
      return Optional.empty();
    }
    boolean thirdParty = key.crossSiteAncestor() || !key.topLevelSite().equals(target.site());
    boolean initiatorIsSameSite = fetch.origin() == null || fetch.origin().isSameSite(target);
    boolean sameSite = initiatorIsSameSite && !thirdParty && isOneSite(request.urlList(), target);
    String partition = key.topLevelSite() + (thirdParty ? " cross-site" : "");
    return Optional.of(new CookieContext(request.url(), sameSite, topLevel, partition, thirdParty));
  }

  /** Whether no redirect on the way was cross-site. */
  private static boolean isOneSite(List<Url> urlList, Origin target) {
    return urlList.stream().allMatch(url -> url.origin().isSameSite(target));
  }

  /** Whether the connection is secure: https, and loopback. */
  boolean isSecure() {
    return url.origin().isPotentiallyTrustworthy();
  }
}
