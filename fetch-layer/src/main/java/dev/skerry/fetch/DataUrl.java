package dev.skerry.fetch;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a {@code data:} URL holds (Fetch §6).
 *
 * @param mimeType text/plain in US-ASCII where the URL names none or a broken one
 */
record DataUrl(MimeType mimeType, byte[] body) {

  /** The data: URL processor; empty for failure. */
  static Optional<DataUrl> process(Url url) {
    String input = url.withoutFragment().href().substring("data:".length());
    int comma = input.indexOf(',');
    if (comma < 0) {
      return Optional.empty();
    }
    String mimeType = input.substring(0, comma).strip();
    byte[] body = PercentDecoder.decode(input.substring(comma + 1));
    String withoutBase64 = withoutBase64Marker(mimeType);
    if (withoutBase64 != null) {
      mimeType = withoutBase64;
      Optional<byte[]> decoded = forgivingBase64Decode(new String(body, StandardCharsets.ISO_8859_1));
      if (decoded.isEmpty()) {
        return Optional.empty();
      }
      body = decoded.get();
    }
    if (mimeType.startsWith(";")) {
      mimeType = "text/plain" + mimeType;
    }
    return Optional.of(new DataUrl(MimeType.parse(mimeType).orElse(MimeType.TEXT_PLAIN), body));
  }

  /** The MIME type before {@code ;base64}, with any spaces between; null where that is not its end. */
  private static String withoutBase64Marker(String mimeType) {
    String marker = "base64";
    int start = mimeType.length() - marker.length();
    if (start <= 0 || !mimeType.regionMatches(true, start, marker, 0, marker.length())) {
      return null;
    }
    while (start > 0 && mimeType.charAt(start - 1) == ' ') {
      start--;
    }
    return start > 0 && mimeType.charAt(start - 1) == ';' ? mimeType.substring(0, start - 1) : null;
  }

  /** Forgiving-base64 decode (Infra §7); empty for failure. */
  static Optional<byte[]> forgivingBase64Decode(String input) {
    StringBuilder data = new StringBuilder(input.length());
    for (int i = 0; i < input.length(); i++) {
      char c = input.charAt(i);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') {
        data.append(c);
      }
    }
    if (data.length() % 4 == 0) {
      for (int i = 0; i < 2 && data.length() > 0 && data.charAt(data.length() - 1) == '='; i++) {
        data.setLength(data.length() - 1);
      }
    }
    if (data.indexOf("=") >= 0 || data.length() % 4 == 1) {
      return Optional.empty();
    }
    clearTrailingBits(data);
    try {
      return Optional.of(Base64.getDecoder().decode(data.toString()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Infra discards the bits that are left over at the end. */
  private static void clearTrailingBits(StringBuilder data) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int excess = data.length() % 4;
    int last = excess == 0 ? -1 : alphabet.indexOf(data.charAt(data.length() - 1));
    if (last >= 0) {
      data.setCharAt(data.length() - 1, alphabet.charAt(last & (excess == 2 ? 0b110000 : 0b111100)));
    }
  }
}
