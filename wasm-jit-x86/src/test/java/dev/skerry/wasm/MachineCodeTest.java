package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.runtime.Tiering;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Machine code runs beside tier 0, the host and the runtime, in one activation; the code is written by hand. */
class MachineCodeTest {

  private static final StoreLimits D = StoreLimits.DEFAULT;

  /** Whatever the properties say: code by hand checks no bounds. */
  private static final EngineOptions OPTIONS =
      EngineOptions.fromProperties().withTier(Tier.AUTO).withMemory(MemoryStrategy.GUARD);

  private final Engine engine = Engine.create(OPTIONS, null);
  private final Store store = engine.newStore();

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static void needsHandlerOfFaults() {
    Assumptions.assumeTrue(MachineSupport.current().faults(), "faults are no traps here");
  }

  private static ModuleLayout layout(Module module) {
    return new ModuleLayout(module.info());
  }

  private Instance instantiate(Module module, Linker linker) {
    try {
      return linker.instantiate(module);
    } catch (LinkError e) {
      throw new AssertionError(e);
    }
  }

  /** (x, y) -> x + y, without a frame. */
  private static void installAdd(Module module, int function) {
    HandAssembled add = new HandAssembled(function, -1, 0);
    add.code.emit(IntegerRows.LEA.of(32), Gpr.RAX, Mem.at(Gpr.RDI, Gpr.RSI, 1, 0));
    add.ret().install(module);
  }

  /** n -> n == 0 ? 0 : other(n - 1) + 1. */
  private static void installCounter(Module module, int function, int other) {
    HandAssembled count = new HandAssembled(function, 0, 0);
    Label more = count.code.label();
    Label end = count.code.label();
    count.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    count.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    count.code.jump(Condition.NE, more);
    count.code.jump(end);
    count.code.bind(more);
    count.code.emit(IntegerRows.DEC.of(32), Gpr.RDI);
    count.call(layout(module), other, 40 + function);
    count.code.emit(IntegerRows.INC.of(32), Gpr.RAX);
    count.code.bind(end);
    count.ret().install(module);
  }

  private static TestModule counters() {
    String body = "local.get 0; if i32; local.get 0; i32.const 1; i32.sub; call %d; i32.const 1; i32.add;"
        + "else; i32.const 0; end";
    return new TestModule().func("a", "i32 -> i32", body.formatted(1)).func("b", "i32 -> i32", body.formatted(0));
  }

  @Test
  void givenCodeThatWasInstalledBeforeOrAfterInstantiationWhenCalledThenItRunsInsteadOfTheInterpreter() {
    Module module = new TestModule().func("add", "i32 i32 -> i32", "i32.const -1").compile(engine);
    Func before = instantiate(module, new Linker(store)).func("add").orElseThrow();
    assertEquals(-1, before.call(40, 2)[0]);

    installAdd(module, 0);

    assertEquals(42, before.call(40, 2)[0]);
    assertEquals(42, instantiate(module, new Linker(store)).func("add").orElseThrow().call(40, 2)[0]);
  }

  @Test
  void givenFunctionsThatCallEachOtherAcrossTiersWhenRunThenAllComeBack() {
    Module module = counters().compile(engine);
    Instance instance = instantiate(module, new Linker(store));
    installCounter(module, 0, 1);
    assertEquals(800, instance.func("a").orElseThrow().call(800)[0]);
    assertEquals(801, instance.func("b").orElseThrow().call(801)[0]);

    installCounter(module, 1, 0);

    assertEquals(10_000, instance.func("a").orElseThrow().call(10_000)[0]);
  }

  @Test
  void givenTailCallsThatAlternateBetweenTheTiersWhenThereAreManyThenTheStackDoesNotGrow() {
    Module module = new TestModule().func("machine", "i32 -> i32", "unreachable")
        .func("tier 0", "i32 -> i32", "local.get 0; i32.eqz; if; i32.const 42; return; end;"
            + "local.get 0; i32.const 1; i32.sub; return_call 0")
        .func("outer", "i32 -> i32", "i32.const 1; local.get 0; call 0; i32.add").compile(engine);
    new HandAssembled(0, -1, 0).tailCall(layout(module), 1).install(module);
    Instance instance = instantiate(module, new Linker(store));
    for (String function : List.of("machine", "tier 0")) {
      assertEquals(42, instance.func(function).orElseThrow().call(300_000)[0]);
    }
    assertEquals(43, instance.func("outer").orElseThrow().call(300_000)[0]);
  }

