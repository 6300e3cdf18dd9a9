package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Fuel: what guest code is charged, and that it is the same number wherever and however it runs. */
class FuelTest {

  private static final long PLENTY = 1L << 40;

  private static EngineOptions options(Tier tier) {
    return EngineOptions.fromProperties().withTier(tier).withFuel(true);
  }

  private static TestModule guest() {
    return new TestModule().importFunc("h", "host", "->")
        .func("nothing", "->", "")
        .func("add", "i32 i32 -> i32", "local.get 0; local.get 1; i32.add")
        .func("structure", "->", "nop; block; end; loop; end; i32.const 1; drop")
        .func("turns", "i32 ->", "loop; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end")
        .func("choice", "i32 -> i32", "local.get 0; if i32; i32.const 1; else; i32.const 2; i32.const 3; i32.add; end")
        .func("calls", "->", "call 1; call 1")
        .func("host", "->", "call 0; i32.const 1; drop")
        .func("forever", "->", "loop; br 0; end")
        .func("deep", "->", "call 9")
        .func("trap", "->", "i32.const 1; i32.const 0; i32.div_s; drop; i32.const 7; drop");
  }

  private static long spent(Store store, Func function, Object... arguments) {
    store.setFuel(PLENTY);
    function.call(arguments);
    return PLENTY - store.fuel();
  }

  @ParameterizedTest
  @CsvSource({"nothing, , 0", "structure, , 2", "turns, 1, 5", "turns, 100, 500", "choice, 1, 3", "choice, 0, 5",
      "calls, , 2", "host, , 3"})
  void eachInstructionThatIsDoneTakesOneUnit(String name, Integer argument, long expected) throws Exception {
    for (Tier tier : Tier.values()) {
      Engine engine = Engine.create(options(tier));
      try (Store store = engine.newStore()) {
        Func function = instance(store).func(name).orElseThrow();
        for (int i = 0; i < 3; i++) {
          assertEquals(expected, argument == null ? spent(store, function) : spent(store, function, argument),
              () -> name + " in " + tier);
        }
      }
      CompilerFindings.assertSound(engine);
    }
  }

  private static Instance instance(Store store) {
    return guest().instantiate(new Linker(store).define("h", "host", FuncType.of("->"), (caller, slots) -> { }), store);
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void givenFuelForSomeTurnsThenTheNextOneTraps(Tier tier) {
    try (Store store = Engine.create(options(tier)).newStore()) {
      Func turns = instance(store).func("turns").orElseThrow();
      store.setFuel(50);
      turns.call(10);
      assertEquals(0, store.fuel(), "just enough");
      store.setFuel(49);
      Trap trap = assertThrows(Trap.class, () -> turns.call(10));
      assertEquals(Trap.Kind.OUT_OF_FUEL, trap.kind());
      assertEquals("turns", trap.frames().get(0).name());
      assertEquals(-1, store.fuel());
      store.setFuel(50);
      turns.call(10);
      assertEquals(0, store.fuel(), "the store goes on with new fuel");
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void givenCodeWithoutEndThenFuelEndsItAndWhatItCallsCountsToo(Tier tier) {
    try (Store store = Engine.create(options(tier)).newStore()) {
      Instance instance = instance(store);
      store.setFuel(100_000);
      assertEquals(Trap.Kind.OUT_OF_FUEL, kind(instance.func("forever").orElseThrow()));
      assertEquals(-1, store.fuel());
      store.setFuel(100);
      assertEquals(Trap.Kind.OUT_OF_FUEL, kind(instance.func("deep").orElseThrow()));
      assertEquals(-1, store.fuel());
      store.setFuel(PLENTY);
      assertEquals(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, kind(instance.func("trap").orElseThrow()));
      assertEquals(PLENTY - 6, store.fuel(), "a basic block takes its fuel where it begins");
    }
  }

  private static Trap.Kind kind(Func function) {
    return assertThrows(Trap.class, function::call).kind();
  }

  @Test
  void givenAHostFunctionThenItMaySeeAndChangeWhatIsLeft() {
    try (Store store = Engine.create(options(Tier.AUTO)).newStore()) {
      List<Long> seen = new ArrayList<>();
      Linker linker = new Linker(store).define("h", "host", FuncType.of("->"), (caller, slots) -> {
        seen.add(store.fuel());
        store.setFuel(7);
      });
      store.setFuel(10);
      guest().instantiate(linker, store).func("host").orElseThrow().call();
      assertEquals(List.of(7L), seen);
      assertEquals(7, store.fuel());
    }
  }

  @Test
  void givenAnEngineWithoutFuelThenAskingForItIsAnErrorThatSaysWhatToDo() {
    try (Store store = Engine.create(options(Tier.AUTO).withFuel(false)).newStore()) {
      IllegalStateException error = assertThrows(IllegalStateException.class, () -> store.setFuel(1));
      assertEquals("the engine was made without fuel: see EngineOptions.withFuel", error.getMessage());
      assertThrows(IllegalStateException.class, store::fuel);
    }
    try (Store store = Engine.create(options(Tier.AUTO)).newStore()) {
      assertThrows(IllegalArgumentException.class, () -> store.setFuel(-1));
      assertEquals(Long.MAX_VALUE, store.fuel(), "until it is set");
    }
  }

  @Test
  void givenCodeThatDoesAnythingButTakeFuelThenItIsNotProved() throws VerificationError {
    prove(made -> made.code.emit(IntegerRows.SUB_RM_IMM8.of(64), Mem.at(Gpr.R11, Layout.STORE_FUEL), new Imm(5)));
    List<Consumer<HandAssembled>> others = List.of(
        made -> made.code.emit(IntegerRows.SUB_RM_IMM8.of(64), Mem.at(Gpr.R11, Layout.STORE_FUEL), new Imm(-5)),
        made -> made.code.emit(IntegerRows.ADD_RM_IMM8.of(64), Mem.at(Gpr.R11, Layout.STORE_FUEL), new Imm(5)),
        made -> made.code.emit(IntegerRows.SUB_RM_R.of(64), Mem.at(Gpr.R11, Layout.STORE_FUEL), Gpr.RDI),
        made -> made.code.emit(IntegerRows.SUB_RM_IMM8.of(32), Mem.at(Gpr.R11, Layout.STORE_FUEL), new Imm(5)),
        made -> made.code.emit(IntegerRows.SUB_RM_IMM8.of(64), Mem.at(Gpr.R11, Layout.STORE_FUEL + 4), new Imm(5)),
        made -> made.code.emit(IntegerRows.SUB_RM_IMM8.of(64), Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT), new Imm(5)),
        made -> made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R11, Layout.STORE_FUEL)));
    for (Consumer<HandAssembled> other : others) {
      assertEquals(Rule.MEMORY, assertThrows(VerificationError.class, () -> prove(other)).rule());
    }
  }

