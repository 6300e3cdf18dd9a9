package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchRequest.Destination;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Images and style sheets: noted, and requested where the embedder wants that, but never rendered. */
final class SubresourceTest extends PageTest {

  private static final String PAGE = "<link rel='Alternate STYLESHEET' href=/a.css><img src=/a.png><img src=>"
      + "<img src='http://['><img src=/gone.png><template><img src=/hidden.png></template>" + script("events");

  private void sites(Map<String, String> headers) {
    sites.answer("a", "/", 200, headers, PAGE.getBytes(java.nio.charset.StandardCharsets.UTF_8)).wasm("a", "events")
        .answer("a", "/a.css", 200, Map.of("content-type", "text/css"), new byte[3])
        .answer("a", "/a.png", 200, Map.of("content-type", "image/png"), new byte[7]);
  }

  @Test
  void givenAPageWithImagesWhenItLoadsThenTheyAreNotedAndNotRequested() throws LoadError {
    sites(Map.of("content-type", "text/html"));
    Page page = settled("a", "/");
    assertEquals(List.of("a/", "a/events.wasm"), sites.requested());
    assertEquals(List.of(new SubresourceReport(sites.url("a", "/a.css"), Destination.STYLE, sites.url("a", "/"), false),
        new SubresourceReport(sites.url("a", "/a.png"), Destination.IMAGE, sites.url("a", "/"), false),
        new SubresourceReport(sites.url("a", "/gone.png"), Destination.IMAGE, sites.url("a", "/"), false)),
        page.subresources());
  }

  private Map<String, Integer> requested() throws LoadError {
    host.close();
    host = PageHost.builder().subresources(true).build();
    return settled("a", "/").requests().stream()
        .collect(Collectors.toMap(request -> request.url().replace(sites.origin("a"), ""), RequestReport::status));
  }

  @Test
  void givenAnEmbedderThatWantsThemWhenAPageLoadsThenTheyAreRequests() throws LoadError {
    sites(Map.of("content-type", "text/html"));
    assertEquals(Map.of("/", 200, "/events.wasm", 200, "/a.css", 200, "/a.png", 200, "/gone.png", 404), requested());
  }

  @Test
  void givenAPolicyWhenTheyAreRequestedThenItRulesThem() throws LoadError {
    sites(Map.of("content-type", "text/html", "content-security-policy", "img-src 'none'"));
    Map<String, Integer> statuses = requested();
    assertEquals(0, statuses.get("/a.png"));
    assertEquals(200, statuses.get("/a.css"));
    assertTrue(!sites.requested().contains("a/a.png"));
  }

  @Test
  void givenAnImageThatHangsWhenTheDocumentLoadsThenLoadWaitsForIt() throws LoadError {
    sites(Map.of("content-type", "text/html"));
    CountDownLatch gate = new CountDownLatch(1);
    sites.gate("a", "/a.png", gate);
    host.close();
    host = PageHost.builder().subresources(true).observer(new PageObserver() {
      @Override
      public void console(ConsoleMessage message) {
        if (message.text().startsWith("DOMContentLoaded")) {
          gate.countDown();
        }
      }
    }).build();
    List<String> texts = texts(settled("a", "/"));
    assertEquals(List.of("load script", "DOMContentLoaded #document"), texts.subList(0, 2));
    assertEquals("load #document", texts.get(texts.size() - 1));
  }
}