  @Test
  void givenEndlessRecursionInEitherOrBothTiersWhenRunThenTheStackIsExhaustedAndTheStoreGoesOn() {
    Module module = counters().compile(engine);
    Instance instance = instantiate(module, new Linker(store));
    for (int machine = 0; machine < 3; machine++) {
      for (String name : List.of("a", "b")) {
        Trap trap = assertThrows(Trap.class, () -> instance.func(name).orElseThrow().call(-1));
        assertEquals(Trap.Kind.STACK_EXHAUSTED, trap.kind());
        assertEquals(Trap.MAX_FRAMES, trap.frames().size());
        assertEquals(5, instance.func(name).orElseThrow().call(5)[0]);
        for (int i = 1; i < trap.frames().size(); i++) {
          assertEquals(1 - trap.frames().get(i).function(), trap.frames().get(i - 1).function());
        }
      }
      if (machine < 2) {
        installCounter(module, machine, 1 - machine);
      }
    }
  }

  @Test
  void givenAnySignatureWhenValuesPassThroughThenTheyArriveUnchanged() {
    long seed = Long.getLong("skerry.fuzz.seed", 7);
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      String params = types(random, random.nextInt(30));
      String results = types(random, random.nextInt(30));
      FuncType type = FuncType.of(params + " -> " + results);
      List<Object> seen = new ArrayList<>();
      long[] answer = random.longs(Math.max(type.resultSlots(), 1)).toArray();
      Linker linker = new Linker(store).define("h", "f", type, (caller, slots) -> {
        for (int i = 0; i < type.paramSlots(); i++) {
          seen.add(slots[i]);
        }
        System.arraycopy(answer, 0, slots, 0, type.resultSlots());
      });
      StringBuilder body = new StringBuilder();
      for (int i = 0; i < type.params().size(); i++) {
        body.append("local.get ").append(i).append(';');
      }
      Module module = new TestModule().importFunc("h", "f", params + " -> " + results)
          .func("straight", params + " -> " + results, "unreachable")
          .func("from0", params + " -> " + results, body + "call 1")
          .func("to0", params + " -> " + results, "unreachable").compile(engine);
      new HandAssembled(1, -1, 0).tailCall(layout(module), 0).install(module);
      new HandAssembled(3, -1, 0).tailCall(layout(module), 2).install(module);
      Instance instance = instantiate(module, linker);

      for (String name : List.of("straight", "from0", "to0")) {
        long[] slots = random.longs(Math.max(Math.max(type.paramSlots(), type.resultSlots()), 1)).toArray();
        long[] arguments = slots.clone();
        seen.clear();
        instance.func(name).orElseThrow().invoke(slots);
        String what = "seed " + seed + ", round " + round + ", " + name + ", " + type;
        assertArrayEquals(masked(type.params(), arguments),
            masked(type.params(), seen.stream().mapToLong(Long.class::cast).toArray()), what);
        assertArrayEquals(masked(type.results(), answer), masked(type.results(), slots), what);
      }
    }
  }

  private static String types(Random random, int count) {
    String[] names = {"i32", "i64", "f32", "f64", "v128"};
    StringBuilder types = new StringBuilder();
    for (int i = 0; i < count; i++) {
      types.append(names[random.nextInt(names.length)]).append(' ');
    }
    return types.toString().trim();
  }

  private static long[] masked(List<ValType> types, long[] slots) {
    long[] masked = new long[types.stream().mapToInt(ValType::slots).sum()];
    int slot = 0;
    for (ValType type : types) {
      boolean narrow = type.equals(ValType.I32) || type.equals(ValType.F32);
      for (int i = 0; i < type.slots(); i++) {
        masked[slot] = narrow ? slots[slot] & 0xffff_ffffL : slots[slot];
        slot++;
      }
    }
    return masked;
  }

  @Test
  void givenATrapInMachineCodeWhenItHappensThenKindAndFramesOfBothTiersAreKnown() {
    Module module = new TestModule().func("bad", "->", "nop").func("middle", "->", "call 0").func("top", "->", "nop")
        .compile(engine);
    new HandAssembled(0, 16, 0).trap(Trap.Kind.INTEGER_OVERFLOW, 77).install(module);
    new HandAssembled(2, 32, 0).call(layout(module), 1, 88).ret().install(module);
    Instance instance = instantiate(module, new Linker(store));

    for (int i = 0; i < 3; i++) {
      Trap trap = assertThrows(Trap.class, () -> instance.func("top").orElseThrow().call());
      assertEquals(Trap.Kind.INTEGER_OVERFLOW, trap.kind());
      assertEquals(List.of("bad", "middle", "top"), trap.frames().stream().map(Trap.Frame::name).toList());
      assertEquals(77, trap.frames().get(0).offset());
      assertEquals(88, trap.frames().get(2).offset());
    }
  }

  @Test
  void givenAHostThatThrowsCallsBackAndCatchesWhenCalledFromMachineCodeThenEveryLevelStaysWhole() {
    RuntimeException own = new RuntimeException("own");
    Linker linker = new Linker(store).define("h", "f", FuncType.of("i32 -> i32"), (caller, slots) -> {
      int n = (int) slots[0];
      if (n == 0) {
        throw own;
      }
      Func run = caller.func("run").orElseThrow();
      if (n % 3 == 0) {
        assertSame(own, assertThrows(RuntimeException.class, () -> run.call(n - 1)));
        slots[0] = 1000;
      } else {
        slots[0] = (int) run.call(n - 1)[0] + 1;
      }
    });
    Module module = new TestModule().importFunc("h", "f", "i32 -> i32").func("run", "i32 -> i32", "nop; unreachable")
        .compile(engine);
    HandAssembled run = new HandAssembled(1, 16, 0);
    run.code.emit(IntegerRows.MOV_RM_IMM.of(64), Mem.at(Gpr.RSP, 0), new Imm(0x1234));
    run.call(layout(module), 0, 9);
    run.code.emit(IntegerRows.ADD_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.RSP, 0));
    run.ret().install(module);
    Func func = instantiate(module, linker).func("run").orElseThrow();

    for (int i = 0; i < 100; i++) {
      assertSame(own, assertThrows(RuntimeException.class, () -> func.call(2)));
      assertEquals(1000 + 0x1234, func.call(3)[0]);
      assertEquals(1000 + 3 * 0x1234 + 2, func.call(5)[0]);
    }
  }

  @Test
  void givenRecursionThroughTheHostWhenInMachineCodeThenItEndsAtTheNestingLimit() {
    int[] deepest = new int[1];
    Linker linker = new Linker(store).define("h", "again", FuncType.of("i32 ->"), (caller, slots) -> {
      deepest[0] = Math.max(deepest[0], (int) slots[0]);
      caller.func("run").orElseThrow().call((int) slots[0] + 1);
    });
    Module module = new TestModule().importFunc("h", "again", "i32 ->").func("run", "i32 ->", "unreachable")
        .compile(engine);
    new HandAssembled(1, 0, 0).call(layout(module), 0, 5).ret().install(module);
    Func run = instantiate(module, linker).func("run").orElseThrow();

    Trap trap = assertThrows(Trap.class, () -> run.call(0));

    assertEquals(Trap.Kind.STACK_EXHAUSTED, trap.kind());
    assertEquals(D.nesting() - 1, deepest[0]);
    assertEquals(D.nesting(), trap.frames().size());
  }

  @Test
  void givenInstructionsOfTheRuntimeWhenMachineCodeDoesThemThenTheyWorkOnItsInstance() {
    Module module = new TestModule().memory(1, 3).export("m", 2, 0).func("grow", "i32 -> i32", "unreachable")
        .compile(engine);
    HandAssembled grow = new HandAssembled(0, 0, 0);
    grow.buffer();
    grow.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, 0), Gpr.RDI);
    grow.runtime(Op.MEMORY_GROW, 0, 5).buffer();
    grow.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R11, 0));
    grow.ret().install(module);
    Instance instance = instantiate(module, new Linker(store));

    assertEquals(1, instance.func("grow").orElseThrow().call(2)[0]);
    assertEquals(-1, instance.func("grow").orElseThrow().call(1)[0]);
    assertEquals(3L * Memory.PAGE, instance.memory("m").orElseThrow().byteLength());
  }

  @Test
  void givenAnInterruptWhenMachineCodeLoopsOrRecursesThenItEndsAndCodeRunsAgainOnceCleared() throws Exception {
    Module module = new TestModule().func("loop", "->", "unreachable").func("calls", "->", "unreachable")
        .func("leaf", "->", "unreachable").compile(engine);
    HandAssembled loop = new HandAssembled(0, 0, 0);
    Label again = loop.code.here();
    loop.poll(11);
    loop.code.jump(again);
    loop.install(module);
    new HandAssembled(2, 0, 0).ret().install(module);
    HandAssembled calls = new HandAssembled(1, 0, 0);
    Label more = calls.code.here();
    calls.callDirectly(2, 22);
    calls.code.jump(more);
    calls.install(module);
    Instance instance = instantiate(module, new Linker(store));

    for (String name : List.of("loop", "calls", "loop", "calls")) {
      CompletableFuture<Trap> ended = new CompletableFuture<>();
      Thread thread = new Thread(() -> ended.complete(
          assertThrows(Trap.class, () -> instance.func(name).orElseThrow().call())));
      thread.start();
      while (thread.getState() == Thread.State.NEW) {
        Thread.onSpinWait();
      }
      store.interrupt();
      Trap trap = ended.get(120, TimeUnit.SECONDS);
      thread.join();
      assertEquals(Trap.Kind.INTERRUPTED, trap.kind());
      store.clearInterrupt();
      instance.func("leaf").orElseThrow().call();
    }
  }

  /** Functions 1 and 2 throw tag 0, by the host and themselves; the last two catch what they throw. */
  private Module catching() throws CompileError {
    Function<Integer, Consumer<Code>> around = callee -> code -> code.op(Opcode.BLOCK, ValType.I32.code() - 0x80)
        .op(Opcode.TRY_TABLE, Code.EMPTY, 0, 0, 0).call(callee).end().i32(-1).end();
    return Module.compile(engine, new ModuleBuilder().importFunction("h", "raise", "->").tag("i32 ->")
        .export("t", 4, 0).function("pass", "->", code -> code.op(Opcode.UNREACHABLE))
        .function("raise", "->", code -> code.op(Opcode.UNREACHABLE))
        .function("catchHost", "-> i32", around.apply(1)).function("catchOwn", "-> i32", around.apply(2)).build());
  }

  @Test
  void givenAnExceptionThatMachineCodeThrowsOrPassesWhenTier0CatchesItThenItGoesOnThere() throws Exception {
    Tag[] tag = new Tag[1];
    Linker linker = new Linker(store).define("h", "raise", FuncType.of("->"), (caller, slots) -> {
      throw new WasmException(tag[0], 5);
    });
    Module module = catching();
    new HandAssembled(1, 48, 0).call(layout(module), 0, 5).ret().install(module);
    HandAssembled raise = new HandAssembled(2, 16, 0).buffer();
    raise.code.emit(IntegerRows.MOV_RM_IMM.of(64), Mem.at(Gpr.R11, 0), new Imm(6));
    raise.runtime(Op.THROW, 0, 8).install(module);
    Instance instance = instantiate(module, linker);
    tag[0] = instance.tag("t").orElseThrow();

    for (int i = 0; i < 3; i++) {
      assertEquals(5, instance.func("catchHost").orElseThrow().call()[0]);
      assertEquals(6, instance.func("catchOwn").orElseThrow().call()[0]);
      WasmException thrown =
          assertThrows(WasmException.class, () -> instance.func("raise").orElseThrow().call());
      assertEquals(List.of(6), thrown.values());
      assertEquals(List.of("raise"), thrown.frames().stream().map(Trap.Frame::name).toList());
    }
  }

  @Test
  void givenAccessesBeyondTheEndWhenTheyFaultThenTheyAreTraps() {
    needsHandlerOfFaults();
    assertEquals(MemoryStrategy.GUARD, engine.options().memory());
    Module module = new TestModule().memory(1, 4).export("m", 2, 0).func("load", "i32 -> i64", "unreachable")
        .func("grow", "-> i32", "i32.const 1; memory.grow").func("outer", "i32 -> i64", "local.get 0; call 0")
        .compile(engine);
    HandAssembled load = new HandAssembled(0, 16, 0).mayFault(66);
    load.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, Integer.MAX_VALUE - 65536));
    load.ret().install(module);
    Instance instance = instantiate(module, new Linker(store));
    Func outer = instance.func("outer").orElseThrow();
    instance.memory("m").orElseThrow().putLong(65528, 99);

    for (int index : new int[] {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      Trap trap = assertThrows(Trap.class, () -> outer.call(index));
      assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
      assertEquals(List.of("load", "outer"), trap.frames().stream().map(Trap.Frame::name).toList());
      assertEquals(66, trap.frames().get(0).offset());
    }
    HandAssembled at = new HandAssembled(0, 0, 0).mayFault(67);
    at.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    at.ret().install(module);
    assertEquals(99L, outer.call(65528)[0]);
    assertThrows(Trap.class, () -> outer.call(65529));
    instance.func("grow").orElseThrow().call();
    assertEquals(0L, outer.call(65536)[0]);
  }

  @Test
  void givenTheDeepestCallThatTheStackAllowsWhenItFaultsThenItIsATrapOnEveryLevel() throws Exception {
    needsHandlerOfFaults();
    Module module = StressGuest.compile(engine);
    int[] deepest = new int[1];
    Linker linker = new Linker(store).define("h", "f", FuncType.of("i32 -> i32"), (caller, slots) -> {
      Func deep = caller.func("deepFault").orElseThrow();
      deepest[0] = deepestFault(deep);
      assertEquals(Trap.Kind.STACK_EXHAUSTED, assertThrows(Trap.class, () -> deep.call(deepest[0] + 1)).kind());
      Trap trap = assertThrows(Trap.class, () -> deep.call(deepest[0]));
      assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
      assertEquals(9, trap.frames().get(0).offset());
      assertEquals(Trap.MAX_FRAMES, trap.frames().size());
      if (slots[0] > 0) {
        slots[0] = (int) caller.func(slots[0] % 2 == 0 ? "host" : "host0").orElseThrow().call((int) slots[0] - 1)[0];
      }
    });
    Instance instance = instantiate(module, linker);

    assertEquals(0, instance.func("host").orElseThrow().call(6)[0]);
    assertTrue(deepest[0] > 10_000, "only " + deepest[0] + " calls");
  }

  private static int deepestFault(Func deep) {
    int fits = 0;
    for (int step = 1 << 20; step > 0; step >>= 1) {
      int tried = fits + step;
      Trap trap = assertThrows(Trap.class, () -> deep.call(tried));
      fits = trap.kind() == Trap.Kind.MEMORY_OUT_OF_BOUNDS ? tried : fits;
    }
    return fits;
  }

  @Test
  void givenALoopInTier0WhenMachineCodeForItComesThenItGoesOnThereAndItsResultsAreTheFunctions() {
    List<String> sampled = new ArrayList<>();
    Tiering tiering = new Tiering() {
      @Override
      public void firstCall(ModuleCode module, int function) {
      }

      @Override
      public boolean sampled(ModuleCode module, int function, int loop) {
        if (loop >= 0 && sampled.isEmpty()) {
          sampled.add(function + " " + (module.info().bytes()[loop] & 0xff));
          HandAssembled rest = new HandAssembled(function, 16, 0);
          rest.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RDI, -8));
          rest.code.emit(IntegerRows.ADD_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RDI, Layout.FRAME_HEADER));
          rest.code.emit(IntegerRows.ADD_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RDI, module.operandsAt(function)));
          rest.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
          rest.call(new ModuleLayout(module.info()), 0, loop);
          rest.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RSP, 0));
          module.installLoop(loop, ProvedCode.onTrust(rest.ret().compiled(),
              module.contract(function, true, MemoryStrategy.CHECK)));
        }
        return true;
      }
    };
    Engine ticking = Engine.create(OPTIONS, tiering);
    List<String> frames = new ArrayList<>();
    try (Store own = ticking.newStore()) {
      Linker linker = new Linker(own).define("h", "f", FuncType.of("->"), (caller, slots) -> {
        Trap trap = assertThrows(Trap.class, () -> caller.func("outer").orElseThrow().call(-1L));
        trap.frames().forEach(frame -> frames.add(frame.name()));
      });
      Module module = new TestModule().importFunc("h", "f", "->")
          .func("endless", "i64 -> i64", "i64",
              "i64.const 300; local.set 1; local.get 1; loop; br 0; end; local.get 1; i64.add")
          .func("outer", "i64 -> i64", "local.get 0; i64.eqz; if; unreachable; end; local.get 0; i64.const -1;"
              + "i64.eq; if; unreachable; end; local.get 0; call 1; i64.const 7; i64.add").compile(ticking);
      Func outer = instantiate(module, linker).func("outer").orElseThrow();

      assertEquals(50 + 300 + 300 + 7L, outer.call(50L)[0]);
      assertEquals(List.of("1 3"), sampled);
      assertEquals(List.of("outer"), frames);
      assertEquals(51 + 300 + 300 + 7L, outer.call(51L)[0]);
    }
  }

  @Test
  void givenThreadsThatRunTheSameModuleWhenCodeIsInstalledAgainAndAgainThenEveryCallIsRight() throws Exception {
    Module module = counters().compile(engine);
    List<CompletableFuture<Void>> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      runs.add(CompletableFuture.runAsync(() -> {
        for (int round = 0; round < 20; round++) {
          try (Store own = engine.newStore()) {
            Instance instance = instantiate(module, new Linker(own));
            for (int n = 0; n < 100; n++) {
              assertEquals(n, instance.func("a").orElseThrow().call(n)[0]);
            }
          }
        }
      }));
    }
    for (int i = 0; i < 100; i++) {
      installCounter(module, i & 1, 1 - (i & 1));
    }
    for (CompletableFuture<Void> run : runs) {
      run.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void givenAStackThatHasNoRoomBelowMachineCodeForSignalsWhenTier0CallsThenItStaysThere() throws Exception {
    Module module = new TestModule().func("tier", "-> i32", "i32.const 0").func("ask", "-> i32", "call 0")
        .func("deep", "i32 -> i32", "local.get 0; if i32; local.get 0; i32.const 1; i32.sub; call 2; else; call 0; end")
        .compile(engine);
    HandAssembled tier = new HandAssembled(0, -1, 0);
    tier.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    tier.ret().install(module);
    try (Store small = engine.newStore(new StoreLimits(D.memoryBytes(), D.tableElements(), D.instances(), 64 << 10,
        D.nesting()))) {
      Instance cramped = new Linker(small).instantiate(module);
      assertEquals(1, cramped.func("tier").orElseThrow().call()[0]);
      assertEquals(0, cramped.func("ask").orElseThrow().call()[0]);
      assertEquals(0, cramped.func("deep").orElseThrow().call(100)[0]);
    }
    Instance roomy = new Linker(store).instantiate(module);
    assertEquals(1, roomy.func("ask").orElseThrow().call()[0]);
    assertEquals(1, roomy.func("deep").orElseThrow().call(100)[0]);
  }
}
