package dev.skerry.fetch;

/**
 * The percent-encode sets (URL §1.3) as one table: a row holds what a set adds to another. Every set holds all code
 * points above U+007E, so a row needs 128 bits alone.
 */
enum PercentEncodeSet {
  C0_CONTROL(null, ""),
  FRAGMENT(C0_CONTROL, " \"<>`"),
  QUERY(C0_CONTROL, " \"#<>"),
  SPECIAL_QUERY(QUERY, "'"),
  PATH(QUERY, "?^`{}"),
  USERINFO(PATH, "/:;=@[\\]|"),
  COMPONENT(USERINFO, "$%&+,"),
  FORM_URLENCODED(COMPONENT, "!'()~");

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final int REPLACEMENT = 0xFFFD;

  private final boolean[] includes = new boolean[128];

  PercentEncodeSet(PercentEncodeSet base, String added) {
    for (int c = 0; c < 128; c++) {
      includes[c] = base == null ? c < 0x20 || c > 0x7E : base.includes[c];
    }
    for (int i = 0; i < added.length(); i++) {
      includes[added.charAt(i)] = true;
    }
  }

  boolean includes(int codePoint) {
    return codePoint >= 128 || includes[codePoint];
  }

  /** UTF-8 percent-encodes the characters from {@code from} to {@code to}; a lone surrogate counts as U+FFFD. */
  void append(StringBuilder output, CharSequence input, int from, int to) {
    int plain = from;
    for (int i = from; i < to; i++) {
      char c = input.charAt(i);
      if (c < 128 && !includes[c]) {
        continue;
      }
      output.append(input, plain, i);
      if (c < 128) {
        appendByte(output, c);
      } else {
        int codePoint = c;
        if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(input.charAt(i + 1))) {
          codePoint = Character.toCodePoint(c, input.charAt(++i));
        } else if (Character.isSurrogate(c)) {
          codePoint = REPLACEMENT;
        }
        appendUtf8(output, codePoint);
      }
      plain = i + 1;
    }
    output.append(input, plain, to);
  }

  /** UTF-8 percent-encodes a string. */
  String encode(String input) {
    StringBuilder output = new StringBuilder(input.length() + 16);
    append(output, input, 0, input.length());
    return output.toString();
  }

  private static void appendUtf8(StringBuilder output, int codePoint) {
    if (codePoint < 0x800) {
      appendByte(output, 0xC0 | codePoint >> 6);
    } else if (codePoint < 0x10000) {
      appendByte(output, 0xE0 | codePoint >> 12);
      appendByte(output, 0x80 | codePoint >> 6 & 0x3F);
    } else {
      appendByte(output, 0xF0 | codePoint >> 18);
      appendByte(output, 0x80 | codePoint >> 12 & 0x3F);
      appendByte(output, 0x80 | codePoint >> 6 & 0x3F);
    }
    appendByte(output, 0x80 | codePoint & 0x3F);
  }

  /** One byte, percent-encoded. */
  static void appendByte(StringBuilder output, int value) {
    output.append('%').append(HEX[value >> 4]).append(HEX[value & 15]);
  }
}
