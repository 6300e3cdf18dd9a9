package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What documents are sent does not use up what is theirs, and senders share the room of their receiver. */
final class PortLimitsTest extends PageTest {

  private static final int DROP = 0;
  private static final int KEEP = 1;
  private static final int LISTEN = 2;
  private static final int SEND_BACK = 3;
  private static final int CLOSE = 4;
  private static final int ANSWER = 5;
  private static final int TO_PARENT = -1;

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().limits(Limits.defaults().with("http://victim.localhost:" + sites.port(),
        Limit.PORTS, 50).with("http://victim.localhost:" + sites.port(), Limit.RECEIVED_PORTS, 40));
  }

  /** The site's document with a frame for each of the others; all are porters. */
  private Page opened(String top, String... frames) throws LoadError {
    StringBuilder html = new StringBuilder(script("porter"));
    for (String frame : frames) {
      html.append("<iframe src='").append(sites.url(frame, "/")).append("'></iframe>");
      sites.html(frame, "/", script("porter")).wasm(frame, "porter");
    }
    sites.html(top, "/", html.toString()).wasm(top, "porter");
    return settled(top, "/");
  }

  private static void call(Page page, int frame, String export, Object... arguments) {
    page.frame(frame).call(export, arguments);
    assertTrue(page.settle(LONG));
  }

  private long used(Page page, String site, Limit limit) {
    return page.usage().stream().filter(use -> use.origin().equals(sites.origin(site)) && use.limit() == limit)
        .mapToLong(Usage::used).findFirst().orElseThrow();
  }

  private List<String> of(Page page, String site) {
    return page.console().stream().filter(message -> message.origin().equals(sites.origin(site)))
        .map(ConsoleMessage::text).toList();
  }

  @Test
  void givenTwoFloodsOfPortsWhenAFriendSendsSomeThenItsPortsStayAndTheReceiverGoesOn() throws LoadError {
    Page page = opened("victim", "evil", "worse", "friend");
    page.call("mode", LISTEN);
    call(page, 3, "send", TO_PARENT, 5);
    call(page, 1, "send", TO_PARENT, 200);
    call(page, 2, "send", TO_PARENT, 200);
    call(page, 3, "send", TO_PARENT, 5);
    call(page, 1, "send", TO_PARENT, 200);
    assertEquals(40, used(page, "victim", Limit.RECEIVED_PORTS));
    for (int port = 0; port < 10; port++) {
      assertArrayEquals(new Object[] {0}, page.frame(3).call("tell", port));
    }
    page.call("make", 25);
    assertTrue(page.settle(LONG));
    assertEquals(10, of(page, "victim").size());
    assertEquals(50, used(page, "victim", Limit.PORTS));
    for (String unharmed : List.of("victim", "friend")) {
      assertEquals(Map.of(), agent(page, unharmed).limitsReached());
      assertEquals(Verdict.Kind.OK, agent(page, unharmed).verdict().kind());
    }
    assertEquals(List.of(), messages(page));
  }

  @Test
  void givenAFloodOfPortsWhenSomeAreClosedThenTheSendersConsoleSaysSoOnce() throws LoadError {
    Page page = opened("victim", "evil");
    page.call("mode", KEEP);
    call(page, 1, "send", TO_PARENT, 100);
    assertEquals(1, of(page, "evil").size());
    assertMentions(of(page, "evil").get(0), sites.origin("victim"), "40", "sent");
    assertEquals(60, agent(page, "evil").limitsReached().get(Limit.RECEIVED_PORTS));
    assertEquals(List.of(), of(page, "victim"));
    assertTrue(used(page, "evil", Limit.PORTS) <= 40 + 1, "what was closed there is given back here");
  }

  @Test
  void givenPortsThatNobodyTakesWhenMoreComeThenTheReceiverStillHearsAFriend() throws LoadError {
    Page page = opened("victim", "evil", "friend");
    page.call("mode", DROP);
    call(page, 1, "send", TO_PARENT, 5_000);
    page.call("mode", LISTEN);
    call(page, 2, "send", TO_PARENT, 1);
    call(page, 2, "tell", 0);
    assertEquals(List.of("told"), of(page, "victim"));
    assertEquals(Map.of(), agent(page, "victim").limitsReached());
  }

  @Test
  void givenAPortThatIsSentToAndFroWhenItIsKeptThenItWorksAndNothingIsUsedButByIt() throws LoadError {
    Page page = opened("victim", "friend");
    page.call("mode", SEND_BACK);
    page.call("bounce", 2_000);
    page.frame(1).call("mode", SEND_BACK);
    page.frame(1).call("bounce", 10_000);
    call(page, 1, "send", TO_PARENT, 1);
    assertEquals(1, used(page, "victim", Limit.RECEIVED_PORTS));
    assertEquals(0, used(page, "victim", Limit.PORTS));
    assertEquals(0, used(page, "friend", Limit.RECEIVED_PORTS));
    assertEquals(1, used(page, "friend", Limit.PORTS));
    call(page, 1, "tell", 0);
    assertEquals(List.of("told"), of(page, "victim"));
  }

  @Test
  void givenPortsThatTheirReceiverClosesWhenMoreComeThanItMayHoldThenNoneIsRefused() throws LoadError {
    Page page = opened("victim", "friend");
    page.call("mode", CLOSE);
    call(page, 1, "send", TO_PARENT, 1_000);
    assertEquals(0, used(page, "victim", Limit.RECEIVED_PORTS));
    assertEquals(0, used(page, "friend", Limit.PORTS));
    assertEquals(Map.of(), agent(page, "friend").limitsReached());
  }

  @Test
  void givenPortsThatTheirSenderClosesWhenMoreComeThanTheReceiverMayHoldThenNoneIsRefused() throws LoadError {
    Page page = opened("victim", "friend");
    page.call("mode", LISTEN);
    for (int sent = 0; sent < 5; sent++) {
      call(page, 1, "send", TO_PARENT, 30);
      call(page, 1, "close", 30 * (sent + 1));
      assertEquals(0, used(page, "victim", Limit.RECEIVED_PORTS));
    }
    assertEquals(Map.of(), agent(page, "friend").limitsReached());
  }

  @Test
  void givenPortsThatGuestsForgetWhenTheyAreCollectedThenTheyCountNoMore() throws LoadError {
    Page page = opened("a", "b");
    page.call("mode", KEEP);
    long sent = 0;
    long held;
    do {
      call(page, 1, "send", TO_PARENT, 1_500);
      page.call("forget");
      page.frame(1).call("forget");
      sent += 1_500;
      System.gc();
      held = Math.max(used(page, "a", Limit.RECEIVED_PORTS), used(page, "b", Limit.PORTS));
    } while (held > sent / 2 && sent < 60_000);
    assertTrue(held <= sent / 2, held + " of " + sent + " ports count although no guest has them");
    assertEquals(List.of(), messages(page));
  }

  @Test
  void givenAPortThatIsForgottenAfterAnAnswerWhenItsPeerListensThenTheAnswerComes() throws LoadError {
    Page page = opened("a", "b");
    page.call("mode", ANSWER);
    long answers = 1_500;
    call(page, 1, "send", TO_PARENT, (int) answers);
    System.gc();
    call(page, 1, "send", TO_PARENT, 1);
    for (int port = 0; port < answers; port++) {
      page.frame(1).call("listen", port);
    }
    assertTrue(page.settle(LONG));
    assertEquals(answers, of(page, "b").stream().filter("answer"::equals).count());
  }

  @Test
  void givenMessagesThatWaitAtAPortWhenTheirSendersDocumentGoesThenTheyGoWithIt() throws LoadError {
    Page page = opened("a", "gone", "stays");
    page.call("mode", KEEP);
    for (int frame = 1; frame <= 2; frame++) {
      call(page, frame, "send", TO_PARENT, 1);
      call(page, frame, "tell", 0);
      call(page, frame, "give", TO_PARENT, 0);
    }
    sites.html("gone", "/", "<p>other</p>");
    page.frame(1).reload(LONG);
    page.call("listen_kept", 0);
    assertTrue(page.settle(LONG));
    assertEquals(List.of(), texts(page));
    page.call("listen_kept", 2);
    assertTrue(page.settle(LONG));
    assertEquals(List.of("told"), texts(page));
  }

  @Test
  void givenADocumentThatHoldsAllThePortsItMayMakeWhenItMakesMoreThenItsOwnCallTraps() throws LoadError {
    Page page = opened("victim");
    page.call("make", 25);
    assertMentions(assertThrows(RuntimeException.class, () -> page.call("make", 1)).getMessage(), "50");
    assertEquals(Map.of(Limit.PORTS, 1L), agent(page, "victim").limitsReached());
  }
}
