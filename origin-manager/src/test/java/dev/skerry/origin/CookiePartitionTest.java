package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which documents of a page have which cookies: a third party in a frame has partitioned ones alone. */
final class CookiePartitionTest extends PageTest {

  private void page(String host, String path, String cookie, String html) {
    sites.answer(host, path, 200, Map.of("content-type", "text/html", "set-cookie", cookie),
        html.getBytes(StandardCharsets.UTF_8));
  }

  private String frame(String host, String path) {
    return "<iframe src='" + sites.url(host, path) + "'></iframe>";
  }

  @Test
  void givenACookieOfTheTopDocumentWhenItsSiteIsAskedAgainThenItIsSent() throws LoadError {
    page("shop", "/", "id=1; Path=/; Domain=shop.localhost", script("counter") + frame("shop", "/in")
        + frame("x.shop", "/in"));
    sites.wasm("shop", "counter").html("shop", "/in", "").html("x.shop", "/in", "");
    settled("shop", "/");
    assertEquals("", sites.cookies("shop", "/"));
    assertEquals("id=1", sites.cookies("shop", "/counter.wasm"));
    assertEquals("id=1", sites.cookies("shop", "/in"));
    assertEquals("id=1", sites.cookies("x.shop", "/in"));
  }

  @Test
  void givenAThirdPartyInAFrameWhenItSetsCookiesThenOnlyPartitionedOnesComeBack() throws LoadError {
    sites.html("a", "/", frame("b", "/"));
    page("b", "/", "plain=1; SameSite=None; Secure; Path=/", script("counter"));
    sites.wasm("b", "counter");
    settled("a", "/");
    assertEquals("", sites.cookies("b", "/counter.wasm"));
    page("b", "/", "parted=1; SameSite=None; Secure; Partitioned; Path=/", script("counter"));
    settled("a", "/");
    assertEquals("parted=1", sites.cookies("b", "/counter.wasm"));
  }

  @Test
  void givenTheTopSiteInAFrameOfAnotherSiteWhenItLoadsThenItHasNoFirstPartyCookies() throws LoadError {
    page("a", "/", "id=1; SameSite=None; Secure; Path=/", frame("b", "/"));
    sites.html("b", "/", frame("a", "/inner")).html("a", "/inner", "");
    settled("a", "/");
    assertEquals("", sites.cookies("a", "/inner"));
  }
}
