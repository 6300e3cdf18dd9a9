package dev.skerry.bindings;

import dev.skerry.wasm.Linker;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Node;

/** {@code web:dom}: one document, its nodes as externref handles, and its events. One agent's thread uses it. */
public final class WebDom implements HostModule {

  /** @param maxNodes how many nodes guests may add to the document */
  public WebDom(Document document, CallbackRunner callbacks, int maxNodes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "web:dom";
  }

  @Override
  public void define(Linker linker) {
    throw new UnsupportedOperationException();
  }

  /** Fires an event at the target and, when it bubbles, at its ancestors (DOM §2.9). */
  public void dispatch(Node target, String type, boolean bubbles) {
    throw new UnsupportedOperationException();
  }
}
