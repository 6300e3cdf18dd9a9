package dev.skerry.wasm.pass;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;

/**
 * A function whose body may be copied into others.
 *
 * @param graph from the function's begin, with nothing inlined in it
 * @param size instructions that are more than names of values
 * @param calls whether exceptions may come out of it
 * @param isTailCaller whether another function may run in its place
 */
record Inlinee(int function, ModuleInfo.FunctionBody body, Graph graph, int size, boolean calls,
    boolean isTailCaller) {

  static Inlinee of(int function, ModuleInfo.FunctionBody body, Graph graph) {
    int size = 0;
    boolean calls = false;
    boolean tailCalls = false;
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
        IrOp op = graph.irOp(at);
        if (op == null) {
          size++;
          continue;
        }
        switch (op) {
          case PARAMETER, CONST, VECTOR_CONST, RESULT, MEMORY_LENGTH, MEMORY_MASK, JUMP, RETURN, TRAP, FUEL -> { }
          case TAIL_CALL, TAIL_CALL_INDIRECT, TAIL_CALL_REF -> tailCalls = true;
          case CALL, CALL_INDIRECT, CALL_REF, THROW -> {
            calls = true;
            size += CALL_SIZE + graph.listSize(at);
          }
          default -> size++;
        }
      }
    }
    return new Inlinee(function, body, graph, size, calls, tailCalls);
  }

  /** What a call takes beside its arguments. */
  static final int CALL_SIZE = 4;

  boolean catches() {
    return graph.guardCount() > 0;
  }
}
