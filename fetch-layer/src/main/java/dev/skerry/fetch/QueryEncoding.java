package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encode after encoding (URL §1.3): a query of a document in another encoding than UTF-8 goes out in that
 * encoding, and a character that it does not have as a numeric reference.
 */
final class QueryEncoding {

  private static final int CHUNK = 64;

  private QueryEncoding() {
  }

  /** Gets an output encoding (Encoding §4.3): UTF-8 for those in which nothing is sent. */
  static Charset outputEncoding(Charset encoding) {
    return encoding == StandardCharsets.UTF_8 || encoding.name().startsWith("UTF-") || !encoding.canEncode()
        ? StandardCharsets.UTF_8 : encoding;
  }

  /** The text in that encoding, percent-encoded by that set. */
  static String encode(String text, Charset encoding, PercentEncodeSet set) {
    CharsetEncoder encoder = encoding.newEncoder().onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    StringBuilder output = new StringBuilder(text.length() + 16);
    CharBuffer input = CharBuffer.wrap(text);
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    while (true) {
      int limit = text.length();
      int error = firstError(text, input.position(), encoding);
      input.limit(error < 0 ? limit : error);
      CoderResult result = encoder.encode(input, bytes, true);
      append(output, bytes, set);
      if (result.isOverflow()) {
        continue;
      }
      int position = input.position();
      input.limit(limit);
      encoder.flush(bytes);
      append(output, bytes, set);
      encoder.reset();
      if (position == limit) {
        return output.toString();
      }
      int length = result.isError() ? result.length() : 1;
      output.append("%26%23").append(reference(text, position, encoding, result)).append("%3B");
      input.position(position + length);
    }
  }

  /** Where these encodings have an error that Java's do not (Encoding §10.2.2, §12.2.2); -1 for nowhere. */
  private static int firstError(String text, int from, Charset encoding) {
    return switch (encoding.name()) {
      case "ISO-2022-JP" -> indexOf(text, from, '\u000e', '\u000f', '\u001b');
      case "GB18030" -> indexOf(text, from, '\ue5e5');
      default -> -1;
    };
  }

  private static int indexOf(String text, int from, char... wanted) {
    int first = -1;
    for (char c : wanted) {
      int at = text.indexOf(c, from);
      first = at < 0 || first >= 0 && first < at ? first : at;
    }
    return first;
  }

  private static int reference(String text, int position, Charset encoding, CoderResult result) {
    boolean replaced = result.isMalformed() || !result.isError() && encoding.name().equals("ISO-2022-JP");
    return replaced ? 0xFFFD : text.codePointAt(position);
  }

  private static void append(StringBuilder output, ByteBuffer bytes, PercentEncodeSet set) {
    bytes.flip();
    while (bytes.hasRemaining()) {
      int b = bytes.get() & 0xFF;
      if (set.includes(b)) {
        PercentEncodeSet.appendByte(output, b);
      } else {
        output.append((char) b);
      }
    }
    bytes.clear();
  }
}
