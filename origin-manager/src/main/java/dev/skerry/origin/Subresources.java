package dev.skerry.origin;

import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;

/** The images and style sheets of a page's documents: noted, in bounded space, and requested if the embedder wants. */
final class Subresources {

  private static final int MOST = 10_000;

  private final boolean requested;
  private final List<SubresourceReport> reports = new ArrayList<>();

  Subresources(boolean requested) {
    this.requested = requested;
  }

  synchronized List<SubresourceReport> reports() {
    return List.copyOf(reports);
  }

  /**
   * Notes what an element asks for, in its document's event loop.
   *
   * @param parsed whether the parser made the element, not a guest
   * @param done runs in that loop when the request is over
   * @return whether there is a request that {@code done} follows
   */
  boolean note(Environment document, Element element, boolean parsed, Runnable done) {
    boolean image = element.normalName().equals("img");
    Destination destination = image ? Destination.IMAGE : Destination.STYLE;
    Url url;
    try {
      url = document.resolve(element.attr(image ? "src" : "href"));
    } catch (UrlParseException unusable) {
      return false;
    }
    synchronized (this) {
      if (reports.size() < MOST) {
        reports.add(new SubresourceReport(url.href(), destination, document.url().href(), requested));
      }
    }
    if (requested) {
      request(document, element, parsed, destination, url, done);
    }
    return requested;
  }

  private static void request(Environment document, Element element, boolean parsed, Destination destination, Url url,
                              Runnable done) {
    boolean cors = element.hasAttr("crossorigin");
    boolean anonymous = cors && !element.attr("crossorigin").equalsIgnoreCase("use-credentials");
    FetchRequest request = new FetchRequest(url, cors ? Mode.CORS : Mode.NO_CORS,
        anonymous ? Credentials.SAME_ORIGIN : Credentials.INCLUDE, destination, document.origin(), document.referrer())
        .withReferrerPolicy(DocumentPolicy.referrerPolicy(element, document.policies()))
        .withElement(DocumentPolicy.metadata(element, parsed)).withClient(document.client())
        .in(document.partition());
    document.page().fetcher().fetch(document.agent(), request, new PageFetcher.Outcome() {
      @Override
      public void response(FetchResponse response) {
        finish(response.status() < 400 ? "load" : "error");
      }

      @Override
      public void error(FetchError error) {
        finish("error");
      }

      private void finish(String event) {
        document.post(event, () -> document.dispatch(element, event, false));
        document.post("subresource", done);
      }
    });
  }
}
