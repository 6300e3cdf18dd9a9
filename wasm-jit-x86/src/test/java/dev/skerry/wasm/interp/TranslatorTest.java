package dev.skerry.wasm.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.runtime.ModuleLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the translator makes of bodies, counted in instructions of tier 0. */
class TranslatorTest {

  private static TranslatedFunction translate(TestModule module, Runnable poll) {
    try {
      ModuleInfo info = ModuleReader.read(module.bytes());
      return Translator.translate(info, new ModuleLayout(info), type -> 1, false, false, 0, poll);
    } catch (CompileError e) {
      throw new AssertionError(e);
    }
  }

  private static List<Integer> ops(String type, String locals, String body) {
    int[] words = translate(new TestModule().memory(1, 1).func("f", type, locals, body), () -> { }).words();
    List<Integer> ops = new ArrayList<>();
    for (int i = 0; i < words.length; i += 4) {
      ops.add(words[i]);
    }
    return ops;
  }

  @Test
  void resultsGoStraightToTheLocalThatTheyAreAssignedTo() {
    assertEquals(List.of(Op.ENTER, Op.I32_ADD, Op.I32_MUL, Op.RET1), ops("i32 i32 -> i32", "",
        "local.get 0; local.get 1; i32.add; local.set 0; local.get 0; local.get 1; i32.mul"));
  }

  @Test
  void aLocalThatIsWrittenWhileAnOperandStillStandsForItIsCopiedFirst() {
    assertEquals(List.of(Op.ENTER, Op.MOVE, Op.CONST, Op.I32_SUB, Op.RET1), ops("i32 -> i32", "",
        "local.get 0; i32.const 5; local.set 0; local.get 0; i32.sub"));
  }

  @Test
  void comparisonsMeltIntoTheBranchesThatUseThem() {
    assertEquals(List.of(Op.ENTER, Op.I32_ADD_K, Op.I32_BR_LT_S_K, Op.RET), ops("i32 ->", "",
        "loop; local.get 0; i32.const 1; i32.add; local.tee 0; i32.const 9; i32.le_s; br_if 0; end"));
    assertEquals(List.of(Op.ENTER, Op.I32_BR_NE, Op.RET), ops("i32 i32 ->", "",
        "block; local.get 0; local.get 1; i32.eq; i32.eqz; br_if 0; end"));
  }

  @Test
  void constantsThatLoopsUseAreKeptInTheFrame() {
    assertEquals(List.of(Op.ENTER, Op.DATA, Op.F64_MUL, Op.BR), ops("f64 ->", "",
        "loop; local.get 0; f64.const 3; f64.mul; local.set 0; br 0; end"));
  }

  @Test
  void whatCannotBeReachedMakesNoCode() {
    assertEquals(List.of(Op.ENTER, Op.RET1), ops("i32 -> i32", "",
        "local.get 0; return; block; loop; br 1; end; end; i32.const 1; i32.const 2; i32.add; i32.div_s"));
  }

  @Test
  void everyInstructionKnowsItsPlaceInTheModule() {
    TestModule module = new TestModule().memory(1, 1).func("f", "i32 -> i32", "nop; local.get 0; i32.load 0");
    TranslatedFunction made = translate(module, () -> { });

    int load = made.offsets()[1];

    assertEquals(0x28, module.bytes()[load]);
    assertEquals(made.words().length, 4 * made.offsets().length);
  }

  @Test
  void manyValuesTravelByOneCopySoThatShortBodiesMakeNoLongCode() {
    String many = String.join(" ", Collections.nCopies(100, "i32"));
    TestModule module = new TestModule();
    int block = module.type("-> " + many);
    String branches = "i32.const 0; br_if 0;".repeat(100);
    module.func("f", "->", "i32.const 1; block " + block + ";" + "i32.const 1;".repeat(100) + branches + "end;"
        + "drop;".repeat(101));

    int units = translate(module, () -> { }).words().length / 4;

    assertTrue(units < 1_000, () -> units + " units");
  }

  @Test
  void aLongTranslationPollsAndEndsWithWhatThePollThrows() {
    TestModule module = new TestModule().func("f", "->", "nop;".repeat(10_000));
    AtomicInteger polls = new AtomicInteger();
    IllegalStateException stop = new IllegalStateException();

    translate(module, polls::incrementAndGet);
    assertTrue(polls.get() > 100, polls::toString);

    assertSame(stop, assertThrows(IllegalStateException.class, () -> translate(module, () -> {
      throw stop;
    })));
    assertEquals(2, Arrays.stream(translate(module, () -> { }).offsets()).count());
  }
}
