package dev.skerry.fetch;

import java.util.List;

/** What a chain of redirects makes of the requester's origin (Fetch §2.2.5, redirect-taint). */
enum RedirectTaint {
  SAME_ORIGIN, SAME_SITE, CROSS_SITE;

  /** The redirect-taint of a request with that URL list and origin. */
  static RedirectTaint of(List<Url> urlList, Origin origin) {
    RedirectTaint taint = SAME_ORIGIN;
    for (int i = 1; i < urlList.size(); i++) {
      Origin last = urlList.get(i - 1).origin();
      Origin next = urlList.get(i).origin();
      if (!next.isSameSite(last) && !origin.isSameSite(last)) {
        return CROSS_SITE;
      }
      if (!next.equals(last) && !origin.equals(last)) {
        taint = SAME_SITE;
      }
    }
    return taint;
  }
}
