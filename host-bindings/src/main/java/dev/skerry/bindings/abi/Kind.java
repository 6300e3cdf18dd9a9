package dev.skerry.bindings.abi;

/**
 * What an argument or a result is for whoever writes a guest. A kind is one word of a {@link Signature}, one or two
 * Wasm values, and a type of C.
 */
public enum Kind {

  I32("i32", "int32_t", "i32"),
  I64("i64", "int64_t", "i64"),
  F32("f32", "float", "f32"),
  F64("f64", "double", "f64"),
  /** Zero is false, anything else true. */
  FLAG("flag", "bool", "i32"),
  /** An object of the host. */
  REF("ref", "skerry_ref", "externref"),
  /** UTF-8 as pointer and length. */
  STRING("string", "const char *", "i32", "i32"),
  /** The same; guests in C may give a length instead of a NUL at its end. */
  TEXT("text", "const char *", "i32", "i32"),
  /** Bytes as pointer and length. */
  BYTES("bytes", "const void *", "i32", "i32"),
  /** A place that is filled whole, as pointer and length. */
  FILL("fill", "void *", "i32", "i32"),
  /** A buffer for the result, as pointer and capacity. */
  BUFFER("buffer", "void *", "i32", "i32"),
  /** A function as its index in the exported table, and the data that it is called with. */
  CALLBACK("callback", "skerry_callback", "i32", "i32"),
  /** A function as a reference. */
  FUNCREF("funcref", null, "funcref"),
  /** As a result: a size in bytes, or -1 where there is nothing. */
  SIZE("size", "int32_t", "i32"),
  /** As a result: 0, or -1 where it was refused. */
  STATUS("status", "bool", "i32"),
  /** As a result: nothing. */
  NONE("", "void");

  private static final Kind[] VALUES = values();

  private final String word;
  private final String c;
  private final String[] slots;

  Kind(String word, String c, String... slots) {
    this.word = word;
    this.c = c;
    this.slots = slots;
  }

  /** The word of a signature. */
  public String word() {
    return word;
  }

  /** How C spells it; null for what C has no word for. */
  public String c() {
    return c;
  }

  /** The Wasm types that it takes. */
  String[] slots() {
    return slots;
  }

  /** What its second slot is called, if it has one. */
  String secondSlot(String name) {
    return switch (this) {
      case BUFFER -> "cap";
      case CALLBACK -> "data";
      default -> name + "_len";
    };
  }

  /** @throws IllegalArgumentException for a word that means nothing */
  static Kind of(String word) {
    if (word.equals("externref")) {
      return REF;
    }
    for (Kind kind : VALUES) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no type of a binding's signature");
  }
}
