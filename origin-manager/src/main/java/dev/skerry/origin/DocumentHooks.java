package dev.skerry.origin;

import dev.skerry.bindings.DomHooks;
import org.jsoup.nodes.Element;

/** What follows the changes that guests make to one document: its frames come and go, its links lead somewhere. */
record DocumentHooks(Environment document) implements DomHooks {

  @Override
  public void inserted(Element root) {
    document.load().inserted(root);
  }

  @Override
  public void removed(Element root) {
    document.load().removed(root);
  }

  @Override
  public void changed(Element element, String attribute) {
    document.load().changed(element, attribute);
  }

  @Override
  public void full() {
    document.agent().exceeded(Limit.ADDED_NODES);
  }

  @Override
  public void activated(Element element) {
    Hyperlinks.follow(document, element);
  }
}
