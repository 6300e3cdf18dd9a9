package dev.skerry.wasm.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphText;
import dev.skerry.wasm.ir.GraphVerifier;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.ir.Shapes;
import dev.skerry.wasm.semantics.Operators;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Divisions by constants come out as multiplications that are exact. */
class DivisionByConstantTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_302);
  private static final int NONE = Graph.NONE;

  private final Random random = new Random(SEED);

  /** A function of one parameter that returns an operator of it and a constant. */
  private static Graph quotient(Opcode opcode, long divisor) {
    byte type = Shapes.result(opcode.ordinal());
    Graph graph = new Graph(0);
    int block = graph.addBlock();
    int parameter = graph.make(IrOp.PARAMETER.code, type, NONE, NONE, NONE, 0, 0, 0);
    int constant = graph.make(IrOp.CONST.code, type, NONE, NONE, NONE, divisor, 0, 0);
    int value = graph.make(opcode.ordinal(), type, parameter, constant, NONE, 0, 0, 0);
    int end = graph.make(IrOp.RETURN.code, IrType.VOID, NONE, NONE, NONE, 0, 0, 0);
    for (int made : new int[] {parameter, constant, value, end}) {
      graph.append(block, made);
    }
    graph.setList(end, new int[] {value}, 0, 1);
    graph.setOrder(new int[] {block});
    return graph;
  }

  private static long evaluate(Graph graph, int value, long parameter) {
    if (graph.opcode(value) != null) {
      return Operators.evaluate(graph.opcode(value), evaluate(graph, graph.a(value), parameter),
          graph.b(value) == NONE ? 0 : evaluate(graph, graph.b(value), parameter));
    }
    if (graph.is(value, IrOp.CONST)) {
      return graph.imm(value);
    }
    if (graph.is(value, IrOp.PARAMETER)) {
      return parameter;
    }
    long a = evaluate(graph, graph.a(value), parameter);
    long b = evaluate(graph, graph.b(value), parameter);
    long high = Math.multiplyHigh(a, b);
    return graph.is(value, IrOp.MUL_HIGH_S) ? high : high + (a >> 63 & b) + (b >> 63 & a);
  }

  private long number(boolean wide) {
    long any = switch (random.nextInt(6)) {
      case 0 -> random.nextInt(20);
      case 1 -> (1L << random.nextInt(64)) + random.nextInt(3) - 1;
      case 2 -> -(1L << random.nextInt(64)) + random.nextInt(3) - 1;
      case 3 -> random.nextLong() >>> random.nextInt(64);
      case 4 -> -random.nextInt(20);
      default -> random.nextLong();
    };
    return wide ? any : any & 0xffff_ffffL;
  }

  @ParameterizedTest
  @EnumSource(value = Opcode.class, names = "I(32|64)_(DIV|REM)_[SU]", mode = EnumSource.Mode.MATCH_ALL)
  void givenAConstantDivisorThenTheQuotientIsExactWithoutADivision(Opcode opcode) {
    boolean wide = opcode.mnemonic.startsWith("i64");
    for (int i = 0; i < 500; i++) {
      long divisor = i < 100 ? i + 1 : number(wide);
      long minusOne = wide ? -1 : 0xffff_ffffL;
      if (divisor == 0 || divisor == minusOne) {
        continue;
      }
      Graph graph = quotient(opcode, divisor);
      Folding.run(graph);
      DivisionByConstant.run(graph);
      GraphVerifier.verify(graph, "folding");
      int value = graph.listValue(graph.last(0), 0);
      boolean least = divisor == (wide ? Long.MIN_VALUE : 0x8000_0000L);
      assertFalse(!least && GraphText.of(graph).matches("(?s).*(div|rem)_[su].*"), () -> opcode + " " + divisor);
      for (int k = 0; k < 30; k++) {
        long dividend = k < 6 ? divisor * (k / 3) + k % 3 - 1 : number(wide);
        long given = wide ? dividend : dividend & 0xffff_ffffL;
        assertEquals(Operators.evaluate(opcode, given, divisor), evaluate(graph, value, given),
            () -> given + " " + opcode.mnemonic + " " + divisor + ", seed " + SEED);
      }
    }
  }
}
