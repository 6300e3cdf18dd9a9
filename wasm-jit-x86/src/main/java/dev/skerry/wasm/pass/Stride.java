package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrType;

/**
 * What an i32 grows by from turn to turn of a loop: a constant, or a constant times a number that is the same in all
 * turns.
 *
 * @param constant what is added in each turn, as a signed number; 0 if there is a step
 * @param step an invariant i32, or {@link Graph#NONE}
 * @param factor what the step is multiplied with, above 0
 */
record Stride(long constant, int step, long factor) {

  private static final int NONE = Graph.NONE;
  private static final long MOST_FACTOR = 256;

  /** The stride of a sum, or null if it has none such. */
  static Stride of(Graph graph, NaturalLoop loop, LinearForm form) {
    long constant = 0;
    int step = NONE;
    long factor = 0;
    for (int i = 0; i < form.count(); i++) {
      int value = form.value(i);
      Induction induction = loop.induction(value);
      if (induction != null) {
        constant += form.factor(i) * induction.constant();
        if (!induction.isConstant()) {
          if (step != NONE) {
            return null;
          }
          step = induction.step();
          factor = form.factor(i);
        }
      } else if (!loop.isInvariant(value)) {
        long times = multiplied(graph, loop, value);
        if (step != NONE || times == 0) {
          return null;
        }
        step = multiplier(graph, loop, value);
        factor = form.factor(i) * times;
      }
    }
    constant = LinearForm.signed(IrType.I32, constant);
    boolean fits = step == NONE || constant == 0 && factor > 0 && factor <= MOST_FACTOR;
    return fits ? new Stride(constant, step, factor) : null;
  }

  /** Says whether a value is a number that changes by constants, times an invariant. */
  static boolean isProduct(Graph graph, NaturalLoop loop, int value) {
    return !loop.isInvariant(value) && multiplied(graph, loop, value) != 0;
  }

  /** The invariant factor of a product. */
  static int multiplier(Graph graph, NaturalLoop loop, int product) {
    return loop.isInvariant(graph.b(product)) ? graph.b(product) : graph.a(product);
  }

  /** The factor of a product that changes. */
  static int changing(Graph graph, NaturalLoop loop, int product) {
    return loop.isInvariant(graph.b(product)) ? graph.a(product) : graph.b(product);
  }

  /** What the factor of a product that changes grows by in each turn, or 0 if it is no such product. */
  private static long multiplied(Graph graph, NaturalLoop loop, int value) {
    if (!graph.is(value, Opcode.I32_MUL) || loop.isInvariant(graph.a(value)) == loop.isInvariant(graph.b(value))) {
      return 0;
    }
    LinearForm form = LinearForm.of(graph, changing(graph, loop, value));
    long sum = 0;
    for (int i = 0; i < form.count(); i++) {
      Induction induction = loop.induction(form.value(i));
      if (induction != null && induction.isConstant()) {
        sum += form.factor(i) * induction.constant();
      } else if (!loop.isInvariant(form.value(i))) {
        return 0;
      }
    }
    return LinearForm.signed(IrType.I32, sum);
  }
}
