package dev.skerry.origin;

import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Refusal;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.SandboxingFlags.Flag;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.origin.Navigation.Kind;
import dev.skerry.origin.SessionHistory.Entry;
import dev.skerry.origin.SessionHistory.Handling;
import dev.skerry.origin.SessionHistory.Move;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * Brings documents into frames (HTML §7.4): fetch, then the origin of the response picks the agent, in whose event loop
 * the document is parsed; the document that was there is unloaded in its own loop; then the new one takes its place and
 * begins to load. A navigation that fails leaves what is there.
 */
final class Navigator {

  private static final String BLANK = "about:blank";
  private static final String SRCDOC = "about:srcdoc";

  private final PageContext page;
  private final HtmlParser parser;
  private final Unloading unloading;

  /** Where a document comes from once its agent is known. */
  private record Source(Url url, Url baseFallback, NavigationParams params, Parse parse) {
  }

  /** Makes the document, one of the top document's origin or another; stops when the agent was ended. */
  private interface Parse {
    Document parse(BooleanSupplier ended, boolean top) throws LoadError;
  }

  Navigator(PageContext page) {
    this.page = page;
    parser = new HtmlParser(page.nodes());
    unloading = new Unloading(page);
  }

  /** Navigates a frame for the person or program that opened the page; a frame inside another as its embedder would. */
  Navigation open(Navigable frame, Url url) {
    return start(Navigation.to(frame, frame.embedder(), url, Handling.PUSH));
  }

  /** Makes the frame for an element of a document (HTML §4.8.5); empty when a limit forbids it. */
  Optional<Navigable> openFrame(Environment embedder, Element container) {
    Navigable frame = Navigable.inside(embedder, container);
    try {
      page.frames().add(frame);
    } catch (LoadError error) {
      embedder.problem(Problem.Kind.FRAME, error.getMessage());
      return Optional.empty();
    }
    show(frame);
    return Optional.of(frame);
  }

