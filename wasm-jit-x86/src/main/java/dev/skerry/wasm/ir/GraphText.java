package dev.skerry.wasm.ir;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;
import java.util.Locale;

/** Writes a graph as text: blocks in their order, values and blocks numbered as they come, so that it is stable. */
public final class GraphText {

  private static final int NONE = Graph.NONE;
  private static final Trap.Kind[] KINDS = Trap.Kind.values();

  private final Graph graph;
  private final int[] values;
  private final int[] blocks;
  private final StringBuilder text = new StringBuilder();

  private GraphText(Graph graph) {
    this.graph = graph;
    values = new int[graph.instructionCount()];
    blocks = new int[graph.blockCount()];
    Arrays.fill(values, NONE);
    Arrays.fill(blocks, NONE);
    int value = 0;
    int number = 0;
    for (int block : graph.order()) {
      blocks[block] = number++;
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        values[at] = graph.type(at) == IrType.VOID && !isCall(at) ? NONE : value++;
      }
    }
  }

  /** The graph's text: lines, each with a line end. */
  public static String of(Graph graph) {
    GraphText written = new GraphText(graph);
    for (int block : graph.order()) {
      written.block(block);
    }
    return written.text.toString();
  }

  private boolean isCall(int at) {
    IrOp op = graph.irOp(at);
    return op != null && op.isCall();
  }

  private void block(int block) {
    text.append("block").append(blocks[block]);
    int at = graph.first(block);
    for (; at != NONE && graph.is(at, IrOp.PARAMETER); at = graph.next(at)) {
      text.append(graph.imm(at) == 0 ? "(" : ", ").append('v').append(values[at]).append(' ')
          .append(IrType.name(graph.type(at)));
    }
    text.append(graph.parameterCount(block) > 0 ? "):" : ":");
    text.append(graph.isLoopHeader(block) ? " loop" : "").append(graph.isCold(block) ? " cold" : "").append('\n');
    for (; at != NONE; at = graph.next(at)) {
      instruction(at);
    }
  }

  private void instruction(int at) {
    text.append("  ");
    if (values[at] != NONE) {
      text.append('v').append(values[at]).append(" = ");
    }
    Opcode opcode = graph.opcode(at);
    if (opcode == null) {
      own(at, graph.irOp(at));
    } else {
      text.append(opcode.mnemonic);
      if (graph.is(at, Opcode.SELECT) || opcode == Opcode.GLOBAL_GET) {
        text.append(' ').append(IrType.name(graph.type(at)));
      }
      operands(at);
      immediates(at, opcode);
    }
    edges(at);
    text.append('\n');
  }

  private void operands(int at) {
    String separator = " ";
    for (int value : new int[] {graph.a(at), graph.b(at), graph.c(at)}) {
      if (value != NONE) {
        text.append(separator).append('v').append(values[value]);
        separator = ", ";
      }
    }
  }

  private void immediates(int at, Opcode opcode) {
    if (opcode.accessBytes() > 0) {
      text.append(graph.imm(at) == 0 ? "" : " +" + Long.toUnsignedString(graph.imm(at)));
      text.append(graph.memory(at) == 0 ? "" : " memory " + graph.memory(at));
      text.append(graph.isGuarded(at) ? " guarded" : "");
      text.append(opcode.immediate == Immediate.MEMARG_LANE ? " lane " + graph.lane(at) : "");
      return;
    }
    switch (opcode.immediate) {
      case LANE -> text.append(" lane ").append(graph.imm(at));
      case SHUFFLE -> text.append(' ').append(hex(graph.imm(at))).append(' ').append(hex(graph.high(at)));
      case GLOBAL, FUNC -> text.append(' ').append(graph.imm(at));
      case MEMORY -> text.append(" memory ").append(graph.aux(at));
      case TABLE -> text.append(" table ").append(graph.aux(at));
      default -> { }
    }
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  private void own(int at, IrOp op) {
    switch (op) {
      case CONST -> text.append(constant(graph.type(at), graph.imm(at)));
      case VECTOR_CONST ->
          text.append("v128.const ").append(hex(graph.imm(at))).append(' ').append(hex(graph.high(at)));
      case RESULT, CAUGHT, FRAME_LOAD -> {
        text.append(name(op)).append(' ').append(IrType.name(graph.type(at)));
        operands(at);
        text.append(' ').append(graph.imm(at));
      }
      case FUEL -> text.append("fuel ").append(graph.imm(at)).append(graph.aux(at) == 0 ? "" : " looks");
      case MEMORY_LENGTH -> text.append("memory_length ").append(graph.aux(at));
      case MEMORY_MASK -> text.append("memory_mask ").append(graph.aux(at));
      case MASKED -> {
        text.append("masked");
        operands(at);
        text.append(graph.imm(at) == 0 ? "" : " +" + graph.imm(at));
      }
      case BOUNDS -> {
        text.append("bounds");
        operands(at);
        text.append(" needs ").append(Long.toUnsignedString(graph.imm(at)));
        text.append(graph.aux(at) == 0 ? "" : " memory " + graph.aux(at));
      }
      case ALIGNED -> {
        text.append("aligned");
        operands(at);
        text.append(" +").append(graph.imm(at)).append(" to ").append(graph.aux(at));
      }
      case CALL, TAIL_CALL -> call(at, op, " function " + graph.imm(at));
      case CALL_INDIRECT, TAIL_CALL_INDIRECT -> call(at, op, " type " + graph.imm(at) + " table " + graph.aux(at));
      case CALL_REF, TAIL_CALL_REF -> call(at, op, " type " + graph.imm(at));
      case RUNTIME, THROW -> {
        call(at, op, " op " + graph.runtimeOp(at) + " " + graph.runtimeIndex(at) + " " + graph.runtimeIndex2(at));
        text.append(graph.type(at) == IrType.VOID ? "" : " " + IrType.name(graph.type(at)));
      }
      case RETURN -> call(at, op, "");
      case TRAP -> text.append("trap ").append(KINDS[(int) graph.imm(at)]);
      case SWITCH -> {
        text.append("switch");
        operands(at);
        text.append(' ').append(Arrays.toString(graph.table(at)));
      }
      default -> {
        text.append(name(op));
        operands(at);
      }
    }
  }

  private static String name(IrOp op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  private void call(int at, IrOp op, String what) {
    text.append(name(op));
    operands(at);
    text.append(what).append(" (");
    for (int i = 0; i < graph.listSize(at); i++) {
      text.append(i == 0 ? "v" : ", v").append(values[graph.listValue(at, i)]);
    }
    text.append(')');
  }

  private static String constant(byte type, long bits) {
    return switch (type) {
      case IrType.I32 -> "i32.const " + (int) bits;
      case IrType.I64 -> "i64.const " + bits;
      case IrType.F32 -> "f32.const " + Float.intBitsToFloat((int) bits) + " (" + hex(bits) + ")";
      default -> "f64.const " + Double.longBitsToDouble(bits) + " (" + hex(bits) + ")";
    };
  }

  private void edges(int at) {
    int block = graph.block(at);
    if (at != graph.last(block)) {
      return;
    }
    for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
      text.append(edge == graph.firstEdge(block) ? " -> " : ", ").append("block").append(blocks[graph.target(edge)]);
      for (int i = 0; i < graph.argumentCount(edge); i++) {
        text.append(i == 0 ? "(v" : ", v").append(values[graph.argument(edge, i)]);
      }
      text.append(graph.argumentCount(edge) > 0 ? ")" : "");
    }
  }
}
