package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.ir.Shapes;
import java.math.BigInteger;

/**
 * Divides by constants that are no powers of two by multiplication with their reciprocals (Granlund and Montgomery:
 * Division by Invariant Integers using Multiplication; Warren: Hacker's Delight, chapter 10). Powers of two have rules.
 */
final class DivisionByConstant {

  private static final int NONE = Graph.NONE;
  private static final long U32 = 0xffff_ffffL;

  private final Graph graph;
  private final Replacements replacements;
  /** New instructions come before this one. */
  private int cursor;

  private DivisionByConstant(Graph graph) {
    this.graph = graph;
    replacements = new Replacements(graph);
  }

  static void run(Graph graph) {
    DivisionByConstant pass = new DivisionByConstant(graph);
    for (int block : graph.order()) {
      int behind;
      for (int at = graph.first(block); at != NONE; at = behind) {
        behind = graph.next(at);
        if (graph.op(at) >= 0 && graph.b(at) != NONE && graph.is(graph.b(at), IrOp.CONST)) {
          pass.visit(at);
        }
      }
    }
    pass.replacements.apply();
  }

  private void visit(int at) {
    cursor = at;
    int by = rewritten(graph.opcode(at), graph.a(at), graph.imm(graph.b(at)));
    if (by != NONE) {
      replacements.replace(at, by);
      graph.remove(at);
    }
  }

  private int constant(byte type, long value) {
    int made = graph.make(IrOp.CONST.code, type, NONE, NONE, NONE, value, 0, graph.position(cursor));
    graph.insertBefore(cursor, made);
    return made;
  }

  private int value(int op, byte type, int a, int b) {
    int made = graph.make(op, type, a, b, NONE, 0, 0, graph.position(cursor));
    graph.insertBefore(cursor, made);
    return made;
  }

  private int value(Opcode opcode, int a, int b) {
    return value(opcode.ordinal(), Shapes.result(opcode.ordinal()), a, b);
  }

  private int value(IrOp op, int a, int b) {
    return value(op.code, IrType.I64, a, b);
  }

  /** A value that is the same as a division or remainder, or NONE if the operator or its divisor is another. */
  private int rewritten(Opcode opcode, int a, long divisor) {
    switch (opcode) {
      case I32_DIV_S, I32_REM_S -> {
        int by = (int) divisor;
        return by < 3 ? NONE : result(opcode == Opcode.I32_REM_S, a, signed32(a, by), by, false);
      }
      case I32_DIV_U, I32_REM_U -> {
        return Long.bitCount(divisor) < 2 ? NONE
            : result(opcode == Opcode.I32_REM_U, a, unsigned32(a, divisor), divisor, false);
      }
      case I64_DIV_S, I64_REM_S -> {
        return divisor < 3 ? NONE : result(opcode == Opcode.I64_REM_S, a, signed64(a, divisor), divisor, true);
      }
      case I64_DIV_U, I64_REM_U -> {
        return Long.bitCount(divisor) < 2 ? NONE
            : result(opcode == Opcode.I64_REM_U, a, unsigned64(a, divisor), divisor, true);
      }
      default -> {
        return NONE;
      }
    }
  }

  private int i64(long value) {
    return constant(IrType.I64, value);
  }

  private int i32(long value) {
    return constant(IrType.I32, value & U32);
  }

  /** The quotient, or what it leaves. */
  private int result(boolean remainder, int a, int quotient, long divisor, boolean wide) {
    if (!remainder) {
      return quotient;
    }
    int product = wide ? value(Opcode.I64_MUL, quotient, i64(divisor))
        : value(Opcode.I32_MUL, quotient, i32(divisor));
    return value(wide ? Opcode.I64_SUB : Opcode.I32_SUB, a, product);
  }

  /** The least factor that is right for all signed dividends of so many bits, and how far to shift the product. */
  private record Reciprocal(BigInteger factor, int shift) {

