package dev.skerry.origin;

import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.SandboxingFlags;
import dev.skerry.fetch.Url;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jsoup.nodes.Element;

/**
 * A place for a document in the frame tree (HTML §7.3.1, a navigable). It loads once; when the load has come to an end,
 * however, the document that embeds it hears of it once.
 */
final class Frame {

  private final Environment embedder;
  private final Element container;
  private final SandboxingFlags sandbox;
  private final int depth;
  private final Window window = new Window(this);
  private final AtomicBoolean finished = new AtomicBoolean();
  private final CompletableFuture<Environment> committed = new CompletableFuture<>();
  private volatile String url;
  private volatile String error = "";
  private volatile FrameReport.State state = FrameReport.State.LOADING;

  private Frame(Environment embedder, Element container, SandboxingFlags sandbox, int depth, String url) {
    this.embedder = embedder;
    this.container = container;
    this.sandbox = sandbox;
    this.depth = depth;
    this.url = url;
  }

  static Frame top(Url url) {
    return new Frame(null, null, SandboxingFlags.NONE, 0, url.href());
  }

  /** A frame inside a document; called in that document's event loop. */
  static Frame inside(Environment embedder, Element container) {
    SandboxingFlags flags = embedder.params().sandbox();
    if (container.hasAttr("sandbox")) {
      flags = flags.and(SandboxingFlags.parse(List.of(container.attr("sandbox").split("[ \\t\\n\\f\\r]+"))));
    }
    return new Frame(embedder, container, flags, embedder.frame().depth + 1, "about:blank");
  }

  /** The document that embeds this frame; null at the top. */
  Environment embedder() {
    return embedder;
  }

  /** The element in that document; only its event loop may touch it. */
  Element container() {
    return container;
  }

  /** The creation sandboxing flags (HTML §7.1.5): of the element, and of the document that has it. */
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

  void requested(Url address) {
    url = address.href();
  }

  /** Completes with the document, or exceptionally with the {@link LoadError} that kept it from loading. */
  CompletableFuture<Environment> committed() {
    return committed;
  }

  /** The document, or null while there is none. */
  Environment document() {
    return committed.isDone() && !committed.isCompletedExceptionally() ? committed.join() : null;
  }

  void commit(Environment document) {
    url = document.url().href();
    committed.complete(document);
  }

  /** The frame gets no document. */
  void fail(LoadError reason) {
    if (committed.completeExceptionally(reason)) {
      error = reason.getMessage();
      finish(FrameReport.State.FAILED);
    }
  }

  /** The load has come to its end; the first call counts. */
  void finish(FrameReport.State end) {
    if (finished.compareAndSet(false, true)) {
      state = end;
      if (embedder != null) {
        embedder.post("frame load", () -> embedder.load().frameFinished(this));
      }
    }
  }

  /** Its agent was ended. */
  void ended() {
    finish(FrameReport.State.ENDED);
    state = FrameReport.State.ENDED;
  }

  FrameReport report() {
    Environment document = document();
    return new FrameReport(depth, url, document == null ? "" : document.origin().toString(),
        document == null ? "" : document.title(), state, document == null ? 0 : document.scriptsNotRun(), error);
  }
}
