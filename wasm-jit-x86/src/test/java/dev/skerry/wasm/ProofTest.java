package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.Proof;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A proof that is remembered gives leave to publish what it was made for, and nothing else. */
final class ProofTest {

  private static final MemoryStrategy CHECK = MemoryStrategy.CHECK;

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));

  private Module module(String name) {
    return new TestModule().memory(1, 2).func(name, "i32 -> i32", "local.get 0").func("other", "i32 -> i32",
        "local.get 0").compile(engine);
  }

  private static CompiledFunction code(int result) {
    HandAssembled made = new HandAssembled(0, -1, 0);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(result));
    return made.ret().compiled();
  }

  private static Contract contract(Module module) {
    return module.code().contract(0, false, CHECK);
  }

  private Proof remembered(CompiledFunction code) throws VerificationError {
    return Proof.of(ProvedCode.of(code, contract(module("first")))).orElseThrow();
  }

  @Test
  void givenTheSameCodeForAModuleOfTheSameBytesThenItMayBePublishedForThatModule() throws VerificationError {
    Contract contract = contract(module("first"));
    CompiledFunction code = code(5);
    ProvedCode again = remembered(code(5)).of(code, contract).orElseThrow();
    assertSame(code, again.code());
    assertSame(contract, again.contract());
    assertTrue(Proof.of(again).isPresent());
  }

  @Test
  void givenAnythingElseThanWhatWasProvedThenItIsNotTheSame() throws VerificationError {
    Proof proof = remembered(code(5));
    Contract same = contract(module("first"));
    assertEquals(Optional.empty(), proof.of(code(6), same), "other code");
    assertEquals(Optional.empty(), proof.of(code(5), contract(module("second"))), "another module");
    for (UnaryOperator<Contract> other : List.<UnaryOperator<Contract>>of(
        it -> new Contract(it.module(), it.layout(), it.typeIds(), MemoryStrategy.GUARD, 0, -1),
        it -> new Contract(it.module(), it.layout(), it.typeIds(), CHECK, 1, -1),
        it -> new Contract(it.module(), it.layout(), it.typeIds(), CHECK, 0, 64),
        it -> new Contract(it.module(), it.layout(), type -> type + 1_000, CHECK, 0, -1))) {
      assertEquals(Optional.empty(), proof.of(code(5), other.apply(same)), "another contract");
    }
    CompiledFunction code = code(5);
    for (CompiledFunction other : List.of(
        with(code, new int[] {1, 0, 0}, code.trapSites(), code.frameBytes()),
        with(code, code.relocations(), new int[] {1, 0, 0, 0, 0}, code.frameBytes()),
        with(code, code.relocations(), code.trapSites(), 64))) {
      assertEquals(Optional.empty(), proof.of(other, same), "other tables");
    }
  }

  private static CompiledFunction with(CompiledFunction of, int[] relocations, int[] trapSites, int frameBytes) {
    return new CompiledFunction(of.code(), of.codeBytes(), of.entry(), frameBytes, of.parameterBytes(), relocations,
        of.typeSites(), of.callSites(), trapSites, of.faultSites(), of.guards(), of.inlined(), of.blockCount(),
        of.spillSlots());
  }

  @Test
  void givenCodeThatIsChangedAfterItWasProvedThenItIsNotTheSame() throws VerificationError {
    CompiledFunction code = code(5);
    Proof proof = remembered(code);
    code.code()[code.entry() + 1] ^= 1;
    assertEquals(Optional.empty(), proof.of(code, contract(module("first"))));
  }

  @Test
  void givenCodeThatWasTakenOnTrustThenNothingIsRemembered() {
    assertEquals(Optional.empty(), Proof.of(ProvedCode.onTrust(code(5), contract(module("first")))));
  }
}