    static Reciprocal signed(long divisor, int bits) {
      BigInteger by = BigInteger.valueOf(divisor);
      BigInteger limit = BigInteger.ONE.shiftLeft(bits - 1);
      BigInteger most = limit.subtract(BigInteger.ONE).subtract(limit.mod(by));
      for (int shift = bits;; shift++) {
        BigInteger power = BigInteger.ONE.shiftLeft(shift);
        BigInteger missing = by.subtract(power.mod(by));
        if (power.compareTo(most.multiply(missing)) > 0) {
          return new Reciprocal(power.add(missing).divide(by), shift);
        }
      }
    }

    /** As for signed dividends; the factor may take one bit more than they have. */
    static Reciprocal unsigned(BigInteger by, int bits) {
      BigInteger limit = BigInteger.ONE.shiftLeft(bits);
      for (int shift = bits;; shift++) {
        BigInteger power = BigInteger.ONE.shiftLeft(shift);
        BigInteger missing = by.subtract(power.mod(by)).mod(by);
        if (missing.multiply(limit).compareTo(power) <= 0) {
          return new Reciprocal(power.add(missing).divide(by), shift);
        }
      }
    }
  }

  /** The product of a 32-bit dividend and its factor fits in 64 bits. */
  private int signed32(int a, int divisor) {
    Reciprocal reciprocal = Reciprocal.signed(divisor, Integer.SIZE);
    int wide = value(Opcode.I64_EXTEND_I32_S, a, NONE);
    int product = value(Opcode.I64_MUL, wide, i64(reciprocal.factor.longValue()));
    int floor = value(Opcode.I32_WRAP_I64,
        value(Opcode.I64_SHR_S, product, i64(reciprocal.shift)), NONE);
    return value(Opcode.I32_ADD, floor, value(Opcode.I32_SHR_U, a, i32(Integer.SIZE - 1)));
  }

  private int unsigned32(int a, long divisor) {
    Reciprocal reciprocal = Reciprocal.unsigned(BigInteger.valueOf(divisor), Integer.SIZE);
    int wide = value(Opcode.I64_EXTEND_I32_U, a, NONE);
    if (reciprocal.factor.bitLength() <= Integer.SIZE) {
      int product = value(Opcode.I64_MUL, wide, i64(reciprocal.factor.longValue()));
      return value(Opcode.I32_WRAP_I64,
          value(Opcode.I64_SHR_U, product, i64(reciprocal.shift)), NONE);
    }
    long factor = Long.divideUnsigned(-1, divisor) + 1;
    return value(Opcode.I32_WRAP_I64, value(IrOp.MUL_HIGH_U, wide, i64(factor)), NONE);
  }

  private int signed64(int a, long divisor) {
    Reciprocal reciprocal = Reciprocal.signed(divisor, Long.SIZE);
    int high = value(IrOp.MUL_HIGH_S, a, i64(reciprocal.factor.longValue()));
    int floor = reciprocal.factor.bitLength() < Long.SIZE ? high : value(Opcode.I64_ADD, high, a);
    int shifted = value(Opcode.I64_SHR_S, floor, i64(reciprocal.shift - Long.SIZE));
    return value(Opcode.I64_ADD, shifted, value(Opcode.I64_SHR_U, a, i64(Long.SIZE - 1)));
  }

  private int unsigned64(int a, long divisor) {
    BigInteger by = new BigInteger(Long.toUnsignedString(divisor));
    Reciprocal reciprocal = Reciprocal.unsigned(by, Long.SIZE);
    if (reciprocal.factor.bitLength() <= Long.SIZE) {
      int high = value(IrOp.MUL_HIGH_U, a, i64(reciprocal.factor.longValue()));
      return value(Opcode.I64_SHR_U, high, i64(reciprocal.shift - Long.SIZE));
    }
    int high = value(IrOp.MUL_HIGH_U, a, i64(reciprocal.factor.longValue()));
    int half = value(Opcode.I64_SHR_U, value(Opcode.I64_SUB, a, high), i64(1));
    int sum = value(Opcode.I64_ADD, half, high);
    return value(Opcode.I64_SHR_U, sum, i64(reciprocal.shift - Long.SIZE - 1));
  }
}
