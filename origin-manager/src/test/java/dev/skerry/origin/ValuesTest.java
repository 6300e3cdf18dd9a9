package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Values that guests of two origins clone for each other (HTML §2.7). */
final class ValuesTest extends PageTest {

  /** Where the guest keeps its value, and how long that is. Its port it cannot send again without transferring it. */
  private static final int VALUE = 128;
  private static final int LENGTH = 75;

  private Page opened() throws LoadError {
    sites.html("a", "/", script("values") + "<iframe src='" + sites.url("b", "/") + "'></iframe>")
        .html("b", "/", script("values")).wasm("a", "values").wasm("b", "values");
    return settled("a", "/");
  }

  private List<String> of(Page page, String site) {
    return page.console().stream().filter(message -> message.origin().equals(sites.origin(site)))
        .map(ConsoleMessage::text).toList();
  }

  @Test
  void givenAValueWithACycleAViewAndAPortThenItsReceiverHasTheSame() throws LoadError {
    Page page = opened();
    assertEquals(List.of("the same value", "no bytes"), of(page, "b"));
    assertEquals(List.of("the same value"), of(page, "a"), "the answer through the port");
  }

  @Test
  void givenWhatCannotBeClonedThenThePostIsRefusedAndSaysWhy() throws LoadError {
    Page page = opened();
    assertArrayEquals(new Object[] {-1}, page.call("post", VALUE, LENGTH));
    assertArrayEquals(new Object[] {-1}, page.call("post", VALUE, LENGTH - 1));
    assertArrayEquals(new Object[] {-1}, page.call("post", 0, 4));
    assertArrayEquals(new Object[] {-1}, page.call("post_nowhere"));
    assertEquals(List.of("the same value",
        "DataCloneError: at byte 75 is a port that is not in the transfer list of 0",
        "DataCloneError: at byte 71 is the end of the bytes within a value",
        "DataCloneError: at byte 0 is a kind of value that cannot be cloned (108)",
        "SyntaxError: the target origin is no origin"), of(page, "a"));
  }
}
