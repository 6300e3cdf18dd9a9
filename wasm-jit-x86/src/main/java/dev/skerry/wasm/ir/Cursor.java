package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;

/** Where a graph is being built: the block that instructions are added to, the operand stack, the locals' values. */
final class Cursor {

  private static final int NONE = Graph.NONE;

  final Graph graph;
  /** The value of each local. */
  final int[] locals;
  /** Values of operands, the topmost last; {@link #size} of them. */
  int[] stack = new int[32];
  int size;
  int block;
  /** Byte offset in the module of the instruction at hand. */
  int position;
  int loopDepth;

  private int[] order = new int[16];
  private int ordered;

  Cursor(Graph graph, int locals) {
    this.graph = graph;
    this.locals = new int[locals];
  }

  /** Goes on in a block, which is laid out next. */
  void begin(int next) {
    block = next;
    if (ordered == order.length) {
      order = Arrays.copyOf(order, 2 * ordered);
    }
    order[ordered++] = next;
    graph.setLoopDepth(next, loopDepth);
  }

  /** The blocks in the order in which they began. */
  int[] order() {
    return Arrays.copyOf(order, ordered);
  }

  void push(int value) {
    if (size == stack.length) {
      stack = Arrays.copyOf(stack, 2 * size);
    }
    stack[size++] = value;
  }

  int pop() {
    return stack[--size];
  }

  int top() {
    return stack[size - 1];
  }

  /** Adds an instruction to the block. */
  int add(int code, byte type, int a, int b, int c, long imm, int aux) {
    int made = graph.make(code, type, a, b, c, imm, aux, position);
    graph.append(block, made);
    return made;
  }

  int add(IrOp op, byte type, int a, long imm, int aux) {
    return add(op.code, type, a, NONE, NONE, imm, aux);
  }

  int add(Opcode op, byte type, int a, int b, int c, long imm, int aux) {
    return add(op.ordinal(), type, a, b, c, imm, aux);
  }

  int constant(byte type, long bits) {
    return add(IrOp.CONST.code, type, NONE, NONE, NONE, bits, 0);
  }

  /** Adds an instruction whose list is the topmost operands, which it pops. */
  int addWithList(IrOp op, byte type, int a, long imm, int aux, int count) {
    int made = add(op.code, type, a, NONE, NONE, imm, aux);
    size -= count;
    graph.setList(made, stack, size, count);
    return made;
  }

  void parameter(int ofBlock, byte type, int[] into, int at) {
    int made = graph.make(IrOp.PARAMETER.code, type, NONE, NONE, NONE, 0, 0, position);
    graph.append(ofBlock, made);
    into[at] = made;
  }
}
