package dev.skerry.wasm.pass;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.InlinedBodies;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.Unreachable;
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
  /** Sizes of bodies that are copied outside of loops, and into themselves: once more those that are tiny. */
  private static final int SMALL = 10;
  private static final int RECURSIVE = 32;
  private static final int TINY = 16;
  /** In loops of small functions, without calls and with. */
  private static final int HOT = LARGEST;
  private static final int HOT_CALLER = 40;
  /** In loops of functions of more instructions than this. */
  private static final int LARGE_FUNCTION = 600;
  private static final int WARM = 30;
  private static final int WARM_CALLER = 16;
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
  private final BlockChain chain;
  private final boolean isLarge;
  private int budget;
  private boolean any;

  private Inlining(Graph graph, ModuleInfo module, int function, Inlinees inlinees) {
    this.graph = graph;
    this.module = module;
    this.function = function;
    this.inlinees = inlinees;
    bodies = new InlinedBodies(module.bytes().length);
    replacements = new Replacements(graph);
    chain = new BlockChain(graph);
    isLarge = graph.instructionCount() > LARGE_FUNCTION;
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
    for (int block = 0; block != NONE; block = chain.next(block)) {
      block(block);
    }
    if (!any) {
      return;
    }
    chain.apply();
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
    chain.insert(block, new BodyCopy(graph, inlinee.graph(), results, shift).replace(call, replacements));
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
    if (depth >= MAX_DEPTH || recursion > MAX_RECURSION + (inlinee.size() <= TINY ? 1 : 0)) {
      return false;
    }
    int limit = recursion > 0 ? RECURSIVE : loops > 0 ? limitInLoop(inlinee) : SMALL;
    return inlinee.size() <= limit + graph.listSize(call);
  }

  private int limitInLoop(Inlinee inlinee) {
    if (isLarge) {
      return inlinee.calls() ? WARM_CALLER : WARM;
    }
    return inlinee.calls() ? HOT_CALLER : HOT;
  }
}
