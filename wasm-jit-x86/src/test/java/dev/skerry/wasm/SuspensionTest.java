package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.memory.NativeUsage;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.SseIntegerRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Executions are suspended and resumed, on any thread, whatever tier their frames are in. */
class SuspensionTest {

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
  private final Store store = engine.newStore();

  @AfterEach
  void close() {
    store.close();
  }

  private static <T> T elsewhere(Supplier<T> action) {
    try {
      return CompletableFuture.supplyAsync(action, task -> new Thread(task).start()).get(120, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Function "sum" adds up what the host answers to its argument, twice, through "twice".
   *
   * @param machine which of the two are machine code: bit 0 for "ask", bit 1 for "sum"
   */
  private Instance waiting(int machine) throws CompileError, LinkError {
    Assumptions.assumeTrue(machine == 0 || NativeSupport.current().nativeMemory(), "machine code needs native memory");
    Module module = new TestModule().importFunc("h", "wait", "i32 -> i32")
        .func("ask", "i32 -> i32", "local.get 0; call 0; i32.const 1; i32.add")
        .func("sum", "i32 -> i32", "local.get 0; call 1; local.get 0; call 1; i32.add").compile(engine);
    ModuleLayout layout = new ModuleLayout(module.info());
    if ((machine & 1) != 0) {
      HandAssembled ask = new HandAssembled(1, 0, 0).call(layout, 0, 1);
      ask.code.emit(IntegerRows.INC.of(32), Gpr.RAX);
      ask.ret().install(module);
    }
    if ((machine & 2) != 0) {
      HandAssembled sum = new HandAssembled(2, 16, 0);
      sum.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
      sum.call(layout, 1, 1);
      sum.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDI, Mem.at(Gpr.RSP, 0));
      sum.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
      sum.call(layout, 1, 2);
      sum.code.emit(IntegerRows.ADD_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.RSP, 0));
      sum.ret().install(module);
    }
    return new Linker(store).define("h", "wait", FuncType.of("i32 -> i32"), (caller, slots) -> {
      if (slots[0] < 0x100) {
        store.suspend("answer to " + slots[0]);
      }
    }).instantiate(module);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void givenAHostFunctionThatWaitsWhenResumedOnOtherThreadsThenTheGuestGoesOnWithItsAnswers(int machine)
      throws Exception {
    Func sum = waiting(machine).func("sum").orElseThrow();
    List<Execution> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(sum.start(i));
      assertEquals(Execution.State.SUSPENDED, all.get(i).state());
      assertEquals("answer to " + i, all.get(i).awaited());
      assertEquals(2 * 1000 + 2, sum.call(1000)[0]);
    }

    for (int i = 0; i < 50; i += 2) {
      int answer = i;
      assertEquals(Execution.State.SUSPENDED, elsewhere(() -> all.get(answer).resume(answer)));
    }
    for (int i = 1; i < 50; i += 2) {
      assertEquals(Execution.State.SUSPENDED, all.get(i).resume(i));
    }
    for (int i = 0; i < 50; i++) {
      int answer = i;
      assertEquals(Execution.State.DONE, elsewhere(() -> all.get(answer).resume(100)));
      assertEquals(i + 100 + 2, all.get(i).results()[0]);
      assertThrows(IllegalStateException.class, () -> all.get(answer).resume(1));
    }
  }

  @Test
  void givenAnEndlessLoopWhenYieldsAreAskedForThenItIsSuspendedAndGoesOnWithAllRegisters() throws Exception {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
    Module module = new TestModule().func("loop", "i64 -> i64", "unreachable").compile(engine);
    HandAssembled loop = new HandAssembled(0, 0, 0);
    Gpr[] counters = {Gpr.RAX, Gpr.RCX, Gpr.RDX, Gpr.RBX, Gpr.RSI, Gpr.RBP, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R12, Gpr.R13};
    for (int i = 0; i < counters.length; i++) {
      loop.code.emit(IntegerRows.MOV_R_RM.of(64), counters[i], Gpr.RDI);
      loop.code.emit(IntegerRows.ADD_RM_IMM.of(64), counters[i], new Imm(i));
    }
    for (int i = 0; i < 15; i++) {
      loop.code.emit(SseIntegerRows.MOVQ_XMM_RM64, Xmm.of(i), counters[i % counters.length]);
    }
    Label again = loop.code.here();
    Label wrong = loop.code.label();
    loop.poll(3);
    for (int i = 0; i < counters.length; i++) {
      loop.code.emit(IntegerRows.LEA.of(64), Gpr.R11, Mem.at(Gpr.RDI, i));
      loop.code.emit(IntegerRows.CMP_RM_R.of(64), Gpr.R11, counters[i]);
      loop.code.jump(Condition.NE, wrong);
      loop.code.emit(IntegerRows.INC.of(64), counters[i]);
    }
    for (int i = 0; i < 15; i++) {
      loop.code.emit(SseIntegerRows.MOVQ_RM64_XMM, Gpr.R11, Xmm.of(i));
      loop.code.emit(IntegerRows.INC.of(64), Gpr.R11);
      loop.code.emit(IntegerRows.CMP_RM_R.of(64), Gpr.R11, counters[i % counters.length]);
      loop.code.jump(Condition.NE, wrong);
      loop.code.emit(SseIntegerRows.MOVQ_XMM_RM64, Xmm.of(i), Gpr.R11);
    }
    loop.code.emit(IntegerRows.INC.of(64), Gpr.RDI);
    loop.code.jump(again);
    loop.code.bind(wrong);
    loop.ret().install(module);
    Execution execution = suspendedOften(new Linker(store).instantiate(module).func("loop").orElseThrow());
    store.interrupt();

    assertEquals(Execution.State.FAILED, execution.resume());

    assertEquals(Trap.Kind.INTERRUPTED, assertThrows(Trap.class, execution::results).kind());
  }

  @Test
  void givenALoopInTier0WhenYieldsAreAskedForThenItIsSuspendedAndGoesOn() throws Exception {
    Module module = new TestModule().global(ValType.I64, true, "i64.const 0").export("stop", 3, 0)
        .func("loop", "i64 -> i64", """
            loop
              local.get 0; i64.const 3; i64.add; local.set 0; global.get 0; i64.eqz; br_if 0
            end
            local.get 0""").compile(engine);
    Instance instance = new Linker(store).instantiate(module);
    Execution execution = suspendedOften(instance.func("loop").orElseThrow());
    instance.global("stop").orElseThrow().set(1L);

    assertEquals(Execution.State.DONE, execution.resume());

    assertEquals(0L, (long) execution.results()[0] % 3);
    assertTrue((long) execution.results()[0] > 0);
  }

  /** An execution of an endless function that was suspended and resumed on several threads. */
  private Execution suspendedOften(Func endless) {
    AtomicBoolean enough = new AtomicBoolean();
    Thread asking = new Thread(() -> {
      while (!enough.get()) {
        store.requestYield();
        LockSupport.parkNanos(100_000);
      }
    });
    asking.start();
    try {
      Execution execution = endless.start(0L);
      for (int i = 0; i < 40; i++) {
        assertEquals(Execution.State.SUSPENDED, execution.state());
        assertNull(execution.awaited());
        if (i % 4 == 0) {
          elsewhere(execution::resume);
        } else {
          execution.resume();
        }
      }
      assertEquals(Execution.State.SUSPENDED, execution.state());
      return execution;
    } finally {
      enough.set(true);
      assertDoesNotThrow(() -> asking.join());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void givenAFailureInPlaceOfAnAnswerWhenResumedThenTheExecutionFailsWithIt(int machine) throws Exception {
    Func sum = waiting(machine).func("sum").orElseThrow();
    Execution execution = sum.start(1);
    RuntimeException own = new RuntimeException("own");

    assertEquals(Execution.State.FAILED, execution.fail(own));

    assertSame(own, assertThrows(RuntimeException.class, execution::results));
    Execution other = sum.start(1);
    assertEquals(Execution.State.FAILED, other.fail(Trap.host("gone")));
    Trap trap = assertThrows(Trap.class, other::results);
    assertEquals(List.of("ask", "sum"), trap.frames().stream().map(Trap.Frame::name).toList());
  }

  @Test
  void givenAnExceptionOfTheGuestsInPlaceOfAnAnswerWhenResumedThenTheGuestCatchesIt() throws Exception {
    Instance instance = new Linker(store)
        .define("h", "wait", FuncType.of("->"), (caller, slots) -> store.suspend(null))
        .instantiate(Module.compile(engine, new ModuleBuilder().importFunction("h", "wait", "->").tag("i32 ->")
            .export("t", 4, 0).function("catch", "-> i32", code -> code
                .op(Opcode.BLOCK, ValType.I32.code() - 0x80).op(Opcode.TRY_TABLE, Code.EMPTY, 0, 0, 0)
                .call(0).end().i32(-1).end()).build()));
    Execution execution = instance.func("catch").orElseThrow().start();

    assertEquals(Execution.State.DONE, execution.fail(new WasmException(instance.tag("t").orElseThrow(), 77)));

    assertEquals(77, execution.results()[0]);
  }

  @Test
  void givenACallThatCannotBeSuspendedInBetweenWhenAHostFunctionWaitsThenItTraps() throws Exception {
    Instance instance = waiting(0);
    assertEquals(Trap.Kind.HOST,
        assertThrows(Trap.class, () -> instance.func("sum").orElseThrow().call(1)).kind());
    assertThrows(Trap.class, () -> store.suspend(null));
    Linker linker = new Linker(store).define("h", "nest", FuncType.of("i32 -> i32"), (caller, slots) ->
        slots[0] = (int) instance.func("sum").orElseThrow().call((int) slots[0])[0]);
    Func outer = linker.instantiate(new TestModule().importFunc("h", "nest", "i32 -> i32")
        .func("outer", "i32 -> i32", "local.get 0; call 0").compile(engine)).func("outer").orElseThrow();

    Execution execution = outer.start(5);

    assertEquals(Execution.State.FAILED, execution.state());
    assertEquals(Trap.Kind.HOST, assertThrows(Trap.class, execution::results).kind());
  }

  @Test
  void givenAnExecutionThatAHostFunctionStartsWhenItIsSuspendedThenTheHostFunctionGoesOn() throws Exception {
    Func sum = waiting(0).func("sum").orElseThrow();
    List<Execution> started = new ArrayList<>();
    Linker linker = new Linker(store).define("h", "start", FuncType.of("i32 ->"), (caller, slots) -> {
      started.add(sum.start((int) slots[0]));
      started.add(sum.start(0x1000));
    });
    Func outer = linker.instantiate(new TestModule().importFunc("h", "start", "i32 ->")
        .func("outer", "i32 -> i32", "local.get 0; call 0; local.get 0").compile(engine)).func("outer").orElseThrow();

    assertEquals(9, outer.call(9)[0]);

    assertEquals(0x2002, started.get(1).results()[0]);
    started.get(0).resume(1);
    started.get(0).resume(2);
    assertEquals(5, started.get(0).results()[0]);
  }

  @Test
  void givenSuspendedExecutionsWhenTheyOrTheirStoreAreClosedThenTheirStacksAreGivenBack() throws Exception {
    Func sum = waiting(0).func("sum").orElseThrow();
    sum.start(0x1000);
    long before = NativeUsage.current().stacks().count();
    Execution kept = sum.start(1);
    Execution dropped = sum.start(2);
    assertEquals(before + 1, NativeUsage.current().stacks().count());

    dropped.close();
    dropped.close();

    assertEquals(Execution.State.CLOSED, dropped.state());
    assertThrows(IllegalStateException.class, () -> dropped.resume(1));
    assertThrows(IllegalStateException.class, dropped::results);
    store.close();
    assertEquals(Execution.State.CLOSED, kept.state());
    assertThrows(IllegalStateException.class, () -> kept.resume(1));
    kept.close();
    assertEquals(before - 1, NativeUsage.current().stacks().count());
  }
}
