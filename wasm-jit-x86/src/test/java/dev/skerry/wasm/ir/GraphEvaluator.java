package dev.skerry.wasm.ir;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.semantics.Operators;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Runs graphs as they are, instruction by instruction, so that what builds and changes them is proved without machine
 * code. Accesses outside memory that no BOUNDS came before are a failure of the graph, unless a guard zone is there.
 */
final class GraphEvaluator {

  private static final long U32 = 0xffff_ffffL;
  private static final int MAX_DEPTH = 400;
  private static final int MAX_POLLS = 5_000_000;

  private final GuestState state;
  private final IntFunction<Graph> build;
  private final Map<Integer, Graph> graphs = new HashMap<>();
  private int depth;
  private int polls;
  /** Instructions that ran. */
  long executed;
  /** Exceptions that landed. */
  int landings;
  /** Makes what watches one run of a graph; or null. */
  Function<Graph, Watch> watch;

  /** Is told which ways a run takes. */
  @FunctionalInterface
  interface Watch {

    /** @param values low halves by instruction, with the target's parameters set */
    void took(int edge, long[] values);
  }

  /** @param build makes the graph of a function */
  GraphEvaluator(GuestState state, IntFunction<Graph> build) {
    this.state = state;
    this.build = build;
  }

  /** Calls a function with argument slots; its result slots. */
  long[] call(int function, long... slots) {
    return invoke(function, slots);
  }

  /** Runs a graph that enters at a loop, on a frame of tier 0 that begins at so many slots before its pointer. */
  long[] enter(Graph graph, long[] frame, int before) {
    return run(graph, new long[] {before}, frame);
  }

  private FuncType type(int function) {
    return state.module.types()[state.module.functions()[function]];
  }

  private long[] invoke(int function, long[] slots) {
    if (++depth > MAX_DEPTH) {
      throw GuestState.trap(Trap.Kind.STACK_EXHAUSTED);
    }
    try {
      return run(graphs.computeIfAbsent(function, build::apply), slots, null);
    } finally {
      depth--;
    }
  }

  private long[] run(Graph graph, long[] slots, long[] frame) {
    return new Run(graph, frame).run(slots);
  }

  /** An unsigned number of so many bytes. */
  static long read(ByteBuffer from, int at, int bytes) {
    return switch (bytes) {
      case 1 -> from.get(at) & 0xffL;
      case 2 -> from.getShort(at) & 0xffffL;
      case 4 -> from.getInt(at) & U32;
      default -> from.getLong(at);
    };
  }

  static void write(ByteBuffer to, int at, int bytes, long value) {
    switch (bytes) {
      case 1 -> to.put(at, (byte) value);
      case 2 -> to.putShort(at, (short) value);
      case 4 -> to.putInt(at, (int) value);
      default -> to.putLong(at, value);
    }
  }

  /** One activation of a function. */
  private final class Run {

    private final Graph graph;
    private final Watch watching;
    private final long[] frame;
    private final long[] low;
    private final long[] high;
    private long[] results;
    private long[] returned;
    /** What came with the exception that landed: the clause, the reference, the payload. */
    private long[] landed;

    Run(Graph graph, long[] frame) {
      this.graph = graph;
      watching = watch == null ? null : watch.apply(graph);
      this.frame = frame;
      low = new long[graph.instructionCount()];
      high = new long[graph.instructionCount()];
    }

    long[] run(long[] slots) {
      int slot = 0;
      for (int at = graph.first(0); graph.is(at, IrOp.PARAMETER); at = graph.next(at)) {
        low[at] = slots[slot++];
        high[at] = graph.type(at) == IrType.V128 ? slots[slot++] : 0;
      }
      int block = 0;
      while (returned == null) {
        int edge = block(block);
        if (edge != Graph.NONE) {
          block = follow(edge);
        }
      }
      return returned;
    }

    private int follow(int edge) {
      int count = graph.argumentCount(edge);
      long[] lows = new long[count];
      long[] highs = new long[count];
      for (int i = 0; i < count; i++) {
        lows[i] = low[graph.argument(edge, i)];
        highs[i] = high[graph.argument(edge, i)];
      }
      int at = graph.first(graph.target(edge));
      for (int i = 0; i < count; i++) {
        low[at] = lows[i];
        high[at] = highs[i];
        at = graph.next(at);
      }
      if (watching != null) {
        watching.took(edge, low);
      }
      return graph.target(edge);
    }

    /** Runs a block; the edge that it leaves by. */
    private int block(int block) {
      for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
        executed++;
        if (graph.op(at) < 0) {
          IrOp op = graph.irOp(at);
          if (op.isTerminator()) {
            return terminate(block, at, op);
          }
          if (graph.isTerminator(at)) {
            return guarded(block, at, op);
          }
          own(at, op);
        } else {
          opcode(at, graph.opcode(at));
        }
      }
      throw new AssertionError("block " + block + " has no end");
    }

