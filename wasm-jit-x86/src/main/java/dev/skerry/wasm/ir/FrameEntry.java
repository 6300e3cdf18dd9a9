package dev.skerry.wasm.ir;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.Layout;

/**
 * Makes the entry for on-stack replacement at a loop: block 0 loads locals and operands from a frame of tier 0 and
 * goes to the loop's header. What is before the outermost loop around it is built too, but cannot be reached then.
 *
 * <p>If that is another loop, control comes into the inner one from outside of the outer: all locals have a parameter
 * at its header, and operands below it must be those that are below the outer loop too.
 */
final class FrameEntry {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Cursor at;
  private final BuildOptions.Entry entry;
  private final int inner;
  private final int outer;
  private final int frame;
  private final int[] locals;
  private int outerBase;

  /** Begins a graph: makes block 0, and another that stands for the function's begin. */
  FrameEntry(Cursor at, BodyScan scan, BuildOptions.Entry entry, FuncType type, ModuleInfo.FunctionBody body) {
    this.graph = at.graph;
    this.at = at;
    this.entry = entry;
    inner = scan.entered();
    if (inner == NONE || scan.branches(inner) == 0) {
      throw new CompilationRefused(CompilationRefused.Reason.UNSUPPORTED,
          "nothing repeats a loop at byte " + entry.loop());
    }
    int outermost = inner;
    for (int loop = scan.loop(inner); loop != NONE; loop = scan.loop(loop)) {
      outermost = scan.branches(loop) > 0 ? loop : outermost;
    }
    outer = outermost;
    at.begin(graph.addBlock());
    frame = at.add(IrOp.PARAMETER, IrType.I64, NONE, 0, 0);
    locals = new int[at.locals.length];
    locals(type, body);
    at.begin(graph.addBlock());
  }

  private void locals(FuncType type, ModuleInfo.FunctionBody body) {
    int local = 0;
    int offset = -type.paramSlots() * Long.BYTES;
    for (ValType param : type.params()) {
      locals[local++] = load(param, offset);
      offset += param.slots() * Long.BYTES;
    }
    offset = Layout.FRAME_HEADER;
    for (int run = 0; run < body.localCounts().length; run++) {
      ValType of = body.localTypes()[run];
      for (int i = 0; i < body.localCounts()[run]; i++) {
        locals[local++] = load(of, offset);
        offset += of.slots() * Long.BYTES;
      }
    }
  }

  private int load(ValType type, int offset) {
    return at.add(IrOp.FRAME_LOAD, IrType.of(type), frame, offset, 0);
  }

  /** Adds an instruction to block 0. */
  private int load(byte type, int offset) {
    int made = graph.make(IrOp.FRAME_LOAD.code, type, frame, NONE, NONE, offset, 0, at.position);
    graph.append(0, made);
    return made;
  }

  /** Refuses a function with what control cannot come into the middle of. */
  void refuseInside(String what) {
    throw new CompilationRefused(CompilationRefused.Reason.UNSUPPORTED,
        "on-stack replacement at the loop at byte " + entry.loop() + " in a function with " + what);
  }

  /** Before a loop is opened: at the outermost one everything comes from the frame. */
  void before(int construct, int base) {
    if (construct == inner && construct != outer && base != outerBase) {
      throw new CompilationRefused(CompilationRefused.Reason.UNSUPPORTED,
          "operands are below the loop at byte " + entry.loop());
    }
    if (construct == outer) {
      outerBase = base;
      System.arraycopy(locals, 0, at.locals, 0, locals.length);
      operands(0, at.stack);
      at.block = construct == inner ? 0 : at.block;
    }
  }

  /** Loads the operands from one on. */
  private void operands(int from, int[] into) {
    int offset = entry.operands();
    for (int i = 0; i < at.size; i++) {
      byte type = graph.type(at.stack[i]);
      if (i >= from) {
        into[i - from] = load(type, offset);
      }
      offset += (type == IrType.V128 ? 2 : 1) * Long.BYTES;
    }
  }

  /** The edge from block 0 to the header of an inner loop: operands that it takes, then locals of a list. */
  void edge(int construct, int header, int base, int[] pool, int list) {
    if (construct != inner || construct == outer) {
      return;
    }
    int[] values = new int[at.size - base + pool[list]];
    operands(base, values);
    for (int i = 0; i < pool[list]; i++) {
      values[at.size - base + i] = locals[pool[list + 1 + i]];
    }
    graph.append(0, graph.make(IrOp.JUMP.code, IrType.VOID, NONE, NONE, NONE, 0, 0, at.position));
    graph.addEdge(0, header, values, 0, values.length);
  }

  /** Leaves out what cannot be reached, and orders the rest anew, for the loop comes first now. */
  void finish() {
    if (!graph.isTerminator(graph.last(0))) {
      throw new CompilationRefused(CompilationRefused.Reason.UNSUPPORTED,
          "the loop at byte " + entry.loop() + " cannot be reached");
    }
    graph.setOrder(at.order());
    Unreachable.drop(graph);
    graph.setOrder(Dominators.of(graph).order());
  }
}
