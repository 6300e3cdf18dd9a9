package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages between documents: only the origin that is meant gets them. */
final class MessagingTest extends PageTest {

  private Page chat(String to, String frame) throws LoadError {
    sites.html("a", "/", "<body data-to='" + to + "'>" + frame + script("chat")).wasm("a", "chat")
        .html("b", "/", script("chat")).wasm("b", "chat").html("a", "/in", script("chat"));
    return settled("a", "/");
  }

  private String frameOfB() {
    return "<iframe src='" + sites.url("b", "/") + "'></iframe>";
  }

  private List<String> loggedBy(Page page, String site) {
    return page.console().stream().filter(message -> message.origin().equals(sites.origin(site)))
        .map(ConsoleMessage::text).toList();
  }

  @Test
  void givenTheRightTargetOriginWhenAMessageIsPostedThenItArrivesWithTheSendersOriginAndCanBeAnswered()
      throws LoadError {
    Page page = chat(sites.url("b", "/any/path"), frameOfB());
    assertEquals(List.of("ping " + sites.origin("a")), loggedBy(page, "b"));
    assertEquals(List.of("pong " + sites.origin("b")), loggedBy(page, "a"));
    for (String site : List.of("a", "b")) {
      assertEquals(1, agent(page, site).messagesSent());
      assertEquals(1, agent(page, site).messagesReceived());
      assertEquals(0, agent(page, site).messagesWithheld());
    }
  }

  @ParameterizedTest
  @CsvSource({"http://c.localhost", "http://b.localhost:1", "https://b.localhost", "/", "data:,x"})
  void givenAnotherTargetOriginWhenAMessageIsPostedThenNobodyGetsItAndNobodyLearnsIt(String to) throws LoadError {
    Page page = chat(to, frameOfB());
    assertEquals(List.of(), texts(page));
    assertEquals(1, agent(page, "a").messagesSent());
    assertEquals(1, agent(page, "a").messagesWithheld());
    assertEquals(0, agent(page, "b").messagesReceived());
  }

  @Test
  void givenSomethingThatIsNoOriginWhenAMessageIsPostedThenNothingIsSent() throws LoadError {
    Page page = chat("not an origin", frameOfB());
    assertEquals(0, agent(page, "a").messagesSent());
  }

  @Test
  void givenASlashWhenAMessageIsPostedThenASameOriginFrameGetsIt() throws LoadError {
    Page page = chat("/", "<iframe src='/in'></iframe>");
    assertEquals(List.of("ping " + sites.origin("a"), "pong " + sites.origin("a")), texts(page));
  }

  @Test
  void givenAnOpaqueReceiverWhenAStarIsTheTargetThenItGetsTheMessageAndAnswersAsNull() throws LoadError {
    sites.answer("c", "/chat.wasm", 200, TestSites.sharedWasm(), TestSites.guest("chat"));
    Page page = chat("*", "<iframe sandbox=allow-scripts srcdoc=\"<script type=module src='"
        + sites.url("c", "/chat.wasm") + "'></script>\"></iframe>");
    assertEquals(List.of("ping " + sites.origin("a"), "pong null"), texts(page));
  }

  @Test
  void givenAnOpaqueReceiverWhenItsServersOriginIsTheTargetThenItGetsNothing() throws LoadError {
    Page page = chat(sites.origin("b"), frameOfB().replace("<iframe", "<iframe sandbox=allow-scripts"));
    assertEquals(1, agent(page, "a").messagesWithheld());
  }

  @Test
  void givenAReceiverThatListensNotWhenAMessageArrivesThenItIsDropped() throws LoadError {
    Page page = chat("*", "<iframe src='/silent'></iframe>");
    assertEquals(List.of(), texts(page));
    assertEquals(1, agent(page, "a").messagesSent());
  }
}
