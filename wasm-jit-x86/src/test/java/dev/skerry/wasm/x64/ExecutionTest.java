package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Assembled functions run on the processor; integers come in RDX and RCX, floats in XMM0 and XMM1. */
class ExecutionTest {

  private static native long greatestCommonDivisor(long a, long b);

  private static native double distance(double a, double b);

  private static native long reversedBytes(long a);

  private static native long choice(long index);

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  private static void bind(String name, Assembler assembler) {
    byte[] code = assembler.finish();
    CodeBlock block = CodeSpace.reserve(1 << 16).allocate(code.length);
    block.publish(code);
    block.bind(0, ExecutionTest.class, name);
  }

  @Test
  void givenALoopWithLabelsAheadAndBehindWhenRunThenItComputesTheGreatestCommonDivisor() {
    Assembler assembler = new Assembler();
    assembler.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Gpr.RDX);
    Label end = assembler.label();
    Label loop = assembler.here();
    assembler.emit(IntegerRows.TEST_RM_R.of(64), Gpr.RCX, Gpr.RCX);
    assembler.jump(Condition.E, end);
    assembler.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RDX, Gpr.RDX);
    assembler.emit(IntegerRows.DIV.of(64), Gpr.RCX);
    assembler.emit(IntegerRows.MOV_RM_R.of(64), Gpr.RAX, Gpr.RCX);
    assembler.emit(IntegerRows.MOV_RM_R.of(64), Gpr.RCX, Gpr.RDX);
    assembler.jump(loop);
    assembler.bind(end);
    assembler.emit(ControlRows.RET);
    bind("greatestCommonDivisor", assembler);
    assertEquals(21, greatestCommonDivisor(1071, 462));
    assertEquals(1L << 40, greatestCommonDivisor(3L << 40, 1L << 40));
  }

  @Test
  void givenScalarFloatsAndAConstantWhenRunThenTheyAreComputedWith() {
    Assembler assembler = new Assembler();
    assembler.emit(SseFloatRows.MULSD, Xmm.XMM0, Xmm.XMM0);
    assembler.emit(SseFloatRows.MULSD, Xmm.XMM1, Xmm.XMM1);
    assembler.emit(SseFloatRows.ADDSD, Xmm.XMM0, Xmm.XMM1);
    assembler.emit(SseFloatRows.SQRTSD, Xmm.XMM0, Xmm.XMM0);
    assembler.emit(SseFloatRows.ADDSD, Xmm.XMM0, assembler.constant(Double.doubleToLongBits(0.5)));
    assembler.emit(ControlRows.RET);
    bind("distance", assembler);
    assertEquals(5.5, distance(3, 4));
  }

  @Test
  void givenAVectorConstantWhenRunThenItIsAlignedForAnSseOperand() {
    Assembler assembler = new Assembler();
    assembler.emit(SseIntegerRows.MOVQ_XMM_RM64, Xmm.XMM9, Gpr.RDX);
    assembler.emit(SseIntegerRows.PSHUFB, Xmm.XMM9, assembler.constant(0x0001020304050607L, -1));
    assembler.emit(SseIntegerRows.MOVQ_RM64_XMM, Gpr.RAX, Xmm.XMM9);
    assembler.emit(ControlRows.RET);
    bind("reversedBytes", assembler);
    assertEquals(0x0807060504030201L, reversedBytes(0x0102030405060708L));
  }

  @Test
  void givenAJumpTableWhenRunThenEachEntryLeadsToItsLabel() {
    Assembler assembler = new Assembler();
    Label table = assembler.label();
    assembler.emit(IntegerRows.LEA.of(64), Gpr.R8, table);
    assembler.emit(IntegerRows.MOVSXD, Gpr.RAX, Mem.at(Gpr.R8, Gpr.RDX, 4, 0));
    assembler.emit(IntegerRows.ADD_R_RM.of(64), Gpr.RAX, Gpr.R8);
    assembler.emit(ControlRows.JMP_RM64, Gpr.RAX);
    Label[] cases = new Label[3];
    for (int i = 0; i < cases.length; i++) {
      cases[i] = assembler.here();
      assembler.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(10 * i));
      assembler.emit(ControlRows.RET);
    }
    assembler.align(4);
    assembler.bind(table);
    for (Label target : cases) {
      assembler.distance(table, target);
    }
    bind("choice", assembler);
    for (int i = 0; i < cases.length; i++) {
      assertEquals(10 * i, choice(i));
    }
  }
}
