package dev.skerry.wasm.testing;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;

/**
 * Writes instructions. Nothing is checked, so that tests can write invalid code too; {@link #end} closes blocks, the
 * {@code end} of the function itself is written by {@link ModuleBuilder}.
 */
public final class Code {

  /** The block type of a block that takes and leaves nothing. */
  public static final int EMPTY = -0x40;

  private final ByteWriter out = new ByteWriter();

  /**
   * Any instruction.
   *
   * @param immediates in the order of the binary format: indices, constants (floats as bits, v128 and shuffled lanes as
   *     two halves, the low one first), alignment exponent and offset, lane, type codes of a typed select, the labels
   *     of br_table with the default last, a block type as a signed number, such as {@link #EMPTY}, and the catch
   *     clauses of try_table as kind, tag and label each
   */
  public Code op(Opcode opcode, long... immediates) {
    if (opcode.code < 0x100) {
      out.bytes(opcode.code);
    } else if (opcode.code < 0x10000) {
      out.bytes(opcode.code >> 8).unsigned(opcode.code & 0xff);
    } else {
      out.bytes(opcode.code >> 12).unsigned(opcode.code & 0xfff);
    }
    switch (opcode.immediate) {
      case I32, I64, BLOCK -> out.signed(immediates[0]);
      case F32 -> out.fixed(immediates[0], 4);
      case F64 -> out.fixed(immediates[0], 8);
      case V128, SHUFFLE -> out.fixed(immediates[0], 8).fixed(immediates[1], 8);
      case REF_TYPE -> out.bytes((int) immediates[0]);
      case SELECT -> {
        out.unsigned(immediates.length);
        unsigned(immediates);
      }
      case TRY_TABLE -> {
        out.signed(immediates[0]).unsigned((immediates.length - 1) / 3);
        for (int i = 1; i + 2 < immediates.length; i += 3) {
          out.bytes((int) immediates[i]);
          if (immediates[i] < 2) {
            out.unsigned(immediates[i + 1]);
          }
          out.unsigned(immediates[i + 2]);
        }
      }
      case LABELS -> {
        out.unsigned(immediates.length - 1);
        unsigned(immediates);
      }
      default -> unsigned(immediates);
    }
    return this;
  }

  private void unsigned(long... values) {
    for (long value : values) {
      out.unsigned(value);
    }
  }

  /** Bytes as they are. */
  public Code raw(int... bytes) {
    out.bytes(bytes);
    return this;
  }

  public Code i32(int value) {
    return op(Opcode.I32_CONST, value);
  }

  public Code i64(long value) {
    return op(Opcode.I64_CONST, value);
  }

  public Code f32(float value) {
    return op(Opcode.F32_CONST, Float.floatToRawIntBits(value));
  }

  public Code f64(double value) {
    return op(Opcode.F64_CONST, Double.doubleToRawLongBits(value));
  }

  /** Zero or null of a type. */
  public Code zero(ValType type) {
    if (type.isReference()) {
      return op(Opcode.REF_NULL, type.code());
    }
    return switch (type.toString()) {
      case "i32" -> i32(0);
      case "i64" -> i64(0);
      case "f32" -> f32(0);
      case "v128" -> op(Opcode.V128_CONST, 0, 0);
      default -> f64(0);
    };
  }

  public Code get(int local) {
    return op(Opcode.LOCAL_GET, local);
  }

  public Code set(int local) {
    return op(Opcode.LOCAL_SET, local);
  }

  public Code block() {
    return op(Opcode.BLOCK, EMPTY);
  }

  public Code loop() {
    return op(Opcode.LOOP, EMPTY);
  }

  public Code br(int label) {
    return op(Opcode.BR, label);
  }

  public Code brIf(int label) {
    return op(Opcode.BR_IF, label);
  }

  public Code call(int function) {
    return op(Opcode.CALL, function);
  }

  public Code end() {
    return op(Opcode.END);
  }

  /** What was written so far. */
  public byte[] bytes() {
    return out.toByteArray();
  }
}
