package dev.skerry.wasm.pass;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.InlinedBodies;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.Unreachable;
import java.util.Arrays;
import java.util.List;

/**
 * Replaces calls of small functions of the same module by their bodies. What is small depends on how often the call
 * runs; how much a function may grow on how large it is. Copied instructions have positions of their own
 * ({@link InlinedBodies}), so that a trap still tells all frames.
 */
public final class Inlining {

  /** The size of a body, less its parameters, that is copied at all. */
  static final int LARGEST = 60;

  private static final int NONE = Graph.NONE;
  /** Sizes of bodies that are copied: outside of loops, in loops without calls and with, and into themselves. */
  private static final int SMALL = 10;
  private static final int HOT = LARGEST;
  private static final int HOT_CALLER = 40;
  private static final int RECURSIVE = 32;
  /** Growth of a function of no size, and at most. */
  private static final int LEAST_GROWTH = 150;
  private static final int MOST_GROWTH = 3000;
  /** Calls within each other, and how often a function within itself. */
  private static final int MAX_DEPTH = 6;
  private static final int MAX_RECURSION = 2;

  private final Graph graph;
  private final ModuleInfo module;
  private final int function;
  private final Inlinees inlinees;
  private final InlinedBodies bodies;
  private final Replacements replacements;
  /** The block behind each in the order, or NONE. */
  private int[] next;
  private int budget;
  private boolean any;

  private Inlining(Graph graph, ModuleInfo module, int function, Inlinees inlinees) {
    this.graph = graph;
    this.module = module;
    this.function = function;
    this.inlinees = inlinees;
    bodies = new InlinedBodies(module.bytes().length);
    replacements = new Replacements(graph);
    next = new int[graph.blockCount()];
    budget = Math.min(MOST_GROWTH, LEAST_GROWTH + graph.instructionCount() / 2);
  }

  /**
   * Inlines what is worth it in a graph that was just built.
   *
   * @param function whose graph it is
   * @param inlinees other functions of the module, built as the graph was
   */
  public static void run(Graph graph, ModuleInfo module, int function, Inlinees inlinees) {
    new Inlining(graph, module, function, inlinees).run();
  }

  private void run() {
    int[] order = graph.order();
    Arrays.fill(next, NONE);
    for (int i = 1; i < order.length; i++) {
      next[order[i - 1]] = order[i];
    }
    int count = 0;
    for (int block = 0; block != NONE; block = next[block]) {
      block(block);
      count++;
    }
    if (!any) {
      return;
    }
    int[] all = new int[count];
    count = 0;
    for (int block = 0; block != NONE; block = next[block]) {
      all[count++] = block;
    }
    graph.setOrder(all);
    graph.setInlined(bodies.rows());
    Unreachable.drop(graph);
    replacements.apply();
  }

  private void block(int block) {
    int at = graph.first(block);
    while (at != NONE) {
      int before = graph.previous(at);
      if (graph.is(at, IrOp.CALL) && inline(at)) {
        at = before == NONE ? graph.first(block) : graph.next(before);
      } else {
        at = graph.next(at);
      }
    }
  }

  private boolean inline(int call) {
    int block = graph.block(call);
    int callee = (int) graph.imm(call);
    if (callee < module.importedFunctions() || budget <= 0 || graph.isCold(block)
        || graph.is(graph.last(block), IrOp.TRAP)) {
      return false;
    }
    Inlinee inlinee = inlinees.get(module, callee);
    if (inlinee == null || !isWorth(call, inlinee)) {
      return false;
    }
    boolean lands = BodyCopy.landing(graph, call) != NONE;
    if (lands && (inlinee.catches() || inlinee.calls() && !BodyCopy.landsPlainly(graph, call))) {
      return false;
    }
    int shift = bodies.add(callee, inlinee.body().offset(), inlinee.body().end(), graph.position(call));
    if (shift < 0) {
      return false;
    }
    budget -= inlinee.size();
    List<ValType> results = module.types()[module.functions()[callee]].results();
    insert(block, new BodyCopy(graph, inlinee.graph(), results, shift).replace(call, replacements));
    any = true;
    return true;
  }

  private boolean isWorth(int call, Inlinee inlinee) {
    int loops = graph.loopDepth(graph.block(call));
    int depth = 0;
    int recursion = inlinee.function() == function ? 1 : 0;
    for (int row = bodies.find(graph.position(call)); row >= 0; row = bodies.find(bodies.call(row))) {
      depth++;
      recursion += bodies.function(row) == inlinee.function() ? 1 : 0;
    }
    if (depth >= MAX_DEPTH || recursion > MAX_RECURSION) {
      return false;
    }
    int limit = recursion > 0 ? RECURSIVE : loops == 0 ? SMALL : inlinee.calls() ? HOT_CALLER : HOT;
    return inlinee.size() <= limit + graph.listSize(call);
  }

  private void insert(int block, int[] blocks) {
    if (graph.blockCount() > next.length) {
      next = Arrays.copyOf(next, 2 * graph.blockCount());
    }
    int behind = next[block];
    int at = block;
    for (int made : blocks) {
      next[at] = made;
      at = made;
    }
    next[at] = behind;
  }
}
