package dev.skerry.origin.cli;

/**
 * Text from outside, made safe for a terminal or a log line: what could move the cursor, start a line of its own or
 * turn the direction of writing is shown as an escape. Everything else stays as it is.
 */
final class Printable {

  private Printable() {
  }

  /** Escapes everything that is not plain printable text, line ends too. */
  static String line(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (mustEscape(text, i)) {
        return escape(text, i);
      }
    }
    return text;
  }

  private static String escape(String text, int firstBad) {
    StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, firstBad);
    for (int i = firstBad; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!mustEscape(text, i)) {
        safe.append(c);
        continue;
      }
      switch (c) {
        case '\n' -> safe.append("\\n");
        case '\r' -> safe.append("\\r");
        case '\t' -> safe.append("\\t");
        default -> safe.append("\\u{").append(Integer.toHexString(c)).append('}');
      }
    }
    return safe.toString();
  }

  private static boolean mustEscape(String text, int index) {
    char c = text.charAt(index);
    if (c < 0x7f) {
      return c < 0x20;
    }
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED, Character.PRIVATE_USE -> true;
      default -> false;
    };
  }
}
