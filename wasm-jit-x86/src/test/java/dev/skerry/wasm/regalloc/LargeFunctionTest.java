package dev.skerry.wasm.regalloc;

import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Functions as large as a hostile module can make them end quickly: compiled, or refused by a limit. */
class LargeFunctionTest {

  private static final int BLOCKS = 50_000;
  private static final Duration SOON = Duration.ofMinutes(5);

  private static void compileSoon(Consumer<Lir> writer) {
    Lir lir = new Lir();
    lir.begin(lir.block(), 0, 0);
    lir.entry();
    writer.accept(lir);
    assertTimeout(SOON, () -> {
      try {
        assertTrue(Emission.compile(lir).codeBytes() > 0);
      } catch (CompilationRefused refused) {
        assertTrue(refused.reason() == CompilationRefused.Reason.LIMIT, refused::getMessage);
      }
    });
  }

  private static int constant(Lir lir, long value) {
    int made = lir.register(Lir.I64);
    lir.load(made, lir.immediate(value));
    return made;
  }

  private static void returnSum(Lir lir, int... values) {
    int sum = constant(lir, 0);
    for (int value : values) {
      lir.emit(IntegerRows.ADD_R_RM.of(64), sum, Lir.orStack(value));
    }
    lir.ret();
    lir.fixedUse(sum, Lir.of(Gpr.RAX));
  }

  @Test
  void givenFiftyThousandBlocksAndTenValuesForEachWhenCompiledThenItEndsSoon() {
    compileSoon(lir -> {
      int sum = constant(lir, 1);
      for (int b = 0; b < BLOCKS; b++) {
        for (int i = 0; i < 10; i++) {
          int value = lir.register(Lir.I64);
          lir.emit(IntegerRows.LEA.of(64), value, lir.memory(sum, i));
          lir.emit(IntegerRows.XOR_R_RM.of(64), sum, value);
        }
        int next = lir.block();
        lir.jump(next);
        lir.begin(next, 0, 0);
      }
      returnSum(lir, sum);
    });
  }

  @Test
  void givenValuesThatAreLiveAcrossFiftyThousandBlocksWhenCompiledThenItEndsSoon() {
    compileSoon(lir -> {
      int[] values = new int[200];
      for (int i = 0; i < values.length; i++) {
        values[i] = lir.register(Lir.I64);
        lir.emit(IntegerRows.MOV_R_RM.of(64), values[i], lir.memory(Lir.of(Gpr.R15), 8 * i));
      }
      for (int b = 0; b < BLOCKS; b++) {
        int then = lir.block();
        int next = lir.block();
        int join = lir.block();
        lir.emit(IntegerRows.CMP_R_RM.of(64), values[b % values.length], values[b * 7 % values.length]);
        lir.branch(Condition.B, then, next);
        lir.begin(then, 0, 0);
        lir.call(0, 0, 0);
        lir.jump(join);
        lir.begin(next, 0, 0);
        lir.jump(join);
        lir.begin(join, 0, 0);
      }
      returnSum(lir, values);
    });
  }

  @Test
  void givenATableOfFiftyThousandCasesThatMeetWithManyCopiesWhenCompiledThenItEndsSoon() {
    compileSoon(lir -> {
      int index = lir.register(Lir.I32);
      lir.emit(IntegerRows.MOV_R_RM.of(32), index, lir.memory(Lir.of(Gpr.R15), 0));
      int[] targets = new int[BLOCKS];
      for (int i = 0; i < BLOCKS; i++) {
        targets[i] = lir.block();
      }
      int[] values = new int[20];
      for (int i = 0; i < values.length; i++) {
        values[i] = lir.register(Lir.I64);
      }
      int join = lir.block();
      lir.jumpTable(index, targets);
      for (int i = 0; i < BLOCKS; i++) {
        lir.begin(targets[i], 0, 0);
        lir.parallelMove();
        for (int k = 0; k < values.length; k++) {
          lir.pair(values[k], lir.immediate(i + k));
        }
        lir.jump(join);
      }
      lir.begin(join, 0, 0);
      returnSum(lir, values);
    });
  }

  @Test
  void givenALoopThatChangesManyMoreValuesThanThereAreRegistersWhenCompiledThenItEndsSoon() {
    compileSoon(lir -> {
      int[] values = new int[20_000];
      for (int i = 0; i < values.length; i++) {
        values[i] = constant(lir, i);
      }
      int header = lir.block();
      int body = lir.block();
      int exit = lir.block();
      lir.jump(header);
      lir.begin(header, 1, Lir.LOOP_HEADER);
      lir.poll();
      lir.emit(IntegerRows.CMP_RM_IMM8.of(64), values[0], lir.immediate(1));
      lir.branch(Condition.E, exit, body);
      lir.begin(body, 1, 0);
      lir.parallelMove();
      for (int i = 0; i < values.length; i++) {
        lir.pair(values[i], values[(i + 1) % values.length]);
      }
      lir.jump(header);
      lir.begin(exit, 0, 0);
      returnSum(lir, values);
    });
  }
}
