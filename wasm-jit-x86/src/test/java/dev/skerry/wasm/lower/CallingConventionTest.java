package dev.skerry.wasm.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Xmm;
import org.junit.jupiter.api.Test;

/** Parameters and results by the table of registers of the engine's design. */
class CallingConventionTest {

  @Test
  void givenMixedParametersWhenPlacedThenEachClassTakesItsOwnRegistersInOrder() {
    CallingConvention convention = CallingConvention.of(FuncType.of("i32 f64 i64 v128 externref -> f32 i32 i64"));

    assertEquals(Gpr.RDI, convention.parameterRegister(0));
    assertEquals(Xmm.XMM0, convention.parameterRegister(1));
    assertEquals(Gpr.RSI, convention.parameterRegister(2));
    assertEquals(Xmm.XMM1, convention.parameterRegister(3));
    assertEquals(Gpr.RDX, convention.parameterRegister(4));
    assertEquals(5, convention.parameterSlot(4));
    assertEquals(6, convention.parameterSlots());
    assertEquals(0, convention.stackParameterBytes());
    assertEquals(Xmm.XMM0, convention.resultRegister(0));
    assertEquals(Gpr.RAX, convention.resultRegister(1));
    assertEquals(Gpr.RDX, convention.resultRegister(2));
  }

  @Test
  void givenMoreIntegersThanRegistersWhenPlacedThenTheRestIsOnTheStackFirstOneLowest() {
    CallingConvention convention = CallingConvention.of(FuncType.of("i32 i32 i32 i32 i32 i32 i32 i32 i32 f32 i64 -> "));

    assertEquals(Gpr.RBX, convention.parameterRegister(7));
    assertNull(convention.parameterRegister(8));
    assertEquals(0, convention.parameterStackOffset(8));
    assertEquals(Xmm.XMM0, convention.parameterRegister(9));
    assertEquals(-1, convention.parameterStackOffset(9));
    assertEquals(8, convention.parameterStackOffset(10));
    assertEquals(16, convention.stackParameterBytes());
  }

  @Test
  void givenMoreVectorsThanRegistersWhenPlacedThenEachOfTheRestTakesSixteenBytesOrTwoSlots() {
    CallingConvention convention = CallingConvention.of(FuncType.of(
        "v128 v128 v128 v128 v128 v128 v128 v128 v128 f32 -> v128 v128 v128 v128 v128 v128 v128 v128 f64 v128"));

    assertEquals(0, convention.parameterStackOffset(8));
    assertEquals(16, convention.parameterStackOffset(9));
    assertEquals(32, convention.stackParameterBytes());
    assertEquals(Xmm.XMM7, convention.resultRegister(7));
    assertNull(convention.resultRegister(8));
    assertEquals(16, convention.resultSlot(8));
    assertEquals(17, convention.resultSlot(9));
    assertEquals(19, convention.resultSlots());
  }
}
