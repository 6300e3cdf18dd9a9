package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.ValType;

/** The types of values in a {@link Graph}: those of numbers and vectors; references are 32-bit indices, so I32. */
public final class IrType {

  /** No value. */
  public static final byte VOID = 0;
  public static final byte I32 = 1;
  public static final byte I64 = 2;
  public static final byte F32 = 3;
  public static final byte F64 = 4;
  public static final byte V128 = 5;
  /** Two v128, in loops on vectors only: operators on vectors do to both what they do to one. */
  public static final byte V256 = 6;

  private static final String[] NAMES = {"void", "i32", "i64", "f32", "f64", "v128", "v256"};

  private IrType() {
  }

  /** The type of values of a value type. */
  public static byte of(ValType type) {
    return switch (type.code()) {
      case 0x7e -> I64;
      case 0x7d -> F32;
      case 0x7c -> F64;
      case 0x7b -> V128;
      default -> I32;
    };
  }

  /** The type that a letter of a signature of {@link dev.skerry.wasm.format.Opcode} names. */
  public static byte of(char letter) {
    return switch (letter) {
      case 'i' -> I32;
      case 'I' -> I64;
      case 'f' -> F32;
      case 'F' -> F64;
      case 'V' -> V128;
      default -> throw new IllegalArgumentException("no type has the letter " + letter);
    };
  }

  public static boolean isFloat(byte type) {
    return type == F32 || type == F64;
  }

  public static String name(byte type) {
    return NAMES[type];
  }
}
