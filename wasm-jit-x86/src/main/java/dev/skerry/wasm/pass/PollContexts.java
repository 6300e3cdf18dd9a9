package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;

/**
 * Lets polls of small innermost loops read the store's context from a register, which is loaded before the loop: one
 * load less in each poll. Loops that may want all registers for themselves are left as they are.
 */
final class PollContexts {

  private static final int NONE = Graph.NONE;
  /** Integers that such a loop uses from outside, or carries from turn to turn. */
  private static final int MOST_INTEGERS = 7;
  /** Instructions of such a loop. */
  private static final int MOST_INSTRUCTIONS = 96;

  private final Graph graph;
  private final Inductions loops;
  /** By value: the header of the loop that it was last counted for. */
  private final int[] counted;

  private PollContexts(Graph graph) {
    this.graph = graph;
    loops = Inductions.of(graph);
    counted = new int[graph.instructionCount()];
    Arrays.fill(counted, NONE);
  }

  static void run(Graph graph) {
    boolean any = false;
    for (int block : graph.order()) {
      any |= graph.isLoopHeader(block);
    }
    if (any) {
      PollContexts pass = new PollContexts(graph);
      for (NaturalLoop loop : pass.loops.loops()) {
        pass.visit(loop);
      }
    }
  }

  private void visit(NaturalLoop loop) {
    int entry = loop.isInnermost() && !loop.calls() ? loop.entry() : NONE;
    int before = entry == NONE ? NONE : graph.source(entry);
    if (before == NONE || !graph.irOp(graph.last(before)).isTerminator() || !isSmall(loop)) {
      return;
    }
    int poll = graph.first(loop.header);
    while (graph.is(poll, IrOp.PARAMETER)) {
      poll = graph.next(poll);
    }
    if (graph.is(poll, IrOp.POLL)) {
      int store = graph.make(IrOp.STORE_CONTEXT.code, IrType.I64, NONE, NONE, NONE, 0, 0, graph.position(poll));
      graph.insertBefore(graph.last(before), store);
      graph.setA(poll, store);
    }
  }

  private boolean isSmall(NaturalLoop loop) {
    int integers = 0;
    int instructions = 0;
    int parameter = graph.first(loop.header);
    for (int i = 0; i < graph.parameterCount(loop.header); i++, parameter = graph.next(parameter)) {
      integers += isInteger(parameter) ? 1 : 0;
    }
    for (int block : loop.blocks()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (++instructions > MOST_INSTRUCTIONS) {
          return false;
        }
        integers += fromOutside(loop, graph.a(at)) + fromOutside(loop, graph.b(at)) + fromOutside(loop, graph.c(at));
      }
    }
    return integers <= MOST_INTEGERS;
  }

  private boolean isInteger(int value) {
    return graph.type(value) == IrType.I32 || graph.type(value) == IrType.I64;
  }

  /** 1 for an integer that is made before the loop and was not counted for it yet. */
  private int fromOutside(NaturalLoop loop, int value) {
    if (value == NONE || value >= counted.length || counted[value] == loop.header || !isInteger(value)
        || !loop.isInvariant(value) || graph.is(value, IrOp.CONST)) {
      return 0;
    }
    counted[value] = loop.header;
    return 1;
  }
}
