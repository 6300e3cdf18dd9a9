package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getByte;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.getShort;
import static dev.skerry.memory.NativeAccess.putByte;
import static dev.skerry.memory.NativeAccess.putInt;
import static dev.skerry.memory.NativeAccess.putLong;
import static dev.skerry.memory.NativeAccess.putShort;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.semantics.VectorOperators;

/**
 * Vector instructions, dispatched a second time by their form. All operands are read before a result is written: the
 * slots may overlap.
 */
final class VectorInterpreter {

  private static final int HALF = 8;
  private static final long U32 = 0xffff_ffffL;

  private VectorInterpreter() {
  }

  /** Does one instruction; {@code pc} is the address behind its first unit. The next program counter. */
  static long step(int op, long a, long b, long c, long pc, long fp, long context) {
    switch (VectorOp.form(op)) {
      case VectorOp.MOVE_FORM:
        put(a, getLong(b), getLong(b + HALF));
        return pc;
      case VectorOp.CONSTANT:
        put(a, getLong(pc - 8), getLong(pc + 8));
        return pc + Op.UNIT;
      case VectorOp.UNARY:
        unary(VectorOp.opcode(op), a, b);
        return pc;
      case VectorOp.BINARY:
        binary(VectorOp.opcode(op), a, b, c);
        return pc;
      case VectorOp.TERNARY:
        ternary(VectorOp.opcode(op), a, b, c, fp + getInt(pc + 4));
        return pc + Op.UNIT;
      case VectorOp.SHIFT:
        shift(VectorOp.opcode(op), a, b, getInt(c));
        return pc;
      case VectorOp.CROSS:
        cross(VectorOp.opcode(op), a, b, c);
        return pc;
      case VectorOp.REDUCE:
        putLong(a, VectorOperators.reduce(VectorOp.opcode(op), getLong(b), getLong(b + HALF)) & U32);
        return pc;
      case VectorOp.SPLAT:
        splat(VectorOp.opcode(op), a, b);
        return pc;
      case VectorOp.EXTRACT:
        putLong(a, extract(VectorOp.opcode(op), b, getInt(pc - 4)));
        return pc;
      case VectorOp.REPLACE:
        replace(VectorOp.opcode(op), a, b, c, getInt(pc + 4));
        return pc + Op.UNIT;
      case VectorOp.SHUFFLE:
        shuffle(a, b, c, getLong(pc + 8), getLong(pc + Op.UNIT + 8));
        return pc + 2 * Op.UNIT;
      case VectorOp.SELECT_FORM:
        select(a, getInt(fp + getInt(pc + 4)) != 0 ? b : c);
        return pc + Op.UNIT;
      case VectorOp.GLOBAL_GET_FORM:
        select(a, context + getInt(pc - 8));
        return pc;
      case VectorOp.GLOBAL_SET_FORM:
        select(context + getInt(pc - 8), a);
        return pc;
      case VectorOp.GLOBAL_GET_FAR_FORM:
        select(a, getLong(context + getInt(pc - 8)));
        return pc;
      case VectorOp.GLOBAL_SET_FAR_FORM:
        select(getLong(context + getInt(pc - 8)), a);
        return pc;
      case VectorOp.CANONICAL_F32_FORM:
        putLong(a, CanonicalNaN.f32(getLong(b)));
        return pc;
      case VectorOp.CANONICAL_F64_FORM:
        putLong(a, CanonicalNaN.f64(getLong(b)));
        return pc;
      case VectorOp.CANONICAL_F32X4_FORM:
        put(a, CanonicalNaN.f32x2(getLong(b)), CanonicalNaN.f32x2(getLong(b + HALF)));
        return pc;
      case VectorOp.CANONICAL_F64X2_FORM:
        put(a, CanonicalNaN.f64(getLong(b)), CanonicalNaN.f64(getLong(b + HALF)));
        return pc;
      default:
        VectorMemory.access(op, a, b, c, pc, getLong(context + (getInt(pc + 4) >>> VectorOp.LANE_BITS)));
        return pc + Op.UNIT;
    }
  }

  static void put(long d, long low, long high) {
    putLong(d, low);
    putLong(d + HALF, high);
  }

  private static void select(long d, long from) {
    put(d, getLong(from), getLong(from + HALF));
  }

  private static void unary(Opcode opcode, long d, long a) {
    put(d, VectorOperators.unary(opcode, getLong(a)), VectorOperators.unary(opcode, getLong(a + HALF)));
  }

  private static void binary(Opcode opcode, long d, long a, long b) {
    put(d, VectorOperators.binary(opcode, getLong(a), getLong(b)),
        VectorOperators.binary(opcode, getLong(a + HALF), getLong(b + HALF)));
  }

  private static void ternary(Opcode opcode, long d, long a, long b, long c) {
    put(d, VectorOperators.ternary(opcode, getLong(a), getLong(b), getLong(c)),
        VectorOperators.ternary(opcode, getLong(a + HALF), getLong(b + HALF), getLong(c + HALF)));
  }

  private static void shift(Opcode opcode, long d, long a, int count) {
    put(d, VectorOperators.shift(opcode, getLong(a), count), VectorOperators.shift(opcode, getLong(a + HALF), count));
  }

  private static void cross(Opcode opcode, long d, long a, long b) {
    long a0 = getLong(a);
    long a1 = getLong(a + HALF);
    long b0 = getLong(b);
    long b1 = getLong(b + HALF);
    put(d, VectorOperators.cross(opcode, false, a0, a1, b0, b1), VectorOperators.cross(opcode, true, a0, a1, b0, b1));
  }

  private static void shuffle(long d, long a, long b, long low, long high) {
    long a0 = getLong(a);
    long a1 = getLong(a + HALF);
    long b0 = getLong(b);
    long b1 = getLong(b + HALF);
    put(d, VectorOperators.shuffle(a0, a1, b0, b1, low), VectorOperators.shuffle(a0, a1, b0, b1, high));
  }

  private static void splat(Opcode opcode, long d, long a) {
    long half = VectorOperators.splat(getLong(a), opcode.lanes());
    put(d, half, half);
  }

  /** A lane as the slot of its type. */
  private static long extract(Opcode opcode, long a, int lane) {
    return switch (opcode) {
      case I8X16_EXTRACT_LANE_S -> getByte(a + lane) & U32;
      case I8X16_EXTRACT_LANE_U -> getByte(a + lane) & 0xffL;
      case I16X8_EXTRACT_LANE_S -> getShort(a + 2 * lane) & U32;
      case I16X8_EXTRACT_LANE_U -> getShort(a + 2 * lane) & 0xffffL;
      case I32X4_EXTRACT_LANE, F32X4_EXTRACT_LANE -> getInt(a + 4 * lane) & U32;
      default -> getLong(a + 8 * lane);
    };
  }

  private static void replace(Opcode opcode, long d, long a, long b, int lane) {
    long value = getLong(b);
    put(d, getLong(a), getLong(a + HALF));
    setLane(d, lane, 16 / opcode.lanes(), value);
  }

  /** Writes a lane of so many bytes, 1, 2, 4 or 8. */
  static void setLane(long vector, int lane, int bytes, long value) {
    long at = vector + (long) lane * bytes;
    switch (bytes) {
      case 1 -> putByte(at, (byte) value);
      case 2 -> putShort(at, (short) value);
      case 4 -> putInt(at, (int) value);
      default -> putLong(at, value);
    }
  }
}
