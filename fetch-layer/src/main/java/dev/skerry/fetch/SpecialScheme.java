package dev.skerry.fetch;

import java.util.Map;

/** The special schemes (URL §4.2) and their default ports. */
final class SpecialScheme {

  /** The default port of {@code file}, and of every scheme that is not special. */
  static final int NO_PORT = -1;

  private static final Map<String, Integer> DEFAULT_PORTS =
      Map.of("ftp", 21, "file", NO_PORT, "http", 80, "https", 443, "ws", 80, "wss", 443);

  private SpecialScheme() {
  }

  static boolean isSpecial(String scheme) {
    return DEFAULT_PORTS.containsKey(scheme);
  }

  static int defaultPort(String scheme) {
    return DEFAULT_PORTS.getOrDefault(scheme, NO_PORT);
  }
}
