package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;

/** Reads the condition by which a loop goes on, and counts turns. */
final class LoopTest {

  private static final int NONE = Graph.NONE;
  private static final int DEPTH = 6;

  /** Each comparison, its negation, and the same with its sides exchanged; the forms for i64 have the same order. */
  private static final Opcode[][] RELATIONS = {
      {Opcode.I32_EQ, Opcode.I32_NE, Opcode.I32_EQ}, {Opcode.I32_NE, Opcode.I32_EQ, Opcode.I32_NE},
      {Opcode.I32_LT_S, Opcode.I32_GE_S, Opcode.I32_GT_S}, {Opcode.I32_LT_U, Opcode.I32_GE_U, Opcode.I32_GT_U},
      {Opcode.I32_GT_S, Opcode.I32_LE_S, Opcode.I32_LT_S}, {Opcode.I32_GT_U, Opcode.I32_LE_U, Opcode.I32_LT_U},
      {Opcode.I32_LE_S, Opcode.I32_GT_S, Opcode.I32_GE_S}, {Opcode.I32_LE_U, Opcode.I32_GT_U, Opcode.I32_GE_U},
      {Opcode.I32_GE_S, Opcode.I32_LT_S, Opcode.I32_LE_S}, {Opcode.I32_GE_U, Opcode.I32_LT_U, Opcode.I32_LE_U},
      {Opcode.I64_EQ, Opcode.I64_NE, Opcode.I64_EQ}, {Opcode.I64_NE, Opcode.I64_EQ, Opcode.I64_NE},
      {Opcode.I64_LT_S, Opcode.I64_GE_S, Opcode.I64_GT_S}, {Opcode.I64_LT_U, Opcode.I64_GE_U, Opcode.I64_GT_U},
      {Opcode.I64_GT_S, Opcode.I64_LE_S, Opcode.I64_LT_S}, {Opcode.I64_GT_U, Opcode.I64_LE_U, Opcode.I64_LT_U},
      {Opcode.I64_LE_S, Opcode.I64_GT_S, Opcode.I64_GE_S}, {Opcode.I64_LE_U, Opcode.I64_GT_U, Opcode.I64_GE_U},
      {Opcode.I64_GE_S, Opcode.I64_LT_S, Opcode.I64_LE_S}, {Opcode.I64_GE_U, Opcode.I64_LT_U, Opcode.I64_LE_U}};

  private final Graph graph;
  private final NaturalLoop loop;
  private final int exit;

  LoopTest(Graph graph, NaturalLoop loop, int exit) {
    this.graph = graph;
    this.loop = loop;
    this.exit = exit;
  }

  /** The count of a loop that goes on while a condition holds, or does not. */
  TripCount of(int condition, boolean goesOnIfTrue) {
    boolean goesOn = goesOnIfTrue;
    int at = condition;
    for (int i = 0; i < DEPTH && graph.is(at, Opcode.I32_EQZ); i++) {
      goesOn = !goesOn;
      at = graph.a(at);
    }
    Opcode opcode = graph.opcode(at);
    Opcode[] row = row(opcode);
    if (row == null) {
      boolean wide = opcode == Opcode.I64_EQZ;
      int tested = wide ? graph.a(at) : at;
      Opcode relation = wide ? goesOn ? Opcode.I64_EQ : Opcode.I64_NE : goesOn ? Opcode.I32_NE : Opcode.I32_EQ;
      return count(tested, relation, NONE);
    }
    Opcode relation = goesOn ? opcode : row[1];
    if (loop.isInvariant(graph.b(at))) {
      return count(graph.a(at), relation, graph.b(at));
    }
    return loop.isInvariant(graph.a(at)) ? count(graph.b(at), row(relation)[2], graph.a(at)) : null;
  }

  private static Opcode[] row(Opcode relation) {
    for (Opcode[] row : RELATIONS) {
      if (row[0] == relation) {
        return row;
      }
    }
    return null;
  }

  /** @param limit what is compared with, or NONE for 0 */
  private TripCount count(int tested, Opcode relation, int limit) {
    LinearForm form = LinearForm.of(graph, tested);
    Induction induction = form.count() == 1 && form.factor(0) == 1 ? loop.induction(form.value(0)) : null;
    if (induction == null || !induction.isConstant() || induction.constant() == 0) {
      return null;
    }
    byte type = graph.type(tested);
    boolean isKnown = induction.start() != NONE && graph.is(induction.start(), IrOp.CONST)
        && (limit == NONE || graph.is(limit, IrOp.CONST));
    long turns = -1;
    boolean exact = Math.abs(induction.constant()) == 1;
    if (isKnown) {
      turns = turns(type, relation, graph.imm(induction.start()) + form.constant(), induction.constant(),
          limit == NONE ? 0 : graph.imm(limit));
    }
    int power = Long.numberOfTrailingZeros(induction.constant());
    if (isInequality(relation) && Math.abs(induction.constant()) == 1L << power && induction.start() != NONE) {
      int zeros = Math.min(zeros(induction.start(), DEPTH), Long.numberOfTrailingZeros(form.constant()));
      exact = Math.min(zeros, limit == NONE ? Long.SIZE : zeros(limit, DEPTH)) >= power;
    } else {
      exact &= isInequality(relation) || isStrict(relation, induction.constant());
    }
    return new TripCount(induction, form.constant(), relation, limit, exit, turns, exact);
  }

