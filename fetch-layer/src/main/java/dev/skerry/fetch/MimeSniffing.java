package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a resource is, from its {@code Content-Type} and its first bytes (MIME Sniffing §5 to §8). */
final class MimeSniffing {

  /** Length of a resource header (MIME Sniffing §5.2). */
  static final int HEADER_LENGTH = 1445;

  private static final String PLAIN = "text/plain";
  private static final String BINARY = "application/octet-stream";
  private static final Set<String> UNKNOWN = Set.of("unknown/unknown", "application/unknown", "*/*");
  /** Types that old servers give to files that they don't know (MIME Sniffing §5.1). */
  private static final Set<String> APACHE_BUG = Set.of("text/plain", "text/plain; charset=ISO-8859-1",
      "text/plain; charset=iso-8859-1", "text/plain; charset=UTF-8");

  private static final List<BytePattern> SCRIPTABLE = scriptable();
  private static final List<BytePattern> PLAIN_TEXT = List.of(
      BytePattern.text("%!PS-Adobe-", "application/postscript"), BytePattern.hex("FE FF .. ..", PLAIN),
      BytePattern.hex("FF FE .. ..", PLAIN), BytePattern.hex("EF BB BF ..", PLAIN));
  /** Image type patterns (§6.1). */
  private static final List<BytePattern> IMAGES = List.of(
      BytePattern.hex("00 00 01 00", "image/x-icon"), BytePattern.hex("00 00 02 00", "image/x-icon"),
      BytePattern.text("BM", "image/bmp"), BytePattern.text("GIF87a", "image/gif"),
      BytePattern.text("GIF89a", "image/gif"),
      BytePattern.hex("52 49 46 46 .. .. .. .. 57 45 42 50 56 50", "image/webp"),
      BytePattern.hex("89 50 4E 47 0D 0A 1A 0A", "image/png"), BytePattern.hex("FF D8 FF", "image/jpeg"));
  /** Audio or video type patterns (§6.2). */
  private static final List<BytePattern> MEDIA = List.of(
      BytePattern.hex("46 4F 52 4D .. .. .. .. 41 49 46 46", "audio/aiff"), BytePattern.text("ID3", "audio/mpeg"),
      BytePattern.hex("4F 67 67 53 00", "application/ogg"), BytePattern.hex("4D 54 68 64 00 00 00 06", "audio/midi"),
      BytePattern.hex("52 49 46 46 .. .. .. .. 41 56 49 20", "video/avi"),
      BytePattern.hex("52 49 46 46 .. .. .. .. 57 41 56 45", "audio/wave"));
  /** Font type patterns (§6.3). */
  private static final List<BytePattern> FONTS = List.of(
      BytePattern.hex("..".repeat(34) + "4C 50", "application/vnd.ms-fontobject"),
      BytePattern.hex("00 01 00 00", "font/ttf"), BytePattern.text("OTTO", "font/otf"),
      BytePattern.text("ttcf", "font/collection"), BytePattern.text("wOFF", "font/woff"),
      BytePattern.text("wOF2", "font/woff2"));
  /** Archive type patterns (§6.4). */
  private static final List<BytePattern> ARCHIVES = List.of(BytePattern.hex("1F 8B 08", "application/x-gzip"),
      BytePattern.hex("50 4B 03 04", "application/zip"),
      BytePattern.hex("52 61 72 21 1A 07 00", "application/x-rar-compressed"));

  private MimeSniffing() {
  }

  /** What a resource of unknown type is, where it may be something that scripts (§7.1). */
  private static List<BytePattern> scriptable() {
    List<BytePattern> rows = new ArrayList<>();
    Stream.of("!DOCTYPE HTML", "HTML", "HEAD", "SCRIPT", "IFRAME", "H1", "DIV", "FONT", "TABLE", "A", "STYLE", "TITLE",
        "B", "BODY", "BR", "P", "!--").map(BytePattern::tag).forEach(rows::add);
    BytePattern xml = BytePattern.text("<?xml", "text/xml");
    rows.add(new BytePattern(xml.pattern(), xml.mask(), true, false, xml.type()));
    rows.add(BytePattern.text("%PDF-", "application/pdf"));
    return List.copyOf(rows);
  }

