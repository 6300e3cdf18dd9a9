package dev.skerry.fetch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Handles content codings (Fetch §2.2.4): gzip and deflate, within a limit of size and of expansion. */
final class ContentCoding {

  /** No honest text or module is that much smaller when it is compressed; a bomb is. */
  private static final int MAX_RATIO = 200;
  /** Below this size the ratio does not matter. */
  private static final long RATIO_FREE_BYTES = 4L << 20;
  private static final int MAX_CODINGS = 2;

  private ContentCoding() {
  }

  /** Why a body could not be decoded. */
  static final class Failure extends Exception {

    private static final long serialVersionUID = 1L;
    private final FetchError.Reason reason;

    Failure(FetchError.Reason reason, String message, Throwable cause) {
      super(message, cause);
      this.reason = reason;
    }

    FetchError.Reason reason() {
      return reason;
    }
  }

  /** The body as it was before the codings that Content-Encoding names; unknown codings leave it as it is. */
  static byte[] decode(NetworkResponse head, byte[] body, long maxBytes) throws Failure {
    List<String> codings = head.header("content-encoding").map(HeaderList::split).orElse(List.of());
    if (body.length == 0 || !codings.stream().allMatch(coding -> isSupported(coding.toLowerCase(Locale.ROOT)))) {
      return body;
    }
    if (codings.size() > MAX_CODINGS) {
      throw new Failure(FetchError.Reason.TOO_LARGE, "the body is compressed " + codings.size() + " times over", null);
    }
    byte[] bytes = body;
    for (int i = codings.size() - 1; i >= 0; i--) {
      bytes = decode(codings.get(i).toLowerCase(Locale.ROOT), bytes, body.length, maxBytes);
    }
    return bytes;
  }

  private static boolean isSupported(String coding) {
    return switch (coding) {
      case "gzip", "x-gzip", "deflate", "identity" -> true;
      default -> false;
    };
  }

  private static byte[] decode(String coding, byte[] bytes, long received, long maxBytes) throws Failure {
    if (coding.equals("identity")) {
      return bytes;
    }
    long ratioLimit = Math.max(RATIO_FREE_BYTES, received * MAX_RATIO);
    ByteArrayOutputStream output = new ByteArrayOutputStream(bytes.length * 2);
    byte[] buffer = new byte[8192];
    try (InputStream input = open(coding, bytes)) {
      for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
        output.write(buffer, 0, n);
        if (output.size() > Math.min(ratioLimit, maxBytes)) {
          throw new Failure(FetchError.Reason.TOO_LARGE, "the body of " + received + " bytes unpacks to more than "
              + Math.min(ratioLimit, maxBytes) + " bytes", null);
        }
      }
    } catch (IOException e) {
      throw new Failure(FetchError.Reason.PROTOCOL, "the body is not what its Content-Encoding \"" + coding
          + "\" says: " + e.getMessage(), e);
    }
    return output.toByteArray();
  }

  /** The coding deflate is the zlib format (RFC 9110 §8.4.1.2); servers that send it bare are read as well. */
  private static InputStream open(String coding, byte[] bytes) throws IOException {
    InputStream input = new ByteArrayInputStream(bytes);
    if (!coding.equals("deflate")) {
      return new GZIPInputStream(input, 8192);
    }
    boolean zlib = bytes.length >= 2 && (bytes[0] & 15) == 8 && ((bytes[0] & 255) << 8 | bytes[1] & 255) % 31 == 0;
    Inflater inflater = new Inflater(!zlib);
    return new InflaterInputStream(input, inflater) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }
}
