package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Dominators;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;

/**
 * Reads lengths of memories and globals before a loop instead of in it, where nothing in the loop changes them. What
 * compilers of guests can move they have moved; these they cannot see, or cannot know.
 */
final class Hoisting {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Loops loops;
  private final Kills kills;

  private Hoisting(Graph graph) {
    this.graph = graph;
    kills = new Kills(graph);
    loops = kills.loops();
  }

  static void run(Graph graph) {
    boolean any = false;
    for (int block : graph.order()) {
      any |= graph.isLoopHeader(block);
    }
    if (any && Dominators.of(graph).isReducible()) {
      new Hoisting(graph).run();
    }
  }

  private void run() {
    for (int block : graph.order()) {
      int innermost = loops.innermost(block);
      int behind;
      for (int at = graph.first(block); at != NONE && innermost != NONE; at = behind) {
        behind = graph.next(at);
        int read = read(at);
        if (read >= 0) {
          hoist(at, innermost, read);
        }
      }
    }
  }

  /** What must not change for an instruction to move; below 0 for all that do not. */
  private int read(int at) {
    if (graph.is(at, IrOp.MEMORY_LENGTH) || graph.is(at, IrOp.MEMORY_MASK)) {
      return Kills.LENGTH;
    }
    if (graph.is(at, Opcode.GLOBAL_GET)) {
      return (graph.aux(at) & Graph.GLOBAL_CONSTANT) != 0 ? 0 : Kills.GLOBALS;
    }
    return -1;
  }

  /** Moves an instruction before the outermost loop that changes nothing of what it reads. */
  private void hoist(int at, int innermost, int read) {
    int to = NONE;
    for (int top = innermost; top != NONE && (kills.inLoop(top) & read) == 0; top = loops.outer(top)) {
      int before = before(top);
      to = before == NONE ? to : before;
    }
    if (to != NONE) {
      graph.remove(at);
      graph.insertBefore(graph.last(to), at);
    }
  }

  /** The only block from which the loop of a header is entered; NONE if there are more, or it ends with a call. */
  private int before(int top) {
    int found = NONE;
    for (int edge = graph.firstIn(top); edge != NONE; edge = graph.nextIn(edge)) {
      int source = graph.source(edge);
      if (loops.place(source) < loops.place(top)) {
        if (found != NONE) {
          return NONE;
        }
        found = source;
      }
    }
    return found != NONE && graph.irOp(graph.last(found)).isTerminator() ? found : NONE;
  }
}