  /** Navigates a frame to what its element says (HTML §4.8.5, process the iframe attributes). */
  void show(Navigable frame) {
    Element container = frame.container();
    if (container.hasAttr("srcdoc")) {
      start(Navigation.inline(frame, address(SRCDOC), container.attr("srcdoc")));
      return;
    }
    Environment embedder = frame.embedder();
    Url url = frameUrl(embedder, container);
    if (url.scheme().equals("javascript")) {
      embedder.scriptsNotRun(embedder.scriptsNotRun() + 1);
      url = address(BLANK);
    }
    Navigation navigation = Navigation.to(frame, embedder, url, Handling.REPLACE);
    if (embedsItself(frame, url)) {
      frame.navigating(navigation);
      fail(navigation, new LoadError("the frame " + url + " is not loaded: it is inside a document of the same URL"));
    } else {
      start(navigation);
    }
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

  /**
   * Navigates a frame for a document (HTML §7.4.2.2); called in that document's event loop.
   *
   * @param reference relative to the document
   * @return false when it is no URL, or the document's sandbox keeps it from navigating that frame
   */
  boolean navigate(Environment source, Navigable target, String reference, boolean replace) {
    Url url;
    try {
      url = source.resolve(reference);
    } catch (UrlParseException unusable) {
      return false;
    }
    if (target.isRemoved() || source.isGone() || !isAllowed(source, target)
        || target.isTop() && url.scheme().equals("data")) {
      return false;
    }
    if (url.scheme().equals("javascript")) {
      source.scriptsNotRun(source.scriptsNotRun() + 1);
      return true;
    }
    Environment active = target.active();
    boolean loading = target == source.frame() && !source.load().isComplete();
    boolean replaces = replace || active == null || loading || url.equals(active.url());
    start(Navigation.to(target, source, url, replaces ? Handling.REPLACE : Handling.PUSH));
    return true;
  }

  /** HTML §7.4.2.4, allowed by sandboxing to navigate; nobody here ever clicks, so there is no user activation. */
  private static boolean isAllowed(Environment source, Navigable target) {
    Navigable frame = source.frame();
    if (frame == target || frame.isAncestorOf(target)) {
      return true;
    }
    if (target.isAncestorOf(frame)) {
      return !target.isTop() || !source.params().sandbox().has(Flag.TOP_LEVEL_NAVIGATION);
    }
    return !source.params().sandbox().has(Flag.NAVIGATION);
  }

  /**
   * Loads a frame's document again, from any thread; one whose agent was ended gets a new agent.
   *
   * @param by the document that asks; null for the page's opener
   */
  Navigation reload(Navigable frame, Environment by) {
    Entry entry = page.history().current(frame);
    return start(entry != null ? Navigation.of(entry, by, Kind.RELOAD)
        : Navigation.to(frame, frame.embedder(), frame.ongoing().url(), Handling.REPLACE));
  }

  /**
   * Moves in the session history (HTML §7.4.3), from any thread.
   *
   * @param source the document that asks; null for the page's opener
   * @return the navigations that follow; none beyond the ends of the history
   */
  List<Navigation> traverse(Environment source, int steps) {
    if (source != null && source.params().sandbox().has(Flag.TOP_LEVEL_NAVIGATION)) {
      return List.of();
    }
    List<Move> moves = page.history().traverse(steps);
    List<Move> outer = moves.stream().filter(move -> !move.entry().frame().isRemoved() && moves.stream()
        .noneMatch(other -> !other.sameDocument() && other.entry().frame().isAncestorOf(move.entry().frame())))
        .toList();
    return outer.stream().map(move ->
        start(Navigation.of(move.entry(), source, move.sameDocument() ? Kind.SAME_DOCUMENT : Kind.USUAL))).toList();
  }

  private Navigation start(Navigation navigation) {
    Navigable frame = navigation.frame();
    Environment active = frame.active();
    Url url = navigation.url();
    frame.navigating(navigation);
    if (active != null && staysThere(navigation, active)) {
      withinDocument(navigation, active);
    } else if (navigation.srcdoc() != null) {
      inherit(navigation, frame.embedder(), navigation.srcdoc());
    } else if (url.scheme().equals("about")) {
      inherit(navigation, navigation.source(), "");
    } else {
      fetch(navigation, request(navigation));
    }
    return navigation;
  }

  private static boolean staysThere(Navigation navigation, Environment active) {
    return switch (navigation.kind()) {
      case RELOAD -> false;
      case SAME_DOCUMENT -> true;
      case USUAL -> navigation.srcdoc() == null && navigation.handling() != Handling.TRAVERSE
          && navigation.url().fragment().isPresent()
          && navigation.url().withoutFragment().equals(active.url().withoutFragment());
    };
  }

  /** HTML §7.4.2.3.3, §7.4.6.2: the document stays, and hears where it is now. */
  private void withinDocument(Navigation navigation, Environment active) {
    active.post("popstate", () -> {
      boolean otherFragment = !navigation.url().fragment().equals(active.url().fragment());
      page.history().updated(navigation.frame(), navigation.url(), null, navigation.handling());
      present(navigation.frame(), active, navigation.url());
      active.dispatch(active.dom(), "popstate", false);
      if (otherFragment) {
        active.dispatch(active.dom(), "hashchange", false);
      }
      navigation.outcome().complete(active);
    }, () -> fail(navigation, new LoadError("cannot load " + navigation.url() + ": its agent was ended")));
  }

  /** The document is where the present entry of the frame says. */
  private void present(Navigable frame, Environment document, Url url) {
    SessionHistory.Entry entry = page.history().current(frame);
    document.moved(url, entry == null ? null : entry.state());
    frame.moved(url);
  }

  /**
   * Gives a document another URL and state without loading anything (HTML §7.4.4), in its event loop.
   *
   * @return false when it is no longer the document of its frame
   */
  boolean update(Environment document, Url url, byte[] state, boolean replace) {
    Navigable frame = document.frame();
    boolean isActive = frame.active() == document && !document.isGone();
    if (isActive) {
      page.history().updated(frame, url, state, replace ? Handling.REPLACE : Handling.PUSH);
      present(frame, document, url);
    }
    return isActive;
  }

  private FetchRequest request(Navigation navigation) {
    Navigable frame = navigation.frame();
    Environment source = navigation.source();
    FetchRequest request;
    if (frame.isTop()) {
      request = source == null
          ? FetchRequest.document(navigation.url()).withClient(RequestClient.of(page.watch()))
          : new FetchRequest(navigation.url(), FetchRequest.Mode.NAVIGATE, FetchRequest.Credentials.INCLUDE,
              FetchRequest.Destination.DOCUMENT, source.origin(), source.referrer())
              .withReferrerPolicy(source.policies().referrerPolicy()).withClient(source.client());
    } else {
      Environment embedder = frame.embedder();
      request = FetchRequest.frame(navigation.url(), source.origin(), source.referrer())
          .withReferrerPolicy(source != embedder ? source.policies().referrerPolicy()
              : DocumentPolicy.referrerPolicy(frame.container(), embedder.policies()))
          .in(embedder.partition()).withClient(embedder.client());
    }
    if (navigation.by() != null) {
      request = request.navigatedBy(navigation.by().client());
    }
    return navigation.kind() == Kind.RELOAD ? request.withCacheMode(CacheMode.NO_CACHE) : request;
  }

  private static boolean embedsItself(Navigable frame, Url url) {
    Url wanted = url.withoutFragment();
    for (Environment above = frame.embedder(); above != null && !url.scheme().equals("about");
        above = above.frame().embedder()) {
      if (above.url().withoutFragment().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** A document without an address of its own: its origin and base URL are those of another document. */
  private void inherit(Navigation navigation, Environment heir, String html) {
    Url url = navigation.url();
    commit(navigation, heir == null ? Origin.opaque() : heir.origin(), new Source(url,
        heir == null ? url : heir.baseUrl(), NavigationParams.inherited(navigation, heir),
        (ended, top) -> parser.parse(html, url, ended, top)));
  }

  private void fetch(Navigation navigation, FetchRequest request) {
    WindowAgent initiator = navigation.source() == null ? null : navigation.source().agent();
    page.fetcher().fetch(initiator, request, new PageFetcher.Outcome() {
      @Override
      public void response(FetchResponse response) {
        try {
          answered(navigation, request, response);
        } catch (LoadError error) {
          fail(navigation, error);
        } catch (RuntimeException error) {
          fail(navigation, hostFailure(response.url(), error));
        }
      }

      @Override
      public void error(FetchError error) {
        fail(navigation, new LoadError(error.getMessage(), error));
      }
    });
  }

  private void answered(Navigation navigation, FetchRequest request, FetchResponse response) throws LoadError {
    Navigable frame = navigation.frame();
    HtmlParser.requireDocument(response, page.ownLimits());
    Url url = response.url();
    NavigationParams params = NavigationParams.of(navigation, response);
    Optional<Refusal> refusal = params.refusal(frame, response, page);
    if (refusal.isPresent()) {
      page.watch().refused(request, url, refusal.get());
      throw new LoadError("cannot load " + url + ": " + refusal.get().detail());
    }
    commit(navigation, url.origin(), new Source(url, url, params,
        (ended, top) -> parser.parse(response, ended, top)));
  }

  /** Finds the agent, and parses there. */
  private void commit(Navigation navigation, Origin origin, Source source) {
    if (!navigation.isCurrent() || navigation.frame().isRemoved()) {
      return;
    }
    try {
      WindowAgent agent = page.agents().of(source.params().sandbox().has(Flag.ORIGIN) ? Origin.opaque() : origin,
          unloading.documents(navigation.frame()), navigation.kind() == Kind.RELOAD);
      agent.post(new Task("parse " + source.url(), page.activity().begin(), () -> parse(navigation, agent, source),
          () -> {
            notNeeded(agent);
            fail(navigation, new LoadError("cannot load " + source.url() + ": its agent was ended"));
          }));
    } catch (LoadError error) {
      fail(navigation, error);
    }
  }

  private void parse(Navigation navigation, WindowAgent agent, Source source) {
    try {
      Document dom = source.parse().parse(agent::hasEnded,
          navigation.frame().isTop() || page.frames().isOfTheTop(agent));
      Environment document = new Environment(page, navigation.frame(), agent, source.url(), source.baseFallback(),
          dom, source.params());
      show(navigation, document);
    } catch (LoadError error) {
      notNeeded(agent);
      fail(navigation, error);
    } catch (RuntimeException error) {
      notNeeded(agent);
      fail(navigation, hostFailure(source.url(), error));
    }
  }

  /** Puts the document in its place, once the one that is there is gone; runs in the new document's event loop. */
  private void show(Navigation navigation, Environment document) {
    Navigable frame = navigation.frame();
    Environment before = frame.active();
    boolean occupied = before != null && !before.isGone();
    if (frame.isRemoved() || occupied && !navigation.isCurrent()) {
      discard(navigation, document);
    } else if (occupied || !frame.commit(before, document)) {
      Environment there = frame.active();
      unloading.unload(there, () -> document.agent().post(new Task("show " + document.url(),
          page.activity().begin(), () -> show(navigation, document), () -> discard(navigation, document))));
    } else {
      begin(frame, navigation, document);
    }
  }

  private void begin(Navigable frame, Navigation navigation, Environment document) {
    page.history().committed(frame, document.url(), navigation.srcdoc(), document.params(),
        navigation.handling());
    if (frame.isTop()) {
      page.problems().restart();
    }
    present(frame, document, document.url());
    page.observer().navigated(frame.report());
    navigation.outcome().complete(document);
    if (document.agent().hasEnded()) {
      frame.ended(document.agent());
    }
    document.load().begin();
  }

  /** The document did not come; an agent that was ended meanwhile stays, for the report and in the way of others. */
  private void notNeeded(WindowAgent agent) {
    if (!agent.hasEnded()) {
      page.agents().leave(agent);
    }
  }

  /** The document was made and is not wanted any more. */
  private void discard(Navigation navigation, Environment document) {
    document.destroy();
    notNeeded(document.agent());
    fail(navigation, new LoadError("cannot load " + document.url() + ": its agent was ended"));
  }

  /** Takes a frame out of the page, because its element or its document is gone. */
  void remove(Navigable frame) {
    unloading.remove(frame);
  }

  private static LoadError hostFailure(Url url, RuntimeException error) {
    return new LoadError("cannot load " + url + ": the host failed with " + error, error);
  }

  private void fail(Navigation navigation, LoadError error) {
    Navigable frame = navigation.frame();
    if (!navigation.isCurrent() || frame.isRemoved()) {
      return;
    }
    if (!frame.isTop()) {
      frame.embedder().problem(Problem.Kind.FRAME, error.getMessage());
    } else if (frame.active() != null) {
      frame.active().problem(Problem.Kind.NAVIGATION, error.getMessage());
    }
    frame.fail(navigation, error);
  }
}
