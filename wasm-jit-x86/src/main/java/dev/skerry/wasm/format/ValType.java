package dev.skerry.wasm.format;

/**
 * A value type (WASM core 2.3.6). The code is the type's byte in the binary format; references are a slot class of
 * their own, never numbers.
 *
 * @param code the type's code in the binary format, 0x40 to 0x7f
 */
public record ValType(int code) {

  public static final ValType I32 = new ValType(0x7f);
  public static final ValType I64 = new ValType(0x7e);
  public static final ValType F32 = new ValType(0x7d);
  public static final ValType F64 = new ValType(0x7c);
  public static final ValType V128 = new ValType(0x7b);
  public static final ValType FUNCREF = new ValType(0x70);
  public static final ValType EXTERNREF = new ValType(0x6f);

  private static final ValType[] BY_CODE = new ValType[0x80];

  static {
    for (ValType type : new ValType[] {I32, I64, F32, F64, V128, FUNCREF, EXTERNREF}) {
      BY_CODE[type.code] = type;
    }
  }

  /** The type with that code, 0x00 to 0x7f, or null. */
  public static ValType of(int code) {
    return BY_CODE[code];
  }

  /** Says whether values of this type are references: indices into a table that the store owns, 0 for null. */
  public boolean isReference() {
    return code == 0x70 || code == 0x6f;
  }

  /** The number of 64-bit slots that a value of this type takes in frames and in host calls. */
  public int slots() {
    return code == 0x7b ? 2 : 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValType type && code == type.code;
  }

  @Override
  public int hashCode() {
    return code;
  }

  /** The name that the text format uses. */
  @Override
  public String toString() {
    return switch (code) {
      case 0x7f -> "i32";
      case 0x7e -> "i64";
      case 0x7d -> "f32";
      case 0x7c -> "f64";
      case 0x7b -> "v128";
      case 0x70 -> "funcref";
      case 0x6f -> "externref";
      default -> "type 0x" + Integer.toHexString(code);
    };
  }
}
