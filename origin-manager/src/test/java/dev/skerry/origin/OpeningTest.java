package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.wasm.MachineSupport;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.TierCounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening the top document. */
final class OpeningTest extends PageTest {

  @Test
  void givenAPageWithAModuleWhenItSettlesThenTheModuleHasRunAndTheDomShowsIt() throws LoadError {
    sites.html("a", "/", "<title>T</title><p id=out>before</p>" + script("greet") + script("writer"))
        .wasm("a", "greet", "writer");
    Page page = settled("a", "/");
    assertEquals(List.of("hello from greet"), texts(page));
    assertEquals("written by wasm", page.document().selectFirst("#out").text());
    assertFalse(page.hasFailed());
    assertEquals(List.of(sites.url("a", "/")), agent(page, "a").frames());
    assertEquals(2, agent(page, "a").instances());
    assertEquals(2 * 65536, agent(page, "a").memoryBytes());
    assertEquals("T", page.report().title());
  }

  @Test
  void givenACopyOfTheDocumentWhenItIsChangedThenThePageIsNot() throws LoadError {
    sites.html("a", "/", "<p>text</p>");
    Page page = settled("a", "/");
    Document copy = page.document();
    copy.body().empty();
    assertEquals("text", page.document().body().text());
  }

  @ParameterizedTest
  @CsvSource({"404", "410", "500", "503"})
  void givenAnErrorStatusWhenThePageIsOpenedThenTheErrorNamesIt(int status) {
    sites.answer("a", "/x", status, Map.of("content-type", "text/html"), new byte[0]);
    LoadError error = assertThrows(LoadError.class, () -> host.open(sites.url("a", "/x")));
    assertMentions(error.getMessage(), sites.url("a", "/x"), "status " + status);
    assertEquals(0, host.openPages());
  }

