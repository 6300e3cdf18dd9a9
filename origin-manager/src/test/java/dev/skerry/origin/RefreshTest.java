package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shared declarative refresh steps (HTML §4.2.5.3). */
class RefreshTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "0|0|``", "5|5|``", " 3 ; url=/a|3|/a", "3;URL = '/a b' tail|3|/a b", "1, /x|1|/x", "1 /x|1|/x", "2.7; /x|2|/x",
      ".5;/x|0|/x", "1;url|1|url", "1;url=\"/open|1|/open", "99999999999;/x|2147483|/x", "4;|4|``"})
  void aContentMeansATimeAndPerhapsAnAddress(String content, long seconds, String url) {
    assertEquals(Optional.of(new Refresh(seconds, url)), Refresh.parse(content));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "; url=/x", "1url=/x", "-1;/x", "+1"})
  void aContentWithoutATimeMeansNothing(String content) {
    assertEquals(Optional.empty(), Refresh.parse(content));
  }

  @Test
  void aLongContentIsReadOnce() {
    assertEquals(Optional.empty(), Refresh.parse("1".repeat(1 << 20) + "x"));
  }
}
