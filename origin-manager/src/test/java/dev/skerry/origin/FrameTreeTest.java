package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What an agent's end does to the frames of its page: nothing to documents of the agents that came after it. */
final class FrameTreeTest extends PageTest {

  @Test
  void givenADocumentThatHasTakenAnothersPlaceWhenTheOthersAgentEndsThenItDoesNotNotice() throws LoadError {
    sites.html("a", "/", script("counter")).html("a", "/next", script("counter")).wasm("a", "counter");
    Page page = settled("a", "/");
    WindowAgent before = page.topAgent();
    page.navigate(sites.url("a", "/next"), LONG);
    page.settle(LONG);
    Agents agents = page.context().agents();
    agents.ended(before, Verdict.OK);
    agents.released(before);
    page.context().frames().all().get(0).ended(before);
    assertEquals(FrameReport.State.LOADED, page.frames().get(0).state());
    assertEquals(List.of(), page.context().frames().documents(before));
    assertFalse(page.context().frames().documents(page.topAgent()).isEmpty());
    assertEquals(1, agent(page, "a").instances());
    page.call("bump");
  }
}
