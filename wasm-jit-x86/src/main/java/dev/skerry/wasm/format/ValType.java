package dev.skerry.wasm.format;

/**
 * A value type (WASM core 2.3.6). References are a slot class of their own, never numbers.
 *
 * @param code for numbers, vectors and nullable references to abstract heap types the byte of the binary format, 0x40
 *     to 0x7f; {@link #NON_NULL} is added where null is excluded. Negative for references to a defined type: the low 30
 *     bits are its number, which is the type index within a module (of types that are equal the first), and in all
 *     that belongs to stores the engine's canonical number; {@link #CONCRETE_NON_NULL} is set where null is excluded.
 */
public record ValType(int code) {

  /** Excludes null from references to abstract heap types. */
  public static final int NON_NULL = 0x80;
  /** Excludes null from references to defined types. */
  public static final int CONCRETE_NON_NULL = 0x4000_0000;
  /** The largest number of a defined type. */
  public static final int MAX_NUMBER = 0x3fff_ffff;

  /** The code of the non-null reference to the heap type that matches all others; no value has it. */
  public static final int BOTTOM_REFERENCE = 0x40 | NON_NULL;

  public static final ValType I32 = new ValType(0x7f);
  public static final ValType I64 = new ValType(0x7e);
  public static final ValType F32 = new ValType(0x7d);
  public static final ValType F64 = new ValType(0x7c);
  public static final ValType V128 = new ValType(0x7b);
  public static final ValType FUNCREF = new ValType(0x70);
  public static final ValType EXTERNREF = new ValType(0x6f);
  public static final ValType EXNREF = new ValType(0x69);
  /** A reference to a function that is not null: {@code (ref func)}. */
  public static final ValType FUNC = new ValType(0x70 | NON_NULL);

  private static final int CONCRETE = 0x8000_0000;
  private static final int LAST_REFERENCE = 0x74;

  private static final ValType[] BY_CODE = new ValType[0x80];

  static {
    for (ValType type : new ValType[] {I32, I64, F32, F64, V128, FUNCREF, EXTERNREF, EXNREF}) {
      BY_CODE[type.code] = type;
    }
  }

  /** The type with that one-byte code, 0x00 to 0x7f, or null. */
  public static ValType of(int code) {
    return BY_CODE[code];
  }

  /** The nullable reference to the defined type of that number, 0 to {@link #MAX_NUMBER}. */
  public static ValType nullable(int number) {
    return new ValType(CONCRETE | number);
  }

  /** Says whether values of this type are references: indices into a table that the store owns, 0 for null. */
  public boolean isReference() {
    return code < 0 || code >= 0x40 && (code & 0x7f) <= LAST_REFERENCE;
  }

  /** Says whether this is a reference to a defined type. */
  public boolean isConcrete() {
    return code < 0;
  }

  /** The number of the defined type that a concrete reference names. */
  public int number() {
    return code & MAX_NUMBER;
  }

  /** Says whether null has this type, which is a reference. */
  public boolean isNullable() {
    return (code & (code < 0 ? CONCRETE_NON_NULL : NON_NULL)) == 0;
  }

  /** Says whether locals and tables of this type have a value to start with. */
  public boolean isDefaultable() {
    return !isReference() || isNullable();
  }

  /** The same reference without null. */
  public ValType nonNull() {
    return new ValType(nonNull(code));
  }

  /** The code of the same reference without null. */
  public static int nonNull(int code) {
    return code | (code < 0 ? CONCRETE_NON_NULL : NON_NULL);
  }

  /** The concrete reference to another number, with the same nullability. */
  public ValType withNumber(int number) {
    return new ValType(code & ~MAX_NUMBER | number);
  }

  /** Says whether values of this type refer to functions. */
  public boolean isFunctionReference() {
    return code < 0 || (code & ~NON_NULL) == FUNCREF.code;
  }

  /** Says whether one type is a subtype of another (WASM core 3.3), both with numbers of the same kind. */
  public boolean matches(ValType expected) {
    return matches(code, expected.code);
  }

  /** As {@link #matches(ValType)}, on codes. */
  public static boolean matches(int actual, int expected) {
    if (actual == expected) {
      return true;
    }
    ValType sub = new ValType(actual);
    ValType wanted = new ValType(expected);
    if (!sub.isReference() || !wanted.isReference() || sub.isNullable() && !wanted.isNullable()) {
      return false;
    }
    return actual == BOTTOM_REFERENCE || nonNull(actual) == nonNull(expected)
        || actual < 0 && nonNull(expected) == FUNC.code;
  }

  /** Says whether values of this type refer to objects of the host. */
  public boolean isExternReference() {
    return (code & ~NON_NULL) == EXTERNREF.code;
  }

  /** Says whether values of this type refer to exceptions. */
  public boolean isExceptionReference() {
    return (code & ~NON_NULL) == EXNREF.code;
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
    if (code < 0) {
      return (isNullable() ? "(ref null " : "(ref ") + number() + ")";
    }
    return switch (code) {
      case 0x7f -> "i32";
      case 0x7e -> "i64";
      case 0x7d -> "f32";
      case 0x7c -> "f64";
      case 0x7b -> "v128";
      case 0x70 -> "funcref";
      case 0x6f -> "externref";
      case 0x69 -> "exnref";
      case 0x69 | NON_NULL -> "(ref exn)";
      case 0x70 | NON_NULL -> "(ref func)";
      case 0x6f | NON_NULL -> "(ref extern)";
      case BOTTOM_REFERENCE -> "(ref none)";
      default -> "type 0x" + Integer.toHexString(code);
    };
  }
}