  private static boolean isInequality(Opcode relation) {
    return relation == Opcode.I32_NE || relation == Opcode.I64_NE;
  }

  /** Says whether a step of 1 that begins where the relation holds comes to where it ends to hold without wrapping. */
  private static boolean isStrict(Opcode relation, long step) {
    return switch (relation) {
      case I32_LT_S, I32_LT_U, I64_LT_S, I64_LT_U -> step == 1;
      case I32_GT_S, I32_GT_U, I64_GT_S, I64_GT_U -> step == -1;
      default -> false;
    };
  }

  /** A number of low bits that are 0. */
  private int zeros(int value, int depth) {
    if (graph.is(value, IrOp.CONST)) {
      return Long.numberOfTrailingZeros(graph.imm(value));
    }
    Opcode opcode = graph.opcode(value);
    if (opcode == null || depth == 0) {
      return 0;
    }
    int a = graph.a(value);
    int b = graph.b(value);
    return switch (opcode) {
      case I32_ADD, I64_ADD, I32_SUB, I64_SUB, I32_OR, I64_OR -> Math.min(zeros(a, depth - 1), zeros(b, depth - 1));
      case I32_AND, I64_AND -> Math.max(zeros(a, depth - 1), zeros(b, depth - 1));
      case I32_MUL, I64_MUL -> Math.min(Long.SIZE, zeros(a, depth - 1) + zeros(b, depth - 1));
      case I32_SHL, I64_SHL -> graph.is(b, IrOp.CONST) ? Math.min(Long.SIZE,
          zeros(a, depth - 1) + (int) (graph.imm(b) & LinearForm.bits(graph.type(value)) - 1)) : 0;
      default -> 0;
    };
  }

  /**
   * How many turns a loop has that compares {@code first}, {@code first + step} and so on with a limit, or -1 if
   * numbers wrap before it is left, which only {@code ne} can do without harm.
   */
  static long turns(byte type, Opcode relation, long first, long step, long limit) {
    int bits = LinearForm.bits(type);
    long mask = type == IrType.I32 ? 0xffff_ffffL : -1;
    if (isInequality(relation)) {
      int power = Long.numberOfTrailingZeros(step);
      long distance = limit - first & mask;
      if (distance != 0 && Long.numberOfTrailingZeros(distance) < power) {
        return -1;
      }
      long steps = (distance >>> power) * inverse(step >> power) & mask >>> power;
      return steps < 0 ? -1 : steps + 1;
    }
    boolean signed = relation.name().endsWith("_S");
    long from = signed ? LinearForm.signed(type, first) : first & mask;
    long to = signed ? LinearForm.signed(type, limit) : limit & mask;
    if (bits == Long.SIZE && (isLarge(from, signed) || isLarge(to, signed))) {
      return -1;
    }
    return switch (relation) {
      case I32_LT_S, I32_LT_U, I64_LT_S, I64_LT_U -> upTo(from, to, step, bits, signed);
      case I32_LE_S, I32_LE_U, I64_LE_S, I64_LE_U -> upTo(from, to + 1, step, bits, signed);
      case I32_GT_S, I32_GT_U, I64_GT_S, I64_GT_U -> downTo(from, to, step, bits, signed);
      case I32_GE_S, I32_GE_U, I64_GE_S, I64_GE_U -> downTo(from, to - 1, step, bits, signed);
      default -> from == to ? 2 : 1;
    };
  }

  /** Says whether an i64 is so large that sums with it may have more bits. */
  private static boolean isLarge(long value, boolean signed) {
    return value > Long.MAX_VALUE >> 2 || value < (signed ? Long.MIN_VALUE >> 2 : 0);
  }

  private static long upTo(long from, long to, long step, int bits, boolean signed) {
    if (from >= to) {
      return 1;
    }
    long most = signed ? (1L << bits - 1) - 1 : bits == Long.SIZE ? Long.MAX_VALUE : (1L << bits) - 1;
    long steps = step <= 0 ? -1 : (to - from - 1) / step + 1;
    return steps < 0 || steps > (most - from) / step ? -1 : steps + 1;
  }

  private static long downTo(long from, long to, long step, int bits, boolean signed) {
    if (from <= to) {
      return 1;
    }
    long least = signed ? -(1L << bits - 1) : 0;
    long steps = step >= 0 ? -1 : (from - to - 1) / -step + 1;
    return steps < 0 || steps > (from - least) / -step ? -1 : steps + 1;
  }

  /** The inverse of an odd number modulo two to the power of 64. */
  private static long inverse(long odd) {
    long inverse = odd;
    for (int i = 0; i < DEPTH; i++) {
      inverse *= 2 - odd * inverse;
    }
    return inverse;
  }
}
