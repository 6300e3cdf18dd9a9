package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;

/**
 * Checks that a graph is whole: links, edges, types, that each use is dominated by its definition, and that every cycle
 * polls. For tests, and with {@code -Dskerry.verify.ir} after every pass.
 */
public final class GraphVerifier {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Dominators dominators;
  /** Places of instructions within their blocks. */
  private final int[] place;
  private final boolean[] linked;
  private final String when;
  private int current;

  private GraphVerifier(Graph graph, String when) {
    this.graph = graph;
    this.when = when;
    dominators = Dominators.of(graph);
    place = new int[graph.instructionCount()];
    linked = new boolean[graph.edgeTotal()];
  }

  /**
   * Checks a graph.
   *
   * @param when what was done last, for the message
   * @throws CompilationRefused if it is not whole
   */
  public static void verify(Graph graph, String when) {
    new GraphVerifier(graph, when).verify();
  }

  private void verify() {
    order();
    for (int block : graph.order()) {
      block(block);
    }
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        instruction(at);
      }
      current = graph.last(block);
      for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
        edge(edge);
      }
    }
    cycles();
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new CompilationRefused(CompilationRefused.Reason.INTERNAL, "after " + when + ": " + what + ", instruction "
          + current + (current >= 0 ? " at byte " + graph.position(current) : ""));
    }
  }

  private void order() {
    current = NONE;
    int[] order = graph.order();
    check(order.length == dominators.order().length, "the order has " + order.length + " blocks of "
        + dominators.order().length + " that can be reached");
    boolean[] seen = new boolean[graph.blockCount()];
    for (int block : order) {
      check(dominators.index(block) != NONE, "block " + block + " cannot be reached");
      check(!seen[block], "block " + block + " is in the order twice");
      check(block == 0 || seen[dominators.parent(block)], "block " + block + " is before its dominator");
      seen[block] = true;
    }
    check(order[0] == 0 && graph.firstIn(0) == NONE, "block 0 is not the entry");
  }

  private void block(int block) {
    int parameters = 0;
    int count = 0;
    int before = NONE;
    for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
      current = at;
      check(graph.block(at) == block && graph.previous(at) == before, "links are broken");
      if (graph.is(at, IrOp.PARAMETER)) {
        check(parameters == count && graph.imm(at) == parameters, "a parameter is out of place");
        parameters++;
      }
      check((at == graph.last(block)) == graph.isTerminator(at), "a block does not end with its terminator");
      place[at] = count++;
      before = at;
    }
    current = before;
    check(before != NONE && graph.last(block) == before, "block " + block + " has no end");
    check(parameters == graph.parameterCount(block), "block " + block + " has other parameters");
    edges(block);
    for (int edge = graph.firstIn(block); edge != NONE; edge = graph.nextIn(edge)) {
      check(graph.target(edge) == block && dominators.index(graph.source(edge)) != NONE, "an edge from nowhere");
      int first = graph.firstEdge(graph.source(edge));
      check(edge >= first && edge < first + graph.edgeCount(graph.source(edge)), "an edge of no block");
      linked[edge] = true;
    }
  }

  private void edges(int block) {
    int count = graph.edgeCount(block);
    switch (graph.irOp(graph.last(block))) {
      case JUMP -> check(count == 1, "a jump with " + count + " edges");
      case BRANCH -> check(count == 2, "a branch with " + count + " edges");
      case SWITCH -> {
        check(count > 0, "a switch without edges");
        for (int row : graph.table(graph.last(block))) {
          check(row >= 0 && row < count, "a row of a switch names edge " + row);
        }
      }
      case THROW -> check(count <= 1, "a throw with " + count + " edges");
      case CALL, CALL_INDIRECT, CALL_REF -> check(count == 2, "a call with " + count + " edges");
      default -> check(count == 0, "an end with " + count + " edges");
    }
  }

  private void edge(int edge) {
    int target = graph.target(edge);
    check(graph.argumentCount(edge) == graph.parameterCount(target), "an edge has "
        + graph.argumentCount(edge) + " arguments for " + graph.parameterCount(target) + " parameters");
    int parameter = graph.first(target);
    for (int i = 0; i < graph.argumentCount(edge); i++) {
      use(graph.argument(edge, i), graph.type(parameter));
      parameter = graph.next(parameter);
    }
    check(linked[edge], "an edge is unknown to its target");
  }

  private void instruction(int at) {
    current = at;
    Opcode opcode = graph.opcode(at);
    if (opcode == null) {
      own(at, graph.irOp(at));
    } else if (opcode.signature == null || opcode.immediate == Immediate.MEMORY
        || opcode.immediate == Immediate.TABLE) {
      untyped(at, opcode);
    } else {
      boolean access = opcode.accessBytes() > 0;
      for (int i = 0; i < 3; i++) {
        int value = i == 0 ? graph.a(at) : i == 1 ? graph.b(at) : graph.c(at);
        boolean needed = i < Shapes.operands(opcode.ordinal());
        check(needed == (value != NONE), "operands of " + opcode.mnemonic);
        if (needed && i == 0 && access) {
          address(value);
        } else if (needed) {
          use(value, vector(value, Shapes.operand(opcode.ordinal(), i)));
        }
      }
      type(vector(at, Shapes.result(opcode.ordinal())));
    }
  }

  private void type(byte type) {
    check(graph.type(current) == type, "a value of type " + IrType.name(graph.type(current)));
  }

  /** The type, or V256 where it is a V128 and the value is one of those. */
  private byte vector(int value, byte type) {
    return type == IrType.V128 && value != NONE && graph.type(value) == IrType.V256 ? IrType.V256 : type;
  }

  private void address(int value) {
    check(value != NONE && (graph.type(value) == IrType.I32 || graph.type(value) == IrType.I64), "type of an address");
    use(value, graph.type(value));
  }

  private void use(int value, byte type) {
    check(value >= 0 && value < graph.instructionCount() && graph.block(value) != NONE, "no value " + value);
    check(graph.type(value) == type, "value " + value + " is a " + IrType.name(graph.type(value)) + ", not a "
        + IrType.name(type));
    int defined = graph.block(value);
    int used = graph.block(current);
    check(dominators.index(defined) != NONE, "value " + value + " is in a block that cannot be reached");
    check(defined == used ? place[value] < place[current] : dominators.dominates(defined, used),
        "value " + value + " is not defined on all ways here");
  }

  private void untyped(int at, Opcode opcode) {
    switch (opcode) {
      case SELECT -> {
        check(graph.type(at) != IrType.VOID, "a select without a type");
        use(graph.a(at), graph.type(at));
        use(graph.b(at), graph.type(at));
        use(graph.c(at), IrType.I32);
      }
      case GLOBAL_SET -> use(graph.a(at), graph.type(graph.a(at)));
      case TABLE_GET -> address(graph.a(at));
      case TABLE_SET -> {
        address(graph.a(at));
        use(graph.b(at), IrType.I32);
      }
      case REF_AS_NON_NULL -> use(graph.a(at), IrType.I32);
      case REF_FUNC -> type(IrType.I32);
      case GLOBAL_GET, MEMORY_SIZE, TABLE_SIZE -> check(graph.type(at) != IrType.VOID, "no value");
      default -> check(false, opcode.mnemonic + " in a graph");
    }
  }

  private void own(int at, IrOp op) {
    for (int i = 0; i < graph.listSize(at); i++) {
      int value = graph.listValue(at, i);
      use(value, graph.type(value));
    }
    switch (op) {
      case PARAMETER, CONST, FRAME_LOAD, CAUGHT -> check(graph.type(at) != IrType.VOID, "no value");
      case VECTOR_CONST -> type(IrType.V128);
      case MEMORY_LENGTH, MEMORY_MASK, STORE_CONTEXT -> type(IrType.I64);
      case POLL -> check(graph.a(at) == NONE || graph.is(graph.a(at), IrOp.STORE_CONTEXT), "polls elsewhere");
      case RESULT -> result(at);
      case LANDING -> {
        type(IrType.I32);
        int block = graph.block(at);
        boolean lands = graph.previous(at) == NONE && graph.hasSingleIn(block);
        int from = lands ? graph.source(graph.firstIn(block)) : NONE;
        check(lands && graph.firstIn(block) == graph.firstEdge(from) + graph.edgeCount(from) - 1
            && (graph.is(graph.last(from), IrOp.THROW) || graph.irOp(graph.last(from)).isCall()),
            "a landing of no call");
        check(graph.imm(at) < graph.guardCount() && graph.guard((int) graph.imm(at)) != null, "no guard");
      }
      case CALL_INDIRECT, TAIL_CALL_INDIRECT -> address(graph.a(at));
      case CALL_REF, TAIL_CALL_REF, BRANCH, SWITCH -> use(graph.a(at), IrType.I32);
      case BOUNDS -> {
        address(graph.a(at));
        use(graph.b(at), IrType.I64);
        int limit = graph.b(at);
        int length = graph.is(limit, Opcode.I64_SUB) ? graph.a(limit) : limit;
        check(graph.is(length, IrOp.MEMORY_LENGTH) && graph.aux(length) == graph.aux(at), "bounds of what");
        check(length == limit || graph.is(graph.b(limit), IrOp.CONST)
            && Long.compareUnsigned(graph.imm(graph.b(limit)), graph.leastLength(graph.aux(at))) <= 0,
            "a limit below 0");
        check(graph.type(at) == IrType.VOID || graph.type(at) == IrType.I64, "the type of a clamped address");
      }
      case MASKED -> {
        type(IrType.I64);
        use(graph.a(at), IrType.I32);
        use(graph.b(at), IrType.I64);
        check(graph.is(graph.b(at), IrOp.MEMORY_MASK) && graph.aux(graph.b(at)) == graph.aux(at), "masked to what");
      }
      case ALIGNED -> address(graph.a(at));
      case JOIN -> {
        type(IrType.V256);
        use(graph.a(at), IrType.V128);
        use(graph.b(at), IrType.V128);
      }
      case HALF -> {
        type(IrType.V128);
        use(graph.a(at), IrType.V256);
      }
      case SPLICE -> {
        type(IrType.V256);
        use(graph.a(at), IrType.V256);
        use(graph.b(at), IrType.V256);
      }
      case FUEL -> check(graph.imm(at) >= 0 && graph.imm(at) <= Integer.MAX_VALUE, "fuel that no body costs");
      case MUL_HIGH_S, MUL_HIGH_U -> {
        type(IrType.I64);
        use(graph.a(at), IrType.I64);
        use(graph.b(at), IrType.I64);
      }
      default -> { }
    }
  }

  /** Results are the first thing behind their call, in order. */
  private void result(int at) {
    int before = graph.previous(at);
    int call = graph.a(at);
    boolean follows = before == NONE
        ? graph.hasSingleIn(graph.block(at)) && graph.last(graph.source(graph.firstIn(graph.block(at)))) == call
        : before == call || graph.is(before, IrOp.RESULT) && graph.a(before) == call;
    check(follows && call != NONE && graph.irOp(call) != null && graph.irOp(call).isCall(), "a result of no call");
  }

  /** What is left of the graph without the blocks that poll must have no cycle. */
  private void cycles() {
    boolean[] polls = new boolean[graph.blockCount()];
    for (int block : graph.order()) {
      int at = graph.first(block);
      while (at != NONE && graph.is(at, IrOp.PARAMETER)) {
        at = graph.next(at);
      }
      current = at;
      polls[block] = graph.is(at, IrOp.POLL);
      check(polls[block] == graph.isLoopHeader(block), "a loop that does not poll");
    }
    int[] open = new int[graph.blockCount()];
    int[] work = new int[graph.order().length];
    int waiting = 0;
    int done = 0;
    for (int block : graph.order()) {
      for (int edge = graph.firstIn(block); edge != NONE; edge = graph.nextIn(edge)) {
        open[block] += polls[graph.source(edge)] ? 0 : 1;
      }
      if (open[block] == 0) {
        work[waiting++] = block;
      }
    }
    while (waiting > 0) {
      int block = work[--waiting];
      done++;
      for (int i = 0; i < graph.edgeCount(block) && !polls[block]; i++) {
        int target = graph.target(graph.firstEdge(block) + i);
        if (--open[target] == 0) {
          work[waiting++] = target;
        }
      }
    }
    check(done == graph.order().length, "a cycle that does not poll");
  }
}
