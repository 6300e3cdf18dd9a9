package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.AtomicRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Ways past the verifier that somebody thought of, each with the nearest code that keeps the rules. */
class VerifierAttackTest {

  private static final int NARROW = 0;
  private static final int WIDE = 1;
  private static final int BYTES = 4;
  private static final int ELEMENTS = 10;

  private final Module module = new TestModule().memory(1, 2).table(ValType.FUNCREF, ELEMENTS, 20).tag("i32 ->")
      .func("narrow", "i32 -> i32", "local.get 0")
      .func("wide", "i64 i64 -> i32", "local.get 0; i32.wrap_i64")
      .compile(Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP)));

  private void prove(MemoryStrategy memory, int function, int locals, Consumer<HandAssembled> body)
      throws VerificationError {
    HandAssembled made = new HandAssembled(function, locals, 0);
    body.accept(made);
    ProvedCode.of(made.compiled(), module.code().contract(function, false, memory));
  }

  private void refused(Rule rule, MemoryStrategy memory, int function, int locals, Consumer<HandAssembled> body) {
    VerificationError error = assertThrows(VerificationError.class, () -> prove(memory, function, locals, body));
    assertEquals(rule, error.rule(), error::getMessage);
  }

  private void accepted(MemoryStrategy memory, int function, int locals, Consumer<HandAssembled> body) {
    assertDoesNotThrow(() -> prove(memory, function, locals, body));
  }

  private static void outOfBounds(HandAssembled made) {
    made.trapIf(Condition.A, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
  }

  /** rdx becomes the record of the memory, rsi zero. */
  private static void prepare(HandAssembled made) {
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
  }

  /** Compares the parameter and so many bytes with the length. */
  private static void compare(HandAssembled made, int bytes) {
    made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RDI, bytes));
    made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_LENGTH));
  }

  private static void access(HandAssembled made, Gpr index) {
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, index, 1, 0));
    made.ret();
  }

  /** Clamps by flags that something else has set in between. */
  private static void clampByStaleFlags(HandAssembled made, boolean stale) {
    prepare(made);
    compare(made, BYTES);
    if (stale) {
      made.code.emit(IntegerRows.ADD_RM_IMM.of(32), Gpr.R8, new Imm(1));
    }
    made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), Gpr.RDI, Gpr.RSI);
    compare(made, BYTES);
    outOfBounds(made);
    access(made, Gpr.RDI);
  }

  @Test
  void givenFlagsThatWereChangedSinceTheComparisonThenTheyClampNothing() {
    accepted(MemoryStrategy.HARDENED, NARROW, -1, made -> clampByStaleFlags(made, false));
    refused(Rule.SPECULATION, MemoryStrategy.HARDENED, NARROW, -1, made -> clampByStaleFlags(made, true));
  }

  @Test
  void givenASumOfWhatABranchAloneBoundsThenItsSizeIsNotKnownByArithmetic() {
    for (int way = 0; way < 2; way++) {
      boolean lea = way == 0;
      refused(Rule.MEMORY, MemoryStrategy.HARDENED, NARROW, -1, made -> {
        made.code.emit(IntegerRows.CMP_RM_IMM.of(32), Gpr.RDI, new Imm(100));
        made.trapIf(Condition.A, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
        made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Gpr.RDI);
        if (lea) {
          made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RDI, Gpr.RDI, 1, 0));
        } else {
          made.code.emit(IntegerRows.ADD_R_RM.of(32), Gpr.RCX, Gpr.RDI);
        }
        access(made, Gpr.RCX);
      });
    }
  }

  @Test
  void givenABaseThatABranchAloneSaysIsTheMemorysThenItIsRefused() {
    refused(Rule.MEMORY, MemoryStrategy.HARDENED, WIDE, -1, made -> {
      made.code.emit(IntegerRows.CMP_RM_IMM.of(32), Gpr.RSI, new Imm(5));
      made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.E), Gpr.RDI, Gpr.R14);
      made.trapIf(Condition.NE, Trap.Kind.UNREACHABLE);
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.RDI, 0));
      made.ret();
    });
  }

  /** Loads an element so far behind a clamped index, for which both were compared. */
  private void element(HandAssembled made, int beyond) {
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, module.code().layout().table(0)));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
    made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RDI, beyond));
    made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_LENGTH));
    made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.AE), Gpr.RDI, Gpr.RSI);
    made.trapIf(Condition.AE, Trap.Kind.TABLE_OUT_OF_BOUNDS);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.RDX, Layout.RECORD_BASE));
    made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RDI, beyond));
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.RDX, Gpr.RCX, BYTES, 0));
    made.ret();
  }

  @Test
  void givenAnElementBeyondAClampedIndexThenTheTableIsAtLeastAsLong() {
    accepted(MemoryStrategy.CHECK, NARROW, -1, made -> element(made, ELEMENTS - 1));
    refused(Rule.SPECULATION, MemoryStrategy.CHECK, NARROW, -1, made -> element(made, ELEMENTS));
  }

  @Test
  void givenASumThatABranchAloneSaysHasNotWrappedThenItClampsNothing() {
    refused(Rule.SPECULATION, MemoryStrategy.HARDENED, NARROW, -1, made -> {
      prepare(made);
      compare(made, 64);
      outOfBounds(made);
      made.code.emit(IntegerRows.LEA.of(32), Gpr.RCX, Mem.at(Gpr.RDI, 32));
      made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_LENGTH));
      made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), Gpr.RDI, Gpr.RSI);
      compare(made, 16);
      outOfBounds(made);
      access(made, Gpr.RDI);
    });
  }

  @Test
  void givenALimitOfTheStackThatIsReadAgainOnOneWayThenWhatIsKnownOfTheFormerOneDoesNotCount() {
    int far = 1 << 20;
    refused(Rule.STACK, MemoryStrategy.CHECK, NARROW, -1, made -> {
      Label join = made.code.label();
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT));
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Gpr.RCX);
      made.code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RDX, new Imm(far));
      made.trapIf(Condition.B, Trap.Kind.UNREACHABLE);
      made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
      made.code.jump(Condition.E, join);
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT));
      made.code.bind(join);
      made.code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RCX, new Imm(far));
      made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, Gpr.RCX);
      made.trapIf(Condition.B, Trap.Kind.UNREACHABLE);
      made.code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(far));
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
      made.code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(far));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    });
  }

  /** Tries a compare-and-exchange at a masked index, which may be another one each time. */
  private static void retry(HandAssembled made, boolean inLoop) {
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Gpr.RDI);
    made.code.emit(IntegerRows.AND_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_MASK));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    Label again = made.code.here();
    if (inLoop) {
      made.code.emit(IntegerRows.ADD_RM_IMM.of(32), Gpr.RDI, new Imm(8));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Gpr.RDI);
      made.code.emit(IntegerRows.AND_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_MASK));
    }
    made.code.emit(AtomicRows.LOCK_CMPXCHG.of(32), Mem.at(Gpr.R14, Gpr.RCX, 1, 0), Gpr.R8);
    made.code.jump(Condition.NE, again);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    made.ret();
  }

  @Test
  void givenACompareAndExchangeThatIsTriedAtAnotherPlaceEachTimeThenItPolls() {
    accepted(MemoryStrategy.MASK, NARROW, -1, made -> retry(made, false));
    refused(Rule.POLLS, MemoryStrategy.MASK, NARROW, -1, made -> retry(made, true));
  }

  /** Divides eax with its sign, and returns the quotient. */
  private static void divideBy(HandAssembled made, Gpr divisor) {
    made.code.emit(IntegerRows.CDQ);
    made.code.emit(IntegerRows.IDIV.of(32), divisor);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    made.ret();
  }

  /** Divides after a look for the overflow, in a number to which something is added. */
  private static void divide(HandAssembled made, int added) {
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.R8, Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RSI, Gpr.RSI);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.R8, Gpr.R8);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RCX, Mem.at(Gpr.RSI, Integer.MIN_VALUE));
    if (added > 0) {
      made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RCX, added));
    }
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RDX, Mem.at(Gpr.R8, 1));
    made.code.emit(IntegerRows.OR_R_RM.of(64), Gpr.RCX, Gpr.RDX);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_OVERFLOW);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RSI);
    divideBy(made, Gpr.R8);
  }

  @Test
  void givenAnOverflowThatIsLookedForInANumberThatIsNeverZeroThenTheDivisionIsRefused() {
    accepted(MemoryStrategy.CHECK, WIDE, -1, made -> divide(made, 0));
    refused(Rule.FAULTS, MemoryStrategy.CHECK, WIDE, -1, made -> divide(made, 5));
  }

  /** Looks for an overflow of esi by the one or the other of two divisors at once, and divides by the second one. */
  private static void divideByAnother(HandAssembled made, boolean other) {
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.R8, Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RSI, Gpr.RSI);
    made.code.emit(IntegerRows.LEA.of(32), Gpr.R9, Mem.at(Gpr.R8, 5));
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.R9, Gpr.R9);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RCX, Mem.at(Gpr.RSI, Integer.MIN_VALUE));
    if (other) {
      made.code.emit(IntegerRows.LEA.of(32), Gpr.RDX, Mem.at(Gpr.R8, 1));
      made.code.emit(IntegerRows.OR_R_RM.of(32), Gpr.RCX, Gpr.RDX);
    }
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RDX, Mem.at(Gpr.R9, 1));
    made.code.emit(IntegerRows.OR_R_RM.of(32), Gpr.RCX, Gpr.RDX);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_OVERFLOW);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RSI);
    divideBy(made, Gpr.R9);
  }

  @Test
  void givenAnOverflowThatIsLookedForOfTwoDivisorsAtOnceThenTheDivisionIsRefused() {
    accepted(MemoryStrategy.CHECK, WIDE, -1, made -> divideByAnother(made, false));
    refused(Rule.FAULTS, MemoryStrategy.CHECK, WIDE, -1, made -> divideByAnother(made, true));
  }

  /** Divides the least number after a look for the overflow of another one, of whose result much else is known. */
  private void divideTheLeast(HandAssembled made, int facts) {
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.R8, Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RSI, Gpr.RSI);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.R8, Gpr.R8);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R9, Mem.at(Gpr.R15, module.code().layout().table(0)));
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RCX, Mem.at(Gpr.RSI, Integer.MIN_VALUE));
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RDX, Mem.at(Gpr.R8, 1));
    made.code.emit(IntegerRows.OR_R_RM.of(32), Gpr.RCX, Gpr.RDX);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R9, Layout.RECORD_LENGTH));
    for (int i = 0; i < facts; i++) {
      made.code.emit(IntegerRows.LEA.of(64), Gpr.R10, Mem.at(Gpr.RCX, i));
      made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.R10, Gpr.R11);
      made.trapIf(Condition.AE, Trap.Kind.TABLE_OUT_OF_BOUNDS);
    }
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RCX, Gpr.RCX);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_OVERFLOW);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(Integer.MIN_VALUE));
    divideBy(made, Gpr.R8);
  }

  @Test
  void givenMuchThatIsKnownOfANumberThenWhatItSaysOfAnOverflowIsNotKnownByHalf() {
    for (int facts = 0; facts < 60; facts++) {
      int some = facts;
      refused(Rule.FAULTS, MemoryStrategy.CHECK, WIDE, -1, made -> divideTheLeast(made, some));
    }
  }

  @Test
  void givenCodeBehindABranchThatIsTakenForCertainThenItIsProvedAllTheSame() {
    refused(Rule.MEMORY, MemoryStrategy.HARDENED, WIDE, -1, made -> {
      Label trap = made.code.label();
      made.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RCX, Gpr.RCX);
      made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RCX, Gpr.RCX);
      made.code.jump(Condition.E, trap);
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.RDI, 0));
      made.ret();
      made.code.bind(trap);
      made.trap(Trap.Kind.UNREACHABLE, 1);
    });
  }

  @Test
  void givenADivisionByZeroBehindABranchThatIsTakenForCertainThenItIsNeverDone() {
    for (boolean certain : new boolean[] {true, false}) {
      Consumer<HandAssembled> divides = made -> {
        Label trap = made.code.label();
        made.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RCX, Gpr.RCX);
        made.code.emit(IntegerRows.TEST_RM_R.of(32), certain ? Gpr.RCX : Gpr.RDI, certain ? Gpr.RCX : Gpr.RDI);
        made.code.jump(Condition.E, trap);
        made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
        made.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RDX, Gpr.RDX);
        made.code.emit(IntegerRows.DIV.of(32), Gpr.RCX);
        made.ret();
        made.code.bind(trap);
        made.trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, 1);
      };
      if (certain) {
        accepted(MemoryStrategy.CHECK, NARROW, -1, divides);
      } else {
        refused(Rule.FAULTS, MemoryStrategy.CHECK, NARROW, -1, divides);
      }
    }
  }

  /** Loads the descriptor of what is null, behind a branch on that or on something else. */
  private static void callNull(HandAssembled made, Gpr looked, int scale) {
    Label trap = made.code.label();
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R8, Mem.at(Gpr.R11, Layout.STORE_FUNCTIONS));
    made.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RCX, Gpr.RCX);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), looked, looked);
    made.code.jump(Condition.E, trap);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.R8, Gpr.RCX, scale, 0));
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    made.ret();
    made.code.bind(trap);
    made.trap(Trap.Kind.UNREACHABLE, 1);
  }

  @Test
  void givenANullReferenceBehindABranchThatIsTakenForCertainThenItIsNeverUsed() {
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      accepted(memory, NARROW, -1, made -> callNull(made, Gpr.RCX, Long.BYTES));
      refused(Rule.MEMORY, memory, NARROW, -1, made -> callNull(made, Gpr.RCX, BYTES));
      refused(Rule.MEMORY, memory, NARROW, -1, made -> callNull(made, Gpr.RDI, Long.BYTES));
    }
  }

  /** Accesses memory while the return address, which a tail call might move, is elsewhere. */
  private void fault(HandAssembled made, boolean overwrites) {
    Label tail = made.code.label();
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    made.code.jump(Condition.E, tail);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RSP, 0));
    if (overwrites) {
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
    }
    made.mayFault(1);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RCX);
    made.ret();
    made.code.bind(tail);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT));
    made.trapIf(Condition.B, Trap.Kind.UNREACHABLE);
    made.tailCall(module.code().layout(), NARROW);
  }

  @Test
  void givenAnAccessThatMayFaultThenTheReturnAddressIsWhereItWas() {
    accepted(MemoryStrategy.GUARD, NARROW, -1, made -> fault(made, false));
    refused(Rule.MEMORY, MemoryStrategy.GUARD, NARROW, -1, made -> fault(made, true));
  }

  /** Calls what a reference names, whose type is compared twice, and which is replaced at the first one. */
  private void call(HandAssembled made, int replaced, int called) {
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R11, Layout.STORE_FUNCTIONS));
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R8, Gpr.RSI);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RDI, Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
    made.code.emit(IntegerRows.CMP_R_RM.of(32), Gpr.RDI, Mem.at(Gpr.R11, Layout.STORE_FUNCTION_COUNT));
    made.code.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.AE), Gpr.RDI, Gpr.RSI);
    made.trapIf(Condition.AE, Trap.Kind.UNREACHABLE);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    made.trapIf(Condition.E, Trap.Kind.UNREACHABLE);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.RCX, Gpr.RDI, Long.BYTES, 0));
    made.code.emit(IntegerRows.CMP_RM_IMM.of(32), Mem.at(Gpr.R10, Layout.FUNCTION_TYPE), new Imm(typeId(replaced)));
    made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.NE), Gpr.R10, Gpr.RSI);
    made.trapIf(Condition.NE, Trap.Kind.UNREACHABLE);
    made.code.emit(IntegerRows.CMP_RM_IMM.of(32), Mem.at(Gpr.R10, Layout.FUNCTION_TYPE), new Imm(typeId(called)));
    made.trapIf(Condition.NE, Trap.Kind.UNREACHABLE);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDI, Gpr.R8);
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.R10, Layout.FUNCTION_CONTEXT));
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
    made.callEntry(1);
    made.ret();
  }

  private int typeId(int function) {
    return module.code().contract(function, false, MemoryStrategy.CHECK).typeIds().applyAsInt(
        module.code().info().functions()[function]);
  }

  @Test
  void givenACalleeThatIsReplacedUnlessItHasATypeThenItIsCalledWithThatTypeAlone() {
    accepted(MemoryStrategy.CHECK, WIDE, 0, made -> call(made, WIDE, WIDE));
    refused(Rule.SPECULATION, MemoryStrategy.CHECK, WIDE, 0, made -> call(made, NARROW, WIDE));
  }

  /** Tries a compare-and-exchange until it succeeds, each time with a number that it puts into the frame. */
  private static void retryAndSpill(HandAssembled made, Mem place, boolean spills) {
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Gpr.RDI);
    made.code.emit(IntegerRows.AND_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_MASK));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
    Label again = made.code.here();
    made.code.emit(IntegerRows.LEA.of(32), Gpr.RSI, Mem.at(Gpr.RAX, 1));
    if (spills) {
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RSI);
    }
    made.code.emit(AtomicRows.LOCK_CMPXCHG.of(32), place, Gpr.RSI);
    made.code.jump(Condition.NE, again);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    made.ret();
  }

  @Test
  void givenACompareAndExchangeThatIsTriedAgainThenItMaySpillButNotWhereItExchanges() {
    accepted(MemoryStrategy.MASK, NARROW, 8, made -> retryAndSpill(made, Mem.at(Gpr.R14, Gpr.RCX, 1, 0), true));
    refused(Rule.POLLS, MemoryStrategy.MASK, NARROW, 8, made -> retryAndSpill(made, Mem.at(Gpr.RSP, 0), true));
  }

  @Test
  void givenNoMemoryThenEachAccessIsOutOfItsBounds() {
    Module empty = new TestModule().func("narrow", "i32 -> i32", "local.get 0")
        .compile(Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP)));
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      HandAssembled made = new HandAssembled(NARROW, -1, 0);
      access(made, Gpr.RDI);
      VerificationError error = assertThrows(VerificationError.class,
          () -> ProvedCode.of(made.compiled(), empty.code().contract(NARROW, false, memory)));
      assertEquals(Rule.MEMORY, error.rule(), error::getMessage);
    }
  }

  /** An interpreter of three instructions, each of which goes on with any of them; all but one look for interrupts. */
  private static void interpret(HandAssembled made, int silent) {
    Label table = made.code.label();
    Label end = made.code.label();
    List<Label> targets = new ArrayList<>();
    List<Label> stops = new ArrayList<>();
    List<Label> after = new ArrayList<>();
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.R8, new Imm(1));
    made.choose(Gpr.R8, table, 3);
    for (int i = 0; i < 3; i++) {
      targets.add(made.code.here());
      if (i != silent) {
        Label stop = made.code.label();
        stops.add(stop);
        after.add(made.pollAt(stop));
      }
      made.code.emit(IntegerRows.CMP_RM_IMM.of(32), Gpr.R8, new Imm(7));
      made.code.jump(Condition.E, end);
      made.choose(Gpr.R8, table, 3);
    }
    made.code.bind(end);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    made.ret();
    for (int i = 0; i < stops.size(); i++) {
      made.stop(stops.get(i), after.get(i));
    }
    made.table(table, targets);
  }

  @Test
  void givenAnInterpretersLoopThenEachOfItsInstructionsPolls() {
    accepted(MemoryStrategy.CHECK, NARROW, 0, made -> interpret(made, -1));
    for (int silent = 0; silent < 3; silent++) {
      int one = silent;
      refused(Rule.POLLS, MemoryStrategy.CHECK, NARROW, 0, made -> interpret(made, one));
    }
  }

  /** Two jumps by one table lead to accesses of the parameter, which was clamped before one of them, or before both. */
  private static void accessBehindTable(HandAssembled made, boolean both) {
    Label table = made.code.label();
    Label other = made.code.label();
    prepare(made);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.R8, new Imm(1));
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    made.code.jump(Condition.E, other);
    for (int way = 0; way < 2; way++) {
      if (way == 0 || both) {
        compare(made, BYTES);
        made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), Gpr.RDI, Gpr.RSI);
        outOfBounds(made);
      }
      made.choose(Gpr.R8, table, 2);
      if (way == 0) {
        made.code.bind(other);
      }
    }
    List<Label> targets = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      targets.add(made.code.here());
      access(made, Gpr.RDI);
    }
    made.table(table, targets);
  }

  @Test
  void givenJumpsThatShareATableThenWhatIsKnownBehindItIsKnownBeforeAllOfThem() {
    accepted(MemoryStrategy.HARDENED, NARROW, -1, made -> accessBehindTable(made, true));
    refused(Rule.MEMORY, MemoryStrategy.HARDENED, NARROW, -1, made -> accessBehindTable(made, false));
    accepted(MemoryStrategy.CHECK, NARROW, -1, made -> accessBehindTable(made, true));
    refused(Rule.MEMORY, MemoryStrategy.CHECK, NARROW, -1, made -> accessBehindTable(made, false));
  }

  /** Throws what its own landing pad catches, and may have written over the context that the frame keeps. */
  private static void raise(HandAssembled made, boolean overwrites) {
    if (overwrites) {
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
    }
    made.runtime(Op.THROW, 0, 1);
    made.landing();
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    made.ret();
  }

  @Test
  void givenALandingPadThenTheFrameKeepsTheContextThatTheUnwinderReadsThere() {
    accepted(MemoryStrategy.CHECK, WIDE, 0, made -> raise(made, false));
    refused(Rule.CONTEXT, MemoryStrategy.CHECK, WIDE, 0, made -> raise(made, true));
  }

  @Test
  void givenManyPlacesThatMayMoveAndManyStopsThenTheProofEndsSoon() {
    int slots = 100_000;
    refused(Rule.INSTRUCTIONS, MemoryStrategy.CHECK, NARROW, Long.BYTES * slots, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R11, Layout.STORE_FUNCTIONS));
      for (int i = 0; i < slots; i++) {
        made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, Long.BYTES * i), Gpr.R11);
      }
      for (int i = 0; i < slots; i++) {
        made.interrupt(1);
      }
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0));
      made.ret();
    });
  }

  @Test
  void givenManyPlacesThatALoopChangesThenTheyAreFound() {
    int slots = 20_000;
    accepted(MemoryStrategy.CHECK, NARROW, Long.BYTES * slots, made -> {
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0));
      for (int i = 0; i < slots; i++) {
        made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, Long.BYTES * i), Gpr.RAX);
      }
      Label again = made.code.here();
      Label stop = made.code.label();
      Label on = made.pollAt(stop);
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
      for (int i = 0; i < slots; i++) {
        made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, Long.BYTES * i), Gpr.RAX);
      }
      made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
      made.code.jump(Condition.NE, again);
      made.ret();
      made.stop(stop, on);
    });
  }
}
