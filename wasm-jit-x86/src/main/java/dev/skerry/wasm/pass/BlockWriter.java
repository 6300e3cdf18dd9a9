package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.ir.Shapes;

/** Appends instructions to a new block. What has constants alone is computed at once. */
final class BlockWriter {

  private static final int NONE = Graph.NONE;
  private static final int[] NOTHING = {};
  private static final long I32_MASK = 0xffff_ffffL;

  final Graph graph;
  final int block;
  /** Where in the module what is appended next stands for. */
  int position;

  BlockWriter(Graph graph, int position) {
    this.graph = graph;
    this.position = position;
    block = graph.addBlock();
  }

  int add(int code, byte type, int a, int b, int c, long imm, int aux) {
    int made = graph.make(code, type, a, b, c, imm, aux, position);
    graph.append(block, made);
    return made;
  }

  int parameter(byte type) {
    return add(IrOp.PARAMETER.code, type, NONE, NONE, NONE, 0, 0);
  }

  int constant(byte type, long value) {
    return add(IrOp.CONST.code, type, NONE, NONE, NONE, type == IrType.I32 ? value & I32_MASK : value, 0);
  }

  int vector(long low, long high) {
    return add(IrOp.VECTOR_CONST.code, IrType.V128, NONE, NONE, NONE, low, graph.addHigh(high));
  }

  /** An operator on one, two or three values. */
  int op(Opcode opcode, int... operands) {
    int row = opcode.ordinal();
    return add(row, Shapes.result(row), operands[0], operands.length > 1 ? operands[1] : NONE,
        operands.length > 2 ? operands[2] : NONE, 0, 0);
  }

  /** An operator on vectors, with a result of that type. */
  int vector(Opcode opcode, byte type, int... operands) {
    return add(opcode.ordinal(), type, operands[0], operands.length > 1 ? operands[1] : NONE,
        operands.length > 2 ? operands[2] : NONE, 0, 0);
  }

  /** Two v128 as a v256. */
  int join(int low, int high) {
    return add(IrOp.JOIN.code, IrType.V256, low, high, NONE, 0, 0);
  }

  /** A half of a v256, 0 being the lower one. */
  int half(int wide, int which) {
    return add(IrOp.HALF.code, IrType.V128, wide, NONE, NONE, which, 0);
  }

  /** The sum of two integers of one type. */
  int sum(int a, int b) {
    byte type = graph.type(a);
    if (isConstant(a) && isConstant(b)) {
      return constant(type, graph.imm(a) + graph.imm(b));
    }
    if (isConstant(a) && graph.imm(a) == 0) {
      return b;
    }
    if (isConstant(b) && graph.imm(b) == 0) {
      return a;
    }
    return op(type == IrType.I32 ? Opcode.I32_ADD : Opcode.I64_ADD, a, b);
  }

  int sum(int a, long b) {
    return b == 0 ? a : sum(a, constant(graph.type(a), b));
  }

  /** The difference of two integers of one type. */
  int difference(int a, int b) {
    byte type = graph.type(a);
    return isConstant(b) ? sum(a, -graph.imm(b)) : op(type == IrType.I32 ? Opcode.I32_SUB : Opcode.I64_SUB, a, b);
  }

  /** An integer times a constant. */
  int product(int a, long factor) {
    byte type = graph.type(a);
    if (isConstant(a)) {
      return constant(type, graph.imm(a) * factor);
    }
    if (factor == 1) {
      return a;
    }
    if (Long.bitCount(factor) == 1) {
      return op(type == IrType.I32 ? Opcode.I32_SHL : Opcode.I64_SHL, a,
          constant(type, Long.numberOfTrailingZeros(factor)));
    }
    return op(type == IrType.I32 ? Opcode.I32_MUL : Opcode.I64_MUL, a, constant(type, factor));
  }

  /** An i32 as an i64, unsigned. */
  int wide(int a) {
    return isConstant(a) ? constant(IrType.I64, graph.imm(a)) : op(Opcode.I64_EXTEND_I32_U, a);
  }

  boolean isConstant(int value) {
    return graph.is(value, IrOp.CONST);
  }

  void jump(int target, int... values) {
    add(IrOp.JUMP.code, IrType.VOID, NONE, NONE, NONE, 0, 0);
    graph.addEdge(block, target, values, 0, values.length);
  }

  /** Goes to a block with values if a condition holds, else to another with others. */
  void branch(int condition, int target, int[] values, int other, int[] otherValues) {
    add(IrOp.BRANCH.code, IrType.VOID, condition, NONE, NONE, 0, 0);
    graph.addEdge(block, target, values, 0, values.length);
    graph.addEdge(block, other, otherValues, 0, otherValues.length);
  }

  /** Goes to a block that takes nothing if a condition holds, else to another with values. */
  void branch(int condition, int target, int other, int[] otherValues) {
    branch(condition, target, NOTHING, other, otherValues);
  }
}
