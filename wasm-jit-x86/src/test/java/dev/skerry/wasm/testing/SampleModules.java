package dev.skerry.wasm.testing;

import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.List;
import java.util.Set;

/** Valid modules that between them use every section and every instruction. */
public final class SampleModules {

  private static final int I32_BLOCK = -0x01;

  private SampleModules() {
  }

  /** A module with a member in every section. */
  public static byte[] everySection() {
    return new ModuleBuilder()
        .importFunction("env", "f", "i32 ->")
        .importGlobal("env", "g", ValType.I32, false)
        .table(ValType.FUNCREF, 4, 9)
        .memory(1, 2)
        .global(ValType.I64, true, code -> code.i64(5).i64(6).op(Opcode.I64_MUL))
        .global(ValType.I32, false, code -> code.op(Opcode.GLOBAL_GET, 0))
        .function("add", "i32 i32 -> i32", code -> code.get(0).get(1).op(Opcode.I32_ADD))
        .local("->", List.of(ValType.F64, ValType.F64, ValType.EXTERNREF), code -> code
            .block().i32(1).op(Opcode.BR_TABLE, 0, 0, 1).end()
            .i32(0).i32(0).i32(0).op(Opcode.MEMORY_INIT, 1, 0))
        .start(2)
        .elements(1, 0, 1)
        .passiveElements(ValType.EXTERNREF, List.of(code -> code.op(Opcode.REF_NULL, 0x6f)))
        .declare(1)
        .data(8, new byte[] {1, 2, 3})
        .passiveData(new byte[] {4})
        .custom("extra", new byte[] {9})
        .names("house", "f", "add")
        .build();
  }

  /** A module that uses every instruction with a fixed signature once, of 2.0 and of the features given. */
  public static byte[] everyOperator(Set<Feature> features) {
    ModuleBuilder module = new ModuleBuilder().memory(1, -1).table(ValType.FUNCREF, 1, -1)
        .passiveElements(0).passiveData(new byte[3]);
    return module.local("->", List.of(), code -> {
      for (Opcode opcode : Opcode.values()) {
        if (opcode.signature != null && (opcode.feature == null || features.contains(opcode.feature))) {
          operator(code, opcode);
        }
      }
    }).build();
  }

  private static void operator(Code code, Opcode opcode) {
    int colon = opcode.signature.indexOf(':');
    for (char type : opcode.signature.substring(0, colon).toCharArray()) {
      switch (type) {
        case 'i' -> code.i32(1);
        case 'I' -> code.i64(1);
        case 'f' -> code.f32(1);
        case 'F' -> code.f64(1);
        case 'V' -> code.zero(ValType.V128);
        default -> throw new IllegalArgumentException("no constant for the type letter " + type);
      }
    }
    long[] zeros = new long[immediates(opcode.immediate)];
    if (opcode.immediate == Immediate.ATOMIC) {
      zeros[0] = Integer.numberOfTrailingZeros(opcode.accessBytes());
    }
    code.op(opcode, zeros);
    if (colon + 1 < opcode.signature.length()) {
      code.op(Opcode.DROP);
    }
  }

  private static int immediates(Immediate immediate) {
    return switch (immediate) {
      case NONE -> 0;
      case MEMARG, MEMORY_MEMORY, DATA_MEMORY, ELEM_TABLE, TABLE_TABLE, V128, SHUFFLE, ATOMIC -> 2;
      case MEMARG_LANE -> 3;
      default -> 1;
    };
  }

  /** A module with blocks of every kind, calls, branches, tables and references. */
  public static byte[] everyStructure() {
    return new ModuleBuilder()
        .table(ValType.FUNCREF, 2, -1)
        .table(ValType.EXTERNREF, 1, -1)
        .global(ValType.I32, true, code -> code.i32(3))
        .elements(0, 0, 1)
        .function("even", "i32 -> i32", code -> code
            .get(0).op(Opcode.I32_EQZ).op(Opcode.IF, I32_BLOCK).i32(1)
            .op(Opcode.ELSE).get(0).i32(1).op(Opcode.I32_SUB).call(1).end())
        .function("odd", "i32 -> i32", code -> code
            .get(0).op(Opcode.I32_EQZ).op(Opcode.IF, I32_BLOCK).i32(0)
            .op(Opcode.ELSE).get(0).i32(1).op(Opcode.I32_SUB).i32(0).op(Opcode.CALL_INDIRECT, 0, 0).end())
        .function("count", "i32 -> i32", List.of(ValType.I32), code -> code
            .block().loop().get(0).op(Opcode.I32_EQZ).brIf(1)
            .get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 0).set(1).br(0).end().end()
            .op(Opcode.GLOBAL_GET, 0).op(Opcode.GLOBAL_SET, 0).get(1))
        .function("references", "externref -> funcref", code -> code
            .i32(0).get(0).op(Opcode.TABLE_SET, 1)
            .op(Opcode.REF_NULL, 0x6f).i32(1).op(Opcode.TABLE_GROW, 1).op(Opcode.DROP)
            .i32(0).op(Opcode.TABLE_GET, 1).op(Opcode.REF_IS_NULL).op(Opcode.DROP)
            .op(Opcode.REF_FUNC, 0).op(Opcode.REF_NULL, 0x70).i32(1).op(Opcode.SELECT_T, 0x70)
            .i32(0).op(Opcode.BR_TABLE, 0, 0, 0))
        .build();
  }

  /** A module with concrete references, locals without default, tags, and handlers of both encodings. */
  public static byte[] everyReferenceAndException() {
    ModuleBuilder module = new ModuleBuilder();
    module.type("i32 -> i32");
    return module
        .importTag("m", "t", "i32 ->").tag("->").export("tag", 4, 1).declare(0)
        .table(ValType.nullable(0).nonNull(), 1, code -> code.op(Opcode.REF_FUNC, 0))
        .global(ValType.EXNREF, true, code -> code.op(Opcode.REF_NULL, 0x69))
        .function("call", "i32 -> i32", List.of(ValType.nullable(0).nonNull()), code -> code
            .op(Opcode.REF_FUNC, 0).set(1).get(0).get(1).op(Opcode.CALL_REF, 0)
            .op(Opcode.REF_FUNC, 0).op(Opcode.RETURN_CALL_REF, 0))
        .function("null", "(ref null 0) -> (ref 0)", code -> code
            .block().get(0).op(Opcode.BR_ON_NULL, 0).op(Opcode.RETURN).end()
            .get(0).op(Opcode.BR_ON_NON_NULL, 0).get(0).op(Opcode.REF_AS_NON_NULL))
        .function("throw", "i32 -> i32 exnref", code -> code
            .block().op(Opcode.TRY_TABLE, Code.EMPTY, 1, 0, 1, 2, 0, 0).get(0).op(Opcode.THROW, 0).end()
            .end().op(Opcode.GLOBAL_GET, 0).op(Opcode.THROW_REF))
        .function("legacy", "i32 -> i32", code -> code
            .op(Opcode.TRY, I32_BLOCK).op(Opcode.TRY, I32_BLOCK).get(0).call(0).op(Opcode.DELEGATE, 0)
            .op(Opcode.CATCH, 0).op(Opcode.CATCH_ALL).op(Opcode.RETHROW, 0).end())
        .build();
  }
}
