package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import java.util.Arrays;

/** Removes block parameters that get the same value on all edges, or their own; and those that get equal constants. */
final class Parameters {

  private static final int NONE = Graph.NONE;
  /** Looks at each argument so often at most, however many parameters depend on each other. */
  private static final int ROUNDS = 8;

  private final Graph graph;
  private final Replacements replacements;
  /** For each parameter the first of the arguments that name it; for each argument the parameter, and the next. */
  private final int[] firstUse;
  private int[] user = new int[64];
  private int[] nextUse = new int[64];
  private int uses;
  private int[] work = new int[64];
  private int waiting;
  private final boolean[] isWaiting;
  private final boolean[] removed;

  private Parameters(Graph graph) {
    this.graph = graph;
    replacements = new Replacements(graph);
    firstUse = new int[graph.instructionCount()];
    Arrays.fill(firstUse, NONE);
    isWaiting = new boolean[graph.instructionCount()];
    removed = new boolean[graph.instructionCount()];
  }

  static void run(Graph graph) {
    new Parameters(graph).run();
  }

  private void run() {
    collect();
    long budget = (long) ROUNDS * (uses + waiting);
    while (waiting > 0 && budget > 0) {
      int parameter = work[--waiting];
      isWaiting[parameter] = false;
      budget -= check(parameter);
    }
    boolean any = false;
    for (int block : graph.order()) {
      int count = graph.parameterCount(block);
      boolean[] kept = new boolean[count];
      boolean all = true;
      int at = graph.first(block);
      for (int i = 0; i < count; i++) {
        kept[i] = !removed[at];
        all &= kept[i];
        at = graph.next(at);
      }
      if (!all) {
        graph.retainParameters(block, kept);
        any = true;
      }
    }
    if (any) {
      replacements.apply();
    }
  }

  private void collect() {
    int[] order = graph.order();
    for (int i = order.length - 1; i > 0; i--) {
      int at = graph.first(order[i]);
      for (int k = graph.parameterCount(order[i]); k > 0; k--) {
        add(at);
        at = graph.next(at);
      }
    }
    for (int block : order) {
      for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
        int parameter = graph.first(graph.target(edge));
        for (int i = 0; i < graph.argumentCount(edge); i++) {
          if (graph.is(graph.argument(edge, i), IrOp.PARAMETER)) {
            use(graph.argument(edge, i), parameter);
          }
          parameter = graph.next(parameter);
        }
      }
    }
  }

  private void add(int parameter) {
    if (waiting == work.length) {
      work = Arrays.copyOf(work, 2 * waiting);
    }
    isWaiting[parameter] = true;
    work[waiting++] = parameter;
  }

  private void use(int value, int parameter) {
    if (uses == user.length) {
      user = Arrays.copyOf(user, 2 * uses);
      nextUse = Arrays.copyOf(nextUse, 2 * uses);
    }
    user[uses] = parameter;
    nextUse[uses] = firstUse[value];
    firstUse[value] = uses++;
  }

  /** Replaces a parameter if it can be; says how many arguments that took. */
  private int check(int parameter) {
    int index = (int) graph.imm(parameter);
    int block = graph.block(parameter);
    int same = NONE;
    int looked = 1;
    boolean copies = false;
    for (int edge = graph.firstIn(block); edge != NONE; edge = graph.nextIn(edge)) {
      int value = replacements.of(graph.argument(edge, index));
      looked++;
      if (value == parameter || value == same) {
        continue;
      }
      if (same == NONE) {
        same = value;
      } else if (isEqualConstant(same, value)) {
        copies = true;
      } else {
        return looked;
      }
    }
    if (same == NONE || removed[parameter]) {
      return looked;
    }
    int by = copies ? copy(same, block) : same;
    replacements.replace(parameter, by);
    removed[parameter] = true;
    for (int use = firstUse[parameter]; use != NONE; use = nextUse[use]) {
      if (!isWaiting[user[use]] && !removed[user[use]]) {
        add(user[use]);
      }
      looked++;
    }
    return looked;
  }

  private boolean isEqualConstant(int one, int other) {
    return graph.is(one, IrOp.CONST) && graph.is(other, IrOp.CONST) && graph.imm(one) == graph.imm(other)
        && graph.type(one) == graph.type(other);
  }

  private int copy(int constant, int block) {
    int made = graph.make(IrOp.CONST.code, graph.type(constant), NONE, NONE, NONE, graph.imm(constant), 0,
        graph.position(constant));
    int at = graph.first(block);
    while (graph.is(at, IrOp.PARAMETER) || graph.is(at, IrOp.POLL)) {
      at = graph.next(at);
    }
    graph.insertBefore(at, made);
    return made;
  }
}