  @Test
  void givenNothingThatListensWhenThePageIsOpenedThenTheErrorNamesTheUrl() throws IOException {
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      String url = "http://localhost:" + bound.getLocalPort() + "/";
      assertMentions(assertThrows(LoadError.class, () -> host.open(url)).getMessage(), url);
    }
  }

  @Test
  void givenARedirectLoopWhenThePageIsOpenedThenItFails() {
    sites.answer("a", "/loop", 302, Map.of("location", "/loop"), new byte[0]);
    LoadError error = assertThrows(LoadError.class, () -> host.open(sites.url("a", "/loop")));
    assertMentions(error.getMessage(), sites.url("a", "/loop"), "redirect");
  }

  @Test
  void givenARedirectToAnotherOriginWhenThePageIsOpenedThenItsOriginIsTheLastOne() throws LoadError {
    sites.answer("a", "/", 302, Map.of("location", sites.url("b", "/new")), new byte[0]).html("b", "/new", "<p>b</p>");
    Page page = settled("a", "/");
    assertEquals(sites.url("b", "/new"), page.url());
    assertEquals(sites.origin("b"), page.agents().get(0).origin());
  }

  @ParameterizedTest
  @CsvSource({"image/png", "text/plain", "application/json", "application/wasm"})
  void givenSomethingThatIsNotHtmlWhenItIsOpenedThenTheErrorNamesItsType(String type) {
    sites.answer("a", "/x", 200, Map.of("content-type", type), "x".getBytes(StandardCharsets.UTF_8));
    assertMentions(assertThrows(LoadError.class, () -> host.open(sites.url("a", "/x"))).getMessage(), type, "HTML");
  }

  @Test
  void givenNoContentTypeWhenThePageIsOpenedThenItsFirstBytesDecideUnlessSniffingIsForbidden() throws LoadError {
    byte[] html = "<p>html</p>".getBytes(StandardCharsets.UTF_8);
    sites.answer("a", "/html", 200, Map.of(), html).answer("a", "/text", 200, Map.of(), "p".getBytes())
        .answer("a", "/nosniff", 200, Map.of("x-content-type-options", "nosniff"), html);
    assertEquals("html", settled("a", "/html").document().text());
    for (String path : List.of("/text", "/nosniff")) {
      assertMentions(assertThrows(LoadError.class, () -> host.open(sites.url("a", path))).getMessage(),
          "Content-Type", "text/plain");
    }
  }

  @Test
  void givenXhtmlWhenThePageIsOpenedThenEmptyElementsAreClosed() throws LoadError {
    String xhtml = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>X</title></head><body>"
        + "<p id='out'/><script type='module' src='/writer.wasm'/><p>after</p></body></html>";
    sites.answer("a", "/", 200, Map.of("content-type", "application/xhtml+xml"), xhtml.getBytes(StandardCharsets.UTF_8))
        .wasm("a", "writer");
    Page page = settled("a", "/");
    assertEquals("written by wasm", page.document().selectFirst("#out").text());
    assertEquals("after", page.document().selectFirst("p:not([id])").text());
  }

  @ParameterizedTest
  @CsvSource({"example.com,https://example.com/", "localhost:8080/x,http://localhost:8080/x",
      "//a.localhost/x,no scheme", "ftp://example.com/,not from ftp", "javascript:x,not from javascript",
      "'',no scheme"})
  void givenSomethingThatIsNoPageUrlWhenItIsOpenedThenTheErrorSaysWhatToWrite(String text, String part) {
    assertMentions(assertThrows(LoadError.class, () -> host.open(text)).getMessage(), part);
  }

  @Test
  void givenCharsetsInHeaderMetaAndByteOrderMarkWhenPagesAreOpenedThenTheTextIsRight() throws LoadError {
    byte[] latin = "<meta charset=iso-8859-1><p>grün</p>".getBytes(StandardCharsets.ISO_8859_1);
    byte[] wide = "\ufeff<p>grün</p>".getBytes(StandardCharsets.UTF_16LE);
    String equiv = "<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'><p>grün</p>";
    byte[] marked = "\ufeff<meta charset=iso-8859-1><p>grün</p>".getBytes(StandardCharsets.UTF_8);
    sites.answer("a", "/meta", 200, Map.of("content-type", "text/html"), latin)
        .answer("a", "/header", 200, Map.of("content-type", "text/html;charset=iso-8859-1"),
            "<p>grün</p>".getBytes(StandardCharsets.ISO_8859_1))
        .answer("a", "/wide", 200, Map.of("content-type", "text/html"), wide)
        .answer("a", "/equiv", 200, Map.of("content-type", "text/html"), equiv.getBytes(StandardCharsets.ISO_8859_1))
        .answer("a", "/bom", 200, Map.of("content-type", "text/html"), marked)
        .answer("a", "/odd", 200, Map.of("content-type", "text/html;charset=x-no-such-thing"),
            "<p>grün</p>".getBytes(StandardCharsets.UTF_8));
    for (String path : List.of("/meta", "/header", "/wide", "/equiv", "/bom", "/odd")) {
      try (Page page = settled("a", path)) {
        assertEquals("grün", page.document().body().text(), path);
      }
    }
  }

  @Test
  void givenNoscriptAndJavaScriptWhenThePageSettlesThenTheContentCountsAndTheScriptsAreCounted() throws LoadError {
    sites.html("a", "/", "<head><noscript><link rel=x></noscript></head><noscript><p id=out>x</p></noscript>"
        + "<script>1</script><script src=x.js></script><script type=module>2</script><script type=text/plain>3</script>"
        + "<script type=application/json>{}</script><script nomodule>4</script><template><script>5</script></template>"
        + "<script></script>" + script("writer")).wasm("a", "writer");
    Page page = settled("a", "/");
    assertEquals("written by wasm", page.document().selectFirst("noscript p").text());
    assertEquals(3, page.report().scriptsNotRun());
    assertEquals(List.of("a/", "a/writer.wasm"), sites.requested());
  }

  @Test
  void givenADataUrlWhenItIsOpenedThenItsOriginIsOpaque() throws LoadError {
    try (Page page = host.open("data:text/html,<p>hi</p>")) {
      page.settle(LONG);
      assertEquals("hi", page.document().text());
      assertEquals("null", page.agents().get(0).origin());
    }
  }

  @Test
  void givenAServerThatDoesNotAnswerWhenTheTimeIsUpThenOpeningFails() {
    CountDownLatch gate = new CountDownLatch(1);
    sites.html("a", "/", "<p>late</p>").gate("a", "/", gate);
    LoadError error =
        assertThrows(LoadError.class, () -> host.open(sites.url("a", "/"), Duration.ofMillis(200)));
    gate.countDown();
    assertMentions(error.getMessage(), sites.url("a", "/"), "200.0 ms");
    assertEquals(0, host.openPages());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<b>x</b>", "<!-->", "<p>", "<br>", "x<i>"})
  void givenADocumentOverTheNodeLimitWhenItIsOpenedThenTheErrorNamesTheLimit(String markup) {
    sites.html("a", "/", markup.repeat(2_000));
    try (PageHost small = PageHost.builder().limits(Limits.defaults().with(Limit.DOM_NODES, 100)).build()) {
      assertMentions(assertThrows(LoadError.class, () -> small.open(sites.url("a", "/"))).getMessage(),
          "limit of 100", "nodes");
    }
  }

  @Test
  void givenADocumentOverTheByteLimitWhenItIsOpenedThenTheErrorNamesTheLimit() {
    sites.html("a", "/", "x".repeat(1_001));
    try (PageHost small = PageHost.builder().limits(Limits.defaults().with(Limit.DOCUMENT_BYTES, 1_000)).build()) {
      assertMentions(assertThrows(LoadError.class, () -> small.open(sites.url("a", "/"))).getMessage(),
          sites.url("a", "/"), "limit of 1000 bytes");
    }
  }

  @Test
  void givenADocumentThatFindsNoRoomInThePagesHeapWhenItIsOpenedThenItIsGivenUpWhileItArrives() {
    sites.html("a", "/", "x".repeat(3_000));
    try (PageHost small = PageHost.builder().limits(Limits.defaults().with(Limit.PAGE_MODULES, 2_000)).build()) {
      assertMentions(assertThrows(LoadError.class, () -> small.open(sites.url("a", "/"))).getMessage(),
          sites.url("a", "/"), "memory");
    }
  }

  @Test
  void givenAUrlOverTheLengthLimitWhenThePageLoadsThenItIsReported() throws LoadError {
    sites.html("a", "/", "<iframe src='data:text/html," + "x".repeat(3 << 20) + "'></iframe>");
    Page page = settled("a", "/");
    assertEquals("about:blank", page.frames().get(1).url());
    assertMentions(messages(page).get(0), "limit of 2,097,152");
  }

  @Test
  void givenFramesThatHaveMoreNodesTogetherWhenTheyLoadThenTheLastIsRefused() throws LoadError {
    sites.html("a", "/", "<iframe src='/in'></iframe>".repeat(3)).html("a", "/in", "<b>x</b>".repeat(40));
    try (PageHost small = PageHost.builder().limits(Limits.defaults().with(Limit.DOM_NODES, 200)).build();
         Page page = small.open(sites.url("a", "/"))) {
      page.settle(LONG);
      assertEquals(1, page.problems().size());
      assertMentions(messages(page).get(0), "limit of 200");
    }
  }

  @Test
  void givenRequestsWhenThePageSettlesThenEachIsReported() throws LoadError {
    sites.html("a", "/", script("greet") + script("absent")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(3, page.requests().size());
    RequestReport greet =
        page.requests().stream().filter(request -> request.url().endsWith("greet.wasm")).findFirst().orElseThrow();
    assertEquals(200, greet.status());
    assertEquals("application/wasm", greet.mimeType());
    assertEquals(TestSites.guest("greet").length, greet.bytes());
    assertEquals(sites.origin("a"), greet.initiator());
    assertNull(greet.reason());
  }

  @Test
  void givenATierWhenAPageHasRunThenItsAgentsSayWhereTheirFunctionsRun() throws LoadError {
    sites.html("a", "/", script("counter")).wasm("a", "counter");
    TierCounts tiers = agent(settled("a", "/"), "a").tiers();
    assertTrue(tiers.interpreted() > 0 && tiers.interpreted() <= tiers.functions(), tiers::toString);
    assumeTrue(MachineSupport.current().machineCode(), "no machine code on this machine");
    host.close();
    host = PageHost.builder().engine(PageHost.usualEngine().withTier(Tier.JIT)).build();
    Page page = settled("a", "/");
    TierCounts compiled = agent(page, "a").tiers();
    assertTrue(compiled.interpreted() == 0 && compiled.compiled() > 0, compiled::toString);
    page.close();
    assertEquals(compiled, agent(page, "a").tiers(), "also afterwards");
  }

  @Test
  void givenResolveRulesWhenAForeignHostIsOpenedThenTheyAreUsed() throws LoadError {
    sites.html("shop.example", "/", "<p>resolved</p>");
    try (PageHost mapped = PageHost.builder().resolve("shop.example:" + sites.port() + ":127.0.0.1").build();
         Page page = mapped.open("http://shop.example:" + sites.port() + "/")) {
      assertEquals("resolved", page.document().text());
    }
  }
}
