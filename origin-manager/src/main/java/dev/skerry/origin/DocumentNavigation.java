package dev.skerry.origin;

import dev.skerry.bindings.NavigationContext;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

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

  @Override
  public boolean update(byte[] state, String url, boolean replace) {
    try {
      Url target = url.isEmpty() ? document.url() : document.resolve(url, StandardCharsets.UTF_8);
      return isRewritable(document.url(), target)
          && document.page().navigator().update(document, target, state, replace);
    } catch (UrlParseException unusable) {
      return false;
    }
  }

  /** HTML §7.2.5, can have its URL rewritten. */
  private static boolean isRewritable(Url url, Url target) {
    boolean sameServer = target.scheme().equals(url.scheme()) && target.username().equals(url.username())
        && target.password().equals(url.password()) && Objects.equals(target.host(), url.host())
        && target.port() == url.port();
    boolean samePath = target.path().equals(url.path());
    return sameServer && (url.isHttp() || samePath && (url.scheme().equals("file")
        || target.query().equals(url.query())));
  }

  @Override
  public byte[] state() {
    return document.historyState();
  }
}
