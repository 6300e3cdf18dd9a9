package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares addresses in loops with limits that are made before: {@code a + n <= length} is {@code a < length - (n - 1)}
 * where no length is below n - 1, so that the sum need not be made for each access. Sums that would wrap are above any
 * limit by themselves.
 */
final class Limits {

  private static final int NONE = Graph.NONE;
  /** More limits of one length would take more registers than they save sums. */
  private static final int MOST_LIMITS = 3;

  private final Graph graph;
  /** By length and number of bytes: the limit. */
  private final Map<Long, Integer> limits = new HashMap<>();
  private final Map<Integer, Integer> counts = new HashMap<>();

  private Limits(Graph graph) {
    this.graph = graph;
  }

  static void run(Graph graph) {
    new Limits(graph).run();
  }

  private void run() {
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (graph.is(at, IrOp.BOUNDS)) {
          bounds(at, block);
        }
      }
    }
  }

  private void bounds(int at, int block) {
    int length = graph.b(at);
    long more = graph.imm(at) - 1;
    boolean before = graph.is(length, IrOp.MEMORY_LENGTH)
        && graph.loopDepth(graph.block(length)) < graph.loopDepth(block);
    if (before && more > 0 && more <= graph.leastLength(graph.aux(at)) && !graph.is(graph.a(at), IrOp.CONST)) {
      int limit = limit(length, more);
      if (limit != NONE) {
        graph.setB(at, limit);
        graph.setImm(at, 1);
      }
    }
  }

  private int limit(int length, long more) {
    long key = (long) length << Integer.SIZE | more;
    if (more > Integer.MAX_VALUE || !limits.containsKey(key) && counts.getOrDefault(length, 0) == MOST_LIMITS) {
      return NONE;
    }
    return limits.computeIfAbsent(key, absent -> {
      counts.merge(length, 1, Integer::sum);
      int position = graph.position(length);
      int bytes = graph.make(IrOp.CONST.code, IrType.I64, NONE, NONE, NONE, more, 0, position);
      int limit = graph.make(Opcode.I64_SUB.ordinal(), IrType.I64, length, bytes, NONE, 0, 0, position);
      int next = graph.next(length);
      graph.insertBefore(next, bytes);
      graph.insertBefore(next, limit);
      return limit;
    });
  }
}
