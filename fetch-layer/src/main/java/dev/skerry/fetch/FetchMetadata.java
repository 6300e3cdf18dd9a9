package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.util.List;

/** The {@code Sec-Fetch-*} headers (Fetch Metadata §2), sent to potentially trustworthy URLs alone. */
final class FetchMetadata {

  private FetchMetadata() {
  }

  static void append(HeaderList headers, FetchRequest request, List<Url> urlList) {
    if (!urlList.get(urlList.size() - 1).origin().isPotentiallyTrustworthy()) {
      return;
    }
    headers.append("sec-fetch-dest", request.destination().token());
    headers.append("sec-fetch-mode", mode(request.mode()));
    headers.append("sec-fetch-site", site(request.origin(), urlList));
    if (request.mode() == Mode.NAVIGATE && request.origin() == null
        && request.destination() == Destination.DOCUMENT) {
      headers.append("sec-fetch-user", "?1");
    }
  }

  private static String mode(Mode mode) {
    return switch (mode) {
      case NAVIGATE -> "navigate";
      case SAME_ORIGIN -> "same-origin";
      case CORS -> "cors";
      case NO_CORS -> "no-cors";
    };
  }

  /** The farthest relation of the requester to any URL on the way; {@code none} for what a person started. */
  private static String site(Origin origin, List<Url> urlList) {
    if (origin == null) {
      return "none";
    }
    String site = "same-origin";
    for (Url url : urlList) {
      Origin target = url.origin();
      if (!target.isSameSite(origin)) {
        return "cross-site";
      }
      if (!target.equals(origin)) {
        site = "same-site";
      }
    }
    return site;
  }
}
