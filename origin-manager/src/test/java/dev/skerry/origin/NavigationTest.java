package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Documents come and go: navigations by guests and by who opened the page, history, refresh, and frames in between. */
final class NavigationTest extends PageTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @BeforeEach
  void modules() {
    sites.wasm("a", "traveller", "spin", "greet").wasm("b", "traveller", "greet");
  }

  private void page(String site, String path, String target, String more) {
    sites.html(site, path, "<body data-url='" + target + "'>" + more + script("traveller"));
  }

  private static void settle(Page page) {
    assertTrue(page.settle(LONG), () -> "did not settle: " + page.problems());
  }

  private static void act(Page page, String function, Object... arguments) {
    page.call(function, arguments);
    settle(page);
  }

  @Test
  void givenAGuestThatAssignsWhenTheNewDocumentIsThereThenTheOldOneHasHeardOfItsEndAndIsInTheHistory()
      throws LoadError {
    page("a", "/", "/next?x=1", "");
    page("a", "/next?x=1", "/", "");
    Page page = settled("a", "/");
    act(page, "assign");
    assertEquals(sites.url("a", "/next?x=1"), page.url());
    assertEquals(List.of(sites.url("a", "/"), "pagehide", "unload", sites.url("a", "/next?x=1")), texts(page));
    assertEquals(2, page.historyLength());
    assertEquals(1, page.agents().size(), "the old document's agent is gone");
    assertEquals(1, agent(page, "a").instances(), "the new document has fresh memory");
  }

  @Test
  void givenAHistoryWhenThePageGoesBackAndForwardThenTheDocumentsComeAgain() throws LoadError {
    page("a", "/", "/next", "");
    sites.html("a", "/next", "<body data-url='" + sites.url("b", "/last") + "'>" + script("traveller"));
    page("b", "/last", "/", "");
    Page page = settled("a", "/");
    act(page, "assign");
    act(page, "assign");
    assertEquals(sites.url("b", "/last"), page.url());
    assertEquals(3, page.historyLength());
    assertTrue(page.go(-2, LONG));
    assertEquals(sites.url("a", "/"), page.url());
    assertTrue(page.go(1, LONG));
    assertEquals(sites.url("a", "/next"), page.url());
    settle(page);
    act(page, "go", 1);
    assertEquals(sites.url("b", "/last"), page.url());
    assertFalse(page.go(1, LONG), "there is nothing beyond the end");
    settle(page);
    act(page, "go", -1);
    settle(page);
    assertArrayEquals(new Object[] {3}, page.call("length"));
    act(page, "replace");
    assertEquals(sites.url("b", "/last"), page.url());
    assertEquals(3, page.historyLength());
  }

  @Test
  void givenAFragmentWhenADocumentGoesThereThenItStaysAndHearsOfIt() throws LoadError {
    page("a", "/", "#part", "");
    Page page = settled("a", "/");
    act(page, "assign");
    assertEquals(sites.url("a", "/#part"), page.url());
    assertEquals(List.of(sites.url("a", "/"), "hashchange", sites.url("a", "/#part")), texts(page));
    assertEquals(List.of("a/", "a/traveller.wasm"), sites.requested());
    assertEquals(2, page.historyLength());
    page.go(-1, LONG);
    settle(page);
    assertEquals(sites.url("a", "/"), page.url());
    assertEquals(2, sites.requested().size());
  }

  private Page historian(String path, String target) throws LoadError {
    sites.wasm("a", "history").html("a", path, "<body data-url='" + target + "'>" + script("history"));
    return settled("a", path);
  }

  @Test
  void givenStatesWhenThePageGoesBackAndForwardThenTheDocumentStaysAndHearsOfThem() throws LoadError {
    Page page = historian("/", "/two?x#part");
    assertArrayEquals(new Object[] {1}, page.call("shown"));
    assertArrayEquals(new Object[] {1}, page.call("push", 1.0));
    assertEquals(sites.url("a", "/two?x#part"), page.url());
    assertArrayEquals(new Object[] {1}, page.call("push", 2.0));
    assertArrayEquals(new Object[] {1}, page.call("replace", 3.0));
    assertEquals(3, page.historyLength());
    page.go(-1, LONG);
    settle(page);
    page.go(-1, LONG);
    settle(page);
    assertEquals(sites.url("a", "/"), page.url());
    act(page, "go", 2);
    assertEquals(List.of("start nothing at " + sites.url("a", "/"), "popstate 1 at " + sites.url("a", "/two?x#part"),
        "popstate nothing at " + sites.url("a", "/"), "hashchange nothing at " + sites.url("a", "/"),
        "popstate 3 at " + sites.url("a", "/two?x#part"), "hashchange 3 at " + sites.url("a", "/two?x#part")),
        texts(page));
    assertEquals(List.of("a/", "a/history.wasm"), sites.requested(), "nothing is loaded");
  }

  @Test
  void givenAStateWhenItsDocumentIsLoadedAgainThenItHasItFromTheStart() throws LoadError {
    page("a", "/away", "", "");
    Page page = historian("/", "/here");
    sites.html("a", "/here", "<body>" + script("history"));
    page.call("push", 7.0);
    page.navigate(sites.url("a", "/away"), LONG);
    settle(page);
    page.go(-1, LONG);
    settle(page);
    assertEquals("start 7 at " + sites.url("a", "/here"), texts(page).get(texts(page).size() - 1));
    page.reload(LONG);
    settle(page);
    assertEquals("start 7 at " + sites.url("a", "/here"), texts(page).get(texts(page).size() - 1));
  }

  @Test
  void givenAUrlThatADocumentMayNotHaveWhenItGivesItselfThatThenItIsRefused() throws LoadError {
    for (String target : List.of(sites.url("b", "/"), "https://a.localhost:" + sites.port(), "http://", "data:,")) {
      Page page = historian("/", target);
      assertArrayEquals(new Object[] {0}, page.call("push", 1.0), target);
      assertArrayEquals(new Object[] {0}, page.call("push_no_value"));
      assertArrayEquals(new Object[] {0}, page.call("push_too_much"));
      assertEquals(sites.url("a", "/"), page.url());
      assertEquals(1, page.historyLength());
    }
  }

  @Test
  void givenAStateWhenTheDocumentGoesToAFragmentThenThatHasNone() throws LoadError {
    Page page = historian("/", "#there");
    page.call("replace", 1.0);
    act(page, "assign");
    assertEquals(List.of("start nothing at " + sites.url("a", "/"), "popstate nothing at " + sites.url("a", "/#there")),
        texts(page));
    assertEquals(1, page.historyLength());
  }

  @Test
  void givenALinkWhenItIsClickedThenItIsFollowed() throws LoadError {
    page("a", "/", "", "<p><a href='/next'><b>go</b></a>");
    page("a", "/next", "", "<a href='/' target=_blank>new</a>");
    Page page = settled("a", "/");
    page.click("b");
    settle(page);
    assertEquals(sites.url("a", "/next"), page.url());
    act(page, "click");
    assertEquals(List.of("the link / asks for a new window; there are none"), messages(page));
    assertThrows(java.util.NoSuchElementException.class, () -> page.click("i"));
  }

  @Test
  void givenARefreshWhenTheDocumentHasLoadedThenTheNextOneTakesItsPlaceInTheHistory() throws LoadError {
    sites.html("a", "/", "<meta http-equiv=Refresh content='0; url=/next'>" + script("greet"));
    page("a", "/next", "", "");
    Page page = settled("a", "/");
    assertEquals(sites.url("a", "/next"), page.url());
    assertEquals(1, page.historyLength());
    assertEquals(List.of("hello from greet", sites.url("a", "/next")), texts(page));
  }

  @Test
  void givenARedirectWhenADocumentIsNavigatedToThenTheHistoryHasWhereItLed() throws LoadError {
    page("a", "/", "/moved", "");
    sites.answer("a", "/moved", 302, Map.of("location", sites.url("b", "/")), new byte[0]);
    page("b", "/", "", "");
    Page page = settled("a", "/");
    act(page, "assign");
    assertEquals(sites.url("b", "/"), page.url());
    assertEquals(List.of(sites.origin("b")), page.agents().stream().map(AgentReport::origin).toList());
  }

  @Test
  void givenANavigationThatFailsWhenItIsOverThenTheDocumentIsStillThere() throws LoadError {
    page("a", "/", "/gone", "");
    Page page = settled("a", "/");
    act(page, "assign");
    assertEquals(sites.url("a", "/"), page.url());
    assertMentions(messages(page).get(0), "/gone", "404");
    assertFalse(page.hasFailed());
    assertThrows(LoadError.class, () -> page.navigate(sites.url("a", "/gone"), LONG));
    assertThrows(LoadError.class, () -> page.navigate("no url", LONG));
    act(page, "where");
    assertEquals(sites.url("a", "/"), texts(page).get(texts(page).size() - 1));
  }

  @Test
  void givenThePagesOpenerWhenItNavigatesThenTheWholePageIsNew() throws LoadError {
    page("a", "/", "", "<iframe src='/in'></iframe>");
    page("a", "/in", "", "");
    page("b", "/", "", "");
    Page page = settled("a", "/");
    assertEquals(2, page.frames().size());
    page.navigate(sites.url("b", "/"), LONG);
    settle(page);
    assertEquals(1, page.frames().size());
    assertEquals(List.of(sites.origin("b")), page.agents().stream().map(AgentReport::origin).toList());
    page.reload(LONG);
    settle(page);
    assertEquals(2, sites.requested().stream().filter("b/"::equals).count());
  }

  @Test
  void givenAnAgentThatWasEndedWhenItsPageIsLoadedAgainThenItHasFreshMemory() throws LoadError {
    sites.html("a", "/", script("spin"));
    host.close();
    host = PageHost.builder().limits(Limits.defaults().with(Limit.TASK_CPU, 200)).build();
    Page page = settled("a", "/");
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent(page, "a").verdict().kind());
    sites.html("a", "/", script("greet"));
    page.reload(LONG);
    settle(page);
    assertEquals("hello from greet", texts(page).get(0));
    assertEquals(Verdict.Kind.OK, agent(page, "a").verdict().kind());
    assertFalse(page.hasFailed());
  }

  @Test
  void givenAFrameWhenItsEmbedderNavigatesItThenItsLoadIsHeardAndBackLeadsBack() throws LoadError {
    page("a", "/", sites.url("b", "/two"), "<iframe src='" + sites.url("b", "/one") + "'></iframe>");
    page("b", "/one", "", "");
    page("b", "/two", "", "");
    Page page = settled("a", "/");
    act(page, "look_into_frame");
    act(page, "navigate_frame");
    assertEquals(List.of(sites.url("a", "/"), sites.url("b", "/two")),
        page.frames().stream().map(FrameReport::url).toList());
    assertEquals("iframe", texts(page).get(2), "no location of another origin");
    assertEquals(2, page.historyLength());
    page.go(-1, LONG);
    settle(page);
    assertEquals(sites.url("b", "/one"), page.frames().get(1).url());
    assertEquals(sites.url("a", "/"), page.url());
  }

  @Test
  void givenASandboxedFrameWhenItNavigatesOthersThenTheSandboxDecides() throws LoadError {
    String sandboxed = "<iframe sandbox='allow-scripts' src='" + sites.url("b", "/in") + "'></iframe>";
    String free = "<iframe src='" + sites.url("b", "/in") + "'></iframe>";
    page("b", "/in", sites.url("b", "/elsewhere"), "");
    page("b", "/elsewhere", "", "");
    sites.answer("b", "/traveller.wasm", 200, TestSites.sharedWasm(), TestSites.guest("traveller"));
    sites.html("a", "/boxed", sandboxed).html("a", "/free", free);
    Page boxed = settled("a", "/boxed");
    assertArrayEquals(new Object[] {-1}, callInFrame(boxed, "navigate_top"));
    assertArrayEquals(new Object[] {0}, callInFrame(boxed, "navigate_sibling"), "the first frame is itself");
    settle(boxed);
    assertEquals(sites.url("a", "/boxed"), boxed.url());
    assertEquals(sites.url("b", "/elsewhere"), boxed.frames().get(1).url());
    Page free2 = settled("a", "/free");
    assertArrayEquals(new Object[] {0}, callInFrame(free2, "navigate_top"));
    settle(free2);
    assertEquals(sites.url("b", "/elsewhere"), free2.url());
  }

  private static Object[] callInFrame(Page page, String function) {
    return page.frame(1).call(function);
  }

  @Test
  void givenGuestsThatChangeTheirFramesWhenTheElementsComeAndGoThenSoDoTheDocuments() throws LoadError {
    page("a", "/", sites.url("b", "/in"), "");
    page("b", "/in", "", "");
    Page page = settled("a", "/");
    act(page, "add_frame");
    assertEquals(List.of(sites.url("a", "/"), sites.url("b", "/in")),
        page.frames().stream().map(FrameReport::url).toList());
    assertArrayEquals(new Object[] {1}, page.call("frames"));
    sites.html("b", "/in", "<p>changed</p>");
    act(page, "point_frame");
    assertEquals("changed", page.frame(1).document().text());
    act(page, "remove_frame");
    assertEquals(1, page.frames().size());
    assertArrayEquals(new Object[] {0}, page.call("frames"));
    assertEquals(List.of(sites.origin("a")), page.agents().stream().map(AgentReport::origin).toList());
  }

  @Test
  void givenManyNavigationsWhenTheyAreOverThenOneAgentIsLeft() throws LoadError {
    page("a", "/", "/", "");
    Page page = settled("a", "/");
    for (int i = 0; i < 60; i++) {
      page("a", "/?" + i, "/", "");
      page.navigate(sites.url("a", "/?" + i), LONG);
    }
    settle(page);
    assertEquals(1, page.agents().size());
    assertEquals(50, page.historyLength());
  }
}
