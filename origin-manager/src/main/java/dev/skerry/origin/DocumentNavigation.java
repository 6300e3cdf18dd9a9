package dev.skerry.origin;

import dev.skerry.bindings.NavigationContext;

/** Where one document is and goes, for its guests. */
record DocumentNavigation(Environment document) implements NavigationContext {

  @Override
  public String location() {
    return document.url().href();
  }

  @Override
  public boolean navigate(String url, boolean replace) {
    return document.page().navigator().navigate(document, document.frame(), url, replace);
  }

  @Override
  public void reload() {
    document.page().navigator().reload(document.frame(), document);
  }

  @Override
  public void traverse(int steps) {
    if (steps == 0) {
      reload();
    } else {
      document.page().navigator().traverse(document, steps);
    }
  }

  @Override
  public int historyLength() {
    return document.page().history().length();
  }
}
