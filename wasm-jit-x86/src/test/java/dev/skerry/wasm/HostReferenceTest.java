package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** References to host objects are given back when no guest can have them, and not before. */
class HostReferenceTest {

  private static final int MANY = 3_000_000;

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
  private final Store store = engine.newStore();
  private final List<Object> seen = new ArrayList<>();

  @AfterEach
  void close() {
    store.close();
  }

  /** "churn" takes a reference, makes so many others, and shows the first to the host. */
  private Instance guest(boolean machine) throws LinkError, CompileError {
    Assumptions.assumeTrue(!machine || NativeSupport.current().nativeMemory(), "machine code needs native memory");
    Linker linker = new Linker(store)
        .define("h", "make", FuncType.of("-> externref"), (caller, slots) -> slots[0] = store.refOf(new Object()))
        .define("h", "show", FuncType.of("externref ->"), (caller, slots) -> seen.add(store.externOf((int) slots[0])));
    Module module = new TestModule().importFunc("h", "make", "-> externref").importFunc("h", "show", "externref ->")
        .table(ValType.EXTERNREF, 1, 1).global(ValType.EXTERNREF, true, "ref.null extern")
        .func("churn", "externref i32 ->", """
            loop
              call 0; drop; local.get 1; i32.const 1; i32.sub; local.tee 1; br_if 0
            end
            local.get 0; call 1""")
        .func("deep", "externref i32 ->", "local.get 0; local.get 1; call 2; local.get 0; call 1")
        .func("keep", "externref externref ->", "i32.const 0; local.get 0; table.set 0; local.get 1; global.set 0")
        .func("kept", "-> externref externref", "i32.const 0; table.get 0; global.get 0").compile(engine);
    if (machine) {
      installChurn(module, new ModuleLayout(module.info()));
    }
    return linker.instantiate(module);
  }

  private static void installChurn(Module module, ModuleLayout layout) {
    HandAssembled churn = new HandAssembled(2, 16, 0);
    churn.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
    churn.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 8), Gpr.RSI);
    Label again = churn.code.here();
    churn.call(layout, 0, 1);
    churn.code.emit(IntegerRows.DEC.of(64), Mem.at(Gpr.RSP, 8));
    churn.code.jump(Condition.NE, again);
    churn.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDI, Mem.at(Gpr.RSP, 0));
    churn.call(layout, 1, 2).ret().install(module);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenMoreObjectsThanAStoreMayReferToWhenTheyAreDroppedThenThereIsRoomAndWhatIsHeldStays(boolean machine)
      throws Exception {
    Instance instance = guest(machine);
    Object first = new Object();
    Object inTable = new Object();
    Object inGlobal = new Object();
    Object pinned = new Object();
    int ref = store.refOf(pinned);
    instance.func("keep").orElseThrow().call(inTable, inGlobal);

    instance.func("deep").orElseThrow().call(first, MANY);

    assertEquals(List.of(first, first), seen);
    assertSame(inTable, instance.func("kept").orElseThrow().call()[0]);
    assertSame(inGlobal, instance.func("kept").orElseThrow().call()[1]);
    assertSame(pinned, store.externOf(ref));
    assertThrows(IllegalArgumentException.class, () -> store.externOf(1 << 19));
  }

  @Test
  void givenASuspendedExecutionWhenOtherGuestsRunThenWhatItHoldsStays() throws Exception {
    Instance instance = guest(false);
    Instance waiting = new Linker(store)
        .define("h", "wait", FuncType.of("->"), (caller, slots) -> store.suspend(null))
        .instantiate(new TestModule().importFunc("h", "wait", "->")
            .func("hold", "externref -> externref", "call 0; local.get 0").compile(engine));
    Object held = new Object();
    Execution execution = waiting.func("hold").orElseThrow().start(held);

    instance.func("churn").orElseThrow().call(null, MANY / 10);
    execution.resume();
    instance.func("churn").orElseThrow().call(null, MANY / 10);

    assertSame(held, execution.results()[0]);
  }

  @Test
  void givenAnExceptionThatCarriesAReferenceWhenItLeftTheGuestThenTheObjectStays() throws Exception {
    Instance instance = guest(false);
    Object carried = new Object();
    WasmException exception = new WasmException(Tag.create(store, FuncType.of("externref ->")), carried);

    instance.func("churn").orElseThrow().call(null, MANY / 10);

    assertEquals(List.of(carried), exception.values());
    assertTrue(seen.contains(null));
  }
}
