package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;

/** Comparisons, and what chooses by them: branches are in {@link ControlRules}, {@code select} is here. */
final class ConditionRules {

  /** Conditions of integer comparisons in the order of the opcodes: eq, ne, lt, gt, le, ge, signed and unsigned. */
  private static final Condition[] INTEGER = {
    Condition.E, Condition.NE, Condition.L, Condition.B, Condition.G, Condition.A, Condition.LE, Condition.BE,
    Condition.GE, Condition.AE
  };
  /** The condition that holds for exchanged operands, by ordinal. */
  private static final Condition[] EXCHANGED = new Condition[Condition.values().length];
  /** The condition that unsigned numbers of a byte meet when signed numbers of 32 bits meet the other one. */
  private static final Condition[] UNSIGNED = new Condition[Condition.values().length];

  /** The condition on zero and sign flag alone that a comparison with zero is, or null. */
  private static final Condition[] BY_SIGN = new Condition[Condition.values().length];

  private static final int BYTE_LIMIT = 0x100;

  static {
    for (Condition condition : Condition.values()) {
      EXCHANGED[condition.ordinal()] = switch (condition) {
        case L -> Condition.G;
        case G -> Condition.L;
        case LE -> Condition.GE;
        case GE -> Condition.LE;
        case B -> Condition.A;
        case A -> Condition.B;
        case BE -> Condition.AE;
        case AE -> Condition.BE;
        default -> condition;
      };
      UNSIGNED[condition.ordinal()] = switch (condition) {
        case L -> Condition.B;
        case G -> Condition.A;
        case LE -> Condition.BE;
        case GE -> Condition.AE;
        default -> condition;
      };
      BY_SIGN[condition.ordinal()] = switch (condition) {
        case E, NE -> condition;
        case L -> Condition.S;
        case GE -> Condition.NS;
        default -> null;
      };
    }
  }

  private ConditionRules() {
  }

  /** Whether an instruction compares its first operand with zero, in a way that zero and sign flag say. */
  static boolean isTestOfZero(Graph graph, int instruction) {
    return Rules.of(graph, instruction) instanceof IsZero
        || Rules.of(graph, instruction) instanceof Comparison comparison
        && BY_SIGN[comparison.condition.ordinal()] != null
        && graph.is(graph.b(instruction), IrOp.CONST) && graph.imm(graph.b(instruction)) == 0;
  }

  static void rows(Rules.Table table) {
    Opcode[] opcodes = Opcode.values();
    for (int i = 0; i < INTEGER.length; i++) {
      table.row(opcodes[Opcode.I32_EQ.ordinal() + i], new Comparison(32, INTEGER[i]));
      table.row(opcodes[Opcode.I64_EQ.ordinal() + i], new Comparison(64, INTEGER[i]));
    }
    table.row(Opcode.I32_EQZ, new IsZero(32));
    table.row(Opcode.I64_EQZ, new IsZero(64));
    floats(table, Opcode.F32_EQ.ordinal(), SseFloatRows.UCOMISS, SseFloatRows.CMPSS, Opcode.F32_LOAD);
    floats(table, Opcode.F64_EQ.ordinal(), SseFloatRows.UCOMISD, SseFloatRows.CMPSD, Opcode.F64_LOAD);
    table.row(Opcode.SELECT, new Select());
  }

  private static void floats(Rules.Table table, int first, Row compare, Row mask, Opcode load) {
    Opcode[] opcodes = Opcode.values();
    table.row(opcodes[first], new FloatEquality(compare, mask, true, load));
    table.row(opcodes[first + 1], new FloatEquality(compare, mask, false, load));
    table.row(opcodes[first + 2], new FloatOrder(compare, Condition.A, true, load));
    table.row(opcodes[first + 3], new FloatOrder(compare, Condition.A, false, load));
    table.row(opcodes[first + 4], new FloatOrder(compare, Condition.AE, true, load));
    table.row(opcodes[first + 5], new FloatOrder(compare, Condition.AE, false, load));
  }

  /** A comparison of integers. */
  private record Comparison(int bits, Condition condition) implements ConditionRule {

