package dev.skerry.wasm.cache;

/** Something in the cache is not what this process, or another one with the same key, wrote; the message says what. */
final class Damaged extends Exception {

  private static final long serialVersionUID = 1;

  Damaged(String reason) {
    super(reason, null, false, false);
  }
}
