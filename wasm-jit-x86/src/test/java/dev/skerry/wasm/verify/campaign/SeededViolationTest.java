package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.campaign.Violation.Kind;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.Segment;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle sees each kind of violation that is planted, and objects to nothing in the nearest harmless code. */
class SeededViolationTest {

  private static final int RUNS = 200;
  private static final ModuleInfo MODULE = Subjects.read(new TestModule().memory(1, 2)
      .func("f", "i64 i64 -> i32", "i32.const 0").bytes());
  private static final Mem LINEAR = Mem.at(Gpr.R14, Gpr.RDI, 1, 0);

  private static Arguments seed(String name, Kind kind, Consumer<Assembler> planted, Consumer<Assembler> harmless) {
    return Arguments.of(name, kind, planted, harmless);
  }

  static Stream<Arguments> seeds() {
    return Stream.of(
        seed("a system call", Kind.INSTRUCTION, code -> code.emit(ControlRows.SYSCALL),
            code -> code.emit(ControlRows.NOPS.get(1))),
        seed("another segment", Kind.INSTRUCTION,
            code -> code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, 0).in(Segment.FS)),
            code -> code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Mem.at(Gpr.R14, 0))),
        seed("a branch into an instruction", Kind.FETCH, code -> {
          code.emit(ControlRows.JMP_REL8, new Rel(1));
          code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0x0f05));
        }, code -> {
          code.emit(ControlRows.JMP_REL8, new Rel(0));
          code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0x0f05));
        }),
        seed("a load that nothing checks", Kind.MEMORY,
            code -> code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, LINEAR), code -> {
              code.emit(IntegerRows.MOVZX_R_RM16.of(32), Gpr.RDI, Gpr.RDI);
              code.emit(IntegerRows.MOVZX_R_RM8.of(32), Gpr.RAX, LINEAR);
            }),
        seed("a load one byte too wide at the end of memory", Kind.MEMORY, code -> {
          code.emit(IntegerRows.MOVZX_R_RM16.of(32), Gpr.RDI, Gpr.RDI);
          code.emit(IntegerRows.MOVZX_R_RM16.of(32), Gpr.RAX, LINEAR);
        }, code -> code.emit(IntegerRows.MOVZX_R_RM16.of(32), Gpr.RAX, Mem.at(Gpr.R14, World.PAGE - 2))),
        seed("a write to the context", Kind.MEMORY,
            code -> code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY), Gpr.RDI),
            code -> code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY))),
        seed("fuel that comes from nowhere", Kind.MEMORY, code -> {
          code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
          code.emit(IntegerRows.ADD_RM_IMM8.of(64), Mem.at(Gpr.RCX, Layout.STORE_FUEL), new Imm(1));
        }, code -> {
          code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
          code.emit(IntegerRows.SUB_RM_IMM8.of(64), Mem.at(Gpr.RCX, Layout.STORE_FUEL), new Imm(1));
        }),
        seed("a load below the frame", Kind.MEMORY,
            code -> code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RSP, -8)), code -> framed(code, 0)),
        seed("a return address overwritten", Kind.MEMORY, code -> framed(code, 24), code -> framed(code, 16)),
        seed("a load from the caller's frame", Kind.MEMORY,
            code -> code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RSP, 16)), code -> framed(code, 8)),
        seed("a return with the stack moved", Kind.STACK,
            code -> code.emit(IntegerRows.SUB_RM_IMM8.of(64), Gpr.RSP, new Imm(8)), code -> framed(code, 0)),
        seed("a frame larger than the reserve, unchecked", Kind.STACK, code -> resized(code, 1 << 14),
            code -> resized(code, 512)),
        seed("a jump to a parameter", Kind.JUMP, code -> code.emit(ControlRows.JMP_RM64, Gpr.RDI),
            code -> code.emit(ControlRows.JMP_REL8, new Rel(0))),
        seed("a call of nothing that is known", Kind.CALL, code -> code.emit(ControlRows.CALL_REL32, new Rel(0)),
            code -> code.emit(ControlRows.JMP_REL32, new Rel(0))),
        seed("an i32 result with bits above", Kind.VALUE,
            code -> code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Gpr.RDI),
            code -> code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, Gpr.RDI)),
        seed("a trap that no table names", Kind.TABLES, code -> code.emit(ControlRows.CALL_REL32, new Rel(-1)),
            code -> code.emit(ControlRows.CALL_REL32, new Rel(-2))),
        seed("a trap in another context", Kind.CONTEXT, code -> {
          code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Gpr.RDI);
          code.emit(ControlRows.CALL_REL32, new Rel(-2));
        }, code -> code.emit(ControlRows.CALL_REL32, new Rel(-2))),
        seed("a loop without a poll", Kind.POLL, code -> {
          code.emit(IntegerRows.MOVZX_R_RM8.of(32), Gpr.RDI, Gpr.RDI);
          Label again = code.here();
          code.emit(IntegerRows.SUB_RM_IMM8.of(32), Gpr.RDI, new Imm(1));
          code.jump(Condition.A, again);
        }, code -> code.emit(IntegerRows.SUB_RM_IMM8.of(32), Gpr.RDI, new Imm(1))),
        seed("a division by zero", Kind.DIVISION, code -> {
          code.emit(IntegerRows.CDQ);
          code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RCX, new Imm(0));
          code.emit(IntegerRows.IDIV.of(32), Gpr.RCX);
        }, code -> divide(code, 3)),
        seed("a quotient that does not fit", Kind.DIVISION, code -> {
          code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(Integer.MIN_VALUE));
          divide(code, -1);
        }, code -> divide(code, 3)),
        seed("a vector that is not aligned", Kind.ALIGNMENT,
            code -> code.emit(SseFloatRows.MOVAPS_XMM_XM128, Xmm.XMM3, Mem.at(Gpr.R14, 8)),
            code -> code.emit(SseFloatRows.MOVAPS_XMM_XM128, Xmm.XMM3, Mem.at(Gpr.R14, 16))));
  }

  /** A frame of 24 bytes, of which the 8 at a distance are written. */
  private static void framed(Assembler code, int at) {
    code.emit(IntegerRows.SUB_RM_IMM8.of(64), Gpr.RSP, new Imm(24));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, at), Gpr.RDI);
    code.emit(IntegerRows.ADD_RM_IMM8.of(64), Gpr.RSP, new Imm(24));
  }

  private static void resized(Assembler code, int bytes) {
    code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(bytes));
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(bytes));
  }

  private static void divide(Assembler code, int by) {
    code.emit(IntegerRows.CDQ);
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RCX, new Imm(by));
    code.emit(IntegerRows.IDIV.of(32), Gpr.RCX);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("seeds")
  void givenAPlantedViolationThenTheOracleSeesItAndNothingInHarmlessCode(String name, Kind kind,
      Consumer<Assembler> planted, Consumer<Assembler> harmless) {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
    Violation seen = firstViolation(planted);
    assertNotNull(seen, "nothing was seen of " + name);
    assertEquals(kind, seen.kind(), seen::getMessage);
    Violation alarm = assertDoesNotThrow(() -> firstViolation(harmless));
    assertEquals(null, alarm);
  }

  private static Violation firstViolation(Consumer<Assembler> body) {
    Subject model = Subject.of("planted", MODULE, 0, MemoryStrategy.CHECK);
    Assembler code = new Assembler();
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    body.accept(code);
    code.emit(ControlRows.RET);
    byte[] bytes = code.finish();
    Subject subject = model.with(withTables(bytes, code.codeLength()));
    try (Oracle oracle = new Oracle(subject)) {
      oracle.load(subject.code());
      for (int run = 0; run < RUNS; run++) {
        oracle.run(run, run % 2 == 1, RUNS);
      }
    } catch (Violation violation) {
      return violation;
    }
    return null;
  }

  /** Calls with a displacement of -1 or -2 are calls of a trap, those of -2 with a row in the table of traps. */
  private static CompiledFunction withTables(byte[] code, int codeBytes) {
    int[] relocations = {};
    int[] traps = {};
    for (int at = 0; at + 5 <= codeBytes; at++) {
      int displacement = code[at + 1] | code[at + 4];
      if (code[at] == (byte) 0xE8 && displacement < 0) {
        relocations = new int[] {at + 1, Symbol.TRAP.ordinal(), Trap.Kind.UNREACHABLE.ordinal()};
        traps = code[at + 1] == -1 ? traps
            : new int[] {at + 5, 0, 0, Symbol.TRAP.ordinal(), Trap.Kind.UNREACHABLE.ordinal()};
      }
    }
    int[] none = {};
    return new CompiledFunction(code, codeBytes, 0, 0, 0, relocations, none, traps, none, new int[0][], 1, 0);
  }
}
