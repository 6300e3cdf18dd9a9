package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.wasm.Trap;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules, their graphs, and what becomes of those that cannot run. */
final class ModuleGraphTest extends PageTest {

  private String failure(String html) throws LoadError {
    sites.html("a", "/", html);
    Page page = settled("a", "/");
    assertTrue(page.hasFailed());
    assertEquals(1, page.problems().size(), () -> page.problems().toString());
    assertEquals(Problem.Kind.MODULE, page.problems().get(0).kind());
    return page.problems().get(0).message();
  }

  @Test
  void givenAModuleThatImportsAnotherWhenItRunsThenTheOtherWasInitialisedFirst() throws LoadError {
    sites.html("a", "/", script("user")).wasm("a", "dep", "user");
    Page page = settled("a", "/");
    assertEquals(List.of("dep ready", "user ready"), texts(page));
    assertArrayEquals(new Object[] {42}, page.call("answer"));
    assertEquals(List.of(), page.problems());
  }

  @Test
  void givenModulesThatShareADependencyWhenTheyRunThenItIsFetchedAndRunOnce() throws LoadError {
    sites.html("a", "/", "<script type=importmap>{\"imports\":{\"dep\":\"/dep.wasm\"}}</script>"
        + script("user") + script("bare") + script("user") + script("user")).wasm("a", "dep", "user", "bare");
    Page page = settled("a", "/");
    assertEquals(List.of("dep ready", "user ready", "bare ready"), texts(page));
    assertEquals(1, Collections.frequency(sites.requested(), "a/dep.wasm"));
    assertEquals(3, agent(page, "a").instances());
  }

  @Test
  void givenImportMapsWithScopesWhenModulesResolveThenTheScopeOfTheImporterCounts() throws LoadError {
    sites.html("a", "/", "<script type=importmap>{\"imports\":{\"dep\":\"/wrong.wasm\"},"
        + "\"scopes\":{\"/\":{\"dep\":\"/dep.wasm\"}}}</script>" + script("bare")).wasm("a", "dep", "bare");
    assertEquals(List.of("dep ready", "bare ready"), texts(settled("a", "/")));
  }

  @Test
  void givenABareNameWithoutAnImportMapWhenItLinksThenTheErrorNamesIt() throws LoadError {
    sites.wasm("a", "bare");
    assertMentions(failure(script("bare")), sites.url("a", "/bare.wasm"), "'dep'", "import map");
  }

  @Test
  void givenABrokenImportMapWhenThePageLoadsThenItIsReportedAndThePageGoesOn() throws LoadError {
    sites.html("a", "/", "<script type=importmap>{</script>" + script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(Problem.Kind.IMPORT_MAP, page.problems().get(0).kind());
    assertEquals(List.of("hello from greet"), texts(page));
    assertFalse(page.hasFailed());
  }

  @Test
  void givenModulesThatImportEachOtherWhenTheyLinkThenTheErrorNamesTheCycle() throws LoadError {
    sites.wasm("a", "cycle-a", "cycle-b");
    assertMentions(failure(script("cycle-a")), sites.url("a", "/cycle-a.wasm") + " → " + sites.url("a", "/cycle-b.wasm")
        + " → " + sites.url("a", "/cycle-a.wasm"));
  }

  @ParameterizedTest
  @CsvSource({"missing,no export 'nothing'", "unfit,f64", "reserved-module,'wasm-js:string'",
      "reserved-export,'wasm:secret'", "reserved-import,'wasm-js:value'", "reserved-name,'wasm-js:value'",
      "unknown-host,web:teleport"})
  void givenAModuleThatDoesNotLinkWhenThePageLoadsThenTheErrorSaysWhy(String guest, String reason) throws LoadError {
    sites.wasm("a", "dep", guest);
    assertMentions(failure(script(guest)), sites.url("a", "/" + guest + ".wasm"), "does not link", reason);
  }

  @Test
  void givenAMissingDependencyWhenThePageLoadsThenNothingOfTheGraphRuns() throws LoadError {
    sites.wasm("a", "user");
    assertMentions(failure(script("user")), sites.url("a", "/dep.wasm"), "404");
  }

  @Test
  void givenAModuleOfAnotherOriginWithoutCorsWhenItIsImportedThenItIsBlocked() throws LoadError {
    sites.wasm("b", "greet");
    assertMentions(failure("<script type=module src='" + sites.url("b", "/greet.wasm") + "'></script>"),
        sites.url("b", "/greet.wasm"), "Access-Control-Allow-Origin");
  }

  @Test
  void givenAModuleOfAnotherOriginWithCorsWhenItIsImportedThenItRunsInTheDocumentsOrigin() throws LoadError {
    sites.html("a", "/", "<script type=module src='" + sites.url("b", "/greet.wasm") + "'></script>")
        .answer("b", "/greet.wasm", 200, TestSites.sharedWasm(), TestSites.guest("greet"));
    Page page = settled("a", "/");
    assertEquals(List.of("hello from greet"), texts(page));
    assertEquals(sites.origin("a"), page.console().get(0).origin());
    assertEquals(1, page.agents().size());
  }

  @ParameterizedTest
  @CsvSource({"text/html", "application/octet-stream"})
  void givenAModuleWithAWrongTypeWhenThePageLoadsThenTheErrorNamesIt(String type) throws LoadError {
    sites.answer("a", "/greet.wasm", 200, Map.of("content-type", type), TestSites.guest("greet"));
    assertMentions(failure(script("greet")), sites.url("a", "/greet.wasm"), "application/wasm");
  }

  @Test
  void givenATruncatedModuleWhenThePageLoadsThenTheErrorNamesTheByte() throws LoadError {
    byte[] whole = TestSites.guest("greet");
    sites.answer("a", "/greet.wasm", 200, Map.of("content-type", "application/wasm"),
        java.util.Arrays.copyOf(whole, whole.length / 2));
    assertMentions(failure(script("greet")), sites.url("a", "/greet.wasm"), "does not compile", "byte");
  }

  @Test
  void givenAModuleWithASharedMemoryWhenThePageLoadsThenItIsRefusedBecausePagesHaveNoThreads() throws LoadError {
    sites.answer("a", "/greet.wasm", 200, Map.of("content-type", "application/wasm"),
        new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 4, 1, 3, 1, 1});
    assertMentions(failure(script("greet")), sites.url("a", "/greet.wasm"), "does not compile",
        "threads not supported");
  }