    /** Does a call that ends its block; the edge for what came of it. */
    private int guarded(int block, int at, IrOp op) {
      try {
        own(at, op);
        return graph.firstEdge(block);
      } catch (GuestState.Thrown thrown) {
        return land(graph.firstEdge(block) + 1, thrown);
      }
    }

    private int land(int edge, GuestState.Thrown thrown) {
      int[] rows = graph.guard((int) graph.imm(graph.first(graph.target(edge))));
      for (int row = 0; row < rows.length / 2; row++) {
        if (rows[2 * row] < 0 || rows[2 * row] == thrown.tag) {
          landings++;
          landed = new long[2 + thrown.payload.length];
          landed[0] = row;
          if (rows[2 * row + 1] != 0) {
            state.exceptions.add(thrown);
            landed[1] = state.exceptions.size();
          }
          System.arraycopy(thrown.payload, 0, landed, 2, rows[2 * row] < 0 ? 0 : thrown.payload.length);
          return edge;
        }
      }
      throw thrown;
    }

    private GuestState.Thrown thrown(int at) {
      if (graph.runtimeOp(at) == Op.THROW) {
        return new GuestState.Thrown(graph.runtimeIndex(at), list(at));
      }
      long reference = list(at)[0];
      if (reference == 0) {
        throw GuestState.trap(Trap.Kind.NULL_EXCEPTION_REFERENCE);
      }
      return state.exceptions.get((int) reference - 1);
    }

    private int terminate(int block, int at, IrOp op) {
      int first = graph.firstEdge(block);
      switch (op) {
        case JUMP -> {
          return first;
        }
        case BRANCH -> {
          return first + (low[graph.a(at)] != 0 ? 0 : 1);
        }
        case SWITCH -> {
          int[] rows = graph.table(at);
          long index = low[graph.a(at)];
          return first + rows[(int) Math.min(index, rows.length - 1)];
        }
        case RETURN -> returned = list(at);
        case TRAP -> throw GuestState.trap(Trap.Kind.values()[(int) graph.imm(at)]);
        case THROW -> {
          GuestState.Thrown thrown = thrown(at);
          if (graph.edgeCount(block) == 0) {
            throw thrown;
          }
          return land(first, thrown);
        }
        case TAIL_CALL -> returned = invoke((int) graph.imm(at), list(at));
        case TAIL_CALL_INDIRECT -> returned = invoke(indirect(at), list(at));
        default -> throw new AssertionError(op);
      }
      return Graph.NONE;
    }

    private long[] list(int at) {
      long[] slots = new long[2 * graph.listSize(at)];
      int slot = 0;
      for (int i = 0; i < graph.listSize(at); i++) {
        int value = graph.listValue(at, i);
        slots[slot++] = low[value];
        if (graph.type(value) == IrType.V128) {
          slots[slot++] = high[value];
        }
      }
      return Arrays.copyOf(slots, slot);
    }

    private int indirect(int at) {
      int ref = state.element(graph.aux(at), low[graph.a(at)]);
      if (ref < 0) {
        throw GuestState.trap(Trap.Kind.UNDEFINED_ELEMENT);
      }
      if (ref == 0) {
        throw GuestState.trap(Trap.Kind.UNINITIALIZED_ELEMENT);
      }
      if (!type(ref - 1).equals(state.module.types()[(int) graph.imm(at)])) {
        throw GuestState.trap(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH);
      }
      return ref - 1;
    }

    private void own(int at, IrOp op) {
      switch (op) {
        case PARAMETER, STORE_CONTEXT -> { }
        case CONST -> low[at] = graph.imm(at);
        case VECTOR_CONST -> {
          low[at] = graph.imm(at);
          high[at] = graph.high(at);
        }
        case RESULT -> result(at);
        case CALL -> results = invoke((int) graph.imm(at), list(at));
        case CALL_INDIRECT -> results = invoke(indirect(at), list(at));
        case RUNTIME -> low[at] = state.runtime(
            graph.runtimeOp(at), graph.runtimeIndex(at), graph.runtimeIndex2(at), list(at));
        case MEMORY_LENGTH -> low[at] = state.memory.capacity();
        case BOUNDS -> {
          long needed = low[graph.a(at)] + graph.imm(at);
          if (Long.compareUnsigned(needed, graph.imm(at)) < 0
              || Long.compareUnsigned(needed, low[graph.b(at)]) > 0) {
            throw GuestState.trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
          }
          low[at] = low[graph.a(at)];
        }
        case ALIGNED -> {
          if ((low[graph.a(at)] + graph.imm(at)) % graph.aux(at) != 0) {
            throw GuestState.trap(Trap.Kind.UNALIGNED_ATOMIC);
          }
        }
        case LANDING -> low[at] = landed[0];
        case CAUGHT -> {
          int slot = (int) graph.imm(at);
          low[at] = landed[slot];
          high[at] = graph.type(at) == IrType.V128 ? landed[slot + 1] : 0;
        }
        case POLL -> {
          if (++polls > MAX_POLLS) {
            throw GuestState.trap(Trap.Kind.INTERRUPTED);
          }
        }
        case MUL_HIGH_S -> low[at] = Math.multiplyHigh(low[graph.a(at)], low[graph.b(at)]);
        case MUL_HIGH_U -> {
          long a = low[graph.a(at)];
          long b = low[graph.b(at)];
          low[at] = Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
        }
        case FRAME_LOAD -> {
          int slot = (int) (low[graph.a(at)] + graph.imm(at) / Long.BYTES);
          low[at] = frame[slot];
          high[at] = graph.type(at) == IrType.V128 ? frame[slot + 1] : 0;
        }
        default -> throw new AssertionError(op);
      }
    }

