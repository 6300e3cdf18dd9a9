package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Dominators;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The natural loops of a graph, what counts in them, and how often they turn. Nothing is found where a loop has several
 * headers. For graphs before {@link Layout}, in whose order a header comes before all of its loop. Takes time in
 * proportion to the graph; what is told is of the graph as it was.
 */
public final class Inductions {

  private static final int NONE = Graph.NONE;
  /** How many sums there may be between a parameter and what the next turn has for it. */
  private static final int CHAIN = 16;

  private final Graph graph;
  private final Dominators dominators;
  private final Loops loops;
  private final NaturalLoop[] byHeader;
  private final List<NaturalLoop> found = new ArrayList<>();

  private Inductions(Graph graph) {
    this.graph = graph;
    dominators = Dominators.of(graph);
    Kills kills = new Kills(graph);
    loops = kills.loops();
    byHeader = new NaturalLoop[graph.blockCount()];
    if (!dominators.isReducible()) {
      return;
    }
    for (int block : graph.order()) {
      if (loops.isHeader(block)) {
        int outer = loops.outer(block);
        NaturalLoop loop = new NaturalLoop(this, block, outer == NONE ? null : byHeader[outer]);
        byHeader[block] = loop;
        found.add(loop);
        loop.changes = kills.inLoop(block);
      }
    }
    nest();
    for (NaturalLoop loop : found) {
      edges(loop);
    }
    members();
    for (NaturalLoop loop : found) {
      loop.inductions = inductions(loop);
      loop.tripCount = loop.exits.length == 1 ? tripCount(loop, loop.exits[0]) : null;
    }
  }

  /** The loops of a graph. */
  public static Inductions of(Graph graph) {
    return new Inductions(graph);
  }

  /** All loops, each before those inside it. */
  public List<NaturalLoop> loops() {
    return found;
  }

  Graph graph() {
    return graph;
  }

  /** The innermost loop that a block is in, its own if it is a header; or null. */
  public NaturalLoop innermost(int block) {
    int header = block == NONE ? NONE : loops.innermost(block);
    return header == NONE ? null : byHeader[header];
  }

  /** Numbers loops so that those inside one have the numbers behind its own. */
  private void nest() {
    int[] inside = new int[graph.blockCount()];
    for (int i = found.size() - 1; i >= 0; i--) {
      NaturalLoop outer = found.get(i).outer;
      if (outer != null) {
        outer.innermost = false;
        inside[outer.header] += inside[found.get(i).header] + 1;
      }
    }
    int outside = 0;
    int[] given = new int[graph.blockCount()];
    for (NaturalLoop loop : found) {
      int taken = inside[loop.header] + 1;
      if (loop.outer == null) {
        loop.number = outside;
        outside += taken;
      } else {
        loop.number = loop.outer.number + 1 + given[loop.outer.header];
        given[loop.outer.header] += taken;
      }
      loop.lastInside = loop.number + inside[loop.header];
    }
  }

  private void edges(NaturalLoop loop) {
    int[] back = new int[2];
    int backs = 0;
    int entries = 0;
    for (int edge = graph.firstIn(loop.header); edge != NONE; edge = graph.nextIn(edge)) {
      if (dominators.dominates(loop.header, graph.source(edge))) {
        back = backs == back.length ? Arrays.copyOf(back, 2 * backs) : back;
        back[backs++] = edge;
      } else {
        loop.entry = edge;
        entries++;
      }
    }
    loop.entry = entries == 1 ? loop.entry : NONE;
    loop.backEdges = Arrays.copyOf(back, backs);
  }

  /** Finds what is in each loop and, of innermost ones, its blocks and exits. */
  private void members() {
    int[] sizes = new int[graph.blockCount()];
    for (int block : graph.order()) {
      NaturalLoop loop = innermost(block);
      if (loop != null && loop.innermost) {
        sizes[loop.header]++;
      }
    }
    int[] order = graph.order();
    for (int block : order) {
      NaturalLoop loop = innermost(block);
      if (loop == null) {
        continue;
      }
      loop.calls |= calls(block);
      if (loop.innermost) {
        if (loop.blocks.length == 0) {
          loop.blocks = new int[sizes[loop.header]];
          sizes[loop.header] = 0;
        }
        loop.blocks[sizes[loop.header]++] = block;
        exits(loop, block);
      }
    }
    for (int i = found.size() - 1; i >= 0; i--) {
      NaturalLoop loop = found.get(i);
      if (loop.outer != null) {
        loop.outer.calls |= loop.calls;
      }
    }
  }

  private void exits(NaturalLoop loop, int block) {
    for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
      if (innermost(graph.target(edge)) != loop) {
        loop.exits = Arrays.copyOf(loop.exits, loop.exits.length + 1);
        loop.exits[loop.exits.length - 1] = edge;
      }
    }
  }

  private boolean calls(int block) {
    for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
      IrOp op = graph.irOp(at);
      if (op != null && (op.isCall() || op == IrOp.THROW)) {
        return true;
      }
    }
    return false;
  }

  private List<Induction> inductions(NaturalLoop loop) {
    if (loop.backEdges.length == 0) {
      return List.of();
    }
    List<Induction> all = new ArrayList<>();
    int parameter = graph.first(loop.header);
    for (int i = 0; i < graph.parameterCount(loop.header); i++, parameter = graph.next(parameter)) {
      boolean isInteger = graph.type(parameter) == IrType.I32 || graph.type(parameter) == IrType.I64;
      int next = graph.argument(loop.backEdges[0], i);
      for (int edge : loop.backEdges) {
        next = graph.argument(edge, i) == next ? next : NONE;
      }
      if (isInteger && next != NONE && next != parameter) {
        Induction induction = induction(loop, parameter, i, next);
        if (induction != null) {
          all.add(induction);
        }
      }
    }
    return all;
  }

  private Induction induction(NaturalLoop loop, int parameter, int index, int next) {
    byte type = graph.type(parameter);
    int step = NONE;
    long constant = 0;
    int at = next;
    for (int i = 0; at != parameter; i++) {
      boolean isSum = graph.is(at, Opcode.I32_ADD) || graph.is(at, Opcode.I64_ADD);
      boolean isDifference = graph.is(at, Opcode.I32_SUB) || graph.is(at, Opcode.I64_SUB);
      if (i == CHAIN || !isSum && !isDifference || loop.isInvariant(at)) {
        return null;
      }
      int a = graph.a(at);
      int b = graph.b(at);
      boolean exchanged = isSum && !graph.is(b, IrOp.CONST) && loop.isInvariant(a);
      int added = exchanged ? a : b;
      if (graph.is(added, IrOp.CONST)) {
        constant += isSum ? graph.imm(added) : -graph.imm(added);
      } else if (isSum && step == NONE && loop.isInvariant(added)) {
        step = added;
      } else {
        return null;
      }
      at = exchanged ? b : a;
    }
    int start = loop.entry == NONE ? NONE : graph.argument(loop.entry, index);
    return new Induction(parameter, start, next, step, LinearForm.signed(type, constant));
  }

  /** When the loop is left by an edge, the only one that leaves it. */
  private TripCount tripCount(NaturalLoop loop, int exit) {
    int test = graph.source(exit);
    for (int edge : loop.backEdges) {
      if (!dominators.dominates(test, graph.source(edge))) {
        return null;
      }
    }
    int branch = graph.last(test);
    if (!graph.is(branch, IrOp.BRANCH)) {
      return null;
    }
    boolean goesOnIfTrue = graph.edgeIndex(exit) == 1;
    return new LoopTest(graph, loop, exit).of(graph.a(branch), goesOnIfTrue);
  }
}