  @Test
  void givenAModuleThatIsTextWhenThePageLoadsThenTheErrorSaysSo() throws LoadError {
    sites.answer("a", "/greet.wasm", 200, Map.of("content-type", "application/wasm"),
        "(module)".getBytes(StandardCharsets.UTF_8));
    assertMentions(failure(script("greet")), "does not compile");
  }

  @Test
  void givenATrapWhenAModuleStartsThenFunctionNamesAndOffsetsAreReported() throws LoadError {
    sites.html("a", "/", script("trap") + script("greet")).wasm("a", "trap", "greet");
    Page page = settled("a", "/");
    TrapReport trap = agent(page, "a").traps().get(0);
    assertEquals(Trap.Kind.UNREACHABLE, trap.kind());
    assertEquals(List.of("inner", "outer"), trap.frames().stream().limit(2).map(Trap.Frame::name).toList());
    assertTrue(trap.frames().stream().allMatch(frame -> frame.offset() > 0));
    assertMentions(trap.activity(), "_start", "trap.wasm");
    assertEquals(Verdict.Kind.TRAPPED, agent(page, "a").verdict().kind());
    assertEquals(List.of("hello from greet"), texts(page), "the next script still runs");
    assertTrue(page.hasFailed());
  }

  @Test
  void givenAWasiProgramWhenItEndsWithZeroThenItsLinesAreConsoleMessages() throws LoadError {
    sites.html("a", "/", script("program")).wasm("a", "program");
    Page page = settled("a", "/");
    assertEquals(List.of("printed", "\u001b[2Jx"), texts(page));
    assertFalse(page.hasFailed());
  }

  @Test
  void givenAWasiProgramWhenItEndsWithSevenThenThePageHasFailed() throws LoadError {
    sites.wasm("a", "failing");
    assertMentions(failure(script("failing")), "exit code 7");
  }

  @Test
  void givenABaseElementWhenScriptsResolveThenItCounts() throws LoadError {
    sites.html("a", "/deep/page", "<base href='/'><script type=module src='greet.wasm'></script>").wasm("a", "greet");
    assertEquals(List.of("hello from greet"), texts(settled("a", "/deep/page")));
  }

  @Test
  void givenTooManyModulesWhenThePageLoadsThenTheErrorNamesTheLimit() throws LoadError {
    try (PageHost small = PageHost.builder().limits(Limits.defaults().with(Limit.MODULES, 1)).build()) {
      sites.html("a", "/", script("user")).wasm("a", "dep", "user");
      Page page = small.open(sites.url("a", "/"));
      assertTrue(page.settle(LONG));
      assertMentions(messages(page).get(0), "dep.wasm", "limit of 1");
    }
  }

  @Test
  void givenExportsWhenTheyAreCalledThenResultsAndTrapsComeBack() throws LoadError {
    sites.html("a", "/", script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertArrayEquals(new Object[] {5}, page.call("add", 2, 3));
    assertEquals(Trap.Kind.UNREACHABLE, assertThrows(Trap.class, () -> page.call("fail")).kind());
    assertThrows(NoSuchElementException.class, () -> page.call("nothing"));
    assertThrows(IllegalArgumentException.class, () -> page.call("add", "two", 3));
    assertArrayEquals(new Object[] {9}, page.call("add", 4, 5), "the agent is still there");
    assertEquals("call of fail", agent(page, "a").traps().get(0).activity());
  }

  @Test
  void givenAnEmbeddersHostModuleWhenGuestsCallItThenItAnswers() throws LoadError {
    sites.html("a", "/", script("bound") + "<iframe src='" + sites.url("b", "/") + "'></iframe>").wasm("a", "bound")
        .html("b", "/", script("bound")).wasm("b", "bound");
    TestModule till = new TestModule("acme:till",
        Binding.of("ring", "i32 amount -> i32", "Adds one.", call -> call.result(call.i32(0) + 1)));
    String allowed = sites.origin("a");
    try (PageHost granting = PageHost.builder()
        .bindings(frame -> frame.origin().toString().equals(allowed) ? List.of(till) : List.of()).build()) {
      Page page = granting.open(sites.url("a", "/"));
      assertTrue(page.settle(LONG));
      assertEquals(List.of("rang"), texts(page));
      assertArrayEquals(new Object[] {8}, page.call("ring", 7));
      assertMentions(messages(page).get(0), sites.url("b", "/bound.wasm"), "acme:till");
    }
  }
}
