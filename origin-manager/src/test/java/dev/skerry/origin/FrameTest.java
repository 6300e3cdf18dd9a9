package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Frames: which agent a document gets, what fails alone, and where nesting ends. */
final class FrameTest extends PageTest {

  private final CountDownLatch contentLoaded = new CountDownLatch(1);

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().observer(new PageObserver() {
      @Override
      public void console(ConsoleMessage message) {
        if (message.text().startsWith("DOMContentLoaded")) {
          contentLoaded.countDown();
        }
      }
    });
  }

  private String frame(String site, String path) {
    return "<iframe src='" + sites.url(site, path) + "'></iframe>";
  }

  @Test
  void givenFramesOfTheSameAndOfOtherOriginsWhenTheyLoadThenEachOriginHasOneAgent() throws LoadError {
    sites.html("a", "/", frame("a", "/in") + frame("b", "/") + frame("b", "/in") + frame("x.b", "/"))
        .html("a", "/in", script("counter")).html("b", "/", script("counter")).html("b", "/in", script("counter"))
        .html("x.b", "/", script("counter")).wasm("a", "counter").wasm("b", "counter").wasm("x.b", "counter");
    Page page = settled("a", "/");
    assertEquals(Set.of(sites.origin("a"), sites.origin("b"), sites.origin("x.b")),
        page.agents().stream().map(AgentReport::origin).collect(Collectors.toSet()));
    assertEquals(1, agent(page, "a").instances());
    assertEquals(2, agent(page, "b").instances());
    assertEquals(1, agent(page, "x.b").instances());
    assertEquals(List.of("1", "1", "1", "1"), texts(page), "each document has its own instance and memory");
    assertEquals(5, page.frames().size());
    assertTrue(page.frames().stream().allMatch(frame -> frame.state() == FrameReport.State.LOADED));
  }

  @Test
  void givenFramesThatCannotLoadWhenThePageSettlesThenTheyAreReportedAndThePageHasNotFailed() throws LoadError {
    sites.html("a", "/", frame("a", "/gone") + "<iframe src='http://localhost:1/'></iframe>" + frame("a", "/picture")
        + script("events")).wasm("a", "events")
        .answer("a", "/picture", 200, Map.of("content-type", "image/png"), new byte[1]);
    Page page = settled("a", "/");
    assertFalse(page.hasFailed());
    assertEquals(3, page.problems().stream().filter(problem -> problem.kind() == Problem.Kind.FRAME).count());
    assertEquals(3, page.frames().stream().filter(frame -> frame.state() == FrameReport.State.FAILED).count());
    assertFalse(texts(page).contains("error iframe"), "a frame's failure looks like a load to its embedder");
    assertEquals("load #document", texts(page).get(texts(page).size() - 1));
  }

  @Test
  void givenEventsWhenADocumentLoadsThenTheyComeInTheOrderOfHtml() throws LoadError {
    sites.html("a", "/", frame("a", "/in") + script("events") + script("absent") + script("greet"))
        .html("a", "/in", "<p>in</p>").wasm("a", "events", "greet").gate("a", "/in", contentLoaded);
    assertEquals(List.of("load script", "error script", "hello from greet", "load script",
        "DOMContentLoaded #document", "load iframe", "load #document"), texts(settled("a", "/")));
  }

  @Test
  void givenAnAsyncModuleThatHangsWhenTheDocumentLoadsThenTheOthersGoAheadAndLoadWaits() throws LoadError {
    sites.html("a", "/", "<script type=module async src='/greet.wasm'></script>" + script("events"))
        .wasm("a", "events", "greet").gate("a", "/greet.wasm", contentLoaded);
    assertEquals(List.of("load script", "DOMContentLoaded #document", "hello from greet", "load script",
        "load #document"), texts(settled("a", "/")));
  }

  @Test
  void givenSrcdocAndBlankFramesWhenTheyLoadThenTheyHaveTheOriginAndBaseOfTheirEmbedder() throws LoadError {
    sites.html("a", "/", "<base href='/modules/'><iframe srcdoc=\"<script type=module src='../greet.wasm'></script>\">"
        + "</iframe><iframe></iframe><iframe src='about:blank'></iframe>").wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(List.of("hello from greet"), texts(page));
    assertEquals(1, page.agents().size());
    assertEquals(List.of(sites.url("a", "/"), "about:srcdoc", "about:blank", "about:blank"),
        page.frames().stream().map(FrameReport::url).toList());
  }

  @Test
  void givenSandboxedFramesWhenTheyLoadThenOriginsAreOpaqueAndScriptsNeedLeave() throws LoadError {
    String inner = "srcdoc=\"<script type=module src='" + sites.url("a", "/greet.wasm") + "'></script>\"";
    sites.html("a", "/", "<iframe sandbox " + inner + "></iframe>"
        + "<iframe sandbox='allow-scripts' " + inner + "></iframe>"
        + "<iframe sandbox='ALLOW-SCRIPTS allow-same-origin' " + inner + "></iframe>")
        .answer("a", "/greet.wasm", 200, TestSites.sharedWasm(), TestSites.guest("greet"));
    Page page = settled("a", "/");
    assertEquals(Set.of("null", sites.origin("a")),
        page.console().stream().map(ConsoleMessage::origin).collect(Collectors.toSet()));
    assertEquals(2, page.console().size());
    assertEquals(3, page.agents().size());
    assertMentions(messages(page).get(0), "allow-scripts");
  }

  @Test
  void givenASandboxedFrameWhenItFetchesAModuleOfItsOwnServerThenTheOpaqueOriginNeedsCors() throws LoadError {
    sites.html("a", "/", "<iframe sandbox=allow-scripts src='/in'></iframe>").html("a", "/in", script("greet"))
        .wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(List.of(), texts(page));
    assertMentions(messages(page).get(0), "/greet.wasm", "Access-Control-Allow-Origin");
  }

  @Test
  void givenASandboxedFrameWhenItEmbedsAnotherThenTheInnerOneIsNoFreer() throws LoadError {
    sites.html("a", "/", "<iframe sandbox src='/in'></iframe>").html("a", "/in", "<iframe src='/in2'></iframe>")
        .html("a", "/in2", script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(List.of(), texts(page));
    assertEquals(List.of(sites.origin("a"), "null", "null"),
        page.frames().stream().map(FrameReport::origin).toList());
    assertEquals(3, page.agents().size());
  }

  @Test
  void givenDataFramesWhenTheyLoadThenEachHasAnOpaqueOriginOfItsOwn() throws LoadError {
    sites.html("a", "/", "<iframe src='data:text/html,<p>1'></iframe><iframe src='data:text/html,<p>2'></iframe>");
    Page page = settled("a", "/");
    assertEquals(List.of(sites.origin("a"), "null", "null"), page.agents().stream().map(AgentReport::origin).toList());
  }

  @Test
  void givenAFrameWithAScriptUrlWhenItLoadsThenItIsBlankAndTheScriptIsCounted() throws LoadError {
    sites.html("a", "/", "<iframe src='javascript:alert(1)'></iframe>");
    Page page = settled("a", "/");
    assertEquals("about:blank", page.frames().get(1).url());
    assertEquals(1, page.report().scriptsNotRun());
  }

  @Test
  void givenAPageThatEmbedsItselfWhenItLoadsThenThatFrameIsRefused() throws LoadError {
    sites.html("a", "/", "<iframe src='/#again'></iframe>");
    Page page = settled("a", "/");
    assertEquals(2, page.frames().size());
    assertMentions(messages(page).get(0), "inside a document of the same URL");
  }

  @Test
  void givenFramesThatEmbedEachOtherForEverWhenTheyLoadThenTheDepthIsLimited() throws LoadError {
    sites.html("a", "/?0", "<iframe src='/?1'></iframe>");
    for (int i = 1; i < 40; i++) {
      sites.html("a", "/?" + i, "<iframe srcdoc=\"<iframe src='/?" + (i + 1) + "'></iframe>\"></iframe>");
    }
    Page page = settled("a", "/?0");
    assertEquals(Limit.FRAME_DEPTH.byDefault(),
        page.frames().stream().mapToInt(FrameReport::depth).max().orElseThrow());
    assertMentions(messages(page).get(0), "limit of 10", "frames inside each other");
  }

  @Test
  void givenMoreFramesThanAllowedWhenThePageLoadsThenTheRestIsRefused() throws LoadError {
    sites.html("a", "/", "<iframe></iframe>".repeat(150));
    Page page = settled("a", "/");
    assertEquals(Limit.FRAMES.byDefault(), page.frames().size());
    assertMentions(messages(page).get(0), "limit of 100");
  }
}