    @Override
    public void cover(Covering c, int instruction) {
      Graph graph = c.graph();
      int a = graph.a(instruction);
      int b = graph.b(instruction);
      if (isByte(graph, b) && bits == 32 && c.takeLoad(instruction, a, Opcode.I32_LOAD8_U)) {
        return;
      }
      if (!c.takeLoad(instruction, b, IntegerRules.load(bits))) {
        c.takeLoad(instruction, a, IntegerRules.load(bits));
      }
      IntegerRules.coverHalves(c, instruction, bits);
    }

    private static boolean isByte(Graph graph, int value) {
      return graph.is(value, IrOp.CONST) && graph.imm(value) >= 0 && graph.imm(value) < BYTE_LIMIT;
    }

    @Override
    public Test test(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      if (s.isTaken(a) && s.graph.is(a, Opcode.I32_LOAD8_U)) {
        s.lir.emit(IntegerRows.CMP_RM_IMM.of(8), s.readable(a), s.lir.immediate((byte) s.constant(b)));
        return Test.of(UNSIGNED[condition.ordinal()]);
      }
      if (s.isConstant(b, 0) && s.isFlagged(a) && BY_SIGN[condition.ordinal()] != null) {
        return Test.of(BY_SIGN[condition.ordinal()]);
      }
      if (s.isImmediate(b)) {
        withImmediate(s, a, s.immediate(b));
        return Test.of(condition);
      }
      if (s.isImmediate(a)) {
        withImmediate(s, b, s.immediate(a));
        return Test.of(EXCHANGED[condition.ordinal()]);
      }
      if (s.isTaken(a) && s.accesses.isLoad(s.graph, a)) {
        int memory = s.readable(a);
        s.lir.emit(IntegerRows.CMP_RM_R.of(bits), memory, s.low(b));
      } else {
        int second = s.readable(b);
        s.lir.emit(IntegerRows.CMP_R_RM.of(bits), s.low(a), second);
      }
      return Test.of(condition);
    }

    private void withImmediate(Selection s, int value, int immediate) {
      if (immediate == 0 && !(s.isTaken(value) && s.accesses.isLoad(s.graph, value))) {
        int register = s.low(value);
        s.lir.emit(IntegerRows.TEST_RM_R.of(bits), register, register);
      } else {
        Row row = (immediate == (byte) immediate ? IntegerRows.CMP_RM_IMM8 : IntegerRows.CMP_RM_IMM).of(bits);
        s.lir.emit(row, s.readable(value), s.lir.immediate(immediate));
      }
    }
  }

  /** {@code eqz}: also the negation of another condition. */
  private record IsZero(int bits) implements ConditionRule {

    @Override
    public void cover(Covering c, int instruction) {
      int a = c.graph().a(instruction);
      boolean asValue = !c.isTaken(instruction) && Rules.of(c.graph(), a) instanceof FloatEquality;
      if (asValue || !c.takeCondition(instruction, a) && !c.takeLoad(instruction, a, IntegerRules.load(bits))) {
        IntegerRules.coverHalves(c, instruction, bits);
      }
    }

    @Override
    public Test test(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      if (s.isTaken(a) && Rules.of(s.graph, a) instanceof ConditionRule rule) {
        return rule.test(s, a).negated();
      }
      if (s.isTaken(a) && s.accesses.isLoad(s.graph, a)) {
        s.lir.emit(IntegerRows.CMP_RM_IMM8.of(bits), s.readable(a), s.lir.immediate(0));
      } else if (!s.isFlagged(a)) {
        int register = s.low(a);
        s.lir.emit(IntegerRows.TEST_RM_R.of(bits), register, register);
      }
      return Test.of(Condition.E);
    }
  }

