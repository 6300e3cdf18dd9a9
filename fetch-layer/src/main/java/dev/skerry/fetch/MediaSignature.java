package dev.skerry.fetch;

import java.util.Optional;

/** Signatures of media that no fixed pattern describes: MP4, WebM, MP3 without ID3 (MIME Sniffing §6.2.1 to §6.2.3). */
final class MediaSignature {

  private static final int MAX_WEBM_SEARCH = 38;
  private static final int[] MPEG1_RATES = {0, 32_000, 40_000, 48_000, 56_000, 64_000, 80_000, 96_000, 112_000, 128_000,
      160_000, 192_000, 224_000, 256_000, 320_000};
  private static final int[] MPEG2_RATES = {0, 8_000, 16_000, 24_000, 32_000, 40_000, 48_000, 56_000, 64_000, 80_000,
      96_000, 112_000, 128_000, 144_000, 160_000};
  private static final int[] SAMPLE_RATES = {44_100, 48_000, 32_000};
  private static final int MPEG1 = 3;
  private static final int LAYER_III = 1;

  private MediaSignature() {
  }

  static Optional<String> match(byte[] bytes) {
    return isMp4(bytes) ? Optional.of("video/mp4") : isWebm(bytes) ? Optional.of("video/webm")
        : isMp3(bytes) ? Optional.of("audio/mpeg") : Optional.empty();
  }

  private static boolean isMp4(byte[] bytes) {
    if (bytes.length < 12) {
      return false;
    }
    long boxSize = (bytes[0] & 0xFFL) << 24 | (bytes[1] & 0xFF) << 16 | (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
    if (bytes.length < boxSize || boxSize % 4 != 0 || !has(bytes, 4, "ftyp")) {
      return false;
    }
    boolean found = has(bytes, 8, "mp4");
    for (int read = 16; read < boxSize && !found; read += 4) {
      found = has(bytes, read, "mp4");
    }
    return found;
  }

  private static boolean isWebm(byte[] bytes) {
    if (!has(bytes, 0, "\u001a\u0045\u00df\u00a3")) {
      return false;
    }
    for (int i = 4; i < bytes.length && i < MAX_WEBM_SEARCH; i++) {
      if (has(bytes, i, "\u0042\u0082") && i + 2 < bytes.length) {
        int name = i + 2 + Math.min(8, 1 + Integer.numberOfLeadingZeros(bytes[i + 2] & 0xFF) - 24);
        while (name < bytes.length && bytes[name] == 0) {
          name++;
        }
        return has(bytes, name, "webm");
      }
    }
    return false;
  }

  /** A frame header, and another where the first frame ends. */
  private static boolean isMp3(byte[] bytes) {
    if (!isMp3Header(bytes, 0)) {
      return false;
    }
    boolean mpeg1 = (bytes[1] & 0x18) >> 3 == MPEG1;
    int rate = (mpeg1 ? MPEG1_RATES : MPEG2_RATES)[(bytes[2] & 0xF0) >> 4];
    int size = rate * (mpeg1 ? 144 : 72) / SAMPLE_RATES[(bytes[2] & 0x0C) >> 2] + ((bytes[2] & 2) >> 1);
    return size >= 4 && size <= bytes.length && isMp3Header(bytes, size);
  }

  private static boolean isMp3Header(byte[] bytes, int at) {
    return bytes.length - at >= 4 && bytes[at] == -1 && (bytes[at + 1] & 0xE0) == 0xE0
        && (bytes[at + 1] & 6) >> 1 == LAYER_III && (bytes[at + 2] & 0xF0) >> 4 != 15
        && (bytes[at + 2] & 0x0C) >> 2 != 3;
  }

  /** Whether the characters, each a byte, stand there. */
  private static boolean has(byte[] bytes, int at, String characters) {
    if (at + characters.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < characters.length(); i++) {
      if ((bytes[at + i] & 0xFF) != characters.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
