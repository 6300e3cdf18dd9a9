package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;
import java.util.List;

/**
 * Copies the body of a function into a graph, in place of a call of it. The block of the call ends with the beginning
 * of the body; returns go on in a new block, whose parameters stand for the results. Where exceptions of the call land,
 * those of the calls and throws of the body land, each in a block of its own.
 */
final class BodyCopy {

  private static final int NONE = Graph.NONE;
  private static final int[] NOTHING = {};

  private final Graph graph;
  private final Graph body;
  private final List<ValType> results;
  private final int shift;
  private final int[] values;
  /** The copies of blocks: where they begin and, for calls whose exceptions land may end blocks, where they end. */
  private final int[] begins;
  private final int[] ends;
  private int[] order = new int[8];
  private int ordered;

  /** Loop depth of the call, whether it is cold, and where its exceptions land: clauses, what the landing carries. */
  private int depth;
  private boolean cold;
  private int guard = NONE;
  private int dispatch = NONE;
  private int[] carried = NOTHING;
  private int clause;
  private int firstGuard;

  /**
   * A copy of a function into a graph.
   *
   * @param results the types of what it returns
   * @param shift what positions in the body are more than those of the function itself
   */
  BodyCopy(Graph graph, Graph body, List<ValType> results, int shift) {
    this.graph = graph;
    this.body = body;
    this.results = results;
    this.shift = shift;
    values = new int[body.instructionCount()];
    begins = new int[body.blockCount()];
    ends = new int[body.blockCount()];
  }

  /**
   * Says whether exceptions of a call land nowhere, or in a block that only passes on which clause catches them.
   *
   * @param call of which {@link #landing} is not NONE
   */
  static boolean landsPlainly(Graph graph, int call) {
    int landing = graph.first(landing(graph, call));
    return graph.is(landing, IrOp.LANDING) && graph.is(graph.next(landing), IrOp.JUMP);
  }

  /** The block where exceptions of a call land, or NONE. */
  static int landing(Graph graph, int call) {
    int block = graph.block(call);
    return graph.last(block) == call && graph.edgeCount(block) == 2 ? graph.target(graph.firstEdge(block) + 1) : NONE;
  }

  /**
   * Replaces a call.
   *
   * @param replacements is told what stands for the results
   * @return the new blocks in their order: those of the body, and where it goes on
   */
  int[] replace(int call, Replacements replacements) {
    int block = graph.block(call);
    depth = graph.loopDepth(block);
    cold = graph.isCold(block);
    int goesOn = newBlock();
    int landing = landing(graph, call);
    int next = landing == NONE ? NONE : graph.target(graph.firstEdge(block));
    results(call, next == NONE ? graph.next(call) : graph.first(next), goesOn, replacements);
    if (next == NONE) {
      graph.moveBehind(call, goesOn);
      graph.moveEdges(block, goesOn);
    } else {
      takeLanding(landing);
      graph.removeEdges(block);
      graph.append(goesOn, graph.make(IrOp.JUMP.code, IrType.VOID, NONE, NONE, NONE, 0, 0, graph.position(call)));
      graph.addEdge(goesOn, next, NOTHING, 0, 0);
    }
    graph.remove(call);
    arguments(call);
    guards();
    copy(block, goesOn);
    put(goesOn);
    return Arrays.copyOf(order, ordered);
  }

  private int newBlock() {
    int made = graph.addBlock();
    graph.setLoopDepth(made, depth);
    graph.setCold(made, cold);
    return made;
  }

  private void put(int block) {
    if (ordered == order.length) {
      order = Arrays.copyOf(order, 2 * ordered);
    }
    order[ordered++] = block;
  }

  /** Results that nothing needs may have been left out. */
  private void results(int call, int first, int goesOn, Replacements replacements) {
    int[] made = new int[results.size()];
    for (int i = 0; i < made.length; i++) {
      made[i] = graph.make(IrOp.PARAMETER.code, IrType.of(results.get(i)), NONE, NONE, NONE, 0, 0,
          graph.position(call));
      graph.append(goesOn, made[i]);
    }
    int behind;
    for (int at = first; at != NONE && graph.is(at, IrOp.RESULT) && graph.a(at) == call; at = behind) {
      behind = graph.next(at);
      replacements.replace(at, made[(int) graph.imm(at)]);
      graph.remove(at);
    }
  }

  /** Takes note of where exceptions land; nothing will land in the block itself. */
  private void takeLanding(int landing) {
    clause = graph.first(landing);
    guard = (int) graph.imm(clause);
    int edge = graph.firstEdge(landing);
    dispatch = graph.target(edge);
    carried = new int[graph.argumentCount(edge)];
    for (int i = 0; i < carried.length; i++) {
      carried[i] = graph.argument(edge, i);
    }
  }

