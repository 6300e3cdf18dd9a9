package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.semantics.VectorOperators;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Evaluates vector instructions on pairs of halves, the low one first; for tests. */
final class VectorEvaluator {

  private static final long U32 = 0xffff_ffffL;

  private VectorEvaluator() {
  }

  /** An operator that has no immediates but lanes. */
  static long[] operator(Opcode op, long lanes, long highLanes, long[] a, long[] b, long[] c) {
    switch (op.immediate) {
      case SHUFFLE -> {
        return new long[] {VectorOperators.shuffle(a[0], a[1], b[0], b[1], lanes),
            VectorOperators.shuffle(a[0], a[1], b[0], b[1], highLanes)};
      }
      case LANE -> {
        return op.signature.endsWith(":V") ? replace(a, (int) lanes, 16 / op.lanes(), b[0])
            : new long[] {extract(op, a, (int) lanes), 0};
      }
      default -> { }
    }
    boolean across = op.mnemonic.matches(".*(narrow|swizzle|_low|_high|_zero).*");
    return switch (op.signature) {
      case "V:V", "VV:V" -> {
        long[] second = b == null ? a : b;
        if (across) {
          yield new long[] {VectorOperators.cross(op, false, a[0], a[1], second[0], second[1]),
              VectorOperators.cross(op, true, a[0], a[1], second[0], second[1])};
        }
        yield b == null
            ? new long[] {VectorOperators.unary(op, a[0]), VectorOperators.unary(op, a[1])}
            : new long[] {VectorOperators.binary(op, a[0], b[0]), VectorOperators.binary(op, a[1], b[1])};
      }
      case "VVV:V" -> new long[] {VectorOperators.ternary(op, a[0], b[0], c[0]),
          VectorOperators.ternary(op, a[1], b[1], c[1])};
      case "Vi:V" -> new long[] {VectorOperators.shift(op, a[0], (int) b[0]),
          VectorOperators.shift(op, a[1], (int) b[0])};
      case "V:i" -> new long[] {VectorOperators.reduce(op, a[0], a[1]) & U32, 0};
      default -> {
        long half = VectorOperators.splat(a[0], op.lanes());
        yield new long[] {half, half};
      }
    };
  }

  private static ByteBuffer bytes(long[] vector) {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(0, vector[0]).putLong(8, vector[1]);
  }

  private static long extract(Opcode op, long[] vector, int lane) {
    int bytes = 16 / op.lanes();
    long unsigned = GraphEvaluator.read(bytes(vector), lane * bytes, bytes);
    return switch (op) {
      case I8X16_EXTRACT_LANE_S -> (byte) unsigned & U32;
      case I16X8_EXTRACT_LANE_S -> (short) unsigned & U32;
      default -> unsigned;
    };
  }

  private static long[] replace(long[] vector, int lane, int bytes, long value) {
    ByteBuffer changed = bytes(vector);
    GraphEvaluator.write(changed, lane * bytes, bytes, value);
    return new long[] {changed.getLong(0), changed.getLong(8)};
  }

  static long[] load(Opcode op, int lane, ByteBuffer memory, int at, long[] into) {
    int bytes = op.accessBytes();
    return switch (op) {
      case V128_LOAD -> new long[] {memory.getLong(at), memory.getLong(at + 8)};
      case V128_LOAD32_ZERO, V128_LOAD64_ZERO -> new long[] {GraphEvaluator.read(memory, at, bytes), 0};
      case V128_LOAD8_SPLAT, V128_LOAD16_SPLAT, V128_LOAD32_SPLAT, V128_LOAD64_SPLAT -> {
        long half = VectorOperators.splat(GraphEvaluator.read(memory, at, bytes), 16 / bytes);
        yield new long[] {half, half};
      }
      case V128_LOAD8_LANE, V128_LOAD16_LANE, V128_LOAD32_LANE, V128_LOAD64_LANE ->
          replace(into, lane, bytes, GraphEvaluator.read(memory, at, bytes));
      default -> {
        Opcode widening = switch (op) {
          case V128_LOAD8X8_S -> Opcode.I16X8_EXTEND_LOW_I8X16_S;
          case V128_LOAD8X8_U -> Opcode.I16X8_EXTEND_LOW_I8X16_U;
          case V128_LOAD16X4_S -> Opcode.I32X4_EXTEND_LOW_I16X8_S;
          case V128_LOAD16X4_U -> Opcode.I32X4_EXTEND_LOW_I16X8_U;
          case V128_LOAD32X2_S -> Opcode.I64X2_EXTEND_LOW_I32X4_S;
          default -> Opcode.I64X2_EXTEND_LOW_I32X4_U;
        };
        long lanes = memory.getLong(at);
        yield new long[] {VectorOperators.cross(widening, false, lanes, 0, 0, 0),
            VectorOperators.cross(widening, true, lanes, 0, 0, 0)};
      }
    };
  }

  static void store(Opcode op, int lane, ByteBuffer memory, int at, long[] value) {
    if (op == Opcode.V128_STORE) {
      memory.putLong(at, value[0]).putLong(at + 8, value[1]);
    } else {
      int bytes = op.accessBytes();
      GraphEvaluator.write(memory, at, bytes, GraphEvaluator.read(bytes(value), lane * bytes, bytes));
    }
  }
}
