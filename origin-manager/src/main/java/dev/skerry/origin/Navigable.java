package dev.skerry.origin;

import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.SandboxingFlags;
import dev.skerry.fetch.Url;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jsoup.nodes.Element;

/**
 * A place for a document in the frame tree (HTML §7.3.1). Documents come into it by navigations, one after
 * the other; the document that embeds it hears of the end of each load.
 */
final class Navigable {

  private final Environment embedder;
  private final Element container;
  private final int depth;
  private final Window window = new Window(this);
  private final AtomicReference<Navigation> ongoing = new AtomicReference<>();
  private final AtomicReference<Environment> active = new AtomicReference<>();
  private volatile String url;
  private volatile String error = "";
  private volatile FrameReport.State state = FrameReport.State.LOADING;
  private volatile boolean removed;
  private volatile SandboxingFlags sandbox = SandboxingFlags.NONE;
  private volatile String name = "";
  private volatile AllowAttribute allow = new AllowAttribute("");

  private Navigable(Environment embedder, Element container, int depth, String url) {
    this.embedder = embedder;
    this.container = container;
    this.depth = depth;
    this.url = url;
  }

  static Navigable top(Url url) {
    return new Navigable(null, null, 0, url.href());
  }

  /** A frame inside a document; called in that document's event loop. */
  static Navigable inside(Environment embedder, Element container) {
    Navigable frame = new Navigable(embedder, container, embedder.frame().depth + 1, "about:blank");
    frame.readContainer();
    return frame;
  }

  /**
   * Takes over what the element says of its frame, when it is made and whenever that changes; called in the embedding
   * document's event loop. Sandboxing flags count from the next navigation on (HTML §4.8.5).
   */
  void readContainer() {
    SandboxingFlags flags = embedder.params().sandbox();
    if (container.hasAttr("sandbox")) {
      flags = flags.and(SandboxingFlags.parse(List.of(container.attr("sandbox").split("[ \\t\\n\\f\\r]+"))));
    }
    sandbox = flags;
    name = container.attr("name");
    allow = new AllowAttribute(container.attr("allow"));
  }

  /** The document that embeds this frame; null at the top. */
  Environment embedder() {
    return embedder;
  }

  /** The element in that document; only its event loop may touch it. */
  Element container() {
    return container;
  }

  /** The creation sandboxing flags (HTML §7.1.5) of a navigation that begins now: of element and embedding document. */
  SandboxingFlags sandbox() {
    return sandbox;
  }

  int depth() {
    return depth;
  }

  Window window() {
    return window;
  }

  boolean isTop() {
    return embedder == null;
  }

  /** The frame that embeds this one; itself at the top. */
  Navigable parent() {
    return isTop() ? this : embedder.frame();
  }

  Navigable top() {
    return isTop() ? this : parent().top();
  }

  /** Says whether the other frame is inside this one, or inside one of those. */
  boolean isAncestorOf(Navigable other) {
    return !other.isTop() && (other.parent() == this || isAncestorOf(other.parent()));
  }

  /** What keeps the state of requests apart that a document of that origin makes here (Fetch §2.7). */
  PartitionKey partition(Origin origin) {
    if (isTop()) {
      return PartitionKey.topLevel(origin);
    }
    Environment top = embedder;
    while (!top.frame().isTop()) {
      top = top.frame().embedder();
    }
    boolean crossSiteAncestor = false;
    for (Environment above = embedder; above != top; above = above.frame().embedder()) {
      crossSiteAncestor |= !above.origin().isSameSite(top.origin());
    }
    return PartitionKey.of(top.origin(), origin, crossSiteAncestor);
  }

  String url() {
    return url;
  }

  /** The document that is here; null before the first. */
  Environment active() {
    return active.get();
  }

  /** The navigation that is under way or was the last. */
  Navigation ongoing() {
    return ongoing.get();
  }

  /** Begins a navigation; one that is under way is over. */
  void navigating(Navigation navigation) {
    Navigation before = ongoing.getAndSet(navigation);
    if (active.get() == null) {
      url = navigation.url().href();
    }
    if (before != null) {
      before.outcome().completeExceptionally(
          new LoadError("cannot load " + before.url() + ": the frame was navigated to " + navigation.url()));
    }
  }

  /** The document takes the place of another, or of none; false where that other is no longer here. */
  boolean commit(Environment before, Environment document) {
    boolean committed = active.compareAndSet(before, document);
    if (committed) {
      url = document.url().href();
      state = FrameReport.State.LOADING;
      error = "";
    }
    return committed;
  }

  /** The document has another URL. */
  void moved(Url address) {
    url = address.href();
  }

  /** The navigation brings no document; a document that is here stays. */
  void fail(Navigation navigation, LoadError reason) {
    if (navigation.outcome().completeExceptionally(reason) && active.get() == null) {
      error = reason.getMessage();
      finish(FrameReport.State.FAILED);
    }
  }

  /** A load has come to its end. */
  void finish(FrameReport.State end) {
    state = end;
    if (embedder != null && !removed) {
      embedder.post("frame load", () -> embedder.load().frameFinished(this));
    }
  }

  /** That agent was ended; means nothing to a document that came meanwhile and has another. */
  void ended(WindowAgent agent) {
    Environment document = active.get();
    if (document == null || document.agent() != agent) {
      return;
    }
    if (state == FrameReport.State.LOADING) {
      finish(FrameReport.State.ENDED);
    }
    state = FrameReport.State.ENDED;
  }

  /** The frame is no longer a part of the page; what is under way for it is over. */
  void remove() {
    removed = true;
    Navigation last = ongoing.get();
    if (last != null) {
      last.outcome().completeExceptionally(new LoadError("cannot load " + last.url() + ": its frame was removed"));
    }
  }

  FrameReport.State state() {
    return state;
  }

  /** What its element hands on to other origins. */
  AllowAttribute allow() {
    return allow;
  }

  /** The URL that it was last asked to show. */
  Url source() {
    return ongoing.get().url();
  }

  /** The name that links may target (HTML §7.3.1.7); empty for none. */
  String name() {
    return name;
  }

  boolean isRemoved() {
    return removed;
  }

  FrameReport report() {
    Environment document = active.get();
    return new FrameReport(depth, url, document == null ? "" : document.origin().toString(),
        document == null ? "" : document.title(), state, document == null ? 0 : document.scriptsNotRun(), error);
  }
}