  private void arguments(int call) {
    int parameter = body.first(0);
    for (int i = 0; i < body.parameterCount(0); i++) {
      values[parameter] = graph.listValue(call, i);
      parameter = body.next(parameter);
    }
  }

  private void guards() {
    firstGuard = graph.guardCount();
    for (int i = 0; i < body.guardCount(); i++) {
      graph.setGuard(graph.addGuard(), body.guard(i));
    }
  }

  private void copy(int entry, int goesOn) {
    for (int from : body.order()) {
      int made = entry;
      if (from != 0) {
        made = newBlock();
        graph.setLoopDepth(made, depth + body.loopDepth(from));
        graph.setCold(made, cold || body.isCold(from));
        graph.setLoopHeader(made, body.isLoopHeader(from));
      }
      begins[from] = made;
      ends[from] = made;
    }
    for (int from : body.order()) {
      if (from != 0) {
        put(begins[from]);
      }
      instructions(from, goesOn);
    }
    for (int from : body.order()) {
      for (int i = 0; i < body.edgeCount(from); i++) {
        int edge = body.firstEdge(from) + i;
        int[] arguments = new int[body.argumentCount(edge)];
        for (int k = 0; k < arguments.length; k++) {
          arguments[k] = values[body.argument(edge, k)];
        }
        int made = graph.addEdge(ends[from], begins[body.target(edge)], arguments, 0, arguments.length);
        graph.weights.set(made, body.weights.of(edge));
      }
    }
  }

  /** Copies the instructions of a block. */
  private void instructions(int from, int goesOn) {
    for (int at = body.first(from); at != NONE; at = body.next(at)) {
      if (from == 0 && body.is(at, IrOp.PARAMETER)) {
        continue;
      }
      int to = ends[from];
      if (body.is(at, IrOp.RETURN)) {
        graph.append(to, graph.make(IrOp.JUMP.code, IrType.VOID, NONE, NONE, NONE, 0, 0, position(at)));
        int[] results = list(at);
        graph.addEdge(to, goesOn, results, 0, results.length);
        return;
      }
      int made = graph.make(body.op(at), body.type(at), value(body.a(at)), value(body.b(at)), value(body.c(at)),
          body.imm(at), body.aux(at), position(at));
      values[at] = made;
      int[] list = list(at);
      graph.setList(made, list, 0, list.length);
      tables(at, made);
      graph.append(to, made);
      if (guard != NONE) {
        land(made, from);
      }
    }
  }

  private int value(int of) {
    return of == NONE ? NONE : values[of];
  }

  private int position(int at) {
    return body.position(at) + shift;
  }

  private int[] list(int at) {
    int[] list = new int[body.listSize(at)];
    for (int i = 0; i < list.length; i++) {
      list[i] = values[body.listValue(at, i)];
    }
    return list;
  }

  /** What instructions name that is the graph's. */
  private void tables(int at, int made) {
    IrOp op = body.irOp(at);
    if (op == null) {
      if (body.opcode(at).immediate == Immediate.SHUFFLE) {
        graph.setAux(made, graph.addHigh(body.high(at)));
      }
      return;
    }
    switch (op) {
      case VECTOR_CONST -> graph.setAux(made, graph.addHigh(body.high(at)));
      case SWITCH -> graph.setAux(made, graph.addTable(body.table(at)));
      case RUNTIME, THROW ->
          graph.setAux(made, graph.addRuntime(body.runtimeOp(at), body.runtimeIndex(at), body.runtimeIndex2(at)));
      case LANDING -> graph.setImm(made, firstGuard + body.imm(at));
      default -> { }
    }
  }

  /** Gives what may throw an edge to a landing block of its own. */
  private void land(int made, int from) {
    boolean raises = graph.is(made, IrOp.THROW);
    if (!raises && !graph.is(made, IrOp.CALL) && !graph.is(made, IrOp.CALL_INDIRECT)
        && !graph.is(made, IrOp.CALL_REF)) {
      return;
    }
    int block = ends[from];
    int landing = newBlock();
    graph.setCold(landing, true);
    if (!raises) {
      int next = newBlock();
      graph.setLoopDepth(next, graph.loopDepth(block));
      graph.setCold(next, graph.isCold(block));
      graph.addEdge(block, next, NOTHING, 0, 0);
      put(next);
      ends[from] = next;
    }
    graph.addEdge(block, landing, NOTHING, 0, 0);
    put(landing);
    int caught = graph.make(IrOp.LANDING.code, IrType.I32, NONE, NONE, NONE, guard, 0, graph.position(made));
    graph.append(landing, caught);
    graph.append(landing, graph.make(IrOp.JUMP.code, IrType.VOID, NONE, NONE, NONE, 0, 0, graph.position(made)));
    int[] arguments = carried.clone();
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = arguments[i] == clause ? caught : arguments[i];
    }
    graph.addEdge(landing, dispatch, arguments, 0, arguments.length);
  }
}
