package dev.skerry.fetch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Integrity metadata (Subresource Integrity §3.3): the digests of which a body must have one.
 *
 * @param algorithm the strongest of those that the text names
 * @param digests of that algorithm
 */
record IntegrityMetadata(Algorithm algorithm, List<byte[]> digests) {

  /** The supported hash algorithms, the weakest first. */
  enum Algorithm {
    SHA256("SHA-256"), SHA384("SHA-384"), SHA512("SHA-512");

    private final String javaName;

    Algorithm(String javaName) {
      this.javaName = javaName;
    }

    byte[] digest(byte[] bytes) {
      try {
        return MessageDigest.getInstance(javaName).digest(bytes);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + javaName, e);
      }
    }
  }

  /** Parses an {@code integrity} attribute; empty where it names no supported algorithm: then every body matches. */
  static Optional<IntegrityMetadata> parse(String text) {
    Algorithm strongest = null;
    List<byte[]> digests = new ArrayList<>();
    for (String item : text.strip().split("[ \t\n\f\r]+")) {
      String expression = item.split("\\?", 2)[0];
      int dash = expression.indexOf('-');
      Algorithm algorithm = dash < 0 ? null : algorithm(expression.substring(0, dash));
      if (algorithm == null || strongest != null && algorithm.compareTo(strongest) < 0) {
        continue;
      }
      if (algorithm != strongest) {
        strongest = algorithm;
        digests.clear();
      }
      String value = expression.substring(dash + 1).replace('-', '+').replace('_', '/');
      DataUrl.forgivingBase64Decode(value).ifPresent(digests::add);
    }
    return strongest == null ? Optional.empty() : Optional.of(new IntegrityMetadata(strongest, List.copyOf(digests)));
  }

  private static Algorithm algorithm(String token) {
    return Arrays.stream(Algorithm.values())
        .filter(algorithm -> algorithm.name().equals(token.toUpperCase(Locale.ROOT))).findFirst().orElse(null);
  }

  /** Whether the bytes have one of the digests. */
  boolean matches(byte[] bytes) {
    byte[] actual = algorithm.digest(bytes);
    return digests.stream().anyMatch(digest -> MessageDigest.isEqual(digest, actual));
  }
}
