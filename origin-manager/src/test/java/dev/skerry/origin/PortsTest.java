package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Message channels between documents of different origins (HTML §9.4). */
final class PortsTest extends PageTest {

  private Page opened() throws LoadError {
    sites.html("a", "/", script("ports") + "<iframe src='" + sites.url("b", "/") + "'></iframe>")
        .html("b", "/", script("ports")).wasm("a", "ports").wasm("b", "ports");
    return settled("a", "/");
  }

  private List<String> of(Page page, String site) {
    return page.console().stream().filter(message -> message.origin().equals(sites.origin(site)))
        .map(ConsoleMessage::text).toList();
  }

  @Test
  void givenATransferredPortWhenMessagesWaitThereThenTheyMoveWithItAndAnswersComeBack() throws LoadError {
    Page page = opened();
    assertEquals(List.of("port", "early", "late"), of(page, "b"));
    assertEquals(List.of("heard early", "heard late"), of(page, "a"));
  }

  @Test
  void givenAPortThatWasTransferredWhenItIsTransferredAgainThenThePostIsRefused() throws LoadError {
    Page page = opened();
    assertArrayEquals(new Object[] {-1}, page.call("send_again"));
    assertArrayEquals(new Object[] {-1}, page.call("send_through_itself"));
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(3, of(page, "b").size());
  }

  @Test
  void givenAClosedPortWhenTheOtherEndPostsThenNothingComes() throws LoadError {
    Page page = opened();
    page.frame(1).call("close");
    assertArrayEquals(new Object[] {0}, page.call("post_late"));
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(3, of(page, "b").size());
    assertEquals(2, of(page, "a").size());
  }

  @Test
  void givenADocumentThatIsGoneWhenItsPeerPostsThenNothingFails() throws LoadError {
    Page page = opened();
    sites.html("b", "/", "<p>other</p>");
    page.frame(1).reload(Duration.ofSeconds(60));
    assertArrayEquals(new Object[] {0}, page.call("post_late"));
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(2, of(page, "a").size());
    assertEquals(List.of(), messages(page));
  }

  @Test
  void givenMessagesWithinMessagesDeeperThanAStackWhenTheOutermostPortIsClosedThenNothingFails() throws LoadError {
    Limits wide = Limits.defaults().with(Limit.PORTS, 1_000_000).with(Limit.SENT_MESSAGES, 1_000_000)
        .with(Limit.TASK_WALL, 600_000).with(Limit.TASK_CPU, 600_000);
    sites.html("a", "/", script("ports")).wasm("a", "ports");
    try (PageHost host = PageHost.builder().limits(wide).build(); Page page = host.open(sites.url("a", "/"))) {
      assertTrue(page.settle(Duration.ofSeconds(60)));
      assertArrayEquals(new Object[0], page.call("close_chain", 100_000));
      assertEquals(List.of(), messages(page));
    }
  }
}
