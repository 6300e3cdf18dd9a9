package dev.skerry.origin;

/**
 * The one place where text from outside becomes text for a terminal or a log line: whatever could move the cursor,
 * change colours, break the line, reorder or hide characters is replaced by an escape that shows it.
 */
public final class TerminalText {

  private TerminalText() {
  }

  /** One line of visible text: line breaks become {@code \n} and {@code \r}. */
  public static String escape(String text) {
    return escape(text, false);
  }

  /** Visible text that keeps its line feeds and tabs. */
  public static String escapeKeepingLines(String text) {
    return escape(text, true);
  }

  private static String escape(String text, boolean keepLines) {
    int from = 0;
    while (from < text.length() && isPlain(text.charAt(from))) {
      from++;
    }
    if (from == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, from);
    for (int i = from; i < text.length();) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (keepLines && (point == '\n' || point == '\t')) {
        out.append((char) point);
      } else {
        append(out, point);
      }
    }
    return out.toString();
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f;
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x1b -> out.append("\\e");
      default -> {
        if (isVisible(point)) {
          out.appendCodePoint(point);
        } else {
          out.append("\\u{").append(Integer.toHexString(point)).append('}');
        }
      }
    }
  }

  /** Format characters include the bidirectional controls, zero-width characters and tags. */
  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
          Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }
}