  /** Determine nosniff (Fetch §3.6). */
  static boolean nosniff(List<Header> headers) {
    return HeaderList.get(headers, "x-content-type-options").map(HeaderList::split)
        .filter(values -> values.get(0).equalsIgnoreCase("nosniff")).isPresent();
  }

  /**
   * The computed MIME type (§7) of a response with those headers.
   *
   * @param body its first {@value #HEADER_LENGTH} bytes, or all of it
   */
  static MimeType compute(List<Header> headers, byte[] body) {
    byte[] start = body.length > HEADER_LENGTH ? Arrays.copyOf(body, HEADER_LENGTH) : body;
    boolean nosniff = nosniff(headers);
    Optional<MimeType> supplied = MimeType.extract(headers);
    if (supplied.isEmpty() || UNKNOWN.contains(supplied.get().essence())) {
      return type(unknown(start, !nosniff));
    }
    MimeType type = supplied.get();
    if (type.isXml() || type.essence().equals("text/html") || nosniff) {
      return type;
    }
    String last = headers.stream().filter(header -> header.name().equals("content-type")).map(Header::value)
        .reduce("", (first, second) -> second);
    if (APACHE_BUG.contains(last)) {
      return type(textOrBinary(start)).essence().equals(PLAIN) ? type : type(BINARY);
    }
    if (type.essence().startsWith("image/")) {
      return image(start).map(MimeSniffing::type).orElse(type);
    }
    boolean media = type.essence().startsWith("audio/") || type.essence().startsWith("video/")
        || type.essence().equals("application/ogg");
    return media ? media(start).map(MimeSniffing::type).orElse(type) : type;
  }

  private static MimeType type(String essence) {
    return MimeType.parse(essence).orElseThrow();
  }

  /** The rules for identifying an unknown MIME type (§7.1). */
  private static String unknown(byte[] start, boolean sniffScriptable) {
    Optional<String> matched = sniffScriptable ? BytePattern.match(SCRIPTABLE, start) : Optional.empty();
    return matched.or(() -> BytePattern.match(PLAIN_TEXT, start)).or(() -> image(start)).or(() -> media(start))
        .or(() -> BytePattern.match(ARCHIVES, start)).orElseGet(() -> hasBinaryBytes(start) ? BINARY : PLAIN);
  }

  /** The rules for distinguishing if a resource is text or binary (§7.2). */
  private static String textOrBinary(byte[] start) {
    boolean marked = BytePattern.hex("FE FF", PLAIN).matches(start) || BytePattern.hex("FF FE", PLAIN).matches(start)
        || BytePattern.hex("EF BB BF", PLAIN).matches(start);
    return marked || !hasBinaryBytes(start) ? PLAIN : BINARY;
  }

  /** Binary data bytes (§3). */
  private static boolean hasBinaryBytes(byte[] start) {
    for (byte value : start) {
      int b = value & 0xFF;
      if (b <= 0x08 || b == 0x0B || b >= 0x0E && b <= 0x1A || b >= 0x1C && b <= 0x1F) {
        return true;
      }
    }
    return false;
  }

  /** The image type pattern matching algorithm (§6.1). */
  static Optional<String> image(byte[] start) {
    return BytePattern.match(IMAGES, start);
  }

  /** The audio or video type pattern matching algorithm (§6.2). */
  static Optional<String> media(byte[] start) {
    return BytePattern.match(MEDIA, start).or(() -> MediaSignature.match(start));
  }

  /** The font type pattern matching algorithm (§6.3). */
  static Optional<String> font(byte[] start) {
    return BytePattern.match(FONTS, start);
  }
}
