package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Rel;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** For each rule: code that breaks just that one is refused by its name, and the nearest code that keeps it is not. */
class VerifierTest {

  /** i32 -> i32, i64 -> i32, and one more of the first type. */
  private static final int NARROW = 0;
  private static final int WIDE = 1;
  private static final int OTHER = 2;
  private static final int BYTES = 4;

  private final Module module = new TestModule().memory(1, 2)
      .func("narrow", "i32 -> i32", "local.get 0")
      .func("wide", "i64 -> i32", "local.get 0; i32.wrap_i64")
      .func("other", "i32 -> i32", "local.get 0")
      .compile(Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP)));

  private VerificationError refused(MemoryStrategy memory, int function, int locals, Consumer<HandAssembled> body) {
    return assertThrows(VerificationError.class, () -> prove(memory, function, locals, body));
  }

  private void accepted(MemoryStrategy memory, int function, int locals, Consumer<HandAssembled> body) {
    assertDoesNotThrow(() -> prove(memory, function, locals, body));
  }

  private void prove(MemoryStrategy memory, int function, int locals, Consumer<HandAssembled> body)
      throws VerificationError {
    HandAssembled made = new HandAssembled(function, locals, 0);
    body.accept(made);
    ProvedCode.of(made.compiled(), module.code().contract(function, false, memory));
  }

  @Test
  void givenAnInstructionThatIsNotOnTheListThenItIsRefusedByName() {
    VerificationError error = refused(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.code.emit(ControlRows.SYSCALL);
      made.ret();
    });
    assertEquals(Rule.INSTRUCTIONS, error.rule());
    assertEquals(2, error.offset());
    assertTrue(error.getMessage().contains("syscall"), error.getMessage());
    accepted(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.code.emit(ControlRows.NOPS.get(1));
      made.ret();
    });
  }

  @Test
  void givenAnAccessThatIsCheckedForLessThanItsWidthThenItIsRefused() {
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.CHECK, NARROW, -1, made -> load(made, BYTES - 1, false)).rule());
    accepted(MemoryStrategy.CHECK, NARROW, -1, made -> load(made, BYTES, false));
  }

  @Test
  void givenAnAccessLeftToTheGuardZoneThenItsIndexHas32BitsAndTheTablesNameIt() {
    Consumer<HandAssembled> guarded = made -> {
      made.mayFault(1);
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
      made.ret();
    };
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, WIDE, -1, guarded).rule());
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.CHECK, NARROW, -1, guarded).rule());
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, NARROW, -1, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
      made.ret();
    }).rule());
    accepted(MemoryStrategy.GUARD, NARROW, -1, guarded);
  }

  @Test
  void givenAnIndexThatIsNotMaskedThenItIsRefusedUnderMask() {
    Consumer<HandAssembled> plain = made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
      made.ret();
    };
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.MASK, NARROW, -1, plain).rule());
    accepted(MemoryStrategy.MASK, NARROW, -1, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
      made.code.emit(IntegerRows.AND_R_RM.of(32), Gpr.RDI, Mem.at(Gpr.RDX, Layout.RECORD_MASK));
      plain.accept(made);
    });
  }

  @Test
  void givenAnIndexThatABranchAloneChecksThenItIsRefusedUnderHardened() {
    assertEquals(Rule.SPECULATION,
        refused(MemoryStrategy.HARDENED, NARROW, -1, made -> load(made, BYTES, false)).rule());
    accepted(MemoryStrategy.HARDENED, NARROW, -1, made -> load(made, BYTES, true));
  }

  /** Loads 4 bytes at the parameter, of which so many are compared with the length. */
  private static void load(HandAssembled made, int checked, boolean clamp) {
    Label fine = made.code.label();
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RDI, checked));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
    made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_LENGTH));
    if (clamp) {
      made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), Gpr.RDI, Gpr.RSI);
    }
    made.code.jump(Condition.BE, fine);
    made.trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, 1);
    made.code.bind(fine);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    made.ret();
  }

  @Test
  void givenAJumpIntoAnInstructionOrToANumberThenItIsRefused() {
    assertEquals(Rule.BRANCHES, refused(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(ControlRows.JMP_REL8, new Rel(1));
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0x0f05));
      made.ret();
    }).rule());
    assertEquals(Rule.BRANCHES, refused(MemoryStrategy.CHECK, NARROW, -1, made ->
        made.code.emit(ControlRows.JMP_RM64, Gpr.RDI)).rule());
    accepted(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(ControlRows.JMP_REL8, new Rel(0));
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0x0f05));
      made.ret();
    });
  }

  @Test
  void givenAStackThatIsNotAsItWasThenTheReturnIsRefused() {
    assertEquals(Rule.STACK, refused(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(Long.BYTES));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    }).rule());
    assertEquals(Rule.STACK, refused(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    }).rule());
    accepted(MemoryStrategy.CHECK, NARROW, -1, made -> {
      made.code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(Long.BYTES));
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(Long.BYTES));
      made.ret();
    });
  }

  @Test
  void givenALoopWithoutAPollThenItIsRefused() {
    assertEquals(Rule.POLLS, refused(MemoryStrategy.CHECK, NARROW, 0, made -> countDown(made, false)).rule());
    accepted(MemoryStrategy.CHECK, NARROW, 0, made -> countDown(made, true));
  }

  private static void countDown(HandAssembled made, boolean polls) {
    Label again = made.code.here();
    Label stop = made.code.label();
    Label on = made.code.label();
    if (polls) {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
      made.code.emit(IntegerRows.CMP_RM_IMM8.of(32), Mem.at(Gpr.R11, Layout.STORE_INTERRUPT), new Imm(0));
      made.code.jump(Condition.NE, stop);
    }
    made.code.bind(on);
    made.code.emit(IntegerRows.SUB_RM_IMM8.of(32), Gpr.RDI, new Imm(1));
    made.code.jump(Condition.NE, again);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    made.ret();
    made.code.bind(stop);
    made.interrupt(1);
    made.code.jump(on);
  }

  @Test
  void givenAnotherContextThanTheRunningInstancesThenADirectCallIsRefused() {
    assertEquals(Rule.CONTEXT, refused(MemoryStrategy.CHECK, NARROW, 0, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Gpr.RDI);
      made.callDirectly(OTHER, 1);
      made.ret();
    }).rule());
    accepted(MemoryStrategy.CHECK, NARROW, 0, made -> {
      made.callDirectly(OTHER, 1);
      made.ret();
    });
  }

  @Test
  void givenAnI32WithBitsAboveThenItIsNoResultAndNoArgument() {
    assertEquals(Rule.TYPES, refused(MemoryStrategy.CHECK, WIDE, -1, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Gpr.RDI);
      made.ret();
    }).rule());
    assertEquals(Rule.TYPES, refused(MemoryStrategy.CHECK, WIDE, 0, made -> {
      made.callDirectly(OTHER, 1);
      made.ret();
    }).rule());
    accepted(MemoryStrategy.CHECK, WIDE, 0, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RDI, Gpr.RDI);
      made.callDirectly(OTHER, 1);
      made.ret();
    });
  }
}
