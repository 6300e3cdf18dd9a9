package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.runtime.CountingInstances;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Code of tier 0 that counts its branches does what other code does, and counts what they do. */
class BranchCountTest {

  private static final long SEED = Long.getLong("skerry.seed", 6_200_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 80);

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));

  /** What each branch of function 0 counted, in their order, when that was called once for each number up to 9. */
  private List<String> counts(TestModule module) throws CompileError, LinkError {
    try (Store store = engine.newStore()) {
      Func function = new Linker(store).instantiate(Module.compile(engine, module.bytes())).func("f").orElseThrow();
      ModuleCode code = CountingInstances.begin(function.function());
      for (int i = 0; i < 10; i++) {
        function.call(i);
      }
      return counts(code, 0);
    }
  }

  private static List<String> counts(ModuleCode code, int function) {
    BranchProfile profile = code.profile(function);
    List<String> found = new ArrayList<>();
    for (int offset = 0; offset < code.info().bytes().length; offset++) {
      int branch = profile.find(offset);
      if (branch >= 0) {
        StringBuilder ways = new StringBuilder();
        for (int way = 0; way < profile.ways(branch); way++) {
          ways.append(way == 0 ? "" : " ").append(profile.count(branch, way));
        }
        found.add(ways.toString());
      }
    }
    return found;
  }

  /** Conditions that hold are counted first, whatever tier 0 makes of the branch. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "if                    | i32 ->     | local.get 0; i32.const 3; i32.lt_u; if; nop; end | 3 7",
      "if and else           | i32 -> i32 | local.get 0; if i32; i32.const 4; else; i32.const 5; end | 9 1",
      "br_if                 | i32 ->     | block; local.get 0; i32.const 8; i32.gt_s; br_if 0; nop; end | 1 9",
      "br_if not             | i32 ->     | block; local.get 0; i32.eqz; br_if 0; nop; end | 1 9",
      "br_if with a value    | i32 -> i32 | block i32; i32.const 1; local.get 0; br_if 0; drop; i32.const 2; end | 9 1",
      "br_if out of all      | i32 -> i32 | i32.const 1; local.get 0; br_if 0; drop; i32.const 2 | 9 1",
      "br_if of a loop       | i32 ->     | loop; local.get 0; i32.const 1; i32.sub; local.tee 0; i32.const 0; "
          + "i32.gt_s; br_if 0; end | 36 10",
      "br_on_null            | i32 ->     | block; local.get 0; table.get 0; br_on_null 0; drop; end | 8 2",
      "br_on_non_null        | i32 ->     | block; block funcref; local.get 0; table.get 0; br_on_non_null 0; br 1; "
          + "end; drop; end | 2 8",
      "br_table              | i32 ->     | block; block; block; local.get 0; br_table 0 1 0 2; end; nop; end; end "
          + "| 1 1 1 7",
      "br_table with a value | i32 -> i32 | block i32; block i32; i32.const 1; local.get 0; br_table 0 1 0; end; end "
          + "| 1 1 8"})
  void givenABranchWhenItRanThenItsWaysAreCounted(String name, String type, String body, String expected)
      throws CompileError, LinkError {
    TestModule module = new TestModule().table(ValType.FUNCREF, 10, 10)
        .elements("i32.const 4", 0, 0).func("f", type, "", body);

    assertEquals(List.of(expected), counts(module), name);
  }

  @Test
  void givenAnIndirectCallWhenItRanThenItsUsualCalleeIsKnown() throws CompileError, LinkError {
    for (int usual : new int[] {1, 2}) {
      TestModule module = new TestModule().table(ValType.FUNCREF, 4, 4).elements("i32.const 1", 1, 2)
          .func("f", "i32 ->", "",
              "loop; i32.const " + usual + "; call_indirect ->; local.get 0; i32.const 1; i32.sub; local.tee 0; "
                  + "br_if 0; end")
          .func("a", "->", "", "").func("b", "->", "", "");
      try (Store store = engine.newStore()) {
        Func function = new Linker(store).instantiate(Module.compile(engine, module.bytes())).func("f").orElseThrow();
        ModuleCode code = CountingInstances.begin(function.function());
        function.call(99);
        assertEquals(-1, usualCallee(code), "too few calls");
        function.call(1);
        assertEquals(usual, usualCallee(code));
      }
    }
  }

  /** The function that the first call through a table of function 0 is usually of. */
  private static int usualCallee(ModuleCode code) {
    BranchProfile profile = code.profile(0);
    int offset = 0;
    while (profile.find(offset) < 0 || profile.ways(profile.find(offset)) != 3) {
      offset++;
    }
    return profile.usualCallee(offset);
  }

  @Test
  void givenRandomModulesThenCodeThatCountsDoesTheSame() throws CompileError, LinkError {
    new DifferentialTest().compare(options -> Engine.create(options.withTier(Tier.INTERP)), DifferentialTest.usual(),
        " counting", SEED, done -> done < PROGRAMS,
        instance -> CountingInstances.begin(instance.func("f0").orElseThrow().function()));
  }

  @Test
  void givenKernelsThenTheyAnswerAsNativeCodeAndBranchesWereCounted() throws IOException, CompileError, LinkError {
    for (Kernel kernel : Kernel.values()) {
      try (Store store = engine.newStore()) {
        Func function = new Linker(store).instantiate(Module.compile(engine, Kernel.binary(kernel.group.module())))
            .func(kernel.export()).orElseThrow();
        ModuleCode code = CountingInstances.begin(function.function());

        assertEquals(kernel.smallAnswer, function.call(kernel.smallSize)[0], kernel::toString);
        int branches = 0;
        for (int f = code.info().importedFunctions(); f < code.info().functions().length; f++) {
          branches += counts(code, f).stream().filter(ways -> !ways.matches("[0 ]+")).count();
        }
        assertTrue(branches > 0, kernel::toString);
      }
    }
  }

  @Test
  void givenAFunctionThatNobodyFoundRunningThenNothingIsKnownOfIt() throws CompileError, LinkError {
    Module module = Module.compile(engine, new TestModule().func("f", "->", "", "").bytes());

    assertTrue(module.code().profile(0).isEmpty());
    assertFalse(module.code().profile(0).find(0) >= 0);
    assertTrue(module.code().hasCounted(0, 1000));
  }
}
