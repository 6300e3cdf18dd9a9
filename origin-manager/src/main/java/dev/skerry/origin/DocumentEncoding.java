package dev.skerry.origin;

import dev.skerry.fetch.FetchResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;

/**
 * The encoding of a document (HTML §13.2.3): a byte order mark, the charset of the header, an early {@code meta}, and
 * UTF-8 where nothing says otherwise.
 */
final class DocumentEncoding {

  /** HTML §13.2.3.2: what is declared later than this does not count. */
  private static final int PRESCAN_BYTES = 1024;
  private static final Pattern CHARSET = Pattern.compile("charset\\s*=\\s*[\"']?([^\\s\"';]{1,40})",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern XML_ENCODING =
      Pattern.compile("^<\\?xml[^>]{1,200}?encoding\\s*=\\s*[\"']([^\"']{1,40})");

  /** A byte order mark and what it stands for. */
  private record Mark(Charset charset, int... bytes) {

    boolean begins(byte[] body) {
      if (body.length < bytes.length) {
        return false;
      }
      for (int i = 0; i < bytes.length; i++) {
        if ((body[i] & 0xff) != bytes[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private static final Mark[] MARKS = {
      new Mark(StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf),
      new Mark(StandardCharsets.UTF_16BE, 0xfe, 0xff),
      new Mark(StandardCharsets.UTF_16LE, 0xff, 0xfe)};

  private DocumentEncoding() {
  }

  /** The encoding of the document that a response brings. */
  static Charset of(FetchResponse response) {
    return mark(response.body()).map(Mark::charset)
        .or(() -> response.charset().flatMap(DocumentEncoding::named)).or(() -> declared(response.body()))
        .orElse(StandardCharsets.UTF_8);
  }

  /** The text of the body; bytes that are none in the encoding become U+FFFD. */
  static Reader decode(FetchResponse response) {
    byte[] body = response.body();
    int start = mark(body).map(mark -> mark.bytes.length).orElse(0);
    return new InputStreamReader(new ByteArrayInputStream(body, start, body.length - start), of(response));
  }

  private static Optional<Mark> mark(byte[] body) {
    return Arrays.stream(MARKS).filter(mark -> mark.begins(body)).findFirst();
  }

  private static Optional<Charset> declared(byte[] body) {
    String start = new String(body, 0, Math.min(body.length, PRESCAN_BYTES), StandardCharsets.ISO_8859_1);
    Optional<String> name = first(XML_ENCODING, start);
    for (Element meta : Jsoup.parse(start).select("meta[charset], meta[http-equiv=content-type][content]")) {
      if (name.isEmpty()) {
        name = meta.hasAttr("charset") ? Optional.of(meta.attr("charset")) : first(CHARSET, meta.attr("content"));
      }
    }
    // Bytes that could be read so far are not UTF-16, whatever they say.
    return name.flatMap(DocumentEncoding::named)
        .map(charset -> charset.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : charset);
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The charset of that name, if this Java has it. Encoding §4.2: Latin 1 and ASCII mean windows-1252. */
  private static Optional<Charset> named(String label) {
    String name = switch (label.strip().toLowerCase(Locale.ROOT)) {
      case "iso-8859-1", "latin1", "us-ascii", "ascii" -> "windows-1252";
      case "utf8" -> "utf-8";
      default -> label.strip();
    };
    try {
      return Charset.isSupported(name) ? Optional.of(Charset.forName(name)) : Optional.empty();
    } catch (IllegalCharsetNameException broken) {
      return Optional.empty();
    }
  }
}
