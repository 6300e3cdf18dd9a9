package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.lower.Covering.Effect;
import java.util.Arrays;

/** The rule of each instruction of the graph, by opcode, and what it does besides making its value. */
final class Rules {

  private static final Rule UNSUPPORTED = (s, i) -> {
    throw new CompilationRefused(CompilationRefused.Reason.UNSUPPORTED, "no rule for "
        + (s.graph.op(i) < 0 ? s.graph.irOp(i).name() : s.graph.opcode(i).mnemonic));
  };
  private static final Rule[] OPCODES = new Rule[Opcode.values().length];
  private static final Rule[] IR_OPS = new Rule[IrOp.values().length];
  private static final Effect[] EFFECTS = new Effect[Opcode.values().length];

  static {
    Arrays.fill(OPCODES, UNSUPPORTED);
    Arrays.fill(IR_OPS, UNSUPPORTED);
    Table table = new Table();
    IntegerRules.rows(table);
    DivisionRules.rows(table);
    ConditionRules.rows(table);
    MemoryRules.rows(table);
    ContextRules.rows(table);
    ControlRules.rows(table);
    CallRules.rows(table);
    FloatRules.rows(table);
    ConversionRules.rows(table);
    VectorRules.rows(table);
    LaneRules.rows(table);
    VectorMemoryRules.rows(table);
    AtomicAccessRules.rows(table);
    WideRules.rows(table);
    for (Opcode opcode : Opcode.values()) {
      EFFECTS[opcode.ordinal()] = effect(opcode);
    }
  }

  /** Where the rules are put in, each once. */
  static final class Table {

    private Table() {
    }

    void row(Opcode opcode, Rule rule) {
      put(OPCODES, opcode.ordinal(), rule);
    }

    void row(IrOp op, Rule rule) {
      put(IR_OPS, op.ordinal(), rule);
    }

    private static void put(Rule[] rules, int ordinal, Rule rule) {
      if (rules[ordinal] != UNSUPPORTED) {
        throw new IllegalStateException("two rules for one instruction: " + rule);
      }
      rules[ordinal] = rule;
    }
  }

  private Rules() {
  }

  static Rule of(Graph graph, int instruction) {
    int op = graph.op(instruction);
    return op < 0 ? IR_OPS[~op] : WideRules.takes(graph, instruction) ? WideRules.of(graph.opcode(instruction))
        : OPCODES[op];
  }

  /** Whether there is a rule for the instruction. */
  static boolean has(Opcode opcode) {
    return OPCODES[opcode.ordinal()] != UNSUPPORTED;
  }

  static Rule of(Opcode opcode) {
    return OPCODES[opcode.ordinal()];
  }

  static boolean has(IrOp op) {
    return IR_OPS[op.ordinal()] != UNSUPPORTED;
  }

  static Effect effect(Graph graph, int instruction, Accesses accesses) {
    int op = graph.op(instruction);
    if (op < 0) {
      return switch (IrOp.of(op)) {
        case PARAMETER, CONST, VECTOR_CONST, RESULT, MEMORY_LENGTH, MEMORY_MASK, STORE_CONTEXT, MASKED, MUL_HIGH_S,
            MUL_HIGH_U, JOIN, HALF, SPLICE, FRAME_LOAD -> Effect.NONE;
        case BOUNDS, ALIGNED -> Effect.TRAPS;
        default -> Effect.WRITES_MEMORY;
      };
    }
    Effect effect = EFFECTS[op];
    boolean faults = effect == Effect.NONE && accesses.isLoad(graph, instruction)
        && accesses.mayFault(graph, instruction);
    return faults ? Effect.TRAPS : effect;
  }

  private static Effect effect(Opcode opcode) {
    if (opcode.immediate == Immediate.ATOMIC || opcode.immediate == Immediate.FENCE
        || opcode.accessBytes() > 0 && opcode.signature.endsWith(":")) {
      return Effect.WRITES_MEMORY;
    }
    return switch (opcode) {
      case GLOBAL_SET -> Effect.WRITES_CONTEXT;
      case TABLE_SET -> Effect.WRITES_CONTEXT;
      case TABLE_GET, REF_AS_NON_NULL -> Effect.TRAPS;
      case I32_DIV_S, I32_DIV_U, I32_REM_S, I32_REM_U, I64_DIV_S, I64_DIV_U, I64_REM_S, I64_REM_U -> Effect.TRAPS;
      case I32_TRUNC_F32_S, I32_TRUNC_F32_U, I32_TRUNC_F64_S, I32_TRUNC_F64_U -> Effect.TRAPS;
      case I64_TRUNC_F32_S, I64_TRUNC_F32_U, I64_TRUNC_F64_S, I64_TRUNC_F64_U -> Effect.TRAPS;
      default -> opcode.immediate == Immediate.MEMARG_LANE ? Effect.TRAPS : Effect.NONE;
    };
  }
}
