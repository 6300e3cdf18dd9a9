package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.Row;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The instructions that most code is made of reach as far as they may, and are refused one beyond. */
class QuickFormsTest {

  /** Behind the largest index the guard zone reaches so far. */
  private static final long REACH = (2L << 30) + 1;
  private static final Gpr INDEX = Gpr.RDI;

  private static final Module MODULE = new TestModule().memory(1, 2)
      .importGlobal("m", "imported", ValType.I32, true)
      .global(ValType.I64, true, "i64.const 1").global(ValType.I64, false, "i64.const 1")
      .func("narrow", "i32 -> i32", "local.get 0")
      .func("wide", "i64 -> i32", "local.get 0; i32.wrap_i64")
      .compile(Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP)));
  /** Has the same fields at the same places, with others that may be written. */
  private static final Module OTHER = new TestModule().memory(1, 2)
      .importGlobal("m", "imported", ValType.I32, false)
      .global(ValType.I64, false, "i64.const 1").global(ValType.I64, true, "i64.const 1")
      .func("narrow", "i32 -> i32", "local.get 0")
      .func("wide", "i64 -> i32", "local.get 0; i32.wrap_i64")
      .compile(Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP)));
  private static final int NARROW = 0;
  private static final int WIDE = 1;

  private final ModuleLayout layout = MODULE.code().contract(NARROW, false, MemoryStrategy.GUARD).layout();

  /** An instruction with an operand in memory, and another one or none. */
  private record Form(Row row, int bytes, boolean stores, Operand other) {

    void emit(HandAssembled made, Operand memory) {
      emit(made, memory, other);
    }

    void emit(HandAssembled made, Operand memory, Operand with) {
      if (stores) {
        made.code.emit(row, memory, with);
      } else {
        made.code.emit(row, with, memory);
      }
    }

    @Override
    public String toString() {
      return row.toString();
    }
  }

  static Stream<Form> forms() {
    return Stream.of(
        new Form(IntegerRows.MOV_R_RM.of(32), 4, false, Gpr.RCX),
        new Form(IntegerRows.MOV_R_RM.of(64), 8, false, Gpr.RCX),
        new Form(IntegerRows.MOVZX_R_RM8.of(32), 1, false, Gpr.RCX),
        new Form(IntegerRows.MOVZX_R_RM16.of(32), 2, false, Gpr.RCX),
        new Form(IntegerRows.MOV_RM_R.of(32), 4, true, Gpr.RCX),
        new Form(IntegerRows.MOV_RM_R.of(64), 8, true, Gpr.RCX),
        new Form(IntegerRows.MOV_RM_IMM.of(32), 4, true, new Imm(7)));
  }

  private static void prove(int function, Consumer<HandAssembled> body) throws VerificationError {
    prove(MODULE, function, body);
  }

  private static void prove(Module module, int function, Consumer<HandAssembled> body) throws VerificationError {
    HandAssembled made = new HandAssembled(function, 0, 0);
    body.accept(made);
    made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    made.ret();
    ProvedCode.of(made.compiled(), module.code().contract(function, false, MemoryStrategy.GUARD));
  }

  private static void accepted(Consumer<HandAssembled> body) {
    assertDoesNotThrow(() -> prove(NARROW, body));
  }

  private static void refused(int function, Consumer<HandAssembled> body) {
    assertThrows(VerificationError.class, () -> prove(function, body));
  }

  private static void faulting(HandAssembled made, Form form, Operand memory) {
    made.mayFault(1);
    form.emit(made, memory);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void givenAnAccessThatIsLeftToTheGuardZoneThenItReachesNoFurtherThanThat(Form form) {
    long last = REACH - form.bytes;
    for (long displacement = last - 1; displacement <= Math.min(last + 2, Integer.MAX_VALUE); displacement++) {
      Mem memory = Mem.at(Gpr.R14, INDEX, 1, (int) displacement);
      if (displacement <= last) {
        accepted(made -> faulting(made, form, memory));
      } else {
        refused(NARROW, made -> faulting(made, form, memory));
      }
    }
    accepted(made -> faulting(made, form, Mem.at(Gpr.R14, Integer.MAX_VALUE)));
    refused(NARROW, made -> faulting(made, form, Mem.at(Gpr.R14, INDEX, 1, -1)));
    refused(NARROW, made -> faulting(made, form, Mem.at(Gpr.R14, -1)));
    refused(NARROW, made -> faulting(made, form, Mem.at(Gpr.R14, INDEX, 2, 0)));
    refused(WIDE, made -> faulting(made, form, Mem.at(Gpr.R14, INDEX, 1, 0)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void givenAnAccessToAnythingElseThanTheMemoryThenItIsRefused(Form form) {
    List<Operand> places = List.of(Mem.at(null, 8), new Rip(1 << 20), Mem.at(null, INDEX, 1, 8),
        Mem.at(Gpr.RDX, INDEX, 1, 0), Mem.at(Gpr.R15, INDEX, 1, 0), Mem.at(Gpr.RSP, INDEX, 1, 0),
        Mem.at(INDEX, Gpr.R14, 1, 0), Mem.at(Gpr.RDX, 0), Mem.at(Gpr.RSP, -8), Mem.at(Gpr.RSP, 1 << 12));
    for (Operand place : places) {
      refused(NARROW, made -> faulting(made, form, place));
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void givenAnAccessThatTheTablesDoNotNameThenItIsRefused(Form form) {
    Mem memory = Mem.at(Gpr.R14, INDEX, 1, 0);
    refused(NARROW, made -> form.emit(made, memory));
    refused(NARROW, made -> {
      form.emit(made, memory);
      made.mayFault(1);
    });
    refused(NARROW, made -> {
      made.code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(16));
      faulting(made, form, memory);
      made.code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(16));
    });
    refused(NARROW, made -> {
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Gpr.R15);
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
      faulting(made, form, memory);
      made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Gpr.RDX);
    });
    if (!form.stores) {
      refused(NARROW, made -> {
        made.mayFault(1);
        form.emit(made, memory, Gpr.RSP);
      });
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void givenAFieldOfTheContextThenWhatItIsSaysWhoMayReadAndWriteIt(Form form) {
    Mem mutable = Mem.at(Gpr.R15, layout.global(1));
    Mem constant = Mem.at(Gpr.R15, layout.global(2));
    accepted(made -> form.emit(made, mutable));
    refused(NARROW, made -> form.emit(made, Mem.at(Gpr.R15, layout.global(1) - 1)));
    refused(NARROW, made -> form.emit(made, Mem.at(Gpr.R15, layout.global(2) + Long.BYTES - form.bytes + 1)));
    refused(NARROW, made -> form.emit(made, Mem.at(Gpr.R15, (int) layout.byteLength())));
    refused(NARROW, made -> form.emit(made, Mem.at(Gpr.R15, -8)));
    if (form.stores) {
      refused(NARROW, made -> form.emit(made, constant));
    } else {
      accepted(made -> form.emit(made, constant));
      refused(NARROW, made -> form.emit(made, mutable, Gpr.RSP));
    }
    for (int pointer : new int[] {Layout.INSTANCE_STORE, Layout.INSTANCE_MEMORY, Layout.INSTANCE_MEMORY_BASE,
        layout.memory(0), layout.global(0)}) {
      if (form.bytes == Long.BYTES && !form.stores) {
        accepted(made -> form.emit(made, Mem.at(Gpr.R15, pointer)));
        refused(NARROW, made -> form.emit(made, Mem.at(Gpr.R15, pointer), Gpr.RSP));
      } else {
        refused(NARROW, made -> form.emit(made, Mem.at(Gpr.R15, pointer)));
      }
    }
  }

  @Test
  void givenModulesInTurnsThenEachHasItsOwnFields() {
    ModuleLayout others = OTHER.code().contract(NARROW, false, MemoryStrategy.GUARD).layout();
    for (int global = 1; global <= 2; global++) {
      assertEquals(layout.global(global), others.global(global));
      Mem field = Mem.at(Gpr.R15, layout.global(global));
      Consumer<HandAssembled> write = made -> made.code.emit(IntegerRows.MOV_RM_R.of(32), field, Gpr.RCX);
      Module allows = global == 1 ? MODULE : OTHER;
      Module refuses = global == 1 ? OTHER : MODULE;
      for (int turn = 0; turn < 3; turn++) {
        assertDoesNotThrow(() -> prove(allows, NARROW, write));
        assertThrows(VerificationError.class, () -> prove(refuses, NARROW, write));
      }
    }
  }

  @Test
  void givenTheRecordOfAMemoryThenAllOfItsLengthOrPlaceIsReadAndNothingElse() {
    Consumer<HandAssembled> record = made ->
        made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.R15, layout.memory(0)));
    for (int field : new int[] {Layout.RECORD_LENGTH, Layout.RECORD_BASE}) {
      for (Row row : new Row[] {IntegerRows.MOV_R_RM.of(64), IntegerRows.CMP_R_RM.of(64)}) {
        accepted(record.andThen(made -> made.code.emit(row, Gpr.RCX, Mem.at(Gpr.RDX, field))));
        refused(NARROW, record.andThen(made -> made.code.emit(row, Gpr.RCX, Mem.at(Gpr.RDX, field + 1))));
        refused(NARROW, record.andThen(made -> made.code.emit(row, Gpr.RCX, Mem.at(Gpr.RDX, Gpr.RDI, 1, field))));
      }
      refused(NARROW, record.andThen(made ->
          made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.RDX, field))));
      refused(NARROW, record.andThen(made ->
          made.code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RDX, field))));
      refused(NARROW, record.andThen(made ->
          made.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDX, field), Gpr.RCX)));
    }
    refused(NARROW, record.andThen(made ->
        made.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, Layout.RECORD_BASE - 8))));
  }

  @Test
  void givenAnAddressOf64BitsThenItIsNeitherTheStackPointerNorAnIndexOf32Bits() {
    accepted(made -> made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(INDEX, 8)));
    refused(NARROW, made -> made.code.emit(IntegerRows.LEA.of(64), Gpr.RSP, Mem.at(INDEX, 8)));
    refused(NARROW, made -> {
      made.code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(INDEX, 8));
      faulting(made, forms().findFirst().orElseThrow(), Mem.at(Gpr.R14, Gpr.RCX, 1, 0));
    });
  }
}
