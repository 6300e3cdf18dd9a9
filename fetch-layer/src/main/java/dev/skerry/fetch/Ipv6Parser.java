package dev.skerry.fetch;

import java.util.Arrays;

/** The IPv6 parser (URL §3.5): one input, read once from left to right. */
final class Ipv6Parser {

  private static final int EOF = -1;

  private final String input;
  private final int[] pieces = new int[8];
  private int pointer;
  private int pieceIndex;

  private Ipv6Parser(String input) {
    this.input = input;
  }

  /** The eight 16-bit pieces of an address without its brackets. */
  static int[] parse(String input) throws InvalidUrl {
    return new Ipv6Parser(input).parse();
  }

  private int[] parse() throws InvalidUrl {
    int compress = -1;
    if (c() == ':') {
      if (!input.startsWith("::")) {
        throw failure("begins with a single colon", "IPv6-invalid-compression");
      }
      pointer += 2;
      compress = ++pieceIndex;
    }
    while (c() != EOF) {
      if (pieceIndex == 8) {
        throw failure("has more than eight pieces", "IPv6-too-many-pieces");
      }
      if (c() == ':') {
        if (compress >= 0) {
          throw failure("is compressed more than once", "IPv6-multiple-compression");
        }
        pointer++;
        compress = ++pieceIndex;
        continue;
      }
      if (!piece()) {
        break;
      }
    }
    if (compress < 0 && pieceIndex != 8) {
      throw failure("has fewer than eight pieces", "IPv6-too-few-pieces");
    }
    if (compress >= 0) {
      int tail = pieceIndex - compress;
      System.arraycopy(pieces, compress, pieces, 8 - tail, tail);
      Arrays.fill(pieces, compress, 8 - tail, 0);
    }
    return pieces;
  }

  /** Reads one piece and its colon; false once an IPv4 address has ended the input. */
  private boolean piece() throws InvalidUrl {
    int start = pointer;
    int value = 0;
    while (pointer - start < 4 && Character.digit(ascii(), 16) >= 0) {
      value = value << 4 | Character.digit(ascii(), 16);
      pointer++;
    }
    if (c() == '.') {
      if (pointer == start) {
        throw failure("has a dot where a piece should be", "IPv4-in-IPv6-invalid-code-point");
      }
      pointer = start;
      ipv4();
      return false;
    }
    if (c() == ':') {
      pointer++;
      if (c() == EOF) {
        throw failure("ends with a single colon", "IPv6-invalid-code-point");
      }
    } else if (c() != EOF) {
      throw failure("has an invalid code point", "IPv6-invalid-code-point");
    }
    pieces[pieceIndex++] = value;
    return true;
  }

  private void ipv4() throws InvalidUrl {
    if (pieceIndex > 6) {
      throw failure("has no room for its IPv4 address", "IPv4-in-IPv6-too-many-pieces");
    }
    int numbersSeen = 0;
    while (c() != EOF) {
      if (numbersSeen > 0) {
        if (c() != '.' || numbersSeen == 4) {
          throw failure("has an invalid code point in its IPv4 address", "IPv4-in-IPv6-invalid-code-point");
        }
        pointer++;
      }
      pieces[pieceIndex] = pieces[pieceIndex] << 8 | ipv4Piece();
      numbersSeen++;
      if (numbersSeen == 2 || numbersSeen == 4) {
        pieceIndex++;
      }
    }
    if (numbersSeen != 4) {
      throw failure("has an IPv4 address of fewer than four parts", "IPv4-in-IPv6-too-few-parts");
    }
  }

  private int ipv4Piece() throws InvalidUrl {
    int value = Character.digit(ascii(), 10);
    if (value < 0) {
      throw failure("has an invalid code point in its IPv4 address", "IPv4-in-IPv6-invalid-code-point");
    }
    pointer++;
    while (Character.digit(ascii(), 10) >= 0) {
      if (value == 0) {
        throw failure("has a leading zero in its IPv4 address", "IPv4-in-IPv6-invalid-code-point");
      }
      value = value * 10 + Character.digit(ascii(), 10);
      if (value > 255) {
        throw failure("has a part above 255 in its IPv4 address", "IPv4-in-IPv6-out-of-range-part");
      }
      pointer++;
    }
    return value;
  }

  private int c() {
    return pointer < input.length() ? input.charAt(pointer) : EOF;
  }

  /** The current code point if it is ASCII, else a code point that is no digit in any radix. */
  private int ascii() {
    int c = c();
    return c < 128 && c >= 0 ? c : 0;
  }

  private InvalidUrl failure(String what, String name) {
    return new InvalidUrl("the IPv6 address \"" + Excerpt.of(input) + "\" " + what, name);
  }
}
