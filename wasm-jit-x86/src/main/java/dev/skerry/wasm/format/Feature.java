package dev.skerry.wasm.format;

/**
 * A named part of the language beyond WebAssembly 2.0 without SIMD: a module that uses one that is switched off, or
 * that the decoder does not know, is refused by its name.
 */
public enum Feature {
  SIMD("SIMD"),
  RELAXED_SIMD("relaxed SIMD"),
  TAIL_CALLS("tail calls"),
  MULTI_MEMORY("multiple memories"),
  MEMORY64("64-bit memories and tables"),
  EXCEPTIONS("exception handling"),
  /** The older encoding; its modules need {@link #EXCEPTIONS} too. */
  LEGACY_EXCEPTIONS("legacy exception handling"),
  TYPED_FUNCTION_REFERENCES("typed function references"),
  THREADS("threads"),
  GARBAGE_COLLECTION("garbage-collected types");

  /** The name that error messages use. */
  public final String title;

  Feature(String title) {
    this.title = title;
  }
}
