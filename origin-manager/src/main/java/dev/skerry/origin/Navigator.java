package dev.skerry.origin;

import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Refusal;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.SandboxingFlags.Flag;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * Brings documents into frames (HTML §7.4): fetch, then the origin of the response picks the agent, and in that agent's
 * event loop the document is parsed and begins to load.
 */
final class Navigator {

  private static final String BLANK = "about:blank";
  private static final String SRCDOC = "about:srcdoc";

  private final PageContext page;
  private final HtmlParser parser;

  /** Where a document comes from once its agent is known. */
  private record Source(Url url, Url baseFallback, NavigationParams params, Parse parse) {
  }

  /** Makes the document; stops when the agent was ended. */
  private interface Parse {
    Document parse(BooleanSupplier ended) throws LoadError;
  }

  Navigator(PageContext page) {
    this.page = page;
    parser = new HtmlParser(page.nodes());
  }

  /** Loads the top document. */
  void openTop(Frame frame, Url url) {
    if (url.scheme().equals("about")) {
      commit(frame, Origin.opaque(), new Source(url, url, NavigationParams.inherited(frame),
          ended -> parser.parse("", url, ended)));
    } else {
      fetch(frame, FetchRequest.document(url).withClient(RequestClient.of(page.watch())));
    }
  }

  /** Makes the frame for an element of a document (HTML §4.8.5); empty when a limit forbids it. */
  Optional<Frame> openFrame(Environment embedder, Element container) {
    Frame frame = Frame.inside(embedder, container);
    try {
      page.frames().add(frame);
    } catch (LoadError error) {
      embedder.problem(Problem.Kind.FRAME, error.getMessage());
      return Optional.empty();
    }
    if (container.hasAttr("srcdoc")) {
      inherit(frame, address(SRCDOC), container.attr("srcdoc"));
    } else {
      navigate(frame, frameUrl(embedder, container));
    }
    return Optional.of(frame);
  }

  private static Url frameUrl(Environment embedder, Element container) {
    String src = container.attr("src");
    try {
      return src.isEmpty() ? address(BLANK) : embedder.resolve(src);
    } catch (UrlParseException unusable) {
      embedder.problem(Problem.Kind.FRAME, "a frame has no valid src: " + unusable.getMessage());
      return address(BLANK);
    }
  }

  private static Url address(String url) {
    try {
      return Url.parse(url);
    } catch (UrlParseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void navigate(Frame frame, Url url) {
    frame.requested(url);
    Environment embedder = frame.embedder();
    if (url.scheme().equals("about")) {
      inherit(frame, url, "");
    } else if (url.scheme().equals("javascript")) {
      embedder.scriptsNotRun(embedder.scriptsNotRun() + 1);
      inherit(frame, address(BLANK), "");
    } else if (embedsItself(frame, url)) {
      fail(frame, new LoadError("the frame " + url + " is not loaded: it is inside a document of the same URL"));
    } else {
      fetch(frame, FetchRequest.frame(url, embedder.origin(), embedder.referrer())
          .withReferrerPolicy(DocumentPolicy.referrerPolicy(frame.container(), embedder.policies()))
          .in(embedder.partition())
          .withClient(embedder.client()));
    }
  }

  private static boolean embedsItself(Frame frame, Url url) {
    Url wanted = url.withoutFragment();
    for (Environment above = frame.embedder(); above != null; above = above.frame().embedder()) {
      if (above.url().withoutFragment().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** A document without an address of its own: its origin and base URL are those of its embedder. */
  private void inherit(Frame frame, Url url, String html) {
    Environment embedder = frame.embedder();
    commit(frame, embedder.origin(), new Source(url, embedder.baseUrl(), NavigationParams.inherited(frame),
        ended -> parser.parse(html, url, ended)));
  }

  private void fetch(Frame frame, FetchRequest request) {
    Agent initiator = frame.isTop() ? null : frame.embedder().agent();
    page.fetcher().fetch(initiator, request, new PageFetcher.Outcome() {
      @Override
      public void response(FetchResponse response) {
        try {
          HtmlParser.requireDocument(response, page.limits());
          Url url = response.url();
          NavigationParams params = NavigationParams.of(frame, response);
          Optional<Refusal> refusal = params.refusal(frame, response, page);
          if (refusal.isPresent()) {
            page.watch().refused(request, url, refusal.get());
            throw new LoadError("cannot load " + url + ": " + refusal.get().detail());
          }
          commit(frame, url.origin(), new Source(url, url, params, ended -> parser.parse(response, ended)));
        } catch (LoadError error) {
          fail(frame, error);
        } catch (RuntimeException error) {
          fail(frame, hostFailure(response.url(), error));
        }
      }

      @Override
      public void error(FetchError error) {
        fail(frame, new LoadError(error.getMessage(), error));
      }
    });
  }

  private void commit(Frame frame, Origin origin, Source source) {
    try {
      Agent agent = page.agents().of(source.params().sandbox().has(Flag.ORIGIN) ? Origin.opaque() : origin);
      agent.post(new Task("parse " + source.url(), page.activity().begin(), () -> parse(frame, agent, source),
          () -> frame.fail(new LoadError("cannot load " + source.url() + ": its agent was ended"))));
    } catch (LoadError error) {
      fail(frame, error);
    }
  }

  private void parse(Frame frame, Agent agent, Source source) {
    try {
      Document dom = source.parse().parse(agent::hasEnded);
      Environment document = new Environment(page, frame, agent, source.url(), source.baseFallback(), dom,
          source.params());
      frame.commit(document);
      if (agent.hasEnded()) {
        frame.ended();
      }
      document.load().begin();
    } catch (LoadError error) {
      fail(frame, error);
    } catch (RuntimeException error) {
      fail(frame, hostFailure(source.url(), error));
    }
  }

  private static LoadError hostFailure(Url url, RuntimeException error) {
    return new LoadError("cannot load " + url + ": the host failed with " + error, error);
  }

  private void fail(Frame frame, LoadError error) {
    if (!frame.isTop()) {
      frame.embedder().problem(Problem.Kind.FRAME, error.getMessage());
    }
    frame.fail(error);
  }
}
