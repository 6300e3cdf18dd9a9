package dev.skerry.wasm.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Listings of machine code that no compiler makes and that the verifier does not read: people have reviewed them, and
 * what is published is what they saw, byte for byte. Lines with code are an offset, a colon, bytes, two spaces and the
 * instruction; others are comments.
 */
final class ReviewedCode {

  private static final int HEX = 16;

  private ReviewedCode() {
  }

  /** @throws IllegalStateException if the bytes are not those of the listing with that name */
  static void require(String listing, byte[] code) {
    byte[] reviewed = read(listing);
    int differs = Arrays.mismatch(code, reviewed);
    if (differs >= 0) {
      throw new IllegalStateException("machine code differs from the reviewed listing " + listing + " at byte "
          + differs);
    }
  }

  /** The bytes of a listing. */
  static byte[] read(String listing) {
    try (InputStream in = ReviewedCode.class.getResourceAsStream(listing)) {
      if (in == null) {
        throw new IllegalStateException("there is no reviewed listing " + listing);
      }
      return bytes(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("the reviewed listing " + listing + " cannot be read", e);
    }
  }

  private static byte[] bytes(BufferedReader lines) throws IOException {
    byte[] bytes = new byte[1 << 12];
    int count = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int at = line.startsWith("  ") ? line.indexOf(": ") + 2 : line.length();
      for (; at + 2 <= line.length() && line.charAt(at) != ' '; at += 3) {
        if (count == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * count);
        }
        bytes[count++] = (byte) Integer.parseInt(line.substring(at, at + 2), HEX);
      }
    }
    return Arrays.copyOf(bytes, count);
  }
}
