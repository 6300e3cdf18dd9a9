package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;

/**
 * An integer as a sum of other values, each times a constant, and a constant; all modulo two to the power of its bits.
 * Sums, differences, products with constants and shifts by constants are taken apart, as far as a few steps and terms
 * go; what cannot be is a term of its own. So two addresses whose terms are equal are a constant apart.
 */
public final class LinearForm {

  private static final int DEPTH = 8;
  private static final int MOST_TERMS = 6;

  private final Graph graph;
  private final byte type;
  private final boolean aligned;
  private int[] values = new int[MOST_TERMS];
  private long[] factors = new long[MOST_TERMS];
  private int count;
  private long constant;

  private LinearForm(Graph graph, byte type, boolean aligned) {
    this.graph = graph;
    this.type = type;
    this.aligned = aligned;
  }

  /** The form of an i32 or i64. */
  public static LinearForm of(Graph graph, int value) {
    return of(graph, value, false);
  }

  /** What the form of an i32 or i64 is if whatever it joins with constants by {@code or} has none of their bits. */
  static LinearForm ofAligned(Graph graph, int value) {
    return of(graph, value, true);
  }

  private static LinearForm of(Graph graph, int value, boolean aligned) {
    LinearForm form = new LinearForm(graph, graph.type(value), aligned);
    form.take(value, 1, DEPTH);
    form.settle();
    return form;
  }

  /** Adds a value times a factor; one that has no room taken apart is taken whole, and always has room. */
  private void take(int value, long factor, int depth) {
    if (graph.is(value, IrOp.CONST)) {
      constant += factor * graph.imm(value);
      return;
    }
    Opcode opcode = graph.opcode(value);
    if (opcode == null || depth == 0) {
      term(value, factor);
      return;
    }
    int a = graph.a(value);
    int b = graph.b(value);
    switch (opcode) {
      case I32_ADD, I64_ADD -> both(value, a, b, factor, factor, depth);
      case I32_OR, I64_OR -> {
        if (aligned && graph.is(b, IrOp.CONST)) {
          both(value, a, b, factor, factor, depth);
        } else {
          term(value, factor);
        }
      }
      case I32_SUB, I64_SUB -> both(value, a, b, factor, -factor, depth);
      case I32_MUL, I64_MUL -> {
        if (graph.is(b, IrOp.CONST)) {
          take(a, factor * graph.imm(b), depth - 1);
        } else {
          term(value, factor);
        }
      }
      case I32_SHL, I64_SHL -> {
        if (graph.is(b, IrOp.CONST)) {
          take(a, factor << (graph.imm(b) & bits(type) - 1), depth - 1);
        } else {
          term(value, factor);
        }
      }
      default -> term(value, factor);
    }
  }

  private void both(int value, int a, int b, long factorOfA, long factorOfB, int depth) {
    if (count + 2 > MOST_TERMS) {
      term(value, factorOfA);
      return;
    }
    take(a, factorOfA, depth - 1);
    if (count < MOST_TERMS) {
      take(b, factorOfB, depth - 1);
    } else {
      term(b, factorOfB);
    }
  }

  private void term(int value, long factor) {
    for (int i = 0; i < count; i++) {
      if (values[i] == value) {
        factors[i] += factor;
        return;
      }
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
      factors = Arrays.copyOf(factors, 2 * count);
    }
    values[count] = value;
    factors[count++] = factor;
  }

  /** Leaves out terms that became none, and sorts the rest. */
  private void settle() {
    int left = 0;
    for (int i = 0; i < count; i++) {
      int value = values[i];
      long factor = signed(type, factors[i]);
      if (factor != 0) {
        int at = left++;
        for (; at > 0 && values[at - 1] > value; at--) {
          values[at] = values[at - 1];
          factors[at] = factors[at - 1];
        }
        values[at] = value;
        factors[at] = factor;
      }
    }
    count = left;
    constant = signed(type, constant);
  }

  static int bits(byte type) {
    return type == IrType.I32 ? Integer.SIZE : Long.SIZE;
  }

  static long signed(byte type, long value) {
    return type == IrType.I32 ? (int) value : value;
  }

  /** How many terms there are besides the constant. */
  public int count() {
    return count;
  }

  /** The value of a term; they are in the order of their numbers. */
  public int value(int term) {
    return values[term];
  }

  /** What a term's value is multiplied with, as a signed number; never 0. */
  public long factor(int term) {
    return factors[term];
  }

  /** What a value is multiplied with, or 0. */
  public long factorOf(int value) {
    for (int i = 0; i < count; i++) {
      if (values[i] == value) {
        return factors[i];
      }
    }
    return 0;
  }

  /** The constant, as a signed number. */
  public long constant() {
    return constant;
  }

  /** Says whether another form differs from this by its constant alone. */
  public boolean hasTermsOf(LinearForm other) {
    return count == other.count && type == other.type && Arrays.equals(values, 0, count, other.values, 0, count)
        && Arrays.equals(factors, 0, count, other.factors, 0, count);
  }
}
