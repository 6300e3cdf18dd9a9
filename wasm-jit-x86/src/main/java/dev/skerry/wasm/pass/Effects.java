package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;

/** What instructions do beside computing their value, by row. */
final class Effects {

  /** The value depends on the operands alone. */
  static final byte PURE = 0;
  /** As PURE, but undefined for some operands, where it traps. */
  static final byte PARTIAL = 1;
  /** Reads what stores, calls and the like may change. */
  static final byte READS = 2;
  /** Must stay where it is. */
  static final byte FIXED = 3;

  private static final byte[] OPCODES = new byte[Opcode.values().length];
  private static final byte[] OWN = new byte[IrOp.values().length];

  static {
    for (Opcode opcode : Opcode.values()) {
      OPCODES[opcode.ordinal()] = of(opcode);
    }
    for (IrOp op : IrOp.values()) {
      OWN[op.ordinal()] = switch (op) {
        case CONST, VECTOR_CONST, MUL_HIGH_S, MUL_HIGH_U, MASKED, JOIN, HALF, SPLICE -> PURE;
        case PARAMETER, RESULT, FRAME_LOAD, CAUGHT, MEMORY_LENGTH, MEMORY_MASK, STORE_CONTEXT -> READS;
        default -> FIXED;
      };
    }
  }

  private Effects() {
  }

  private static byte of(Opcode opcode) {
    switch (opcode) {
      case I32_DIV_S, I32_DIV_U, I32_REM_S, I32_REM_U, I64_DIV_S, I64_DIV_U, I64_REM_S, I64_REM_U,
          I32_TRUNC_F32_S, I32_TRUNC_F32_U, I32_TRUNC_F64_S, I32_TRUNC_F64_U,
          I64_TRUNC_F32_S, I64_TRUNC_F32_U, I64_TRUNC_F64_S, I64_TRUNC_F64_U -> {
        return PARTIAL;
      }
      case SELECT, REF_FUNC -> {
        return PURE;
      }
      case GLOBAL_GET, MEMORY_SIZE, TABLE_SIZE -> {
        return READS;
      }
      default -> { }
    }
    if (opcode.signature == null) {
      return FIXED;
    }
    Immediate immediate = opcode.immediate;
    if (immediate == Immediate.NONE || immediate == Immediate.LANE || immediate == Immediate.SHUFFLE) {
      return PURE;
    }
    boolean loads = (immediate == Immediate.MEMARG || immediate == Immediate.MEMARG_LANE)
        && !opcode.signature.endsWith(":");
    return loads ? READS : FIXED;
  }

  /** The effects of an instruction. */
  static byte of(Graph graph, int instruction) {
    int op = graph.op(instruction);
    return op < 0 ? OWN[~op] : OPCODES[op];
  }

  /** Says whether an instruction may be left out where nothing uses its value. */
  static boolean isRemovable(Graph graph, int instruction) {
    switch (of(graph, instruction)) {
      case PURE -> {
        return true;
      }
      case READS -> {
        return graph.op(instruction) < 0 || graph.opcode(instruction).accessBytes() == 0
            || !graph.isGuarded(instruction);
      }
      case PARTIAL -> {
        return isDefined(graph, instruction);
      }
      default -> {
        return false;
      }
    }
  }

  /** Says whether a division is by a constant that it is defined for. */
  private static boolean isDefined(Graph graph, int instruction) {
    int divisor = graph.b(instruction);
    if (divisor == Graph.NONE || !graph.is(divisor, IrOp.CONST)) {
      return false;
    }
    long value = graph.imm(divisor);
    boolean minusOne = value == -1 || value == 0xffff_ffffL && graph.type(divisor) == IrType.I32;
    return value != 0 && !minusOne;
  }
}