    private void result(int at) {
      int call = graph.a(at);
      FuncType callee = graph.is(call, IrOp.CALL) ? type((int) graph.imm(call))
          : state.module.types()[(int) graph.imm(call)];
      int slot = slots(callee.results().subList(0, (int) graph.imm(at)));
      low[at] = results[slot];
      high[at] = graph.type(at) == IrType.V128 ? results[slot + 1] : 0;
    }

    private long[] pair(int value) {
      return value == Graph.NONE ? null : new long[] {low[value], high[value]};
    }

    private void opcode(int at, Opcode op) {
      if (op.accessBytes() > 0) {
        access(at, op);
        return;
      }
      if (op.signature != null && op.signature.contains("V")) {
        long[] value = VectorEvaluator.operator(op, graph.imm(at),
            op == Opcode.I8X16_SHUFFLE ? graph.high(at) : 0,
            pair(graph.a(at)), pair(graph.b(at)), pair(graph.c(at)));
        low[at] = value[0];
        high[at] = value[1];
        return;
      }
      switch (op) {
        case SELECT -> {
          int chosen = low[graph.c(at)] != 0 ? graph.a(at) : graph.b(at);
          low[at] = low[chosen];
          high[at] = high[chosen];
        }
        case GLOBAL_GET -> {
          low[at] = state.globals[2 * (int) graph.imm(at)];
          high[at] = state.globals[2 * (int) graph.imm(at) + 1];
        }
        case GLOBAL_SET -> {
          state.globals[2 * (int) graph.imm(at)] = low[graph.a(at)];
          state.globals[2 * (int) graph.imm(at) + 1] = high[graph.a(at)];
        }
        case MEMORY_SIZE -> low[at] = state.memory.capacity() / GuestState.PAGE;
        case TABLE_SIZE -> low[at] = state.tables[graph.aux(at)].length;
        case REF_FUNC -> low[at] = graph.imm(at) + 1;
        case REF_AS_NON_NULL -> {
          if (low[graph.a(at)] == 0) {
            throw GuestState.trap(Trap.Kind.NULL_REFERENCE);
          }
        }
        case ATOMIC_FENCE -> { }
        default -> low[at] = Operators.evaluate(op, low[graph.a(at)],
            graph.b(at) == Graph.NONE ? 0 : low[graph.b(at)]);
      }
    }

    private void access(int at, Opcode op) {
      int bytes = op.accessBytes();
      long address = low[graph.a(at)] + graph.imm(at);
      if (address < 0 || address + bytes > state.memory.capacity()) {
        if (graph.isGuarded(at)) {
          throw GuestState.trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
        }
        throw new AssertionError("unchecked access at byte " + graph.position(at));
      }
      int place = (int) address;
      boolean vector = op.signature.contains("V");
      if (op.signature.endsWith(":")) {
        if (vector) {
          VectorEvaluator.store(op, graph.lane(at), state.memory, place, pair(graph.b(at)));
        } else {
          write(state.memory, place, bytes, low[graph.b(at)]);
        }
      } else if (vector) {
        long[] value = VectorEvaluator.load(op, graph.lane(at), state.memory, place, pair(graph.b(at)));
        low[at] = value[0];
        high[at] = value[1];
      } else {
        long value = read(state.memory, place, bytes);
        if (op.mnemonic.endsWith("_s")) {
          int shift = 64 - 8 * bytes;
          value = value << shift >> shift;
        }
        low[at] = graph.type(at) == IrType.I32 ? value & U32 : value;
      }
    }
  }

  /** The slots that values of these types take. */
  private static int slots(List<ValType> types) {
    return types.stream().mapToInt(ValType::slots).sum();
  }
}
