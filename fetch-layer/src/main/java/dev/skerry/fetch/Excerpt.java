package dev.skerry.fetch;

/** Foreign text as it may stand in a message: printable ASCII, at most {@value #MAX_LENGTH} characters. */
final class Excerpt {

  private static final int MAX_LENGTH = 300;

  private Excerpt() {
  }

  /** Escapes all but printable ASCII, so that a message can change neither a terminal nor a log, and cuts the rest. */
  static String of(String text) {
    StringBuilder output = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (output.length() >= MAX_LENGTH) {
        return output.append("...").toString();
      }
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        output.append(c);
      } else {
        output.append(String.format("\\u%04x", (int) c));
      }
    }
    return output.toString();
  }
}
