package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.Opcode;
import org.junit.jupiter.api.Test;

/** The arrays behind a graph: what is put in is found again, in order, and links stay whole when things are removed. */
class GraphTest {

  private static final int NONE = Graph.NONE;

  private final Graph graph = new Graph(0);

  private int add(int block, IrOp op, byte type, long imm) {
    int made = graph.make(op.code, type, NONE, NONE, NONE, imm, 0, 7);
    graph.append(block, made);
    return made;
  }

  private int edge(int from, int to, int... values) {
    return graph.addEdge(from, to, values, 0, values.length);
  }

  @Test
  void rowsOfTheIrAndOfTheFormatShareOneNumberSpace() {
    int block = graph.addBlock();
    int constant = add(block, IrOp.CONST, IrType.I32, 5);
    int sum = graph.make(Opcode.I32_ADD.ordinal(), IrType.I32, constant, constant, NONE, 0, 0, 9);
    graph.append(block, sum);

    assertSame(IrOp.CONST, graph.irOp(constant));
    assertSame(null, graph.opcode(constant));
    assertSame(Opcode.I32_ADD, graph.opcode(sum));
    assertSame(null, graph.irOp(sum));
    assertEquals(9, graph.position(sum));
    for (IrOp op : IrOp.values()) {
      assertSame(op, IrOp.of(op.code));
    }
  }

  @Test
  void instructionsAreLinkedInTheOrderOfTheirBlock() {
    int block = graph.addBlock();
    int one = add(block, IrOp.CONST, IrType.I32, 1);
    int three = add(block, IrOp.CONST, IrType.I32, 3);
    int two = graph.make(IrOp.CONST.code, IrType.I32, NONE, NONE, NONE, 2, 0, 0);
    graph.insertBefore(three, two);

    assertEquals(one, graph.first(block));
    assertEquals(two, graph.next(one));
    assertEquals(two, graph.previous(three));
    graph.remove(one);
    graph.remove(three);
    assertEquals(two, graph.first(block));
    assertEquals(two, graph.last(block));
    assertEquals(NONE, graph.block(one));
  }

  @Test
  void givenARemovedParameterTheOnesBehindItAndTheirArgumentsMoveUp() {
    int entry = graph.addBlock();
    int target = graph.addBlock();
    int one = add(entry, IrOp.CONST, IrType.I32, 1);
    int two = add(entry, IrOp.CONST, IrType.I64, 2);
    add(target, IrOp.PARAMETER, IrType.I32, 0);
    int right = add(target, IrOp.PARAMETER, IrType.I64, 0);
    add(entry, IrOp.JUMP, IrType.VOID, 0);
    int edge = edge(entry, target, one, two);
    assertEquals(2, graph.parameterCount(target));
    assertEquals(1, graph.imm(right));

    graph.retainParameters(target, new boolean[] {false, true});

    assertEquals(1, graph.parameterCount(target));
    assertEquals(0, graph.imm(right));
    assertEquals(1, graph.argumentCount(edge));
    assertEquals(two, graph.argument(edge, 0));
  }

  @Test
  void edgesThatLeadToABlockAreFoundFromIt() {
    int entry = graph.addBlock();
    int left = graph.addBlock();
    int right = graph.addBlock();
    int value = add(entry, IrOp.CONST, IrType.I32, 1);
    int first = edge(entry, left);
    int second = edge(entry, right);
    int third = edge(left, right, value);

    assertEquals(first, graph.firstEdge(entry));
    assertEquals(2, graph.edgeCount(entry));
    assertEquals(1, graph.edgeIndex(second));
    assertTrue(graph.hasSingleIn(left));
    assertFalse(graph.hasSingleIn(right));
    assertEquals(third, graph.nextIn(second));

    graph.redirect(second, left, new int[] {value}, 0, 1);
    assertEquals(third, graph.firstIn(right));
    assertEquals(second, graph.nextIn(first));
    assertEquals(value, graph.argument(second, 0));

    graph.removeEdges(entry);
    assertEquals(NONE, graph.firstIn(left));
    assertEquals(0, graph.edgeCount(entry));
  }

  @Test
  void aBlockThatTakesOverAnotherGetsItsEdges() {
    int entry = graph.addBlock();
    int middle = graph.addBlock();
    int end = graph.addBlock();
    edge(entry, middle);
    int out = edge(middle, end);

    graph.removeEdges(entry);
    graph.moveEdges(middle, entry);

    assertEquals(entry, graph.source(out));
    assertEquals(out, graph.firstEdge(entry));
    assertEquals(0, graph.edgeCount(middle));
  }

  @Test
  void listsTablesHalvesAndRuntimeRowsAreKept() {
    int block = graph.addBlock();
    int value = add(block, IrOp.CONST, IrType.I32, 1);
    int call = add(block, IrOp.CALL, IrType.VOID, 4);
    graph.setList(call, new int[] {NONE, value, value}, 1, 2);
    assertEquals(2, graph.listSize(call));
    assertEquals(value, graph.listValue(call, 1));
    assertEquals(0, graph.listSize(value));

    int vector = add(block, IrOp.VECTOR_CONST, IrType.V128, 1);
    graph.setAux(vector, graph.addHigh(2));
    assertEquals(2, graph.high(vector));

    for (int i = 0; i < 10; i++) {
      int grow = add(block, IrOp.RUNTIME, IrType.I32, 0);
      graph.setAux(grow, graph.addRuntime(231, i, 5));
      assertEquals(231, graph.runtimeOp(grow));
      assertEquals(i, graph.runtimeIndex(grow));
      assertEquals(5, graph.runtimeIndex2(grow));
    }

    int[] rows = {0, 1, 0};
    int choice = add(block, IrOp.SWITCH, IrType.VOID, 0);
    graph.setAux(choice, graph.addTable(rows));
    assertSame(rows, graph.table(choice));
    assertTrue(graph.isTerminator(choice));
    assertFalse(graph.isTerminator(call));
  }
}
