package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** {@code web:fetch} in a page: the whole chain of the fetch layer, with the settings of the document that asks. */
final class GuestFetchTest extends PageTest {

  private static final byte[] BODY = "twenty-six bytes of answer".getBytes(StandardCharsets.UTF_8);

  private void answer(String site, String path, Map<String, String> headers) {
    sites.answer(site, path, 200, headers, BODY);
  }

  private Page fetching(String url, Map<String, String> documentHeaders) throws Exception {
    Map<String, String> headers = new HashMap<>(documentHeaders);
    headers.put("content-type", "text/html;charset=utf-8");
    sites.answer("a", "/dir/", 200, headers,
        ("<body data-fetch='" + url + "'>" + script("fetcher")).getBytes(StandardCharsets.UTF_8)).wasm("a", "fetcher");
    return settled("a", "/dir/");
  }

  private static RequestReport last(Page page) {
    return page.requests().get(page.requests().size() - 1);
  }

  @Test
  void givenARelativeUrlOfItsOwnOriginWhenAGuestFetchesItThenItReadsTheWholeBody() throws Exception {
    answer("a", "/dir/data", Map.of());
    Page page = fetching("data", Map.of());
    assertEquals(List.of("twenty-six bytes of answer"), texts(page));
    assertEquals(26, last(page).bytes());
    assertEquals(sites.origin("a"), last(page).initiator());
    assertEquals(sites.url("a", "/dir/"), sites.referrer("a", "/dir/data"));
  }

  @Test
  void givenAnotherOriginWhenItDoesNotAllowItThenTheGuestLearnsOfAFailureAlone() throws Exception {
    answer("b", "/data", Map.of());
    Page page = fetching(sites.url("b", "/data"), Map.of());
    assertEquals(List.of("refused"), texts(page));
    assertEquals(FetchError.Reason.CORS, last(page).reason());
    assertFalse(page.hasFailed());
  }

  @Test
  void givenAnotherOriginThatAllowsItWhenAGuestFetchesItThenItReadsTheBody() throws Exception {
    answer("b", "/data", Map.of("access-control-allow-origin", "*"));
    assertEquals(List.of("twenty-six bytes of answer"), texts(fetching(sites.url("b", "/data"), Map.of())));
  }

  @Test
  void givenAPolicyForConnectionsWhenItNamesAnotherSourceThenTheRequestIsNotMade() throws Exception {
    answer("a", "/dir/data", Map.of());
    Page page = fetching("data", Map.of("content-security-policy", "connect-src https://elsewhere.example"));
    assertEquals(List.of("refused"), texts(page));
    assertEquals("connect-src", page.violations().get(0).directive());
    assertFalse(sites.requested().contains("a/dir/data"));
    assertEquals(List.of("twenty-six bytes of answer"),
        texts(fetching("data", Map.of("content-security-policy", "connect-src 'self'"))), "the control");
  }

  @Test
  void givenAServerThatDoesNotAnswerWhenThePageIsClosedThenTheRequestEnds() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    answer("a", "/dir/data", Map.of());
    sites.gate("a", "/dir/data", gate).html("a", "/dir/", "<body data-fetch='data'>" + script("fetcher"))
        .wasm("a", "fetcher");
    Page page = host.open(sites.url("a", "/dir/"));
    while (!sites.requested().contains("a/dir/data")) {
      Thread.onSpinWait();
    }
    assertFalse(page.settle(Duration.ofMillis(1)), "a guest waits for it");
    page.close();
    gate.countDown();
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(FetchError.Reason.ABORTED, last(page).reason());
  }

  @Test
  void givenUrlsThatCannotBeFetchedWhenAGuestTriesThenItIsToldOfAFailure() throws Exception {
    for (String url : List.of("file:///etc/passwd", "javascript:1", "http://a.localhost:1/")) {
      assertEquals(List.of("refused"), texts(fetching(url, Map.of())), url);
    }
  }
}
