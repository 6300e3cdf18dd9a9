package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text from outside on a terminal. */
final class TerminalTextTest {

  @ParameterizedTest
  @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
      "27,\\e", "10,\\n", "13,\\r", "9,\\t", "0,\\u{0}", "7,\\u{7}", "127,\\u{7f}", "155,\\u{9b}", "8238,\\u{202e}",
      "8294,\\u{2066}", "8232,\\u{2028}", "8203,\\u{200b}", "65279,\\u{feff}", "917569,\\u{e0041}", "57344,\\u{e000}",
      "55296,\\u{d800}"})
  void givenACharacterThatActsOnTerminalsWhenItIsEscapedThenItIsShown(int point, String shown) {
    String text = "a" + (point == 0xd800 ? "\ud800" : Character.toString(point)) + "b";
    assertEquals("a" + shown + "b", TerminalText.escape(text));
  }

  @Test
  void givenPlainTextOfAnyScriptWhenItIsEscapedThenItStays() {
    String plain = "plain text, 100 %";
    assertSame(plain, TerminalText.escape(plain));
    assertEquals("Grüße, мир, 世界, 😀", TerminalText.escape("Grüße, мир, 世界, 😀"));
  }

  @Test
  void givenLinesWhenTheyAreKeptThenOnlyLineFeedsAndTabsStay() {
    assertEquals("a\n\tb\\r\\e", TerminalText.escapeKeepingLines("a\n\tb\r\u001b"));
  }

  @Test
  void givenAnyTextWhenItIsEscapedThenNoControlOrFormatCharacterIsLeft() {
    long seed = 20260101;
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
      }
      String escaped = TerminalText.escape(text.toString());
      assertFalse(escaped.codePoints().anyMatch(point -> switch (Character.getType(point)) {
        case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
        default -> false;
      }), () -> "seed " + seed + ": " + escaped);
    }
  }
}