  private static void prove(Consumer<HandAssembled> body) throws VerificationError {
    Module module = new TestModule().func("identity", "i32 -> i32", "local.get 0").compile(Engine.create());
    HandAssembled made = new HandAssembled(0, -1, 0);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    body.accept(made);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    made.ret();
    ProvedCode.of(made.compiled(), module.code().contract(0, false, MemoryStrategy.CHECK));
  }

  /** C that clang compiled spends the same in both tiers, under each strategy, and stops with the same number left. */
  @Test
  void kernelsSpendTheSameInBothTiers() throws IOException, CompileError, LinkError {
    Engine interpreting = Engine.create(options(Tier.INTERP));
    List<Engine> compiling = new ArrayList<>();
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      compiling.add(Engine.create(options(Tier.JIT).withMemory(memory)));
    }
    for (Kernel kernel : Kernel.values()) {
      Engine engine = compiling.get(kernel.ordinal() % compiling.size());
      assertArrayEquals(fuelOf(interpreting, kernel, kernel.smallSize), fuelOf(engine, kernel, kernel.smallSize),
          () -> kernel + " under " + engine.options().memory());
    }
    compiling.forEach(CompilerFindings::assertSound);
  }

  /** What a run spends, and what is left where it had only two thirds of that. */
  private static long[] fuelOf(Engine engine, Kernel kernel, int size) throws IOException, CompileError, LinkError {
    try (Store store = engine.newStore()) {
      Func function = new Linker(store).instantiate(Module.compile(engine, Kernel.binary(kernel.group.module())))
          .func(kernel.export()).orElseThrow();
      long all = spent(store, function, size);
      assertTrue(all > 0, kernel::toString);
      store.setFuel(all * 2 / 3);
      assertEquals(Trap.Kind.OUT_OF_FUEL, assertThrows(Trap.class, () -> function.call(size)).kind());
      return new long[] {all, store.fuel()};
    }
  }

  /**
   * Loops that machine code takes over in the middle spend what they would spend in one tier. On a busy machine the
   * compiler may come too late for a run; then there is another one, of a module that is new again.
   */
  @ParameterizedTest
  @EnumSource(value = Kernel.class, names = {"SIEVE", "MATMUL", "CRC32"})
  void loopsThatMachineCodeTakesOverSpendTheSame(Kernel kernel) throws IOException, CompileError, LinkError {
    Engine tiering = Engine.create(options(Tier.AUTO));
    long[] expected = fuelOf(Engine.create(options(Tier.JIT)), kernel, kernel.size);
    boolean takesOver = tiering.options().tier() == Tier.AUTO;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    do {
      assertArrayEquals(expected, fuelOf(tiering, kernel, kernel.size));
    } while (takesOver && tiering.compiled().loops() == 0 && System.nanoTime() < end);
    assertEquals(takesOver, tiering.compiled().loops() > 0, "a loop was taken over");
  }
}
