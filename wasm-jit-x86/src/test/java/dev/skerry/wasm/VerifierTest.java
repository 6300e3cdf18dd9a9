package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.AtomicRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** For each rule: code that breaks just that one is refused by its name, and the nearest code that keeps it is not. */
class VerifierTest {

  /** i32 -> i32, i64 -> i32, and one more of the first type. */
  private static final int NARROW = 0;
  private static final int WIDE = 1;
  private static final int OTHER = 2;
  private static final int BYTES = 4;
  /** So many rows at least that every processor has take an operand in memory. */
  private static final int LEAST_JUSTIFIED = 200;

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
  void givenAStackPointerThatPassesALargeFrameOverAndOverThenTheProofEndsSoon() {
    int bytes = 1_600_000;
    VerificationError error = refused(MemoryStrategy.CHECK, NARROW, bytes, made -> {
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RDI);
      for (int i = 0; i < 20_000; i++) {
        made.code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(bytes));
        made.code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(bytes));
      }
      made.ret();
    });
    assertEquals(Rule.STACK, error.rule());
    assertTrue(error.getMessage().contains("to and fro"), error.getMessage());
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

  /** Loads by the parameter, then looks for room on the stack with the address of the store in a register. */
  private static void beginAgain(HandAssembled made, Gpr store, boolean inBetween) {
    Label begin = made.code.here();
    Label again = made.code.label();
    made.mayFault(1);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    made.code.emit(IntegerRows.MOV_R_RM.of(64), store, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    Label compare = made.code.here();
    made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, Mem.at(store, Layout.STORE_NATIVE_LIMIT));
    made.code.jump(Condition.B, again);
    if (inBetween) {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), store, Gpr.RAX);
      made.code.jump(compare);
    }
    made.ret();
    made.code.bind(again);
    made.stack(begin);
  }

  @Test
  void givenAFunctionThatBeginsAgainThenWhatItChangedIsNotWhatItBeganWith() {
    accepted(MemoryStrategy.GUARD, NARROW, -1, made -> beginAgain(made, Gpr.R11, false));
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, NARROW, -1,
        made -> beginAgain(made, Gpr.RDI, false)).rule());
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, NARROW, -1,
        made -> beginAgain(made, Gpr.R11, true)).rule());
  }

  /** Divides the other way round of the parameter's bits by it, as the compiler does: one check may be left out. */
  private static void divide(HandAssembled made, int bits, boolean remainder, int leaveOut) {
    Gpr divisor = Gpr.R8;
    made.code.emit(IntegerRows.MOV_R_RM.of(bits), divisor, Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R_RM.of(bits), Gpr.RSI, Gpr.RDI);
    made.code.emit(IntegerRows.NOT.of(bits), Gpr.RSI);
    if (leaveOut != 0) {
      Label fine = made.code.label();
      made.code.emit(IntegerRows.TEST_RM_R.of(bits), divisor, divisor);
      made.code.jump(Condition.NE, fine);
      made.trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, 1);
      made.code.bind(fine);
    }
    if (remainder && leaveOut != 1) {
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RCX, new Imm(1));
      made.code.emit(IntegerRows.CMP_RM_IMM8.of(bits), divisor, new Imm(-1));
      made.code.emit((bits == 32 ? IntegerRows.CMOVCC_R32_RM32 : IntegerRows.CMOVCC_R64_RM64).of(Condition.E),
          divisor, Gpr.RCX);
    } else if (!remainder && leaveOut != 1) {
      Label fits = made.code.label();
      if (bits == 32) {
        made.code.emit(IntegerRows.LEA.of(32), Gpr.RCX, Mem.at(Gpr.RSI, Integer.MIN_VALUE));
      } else {
        made.code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RCX, new Imm(Long.MIN_VALUE));
        made.code.emit(IntegerRows.XOR_R_RM.of(64), Gpr.RCX, Gpr.RSI);
      }
      made.code.emit(IntegerRows.LEA.of(bits), Gpr.RDX, Mem.at(divisor, 1));
      made.code.emit(IntegerRows.OR_R_RM.of(bits), Gpr.RCX, Gpr.RDX);
      made.code.jump(Condition.NE, fits);
      made.trap(Trap.Kind.INTEGER_OVERFLOW, 1);
      made.code.bind(fits);
    }
    made.code.emit(IntegerRows.MOV_R_RM.of(bits), Gpr.RAX, Gpr.RSI);
    if (leaveOut != 2) {
      made.code.emit(bits == 32 ? IntegerRows.CDQ : IntegerRows.CQO);
    }
    if (leaveOut == 3) {
      made.code.emit(IntegerRows.ADD_RM_IMM8.of(bits), Gpr.RAX, new Imm(1));
    }
    made.code.emit(IntegerRows.IDIV.of(bits), divisor);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    made.ret();
  }

  @Test
  void givenASignedDivisionThatLacksOneOfItsChecksThenItIsRefusedForItWouldEndTheProcess() {
    for (int bits : new int[] {32, 64}) {
      for (boolean remainder : new boolean[] {false, true}) {
        for (int leaveOut = 0; leaveOut < 4; leaveOut++) {
          int left = leaveOut;
          VerificationError error = refused(MemoryStrategy.CHECK, WIDE, -1, made ->
              divide(made, bits, remainder, left));
          assertEquals(Rule.FAULTS, error.rule(), bits + " bits, without check " + left + ": " + error.getMessage());
          assertTrue(error.getMessage().contains("idiv"), error.getMessage());
        }
        accepted(MemoryStrategy.CHECK, WIDE, -1, made -> divide(made, bits, remainder, -1));
      }
    }
  }

  @Test
  void givenAnUnsignedDivisionThenItsDivisorIsNotZeroAndTheUpperHalfOfItsDividendIs() {
    for (int bits : new int[] {32, 64}) {
      assertEquals(Rule.FAULTS, refused(MemoryStrategy.CHECK, WIDE, -1, made ->
          divideUnsigned(made, bits, false, true)).rule());
      assertEquals(Rule.FAULTS, refused(MemoryStrategy.CHECK, WIDE, -1, made ->
          divideUnsigned(made, bits, true, false)).rule());
      accepted(MemoryStrategy.CHECK, WIDE, -1, made -> divideUnsigned(made, bits, true, true));
    }
  }

  private static void divideUnsigned(HandAssembled made, int bits, boolean checks, boolean clears) {
    if (checks) {
      Label fine = made.code.label();
      made.code.emit(IntegerRows.TEST_RM_R.of(bits), Gpr.RDI, Gpr.RDI);
      made.code.jump(Condition.NE, fine);
      made.trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, 1);
      made.code.bind(fine);
    }
    if (clears) {
      made.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RDX, Gpr.RDX);
    }
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1000));
    made.code.emit(IntegerRows.DIV.of(bits), Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    made.ret();
  }

  @Test
  void givenAVectorInMemoryThatMustBeAlignedThenItIsRefusedWhereNothingSaysThatItIs() {
    Consumer<HandAssembled> load = made -> {
      made.mayFault(1);
      made.code.emit(SseFloatRows.MOVAPS_XMM_XM128, Xmm.XMM0, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    };
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, NARROW, -1, load).rule());
    Consumer<HandAssembled> shuffle = made -> {
      made.mayFault(1);
      made.code.emit(SseIntegerRows.PSHUFB, Xmm.XMM0, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    };
    assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, NARROW, -1, shuffle).rule());
    accepted(MemoryStrategy.GUARD, NARROW, -1, made -> {
      made.mayFault(1);
      made.code.emit(SseFloatRows.MOVUPS_XMM_XM128, Xmm.XMM0, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    });
  }

  @Test
  void givenWhatRaisesAnExceptionOrChangesHowTheProcessorComputesThenItIsRefused() {
    byte[][] instructions = {
      {0x0F, 0x0B}, {(byte) 0xCC}, {(byte) 0xF4}, {(byte) 0x9D}, {(byte) 0xFD}, {0x0F, (byte) 0xAE, 0x14, 0x24},
      {(byte) 0xCD, 0x03}, {(byte) 0xF1}, {(byte) 0xFB}, {0x0F, 0x05}, {(byte) 0xF3, (byte) 0xA4}, {(byte) 0x9B},
      {(byte) 0xD9, (byte) 0xE8}, {0x0F, (byte) 0xA2}, {0x0F, 0x31}, {0x64, (byte) 0x8B, 0x07},
    };
    for (byte[] instruction : instructions) {
      HandAssembled made = new HandAssembled(NARROW, -1, 0);
      made.code.emit(ControlRows.NOPS.get(instruction.length - 1));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      CompiledFunction code = made.ret().compiled();
      System.arraycopy(instruction, 0, code.code(), 0, instruction.length);
      VerificationError error = assertThrows(VerificationError.class, () ->
          ProvedCode.of(code, module.code().contract(NARROW, false, MemoryStrategy.CHECK)));
      assertEquals(Rule.INSTRUCTIONS, error.rule());
      assertEquals(0, error.offset());
    }
  }

  /** Two ways check different indices and leave them in the frame; behind both, the one that is there is used. */
  private static void spill(HandAssembled made, boolean firstWay, boolean secondWay) {
    Label other = made.code.label();
    Label join = made.code.label();
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    made.code.jump(Condition.E, other);
    clamp(made, 16, firstWay);
    made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
    made.code.jump(join);
    made.code.bind(other);
    clamp(made, 32, secondWay);
    made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
    made.code.bind(join);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RSP, 0));
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RCX, 1, 0));
    made.ret();
  }

  private static void clamp(HandAssembled made, int factor, boolean clamps) {
    Label fine = made.code.label();
    made.code.emit(IntegerRows.IMUL_R_RM_IMM.of(32), Gpr.RAX, Gpr.RDI, new Imm(factor));
    made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RAX, BYTES));
    made.code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_LENGTH));
    if (clamps) {
      made.code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), Gpr.RAX, Gpr.RSI);
    }
    made.code.jump(Condition.BE, fine);
    made.trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, 1);
    made.code.bind(fine);
  }

  @Test
  void givenAnIndexThatEachWayChecksAndSpillsThenItIsCheckedBehindBothUnlessOneDoesNotClampIt() {
    int locals = 16;
    accepted(MemoryStrategy.HARDENED, NARROW, locals, made -> spill(made, true, true));
    accepted(MemoryStrategy.CHECK, NARROW, locals, made -> spill(made, false, false));
    assertEquals(Rule.SPECULATION,
        refused(MemoryStrategy.HARDENED, NARROW, locals, made -> spill(made, true, false)).rule());
    assertEquals(Rule.SPECULATION,
        refused(MemoryStrategy.HARDENED, NARROW, locals, made -> spill(made, false, true)).rule());
  }

  /** A loop that begins with a checked index in the frame, and puts another one there each time. */
  private static void carry(HandAssembled made, boolean checksNext) {
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
    clamp(made, 16, true);
    made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
    Label again = made.code.here();
    Label stop = made.code.label();
    Label on = made.code.label();
    made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    made.code.emit(IntegerRows.CMP_RM_IMM8.of(32), Mem.at(Gpr.R11, Layout.STORE_INTERRUPT), new Imm(0));
    made.code.jump(Condition.NE, stop);
    made.code.bind(on);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RSP, 0));
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RDI, Mem.at(Gpr.R14, Gpr.RCX, 1, 0));
    if (checksNext) {
      clamp(made, 32, true);
    } else {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    }
    made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    made.code.jump(Condition.NE, again);
    made.ret();
    made.code.bind(stop);
    made.interrupt(1);
    made.code.jump(on);
  }

  @Test
  void givenACheckedIndexThatALoopCarriesThenItIsCheckedEachTimeOrRefused() {
    int locals = 16;
    for (MemoryStrategy memory : new MemoryStrategy[] {MemoryStrategy.CHECK, MemoryStrategy.HARDENED}) {
      accepted(memory, NARROW, locals, made -> carry(made, true));
      assertEquals(Rule.MEMORY, refused(memory, NARROW, locals, made -> carry(made, false)).rule());
    }
  }

  @Test
  void givenARefusalThenItSaysFunctionOffsetInstructionRuleAndWhatWasKnownThere() {
    VerificationError error = refused(MemoryStrategy.CHECK, OTHER, -1, made -> {
      made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RCX, new Imm(5));
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 7));
      made.ret();
    });
    assertEquals(Rule.MEMORY, error.rule());
    assertEquals(5, error.offset());
    String[] told = {"function " + OTHER, "machine code at 5", "mov eax,DWORD PTR [r14+rdi*1+0x7]",
        "may be out of bounds", Rule.MEMORY.text(), "rcx = 5", "r14 = memory base 0", "r15 = context",
        "frame 0 = return address"};
    for (String part : told) {
      assertTrue(error.getMessage().contains(part), part + " is not in: " + error.getMessage());
    }
  }

  /** Code that replaces a frame of tier 0 at a loop. */
  private void proveLoop(MemoryStrategy memory, Consumer<HandAssembled> body) throws VerificationError {
    HandAssembled made = new HandAssembled(WIDE, -1, 0);
    body.accept(made);
    Contract called = module.code().contract(WIDE, false, memory);
    int frameBytes = 64;
    ProvedCode.of(made.compiled(), new Contract(
        called.module(), called.layout(), called.typeIds(), memory, WIDE, frameBytes));
  }

  @Test
  void givenAnEntryAtALoopThenWhatItTakesFromTheFrameIsCheckedLikeAnyOtherNumber() {
    int parameter = -Long.BYTES;
    assertDoesNotThrow(() -> proveLoop(MemoryStrategy.GUARD, made -> loadFromFrame(made, parameter, 32)));
    assertEquals(Rule.MEMORY, assertThrows(VerificationError.class, () ->
        proveLoop(MemoryStrategy.GUARD, made -> loadFromFrame(made, parameter, 64))).rule());
    assertEquals(Rule.MEMORY, assertThrows(VerificationError.class, () ->
        proveLoop(MemoryStrategy.CHECK, made -> loadFromFrame(made, parameter, 32))).rule());
  }

  /** Loads from linear memory, at an index of so many bits from the frame. */
  private static void loadFromFrame(HandAssembled made, int place, int bits) {
    made.code.emit(IntegerRows.MOV_R_RM.of(bits), Gpr.RCX, Mem.at(Gpr.RDI, place));
    made.mayFault(1);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RCX, 1, 0));
    made.ret();
  }

  @Test
  void givenAnEntryAtALoopThenItReadsItsFrameAlone() {
    for (int place : new int[] {-2 * Long.BYTES, -Long.BYTES - 1, 61, 64}) {
      assertEquals(Rule.MEMORY, assertThrows(VerificationError.class, () ->
          proveLoop(MemoryStrategy.GUARD, made -> loadFromFrame(made, place, 32))).rule(), "at " + place);
    }
    assertDoesNotThrow(() -> proveLoop(MemoryStrategy.GUARD, made -> loadFromFrame(made, 60, 32)));
    assertEquals(Rule.MEMORY, assertThrows(VerificationError.class, () -> proveLoop(MemoryStrategy.GUARD, made -> {
      made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDI, 0), Gpr.RDI);
      made.ret();
    })).rule());
  }

  @Test
  void givenAnEntryAtALoopThenNoRegisterHoldsAParameterThere() {
    for (Gpr register : new Gpr[] {Gpr.RSI, Gpr.RAX, Gpr.RCX, Gpr.RDX}) {
      assertEquals(Rule.MEMORY, assertThrows(VerificationError.class, () -> proveLoop(MemoryStrategy.GUARD, made -> {
        made.mayFault(1);
        made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, register, 1, 0));
        made.ret();
      })).rule());
      assertEquals(Rule.TYPES, assertThrows(VerificationError.class, () -> proveLoop(MemoryStrategy.GUARD, made -> {
        made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, register);
        made.ret();
      })).rule());
    }
  }

  @Test
  void givenADivisionByTheLowerHalfOfARegisterThenWhatIsKnownOfThatHalfCounts() {
    for (boolean checks : new boolean[] {false, true}) {
      Consumer<HandAssembled> remainder = made -> {
        Label fine = made.code.label();
        Gpr tested = checks ? Gpr.RDI : Gpr.RCX;
        made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RCX, new Imm(1));
        made.code.emit(IntegerRows.TEST_RM_R.of(32), tested, tested);
        made.code.jump(Condition.NE, fine);
        made.trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, 1);
        made.code.bind(fine);
        made.code.emit(IntegerRows.CMP_RM_IMM8.of(32), Gpr.RDI, new Imm(-1));
        made.code.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.E), Gpr.RDI, Gpr.RCX);
        made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(37));
        made.code.emit(IntegerRows.CDQ);
        made.code.emit(IntegerRows.IDIV.of(32), Gpr.RDI);
        made.ret();
      };
      if (checks) {
        accepted(MemoryStrategy.CHECK, WIDE, -1, remainder);
      } else {
        assertEquals(Rule.FAULTS, refused(MemoryStrategy.CHECK, WIDE, -1, remainder).rule());
      }
    }
  }

  @Test
  void givenADivisionByASumThenItsChecksCountHoweverMuchIsAdded() {
    for (int addend : new int[] {1, 0x3fff_ffff, 0x4f00_0000, 0x7fff_ff00, 0x9f00_0000, -128}) {
      accepted(MemoryStrategy.CHECK, NARROW, -1, made -> divideBySum(made, addend, true));
    }
    assertEquals(Rule.FAULTS,
        refused(MemoryStrategy.CHECK, NARROW, -1, made -> divideBySum(made, -128, false)).rule());
  }

  /** Divides the parameter by its lowest byte and something. */
  private static void divideBySum(HandAssembled made, int addend, boolean checksOverflow) {
    made.code.emit(IntegerRows.MOVZX_R_RM8.of(32), Gpr.R8, Gpr.RDI);
    made.code.emit(IntegerRows.LEA.of(32), Gpr.R8, Mem.at(Gpr.R8, addend));
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.R8, Gpr.R8);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
    if (checksOverflow) {
      made.code.emit(IntegerRows.LEA.of(32), Gpr.RCX, Mem.at(Gpr.RDI, Integer.MIN_VALUE));
      made.code.emit(IntegerRows.LEA.of(32), Gpr.RDX, Mem.at(Gpr.R8, 1));
      made.code.emit(IntegerRows.OR_R_RM.of(32), Gpr.RCX, Gpr.RDX);
      made.trapIf(Condition.E, Trap.Kind.INTEGER_OVERFLOW);
    }
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    made.code.emit(IntegerRows.CDQ);
    made.code.emit(IntegerRows.IDIV.of(32), Gpr.R8);
    made.ret();
  }

  @Test
  void givenABranchThatFindsAnIndexEqualToANumberThenTheIndexIsThatNumberThere() {
    for (boolean isEqual : new boolean[] {false, true}) {
      Consumer<HandAssembled> compared = made -> {
        Label there = made.code.label();
        made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
        made.code.emit(IntegerRows.CMP_RM_IMM8.of(32), Gpr.RDI, new Imm(16));
        made.code.jump(isEqual ? Condition.E : Condition.NE, there);
        made.ret();
        made.code.bind(there);
        made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
        made.ret();
      };
      if (isEqual) {
        accepted(MemoryStrategy.GUARD, NARROW, -1, compared);
        accepted(MemoryStrategy.CHECK, NARROW, -1, compared);
        assertEquals(Rule.MEMORY, refused(MemoryStrategy.HARDENED, NARROW, -1, compared).rule());
      } else {
        assertEquals(Rule.MEMORY, refused(MemoryStrategy.GUARD, NARROW, -1, compared).rule());
      }
    }
  }

  @Test
  void givenABranchToWhatIsBehindItThenItsConditionIsNotKnownThere() {
    for (boolean leadsAway : new boolean[] {false, true}) {
      Consumer<HandAssembled> divided = made -> {
        branch(made, leadsAway, Condition.NE, code -> code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI));
        made.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RDX, Gpr.RDX);
        made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(7));
        made.code.emit(IntegerRows.DIV.of(32), Gpr.RDI);
        made.ret();
      };
      Consumer<HandAssembled> loaded = made -> {
        made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
        made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(Gpr.RDI, BYTES));
        branch(made, leadsAway, Condition.BE, code ->
            code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_LENGTH)));
        made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
        made.ret();
      };
      if (leadsAway) {
        accepted(MemoryStrategy.CHECK, NARROW, -1, divided);
        accepted(MemoryStrategy.CHECK, NARROW, -1, loaded);
      } else {
        assertEquals(Rule.FAULTS, refused(MemoryStrategy.CHECK, NARROW, -1, divided).rule());
        assertEquals(Rule.MEMORY, refused(MemoryStrategy.CHECK, NARROW, -1, loaded).rule());
      }
    }
  }

  /** Compares, and goes on behind the branch if the condition holds; or, unless that leads away, in any case. */
  private static void branch(HandAssembled made, boolean leadsAway, Condition condition, Consumer<Assembler> compare) {
    Label fine = made.code.label();
    compare.accept(made.code);
    made.code.jump(condition, fine);
    if (leadsAway) {
      made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
      made.ret();
    }
    made.code.bind(fine);
  }

  /** Tries to exchange what memory holds until it succeeds; or stores for ever, as the flags are never set again. */
  private static void storeAgain(HandAssembled made, boolean exchanges) {
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Gpr.RDI);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RCX, Gpr.RCX);
    Label again = made.code.here();
    made.mayFault(1);
    Mem place = Mem.at(Gpr.R14, Gpr.RDI, 1, 0);
    if (exchanges) {
      made.code.emit(AtomicRows.LOCK_CMPXCHG.of(32), place, Gpr.RCX);
    } else {
      made.code.emit(IntegerRows.MOV_RM_R.of(32), place, Gpr.RCX);
      made.code.emit(IntegerRows.MOVZX_R_RM8.of(32), Gpr.RAX, Gpr.RCX);
    }
    made.code.jump(Condition.NE, again);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
    made.ret();
  }

  @Test
  void givenALoopWhereTheFunctionBeforeHadAnExchangeThenItPollsAllTheSame() {
    // More often than there are verifiers that nobody uses: each has the one function before the other.
    for (int i = 0; i < 50; i++) {
      accepted(MemoryStrategy.GUARD, NARROW, -1, made -> storeAgain(made, true));
    }
    for (int i = 0; i < 50; i++) {
      assertEquals(Rule.POLLS,
          refused(MemoryStrategy.GUARD, NARROW, -1, made -> storeAgain(made, false)).rule());
    }
  }

  @Test
  void givenAnAddressWithoutARegisterThenItIsRefusedWhateverTheInstruction() {
    int justified = 0;
    for (Row row : Rows.all()) {
      Operand[] operands = new Operand[row.operandCount()];
      int memory = 0;
      for (int i = 0; i < operands.length; i++) {
        OperandForm form = row.operand(i);
        boolean isMemory = form.kind().takesMemory() && form.memoryBits() > 0;
        memory += isMemory ? 1 : 0;
        operands[i] = isMemory ? Mem.at(null, 0x1234_5678) : form.kind().takesGpr() ? Gpr.RCX
            : form.kind().takesVector() ? Xmm.XMM1 : new Imm(1);
      }
      if (memory == 1 && !row.mnemonic().equals("nop")) {
        VerificationError error = refused(MemoryStrategy.CHECK, NARROW, -1, made -> {
          made.code.emit(new Instruction(row, List.of(operands), 1));
          made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI);
          made.ret();
        });
        justified += error.rule() == Rule.MEMORY ? 1 : 0;
      }
    }
    assertTrue(justified > LEAST_JUSTIFIED, justified + " instructions were refused for their address");
  }
}
