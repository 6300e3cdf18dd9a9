package dev.skerry.origin.cli;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;

/**
 * Logback's JSON with every character beyond ASCII as an escape, so that it is exact for machines and safe on a
 * terminal: Logback itself escapes neither the control characters above 0x7f nor those that turn the writing direction.
 */
final class AsciiJsonEncoder extends JsonEncoder {

  @Override
  public byte[] encode(ILoggingEvent event) {
    String json = new String(super.encode(event), StandardCharsets.UTF_8);
    StringBuilder ascii = new StringBuilder(json.length() + 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c < 0x7f) {
        ascii.append(c);
      } else {
        String digits = Integer.toHexString(c);
        ascii.append("\\u").append("0".repeat(4 - digits.length())).append(digits);
      }
    }
    return ascii.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
