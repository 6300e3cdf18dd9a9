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

  @Test
  void givenAValueThatTheCLibraryWroteWhenItComesBackThenTheLibraryReadsTheSame() throws LoadError {
    sites.html("a", "/", script("cloned")).wasm("a", "cloned");
    Page page = settled("a", "/");
    assertArrayEquals(new Object[] {1}, page.call("post"), () -> texts(page).toString());
    page.settle(LONG);
    assertEquals("""
        object number 0 bytes '' count 5 type 0 first 0
        plain
        array number 0 bytes '' count 8 type 0 first 0
        undefined number 0 bytes '' count 0 type 0 first 0
        null number 0 bytes '' count 0 type 0 first 0
        true number 0 bytes '' count 0 type 0 first 0
        false number 0 bytes '' count 0 type 0 first 0
        number number -1.5 bytes '' count 0 type 0 first 0
        bigint number 0 bytes '' count 0 type 0 first 0
        bigint number 0 bytes '\2\1' count 0 type 1 first 0
        string number 0 bytes 'Sule Skerry' count 0 type 0 first 0
        pairs
        map number 0 bytes '' count 1 type 0 first 0
        string number 0 bytes 'key' count 0 type 0 first 0
        set number 0 bytes '' count 2 type 0 first 0
        date number 8.64e+07 bytes '' count 0 type 0 first 0
        reference number 0 bytes '' count 0 type 0 first 0
        views
        array number 0 bytes '' count 2 type 0 first 0
        view number 0 bytes '' count 1 type 4 first 2
        buffer number 0 bytes 'four' count 0 type 0 first 0
        view number 0 bytes '' count 3 type 11 first 1
        reference number 0 bytes '' count 7 type 0 first 0
        port
        port number 0 bytes '' count 0 type 0 first 0
        last
        error number 0 bytes 'too far' count 0 type 2 first 0
        the end
        error number 0 bytes 'too far' count 0 type 2 first 0
        absent""", String.join("\n", texts(page)));
  }

  @Test
  void givenAValueOfTheCLibraryThatIsNotWholeWhenItIsPostedThenTheHostSaysSo() throws LoadError {
    sites.html("a", "/", script("cloned")).wasm("a", "cloned");
    Page page = settled("a", "/");
    assertArrayEquals(new Object[] {0}, page.call("post_too_few"));
    assertEquals(List.of("DataCloneError: at byte 5 is more values than bytes"), texts(page));
  }
}
