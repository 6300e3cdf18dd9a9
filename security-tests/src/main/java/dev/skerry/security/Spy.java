package dev.skerry.security;

import java.nio.charset.StandardCharsets;

/**
 * The guest that tells its console all that it can find out, each line as {@code own secret|kind|what}, and gives its
 * own secret to every window that it can reach.
 */
final class Spy {

  private static final String PLACEHOLDER = "TOKEN-module-placeholder";

  private Spy() {
  }

  /** The module, with a secret of the origin that serves it: 24 characters, which it tells as what it is. */
  static byte[] module(String secret) {
    return module("spy", secret);
  }

  /** The same, that first shows itself to the embedder's {@code acme:oracle}. */
  static byte[] attendedModule(String secret) {
    return module("spy-attended", secret);
  }

  private static byte[] module(String guest, String secret) {
    if (secret.length() != PLACEHOLDER.length()) {
      throw new IllegalArgumentException("a secret has " + PLACEHOLDER.length() + " characters, unlike " + secret);
    }
    return new String(Guests.bytes(guest), StandardCharsets.ISO_8859_1).replace(PLACEHOLDER, secret)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A document for a spy; the target is an origin, {@code *} or {@code /}. */
  static String page(String secret, String target, String content) {
    return "<!doctype html><title>" + secret + "</title><body data-secret='" + secret + "' data-target='" + target
        + "'>" + content + "</body>";
  }
}
