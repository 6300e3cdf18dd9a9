package dev.skerry.origin;

import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;
import org.jsoup.select.NodeVisitor;

/**
 * Turns responses into documents, with jsoup; scripting counts as disabled, so {@code noscript} content is content. A
 * parse stops as soon as its agent was ended, or the document has more nodes than the page has left.
 */
final class HtmlParser {

  private static final String HTML = "text/html";
  private static final String XHTML = "application/xhtml+xml";
  /** Deeper elements are closed by the parser, as browsers do. */
  private static final int MAX_DEPTH = 512;

  private final NodeBudget budget;

  HtmlParser(NodeBudget budget) {
    this.budget = budget;
  }

  /** Says whether a response is a document at all, before an agent is troubled with it. */
  static void requireDocument(FetchResponse response, PageLimits limits) throws LoadError {
    String url = response.url().href();
    if (response.body().length > limits.get(Limit.DOCUMENT_BYTES)) {
      throw new LoadError("cannot load " + url + ": " + limits.exceeded(Limit.DOCUMENT_BYTES));
    }
    int status = response.status();
    if (status >= 400) {
      throw new LoadError("cannot load " + url + ": the server answered with status " + status);
    }
    if (status < 200 || status == 204 || status == 205) {
      throw new LoadError("cannot load " + url + ": status " + status + " comes without a document");
    }
    String type = response.computedEssence();
    if (!type.equals(HTML) && !type.equals(XHTML)) {
      throw new LoadError("cannot load " + url + ": " + (response.mimeEssence().isPresent() ? "it is " + type
          : "the response has no valid Content-Type and looks like " + type) + ", not an HTML document");
    }
  }

  /**
   * @param ended asked now and then; true stops the parse
   * @param top whether the document is of the top document's origin
   */
  Document parse(FetchResponse response, BooleanSupplier ended, boolean top) throws LoadError {
    Parser parser = response.computedEssence().equals(XHTML) ? Parser.xmlParser() : Parser.htmlParser();
    return parse(DocumentEncoding.decode(response), parser, response.url(), ended, top);
  }

  /** The same for what is there already. */
  Document parse(String html, Url url, BooleanSupplier ended, boolean top) throws LoadError {
    return parse(new StringReader(html), Parser.htmlParser(), url, ended, top);
  }

  private Document parse(Reader source, Parser parser, Url url, BooleanSupplier ended, boolean top)
      throws LoadError {
    long allowed = budget.left(top);
    GuardedReader guarded = new GuardedReader(source, allowed, ended);
    try (StreamParser stream = new StreamParser(parser.setMaxDepth(MAX_DEPTH)).parse(guarded, url.href())) {
      Iterator<Element> elements = stream.iterator();
      for (long count = 0; elements.hasNext(); count++) {
        elements.next();
        guarded.check(count);
      }
      Document dom = stream.document();
      budget.take(top, nodes(dom));
      return dom;
    } catch (UncheckedIOException | IOException error) {
      Throwable cause = error instanceof UncheckedIOException ? error.getCause() : error;
      throw new LoadError("cannot load " + url + ": " + cause.getMessage(), error);
    }
  }

  private static long nodes(Document dom) {
    long[] nodes = new long[1];
    dom.traverse((NodeVisitor) (Node node, int depth) -> nodes[0]++);
    return nodes[0];
  }

  /** Stands between the bytes and the parser: every tag and comment begins with a sign that is counted here. */
  private final class GuardedReader extends Reader {

    private final Reader source;
    private final long allowed;
    private final BooleanSupplier ended;
    private long tags;

    GuardedReader(Reader source, long allowed, BooleanSupplier ended) {
      this.source = source;
      this.allowed = allowed;
      this.ended = ended;
    }

    void check(long elements) throws IOException {
      if (ended.getAsBoolean()) {
        throw new IOException("its agent was ended");
      }
      if (Math.max(elements, tags) > allowed) {
        throw budget.exceeded();
      }
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
      int read = source.read(target, from, length);
      for (int i = from; i < from + read; i++) {
        tags += target[i] == '<' ? 1 : 0;
      }
      check(0);
      return read;
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  /** The document base URL (HTML §2.4.3): the first {@code base} with a {@code href}, if usable, else the fallback. */
  static Url baseUrl(Document dom, Url fallback, Charset encoding) {
    Element base = dom.selectFirst("base[href]");
    if (base != null) {
      try {
        Url url = Url.parse(base.attr("href"), fallback, encoding);
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
