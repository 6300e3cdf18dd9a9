package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows when a guest changes its document: {@code step} of {@code editor.c} does what the next li says. */
final class EditingTest extends PageTest {

  private static final String LISTED = "create script; set type module; set src /greet.wasm; listen load; append body";

  @BeforeEach
  void modules() {
    sites.wasm("a", "editor", "greet").html("a", "/in", "<p>in</p>").html("a", "/next", "<p>next</p>");
  }

  private static String steps(String... steps) {
    return "<body><ol><li>" + String.join("</li><li>", steps) + "</li></ol>" + script("editor");
  }

  private static void step(Page page) {
    page.call("step");
    assertTrue(page.settle(LONG), () -> "did not settle: " + page.problems());
  }

  private String originOfFrame(Page page) {
    return page.frames().get(1).origin();
  }

  @Test
  void givenAFrameThatIsThereWhenItsSandboxChangesThenItCountsFromTheNextNavigationOn() throws LoadError {
    sites.html("a", "/", steps("create iframe; append body", "set sandbox allow-scripts", "set src /in",
        "unset sandbox", "set src /next", "set sandbox; set src /in; unset sandbox"));
    Page page = settled("a", "/");
    step(page);
    step(page);
    assertEquals(sites.origin("a"), originOfFrame(page), "the document that is there stays as it is");
    step(page);
    assertEquals("null", originOfFrame(page));
    step(page);
    assertEquals("null", originOfFrame(page));
    step(page);
    assertEquals(sites.origin("a"), originOfFrame(page));
    step(page);
    assertEquals("null", originOfFrame(page), "what counts is what was there when the navigation began");
  }

  @Test
  void givenAFrameThatIsThereWhenItGetsAnotherNameThenLinksFindIt() throws LoadError {
    sites.html("a", "/", "<iframe name=old></iframe><a target=new href=/in>go</a>"
        + steps("find iframe; set name new"));
    Page page = settled("a", "/");
    step(page);
    page.click("a");
    page.settle(LONG);
    assertEquals(sites.url("a", "/in"), page.frames().get(1).url());
  }

  @Test
  void givenAScriptWhenAGuestInsertsItThenItRunsOnceAsSoonAsItIsThere() throws LoadError {
    sites.html("a", "/", steps(LISTED, "append ol", "create script; set type module; append body",
        "set src /greet.wasm", "find script; append ol"));
    Page page = settled("a", "/");
    step(page);
    assertEquals(List.of("hello from greet", "load script"), texts(page));
    assertEquals("script", page.document().body().lastElementChild().normalName());
    for (int i = 0; i < 4; i++) {
      step(page);
    }
    assertEquals(2, texts(page).size(), "none runs again when it is moved, and a module once for each document");
    assertEquals(1, sites.requested().stream().filter("a/greet.wasm"::equals).count());
    assertEquals(List.of(), messages(page));
  }

  @Test
  void givenAScriptWithoutASourceWhenItGetsOneThenItRuns() throws LoadError {
    sites.html("a", "/", steps("create script; set type module; append body", "set src /greet.wasm"));
    Page page = settled("a", "/");
    step(page);
    assertEquals(List.of(), texts(page));
    step(page);
    assertEquals(List.of("hello from greet"), texts(page));
  }

  @Test
  void givenAScriptInsideATemplateOrOutsideTheDocumentThenItDoesNotRun() throws LoadError {
    sites.html("a", "/", "<template></template>"
        + steps("create script; set type module; set src /greet.wasm", "append template"));
    Page page = settled("a", "/");
    step(page);
    step(page);
    assertEquals(List.of(), texts(page));
  }

  @Test
  void givenAScriptThatFailsWhenAGuestInsertedItThenTheElementHearsOfIt() throws LoadError {
    sites.html("a", "/", steps("create script; set type module; set src /gone.wasm; listen error; append body"));
    Page page = settled("a", "/");
    step(page);
    assertEquals(List.of("error script"), texts(page));
    assertMentions(messages(page).get(0), "/gone.wasm", "404");
  }

  @Test
  void givenAPolicyThatTrustsWhatScriptsInsertThenTheirScriptsNeedNoNonce() throws LoadError {
    String html = script("counter") + steps(LISTED).replace("src='/editor", "nonce=x src='/editor");
    sites.answer("a", "/", 200, Map.of("content-type", "text/html",
        "content-security-policy", "script-src 'nonce-x' 'strict-dynamic'"), html.getBytes(StandardCharsets.UTF_8));
    Page page = settled("a", "/");
    assertMentions(messages(page).get(0), "/counter.wasm", "script-src");
    step(page);
    assertEquals(List.of("hello from greet", "load script"), texts(page));
  }

  @Test
  void givenAnImportMapWhenAGuestInsertsItThenItIsTooLate() throws LoadError {
    sites.html("a", "/", steps("create script; set type importmap; text {\"imports\": {}}; append body"));
    Page page = settled("a", "/");
    step(page);
    assertEquals(List.of("an import map must be there before the first module is asked for"), messages(page));
  }

  @Test
  void givenImagesStyleSheetsAndPreloadsWhenGuestsMakeThemThenTheyAreNotedOrFetched() throws LoadError {
    sites.html("a", "/", steps("create img; set src /one.png", "set src /two.png; append body",
        "create link; set rel stylesheet; set href /style.css", "append body",
        "create link; set rel modulepreload; set href /greet.wasm; listen load; append body"));
    Page page = settled("a", "/");
    for (int i = 0; i < 5; i++) {
      step(page);
    }
    assertEquals(List.of(sites.url("a", "/one.png"), sites.url("a", "/two.png"), sites.url("a", "/style.css")),
        page.subresources().stream().map(SubresourceReport::url).toList());
    assertTrue(sites.requested().contains("a/greet.wasm"));
    assertEquals(List.of("load link"), texts(page));
  }

  @Test
  void givenScriptsInJavaScriptWhenAGuestInsertsAndMovesThemThenEachIsCountedOnce() throws LoadError {
    sites.html("a", "/", "<script>one()</script>" + steps("create script; text two(); append body", "append ol"));
    Page page = settled("a", "/");
    step(page);
    step(page);
    assertEquals(2, page.report().scriptsNotRun());
  }
}