  /** Less and greater: by the flags that are clear when an operand is NaN. */
  private record FloatOrder(Row compare, Condition condition, boolean exchange, Opcode load) implements ConditionRule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeLoad(instruction, exchange ? c.graph().a(instruction) : c.graph().b(instruction), load);
    }

    @Override
    public Test test(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int second = s.readable(exchange ? a : b);
      s.lir.emit(s.form(compare), s.register(exchange ? b : a), second);
      return Test.of(condition);
    }
  }

  /** Equal and not equal: NaN sets the same flag as equality, and the parity flag. */
  private record FloatEquality(Row compare, Row mask, boolean equal, Opcode load) implements ConditionRule {

    private static final int MASK_EQUAL = 0;
    private static final int MASK_NOT_EQUAL = 4;

    @Override
    public void cover(Covering c, int instruction) {
      c.takeLoad(instruction, c.graph().b(instruction), load);
    }

    @Override
    public Test test(Selection s, int instruction) {
      int second = s.readable(s.graph.b(instruction));
      s.lir.emit(s.form(compare), s.register(s.graph.a(instruction)), second);
      Test different = Test.either(Condition.NE, Condition.P);
      return equal ? different.negated() : different;
    }

    @Override
    public void lower(Selection s, int instruction) {
      int second = s.readable(s.graph.b(instruction));
      int lanes = s.temporary(s.lirType(s.graph.a(instruction)));
      s.binary(mask, lanes, s.register(s.graph.a(instruction)), second, equal ? MASK_EQUAL : MASK_NOT_EQUAL);
      int d = s.define(instruction);
      s.lir.emit(s.form(SseIntegerRows.MOVD_RM32_XMM), d, lanes);
      s.lir.emit(IntegerRows.AND_RM_IMM8.of(32), d, s.lir.immediate(1));
    }
  }

  /** {@code select}: a conditional move of integers; of floats a minimum or maximum where it is one, else a branch. */
  private record Select() implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeCondition(instruction, c.graph().c(instruction));
    }

    @Override
    public void lower(Selection s, int instruction) {
      byte type = s.graph.type(instruction);
      if (type == IrType.I32 || type == IrType.I64) {
        moveIf(s, instruction, type == IrType.I64 ? 64 : 32);
      } else {
        Row extreme = extreme(s, instruction);
        if (extreme != null) {
          s.binary(extreme, s.define(instruction), s.register(s.graph.a(instruction)),
              Lir.orStack(s.register(s.graph.b(instruction))));
        } else {
          branch(s, instruction);
        }
      }
    }

    private static void moveIf(Selection s, int instruction, int bits) {
      int d = s.define(instruction);
      int a = s.register(s.graph.a(instruction));
      int b = s.register(s.graph.b(instruction));
      Test test = s.test(s.graph.c(instruction));
      boolean none = test.second() != null && test.none();
      s.lir.move(d, none ? a : b);
      s.lir.emit(IntegerRules.conditionalMove(test.first(), bits), d, none ? b : a);
      if (test.second() != null) {
        s.lir.emit(IntegerRules.conditionalMove(test.second(), bits), d, none ? b : a);
      }
    }

    /** The row whose result is its first operand if that is less, or greater, and its second else; or null. */
    private static Row extreme(Selection s, int instruction) {
      int condition = s.graph.c(instruction);
      Opcode opcode = s.graph.opcode(condition);
      boolean single = s.graph.type(instruction) == IrType.F32;
      if (!s.isTaken(condition) || opcode != (single ? Opcode.F32_LT : Opcode.F64_LT)
          && opcode != (single ? Opcode.F32_GT : Opcode.F64_GT)) {
        return null;
      }
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      boolean straight = a == s.graph.a(condition) && b == s.graph.b(condition);
      boolean crossed = a == s.graph.b(condition) && b == s.graph.a(condition);
      if (!straight && !crossed || s.isTaken(a) || s.isTaken(b)) {
        return null;
      }
      boolean least = straight == (opcode == Opcode.F32_LT || opcode == Opcode.F64_LT);
      return least ? single ? SseFloatRows.MINSS : SseFloatRows.MINSD
          : single ? SseFloatRows.MAXSS : SseFloatRows.MAXSD;
    }

    private static void branch(Selection s, int instruction) {
      int d = s.define(instruction);
      int a = s.register(s.graph.a(instruction));
      s.lir.move(d, s.register(s.graph.b(instruction)));
      int then = s.lir.block();
      int otherwise = s.lir.block();
      int join = s.lir.block();
      s.branch(s.test(s.graph.c(instruction)), then, otherwise);
      s.begin(then);
      s.lir.move(d, a);
      s.lir.jump(join);
      s.begin(otherwise);
      s.lir.jump(join);
      s.begin(join);
    }
  }
}
