package dev.skerry.origin;

import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeVisitor;

/** Turns responses into documents, with jsoup; scripting counts as disabled, so {@code noscript} content is content. */
final class HtmlParser {

  private static final String HTML = "text/html";
  private static final String XHTML = "application/xhtml+xml";
  /** Deeper elements are closed by the parser, as browsers do. */
  private static final int MAX_DEPTH = 512;

  private final Limits limits;

  HtmlParser(Limits limits) {
    this.limits = limits;
  }

  /** Says whether a response is a document at all, before an agent is troubled with it. */
  static void requireDocument(FetchResponse response) throws LoadError {
    String url = response.url().href();
    int status = response.status();
    if (status >= 400) {
      throw new LoadError("cannot load " + url + ": the server answered with status " + status);
    }
    if (status < 200 || status == 204 || status == 205) {
      throw new LoadError("cannot load " + url + ": status " + status + " comes without a document");
    }
    String type = response.mimeEssence().orElseThrow(
        () -> new LoadError("cannot load " + url + ": the response has no valid Content-Type; send " + HTML));
    if (!type.equals(HTML) && !type.equals(XHTML)) {
      throw new LoadError("cannot load " + url + ": it is " + type + ", not an HTML document");
    }
  }

  Document parse(FetchResponse response) throws LoadError {
    Parser parser = response.mimeEssence().orElse(HTML).equals(XHTML) ? Parser.xmlParser() : Parser.htmlParser();
    try {
      return limited(Jsoup.parse(new ByteArrayInputStream(response.body()), charset(response), response.url().href(),
          parser.setMaxDepth(MAX_DEPTH)), response.url());
    } catch (IOException error) {
      throw new LoadError("cannot parse " + response.url() + ": " + error.getMessage(), error);
    }
  }

  Document parse(String html, Url url) throws LoadError {
    return limited(Jsoup.parse(html, url.href(), Parser.htmlParser().setMaxDepth(MAX_DEPTH)), url);
  }

  /** The charset of the headers; null lets jsoup look for a byte order mark and {@code meta}. */
  private static String charset(FetchResponse response) {
    try {
      return response.charset().filter(Charset::isSupported).orElse(null);
    } catch (IllegalCharsetNameException unknown) {
      return null;
    }
  }

  private Document limited(Document dom, Url url) throws LoadError {
    long[] nodes = new long[1];
    dom.traverse((NodeVisitor) (Node node, int depth) -> nodes[0]++);
    if (nodes[0] > limits.get(Limit.DOM_NODES)) {
      throw new LoadError("cannot load " + url + ": " + limits.exceeded(Limit.DOM_NODES));
    }
    return dom;
  }

  /**
   * The document base URL (HTML §2.4.3): the first {@code base} element with a usable {@code href}, else the fallback.
   */
  static Url baseUrl(Document dom, Url fallback) {
    Element base = dom.selectFirst("base[href]");
    if (base != null) {
      try {
        Url url = Url.parse(base.attr("href"), fallback);
        if (!url.scheme().equals("data") && !url.scheme().equals("javascript")) {
          return url;
        }
      } catch (UrlParseException unusable) {
        return fallback;
      }
    }
    return fallback;
  }
}
