package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;

/**
 * What may have changed from one place of a graph to another: contents of memories, their lengths, globals. A store
 * changes all memories here; {@link StoreLog} knows better.
 */
final class Kills {

  static final int MEMORY = 1;
  static final int LENGTH = 2;
  static final int GLOBALS = 4;
  static final int ALL = MEMORY | LENGTH | GLOBALS;

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Loops loops;
  /** By header: what the loop changes. */
  private final byte[] changed;

  Kills(Graph graph) {
    this.graph = graph;
    loops = Loops.of(graph);
    changed = new byte[graph.blockCount()];
    int[] order = graph.order();
    for (int i = order.length - 1; i >= 0; i--) {
      int top = loops.innermost(order[i]);
      if (top != NONE && changed[top] != ALL) {
        changed[top] |= (byte) inBlock(order[i]);
      }
      if (top == order[i] && loops.outer(top) != NONE) {
        changed[loops.outer(top)] |= changed[top];
      }
    }
  }

  private int inBlock(int block) {
    int all = 0;
    for (int at = graph.first(block); at != NONE && all != ALL; at = graph.next(at)) {
      all |= of(graph, at);
    }
    return all;
  }

  /** What an instruction may change. */
  static int of(Graph graph, int instruction) {
    int op = graph.op(instruction);
    if (op < 0) {
      IrOp own = IrOp.of(op);
      if (own.isCall() || own == IrOp.THROW) {
        return ALL;
      }
      return own == IrOp.POLL && graph.hasSharedMemory() ? MEMORY | LENGTH : 0;
    }
    Opcode opcode = graph.opcode(instruction);
    if (opcode == Opcode.GLOBAL_SET) {
      return GLOBALS;
    }
    if (opcode.immediate == Immediate.ATOMIC || opcode.immediate == Immediate.FENCE) {
      return MEMORY | LENGTH;
    }
    return isStore(opcode) ? MEMORY : 0;
  }

  /** Whether it writes as many bytes to memory as it accesses, and does nothing else. */
  static boolean isStore(Opcode opcode) {
    return opcode.accessBytes() > 0 && opcode.signature.endsWith(":") && opcode.immediate != Immediate.ATOMIC;
  }

  /** What the loop of a header may change, loops inside included. */
  int inLoop(int header) {
    return changed[header];
  }

  Loops loops() {
    return loops;
  }

  /** Versions of what can change, one for each bit; nothing was changed between two places with the same. */
  static final class Versions {

    private static final int KINDS = 3;
    private final int[] atEnd;
    private final boolean[] known;
    private final int[] current = new int[KINDS];
    private final boolean reducible;
    private int last;

    /** @param reducible says that all loops have one entry, their header */
    Versions(Graph graph, boolean reducible) {
      this.reducible = reducible;
      atEnd = new int[KINDS * graph.blockCount()];
      known = new boolean[graph.blockCount()];
    }

    /** The version of what one of the bits stands for. */
    int of(int bit) {
      return current[Integer.numberOfTrailingZeros(bit)];
    }

    void change(int bits) {
      for (int kind = 0; kind < KINDS; kind++) {
        if ((bits & 1 << kind) != 0) {
          current[kind] = ++last;
        }
      }
    }

    /** Goes on where a block begins: what the ways to it agree on stays. Blocks before it were left, but for loops. */
    void enter(Graph graph, int block, Kills kills) {
      int lost = 0;
      boolean any = false;
      for (int edge = graph.firstIn(block); edge != NONE; edge = graph.nextIn(edge)) {
        int source = graph.source(edge);
        if (!known[source]) {
          boolean back = kills.loops.place(source) >= kills.loops.place(block);
          lost |= back && reducible ? kills.changed[block] : ALL;
        } else if (!any) {
          System.arraycopy(atEnd, KINDS * source, current, 0, KINDS);
          any = true;
        } else {
          for (int kind = 0; kind < KINDS; kind++) {
            lost |= current[kind] == atEnd[KINDS * source + kind] ? 0 : 1 << kind;
          }
        }
      }
      change(any || block == 0 ? lost : ALL);
    }

    void leave(int block) {
      System.arraycopy(current, 0, atEnd, KINDS * block, KINDS);
      known[block] = true;
    }
  }
}
