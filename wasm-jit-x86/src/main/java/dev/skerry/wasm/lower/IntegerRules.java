package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Widths;

/** Arithmetic, logic, shifts and bit counts of i32 and i64, and the conversions between the two. */
final class IntegerRules {

  private static final int LOW_BYTE = 0xff;
  private static final int LOW_WORD = 0xffff;
  private static final long LOW_HALF = 0xffff_ffffL;

  private IntegerRules() {
  }

  static void rows(Rules.Table table) {
    for (int bits = 32; bits <= 64; bits += 32) {
      boolean wide = bits == 64;
      table.row(wide ? Opcode.I64_ADD : Opcode.I32_ADD, new Sum(bits));
      table.row(wide ? Opcode.I64_SUB : Opcode.I32_SUB, new Difference(bits));
      table.row(wide ? Opcode.I64_MUL : Opcode.I32_MUL, new Product(bits));
      table.row(wide ? Opcode.I64_AND : Opcode.I32_AND, new Conjunction(bits));
      table.row(wide ? Opcode.I64_OR : Opcode.I32_OR, new Logic(bits,
          IntegerRows.OR_R_RM, IntegerRows.OR_RM_IMM, IntegerRows.OR_RM_IMM8));
      table.row(wide ? Opcode.I64_XOR : Opcode.I32_XOR, new Logic(bits,
          IntegerRows.XOR_R_RM, IntegerRows.XOR_RM_IMM, IntegerRows.XOR_RM_IMM8));
      table.row(wide ? Opcode.I64_SHL : Opcode.I32_SHL, new Shift(bits,
          IntegerRows.SHL_RM_UIMM8, IntegerRows.SHL_RM_CL, IntegerRows.SHLX));
      table.row(wide ? Opcode.I64_SHR_S : Opcode.I32_SHR_S, new Shift(bits,
          IntegerRows.SAR_RM_UIMM8, IntegerRows.SAR_RM_CL, IntegerRows.SARX));
      table.row(wide ? Opcode.I64_SHR_U : Opcode.I32_SHR_U, new Shift(bits,
          IntegerRows.SHR_RM_UIMM8, IntegerRows.SHR_RM_CL, IntegerRows.SHRX));
      table.row(wide ? Opcode.I64_ROTL : Opcode.I32_ROTL, new Rotation(bits, true));
      table.row(wide ? Opcode.I64_ROTR : Opcode.I32_ROTR, new Rotation(bits, false));
      table.row(wide ? Opcode.I64_CLZ : Opcode.I32_CLZ, new LeadingZeros(bits));
      table.row(wide ? Opcode.I64_CTZ : Opcode.I32_CTZ, new TrailingZeros(bits));
      table.row(wide ? Opcode.I64_POPCNT : Opcode.I32_POPCNT, new Ones(bits));
    }
    table.row(Opcode.I32_EXTEND8_S, new Extension(IntegerRows.MOVSX_R_RM8.of(32)));
    table.row(Opcode.I32_EXTEND16_S, new Extension(IntegerRows.MOVSX_R_RM16.of(32)));
    table.row(Opcode.I64_EXTEND8_S, new Extension(IntegerRows.MOVSX_R_RM8.of(64)));
    table.row(Opcode.I64_EXTEND16_S, new Extension(IntegerRows.MOVSX_R_RM16.of(64)));
    table.row(Opcode.I64_EXTEND32_S, new Extension(IntegerRows.MOVSXD));
    table.row(Opcode.I64_EXTEND_I32_S, new Extension(IntegerRows.MOVSXD));
    table.row(Opcode.I32_WRAP_I64, new Extension(IntegerRows.MOV_R_RM.of(32)));
    table.row(Opcode.I64_EXTEND_I32_U, (s, i) -> s.lir.move(s.define(i), s.register(s.graph.a(i))));
  }

  /** The load that fills a register of that width. */
  static Opcode load(int bits) {
    return bits == 64 ? Opcode.I64_LOAD : Opcode.I32_LOAD;
  }

  /** Takes what operands of 32 bits read only the lower half of, and at most one load, the second operand's first. */
  static void coverOperands(Covering c, int instruction, int bits, boolean commutes) {
    Graph graph = c.graph();
    int a = graph.a(instruction);
    int b = graph.b(instruction);
    if (!c.takeLoad(instruction, b, load(bits)) && commutes && !graph.is(b, IrOp.CONST)) {
      c.takeLoad(instruction, a, load(bits));
    }
    coverHalves(c, instruction, bits);
  }

  /** Takes truncations to the 32 bits that the instruction reads. */
  static void coverHalves(Covering c, int instruction, int bits) {
    if (bits == 32) {
      c.take(instruction, c.graph().a(instruction), Opcode.I32_WRAP_I64);
      if (c.graph().b(instruction) != Graph.NONE) {
        c.take(instruction, c.graph().b(instruction), Opcode.I32_WRAP_I64);
      }
    }
  }

  /** A register whose lower bits are the value, of that width. */
  static int register(Selection s, int value) {
    return s.low(value);
  }

  /** The instruction as its first operand op constant, which sets the flags. */
  private static void immediate(Selection s, int instruction, int value, int bits, Widths long32, Widths short8) {
    int d = s.define(instruction);
    s.lir.move(d, register(s, s.graph.a(instruction)));
    s.lir.emit((value == (byte) value ? short8 : long32).of(bits), d, s.lir.immediate(value));
    s.setsFlags(instruction);
  }

  /** {@code d = a op b} for an operator that commutes: what dies makes room for the result. */
  private static void commutative(Selection s, int instruction, Row row) {
    int a = s.graph.a(instruction);
    int b = s.graph.b(instruction);
    boolean loadsFirst = s.isTaken(a) && s.accesses.isLoad(s.graph, a);
    boolean swap = loadsFirst || !s.isTaken(b) && !s.covering.diesAt(a, instruction)
        && s.covering.diesAt(b, instruction);
    int second = s.readable(swap ? a : b);
    int d = s.define(instruction);
    s.lir.move(d, register(s, swap ? b : a));
    s.lir.emit(row, d, second);
    if (!s.graph.is(instruction, Opcode.I32_MUL) && !s.graph.is(instruction, Opcode.I64_MUL)) {
      s.setsFlags(instruction);
    }
  }

  /** Or and exclusive or; exclusive or with all ones is a complement. */
  private record Logic(int bits, Widths row, Widths long32, Widths short8) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverOperands(c, instruction, bits, true);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int b = s.graph.b(instruction);
      if (!s.isImmediate(b)) {
        commutative(s, instruction, row.of(bits));
      } else if (s.immediate(b) == -1 && row == IntegerRows.XOR_R_RM) {
        s.lir.move(s.define(instruction), register(s, s.graph.a(instruction)));
        s.lir.emit(IntegerRows.NOT.of(bits), s.define(instruction));
      } else {
        IntegerRules.immediate(s, instruction, s.immediate(b), bits, long32, short8);
      }
    }
  }

  /** And: also a test of bits, and an extension where the constant is a mask of the lowest bytes. */
  private record Conjunction(int bits) implements ConditionRule {

    @Override
    public void cover(Covering c, int instruction) {
      Graph graph = c.graph();
      if (c.features().has(CpuFeature.BMI1) && !c.isTaken(instruction)) {
        int b = graph.b(instruction);
        if (isComplement(graph, b) && c.take(instruction, b)) {
          return;
        }
      }
      if (c.isTaken(instruction) && c.takeLoad(instruction, graph.a(instruction), load(bits))) {
        coverHalves(c, instruction, bits);
        return;
      }
      coverOperands(c, instruction, bits, true);
    }

    private boolean isComplement(Graph graph, int value) {
      return graph.is(value, bits == 64 ? Opcode.I64_XOR : Opcode.I32_XOR)
          && graph.is(graph.b(value), IrOp.CONST)
          && (bits == 64 ? graph.imm(graph.b(value)) : (int) graph.imm(graph.b(value))) == -1;
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int d = s.define(instruction);
      if (s.isTaken(b) && isComplement(s.graph, b)) {
        s.lir.emit(IntegerRows.ANDN.of(bits), d, register(s, s.graph.a(b)), Lir.orStack(register(s, a)));
      } else if (s.isConstant(b, LOW_BYTE)) {
        s.lir.emit(IntegerRows.MOVZX_R_RM8.of(32), d, Lir.orStack(register(s, a)));
      } else if (s.isConstant(b, LOW_WORD)) {
        s.lir.emit(IntegerRows.MOVZX_R_RM16.of(32), d, Lir.orStack(register(s, a)));
      } else if (bits == 64 && s.isConstant(b, LOW_HALF)) {
        s.lir.emit(IntegerRows.MOV_R_RM.of(32), d, Lir.orStack(register(s, a)));
      } else if (s.isImmediate(b)) {
        int value = s.immediate(b);
        IntegerRules.immediate(
            s, instruction, value, value >= 0 ? 32 : bits, IntegerRows.AND_RM_IMM, IntegerRows.AND_RM_IMM8);
      } else {
        commutative(s, instruction, IntegerRows.AND_R_RM.of(bits));
      }
    }

    @Override
    public Test test(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      if (s.isImmediate(b)) {
        int value = s.immediate(b);
        s.lir.emit(IntegerRows.TEST_RM_IMM.of(value >= 0 ? 32 : bits), s.readable(a), s.lir.immediate(value));
      } else if (s.isTaken(a) && s.accesses.isLoad(s.graph, a)) {
        s.lir.emit(IntegerRows.TEST_RM_R.of(bits), s.readable(a), register(s, b));
      } else {
        s.lir.emit(IntegerRows.TEST_RM_R.of(bits), s.readable(b), register(s, a));
      }
      return Test.of(Condition.NE);
    }
  }

  /** Sums: of what an address can say, without destroying an operand. */
  private record Sum(int bits) implements Rule {

    private static final int MAX_SCALE_SHIFT = 3;

    @Override
    public void cover(Covering c, int instruction) {
      Graph graph = c.graph();
      int a = graph.a(instruction);
      int b = graph.b(instruction);
      if (scale(graph, b) > 0 && c.take(instruction, b)) {
        takeConstant(c, instruction, a);
        return;
      }
      if (scale(graph, a) > 0 && c.take(instruction, a)) {
        takeConstant(c, instruction, b);
        return;
      }
      if (isSumWithConstant(graph, instruction) && scaleOfProduct(graph, a) > 0 && !c.isTestedNext(instruction)
          && c.take(instruction, a)) {
        return;
      }
      if (isSumWithConstant(graph, a) && !graph.is(b, IrOp.CONST) && c.take(instruction, a)
          || isSumWithConstant(graph, b) && c.take(instruction, b)) {
        return;
      }
      if (isSumWithConstant(graph, instruction) && isSum(graph, a) && !graph.is(graph.b(a), IrOp.CONST)
          && !c.isTestedNext(instruction) && c.take(instruction, a)) {
        if (scale(graph, graph.b(a)) > 0) {
          c.take(instruction, graph.b(a));
        } else if (scale(graph, graph.a(a)) > 0) {
          c.take(instruction, graph.a(a));
        }
        return;
      }
      coverOperands(c, instruction, bits, true);
    }

    private void takeConstant(Covering c, int instruction, int value) {
      if (isSumWithConstant(c.graph(), value)) {
        c.take(instruction, value);
      }
    }

    /** The shift of an operand that is a shift to the left by a constant from 1 to 3, else 0. */
    private int scale(Graph graph, int value) {
      if (!graph.is(value, bits == 64 ? Opcode.I64_SHL : Opcode.I32_SHL)
          || !graph.is(graph.b(value), IrOp.CONST)) {
        return 0;
      }
      long shift = graph.imm(graph.b(value)) & bits - 1;
      return shift <= MAX_SCALE_SHIFT ? (int) shift : 0;
    }

    /** One less than the factor of a product by 3, 5 or 9, else 0. */
    private int scaleOfProduct(Graph graph, int value) {
      if (!graph.is(value, bits == 64 ? Opcode.I64_MUL : Opcode.I32_MUL) || !graph.is(graph.b(value), IrOp.CONST)) {
        return 0;
      }
      long factor = graph.imm(graph.b(value));
      return factor == 3 || factor == 5 || factor == 9 ? (int) factor - 1 : 0;
    }

    private boolean isSum(Graph graph, int value) {
      return graph.is(value, bits == 64 ? Opcode.I64_ADD : Opcode.I32_ADD);
    }

    private boolean isSumWithConstant(Graph graph, int value) {
      return isSum(graph, value)
          && graph.is(graph.b(value), IrOp.CONST)
          && (bits == 32 || graph.imm(graph.b(value)) == (int) graph.imm(graph.b(value)))
          && !graph.is(graph.a(value), IrOp.CONST);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int d = s.define(instruction);
      if (s.isImmediate(b) && s.isTaken(a) && isSum(s.graph, a)) {
        int first = s.graph.a(a);
        int second = s.graph.b(a);
        int index = s.isTaken(first) ? first : second;
        int base = index == first ? second : first;
        int scale = s.isTaken(index) ? scale(s.graph, index) : 0;
        address(s, d, register(s, base), register(s, scale > 0 ? s.graph.a(index) : index), 1 << scale, s.immediate(b));
        return;
      }
      if (s.isImmediate(b) && s.isTaken(a) && scaleOfProduct(s.graph, a) > 0) {
        int x = register(s, s.graph.a(a));
        address(s, d, x, x, scaleOfProduct(s.graph, a), s.immediate(b));
        return;
      }
      boolean inner = s.isTaken(a) || s.isTaken(b);
      int taken = s.isTaken(b) && !(s.isTaken(a) && scale(s.graph, a) > 0) ? b : a;
      int other = taken == b ? a : b;
      if (inner && scale(s.graph, taken) > 0) {
        int index = register(s, s.graph.a(taken));
        int scale = 1 << scale(s.graph, taken);
        if (s.isTaken(other)) {
          address(s, d, register(s, s.graph.a(other)), index, scale, s.immediate(s.graph.b(other)));
        } else if (s.isImmediate(other)) {
          address(s, d, Lir.NONE, index, scale, s.immediate(other));
        } else {
          address(s, d, register(s, other), index, scale, 0);
        }
      } else if (inner && isSumWithConstant(s.graph, taken)) {
        address(s, d, register(s, other), register(s, s.graph.a(taken)), 1, s.immediate(s.graph.b(taken)));
      } else if (s.isImmediate(b) && (s.covering.diesAt(a, instruction) || s.covering.isTestedNext(instruction))) {
        IntegerRules.immediate(s, instruction, s.immediate(b), bits, IntegerRows.ADD_RM_IMM, IntegerRows.ADD_RM_IMM8);
      } else if (s.isImmediate(b)) {
        address(s, d, register(s, a), Lir.NONE, 1, s.immediate(b));
      } else if (inner || s.covering.diesAt(a, instruction) || s.covering.diesAt(b, instruction)
          || s.covering.isTestedNext(instruction)) {
        commutative(s, instruction, IntegerRows.ADD_R_RM.of(bits));
      } else {
        address(s, d, register(s, a), register(s, b), 1, 0);
      }
    }

    private void address(Selection s, int d, int base, int index, int scale, int displacement) {
      s.lir.emit(IntegerRows.LEA.of(bits), d, s.lir.memory(base, index, scale, displacement));
    }
  }

  private record Difference(int bits) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverOperands(c, instruction, bits, false);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int d = s.define(instruction);
      if (s.isConstant(a, 0) && !(s.isTaken(b) && s.accesses.isLoad(s.graph, b))) {
        s.lir.move(d, register(s, b));
        s.lir.emit(IntegerRows.NEG.of(bits), d);
      } else if (s.isImmediate(b)) {
        IntegerRules.immediate(s, instruction, s.immediate(b), bits, IntegerRows.SUB_RM_IMM, IntegerRows.SUB_RM_IMM8);
      } else {
        int second = s.readable(b);
        s.lir.move(d, register(s, a));
        s.lir.emit(IntegerRows.SUB_R_RM.of(bits), d, second);
        s.setsFlags(instruction);
      }
    }
  }

  /** Products; by 3, 5 and 9 as addresses. */
  private record Product(int bits) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverOperands(c, instruction, bits, true);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int d = s.define(instruction);
      if (!s.isImmediate(b)) {
        commutative(s, instruction, IntegerRows.IMUL_R_RM.of(bits));
        return;
      }
      int factor = s.immediate(b);
      if (factor == 3 || factor == 5 || factor == 9) {
        int x = register(s, a);
        s.lir.emit(IntegerRows.LEA.of(bits), d, s.lir.memory(x, x, factor - 1, 0));
      } else {
        Row row = (factor == (byte) factor ? IntegerRows.IMUL_R_RM_IMM8 : IntegerRows.IMUL_R_RM_IMM).of(bits);
        s.lir.emit(row, d, Lir.orStack(register(s, a)), s.lir.immediate(factor));
      }
    }
  }

  /** Shifts; counts wrap at the width for guest and machine alike. */
  private record Shift(int bits, Widths byConstant, Widths byCl, Widths byRegister) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverHalves(c, instruction, bits);
      coverCount(c, instruction, bits);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int d = s.define(instruction);
      if (s.isConstant(b)) {
        int count = (int) s.constant(b) & bits - 1;
        s.lir.move(d, register(s, a));
        if (count != 0) {
          s.lir.emit(byConstant.of(bits), d, s.lir.immediate(count));
          s.setsFlags(instruction);
        } else if (bits == 32) {
          s.lir.emit(IntegerRows.MOV_R_RM.of(32), d, d);
        }
      } else if (s.features.has(CpuFeature.BMI2)) {
        s.lir.emit(byRegister.of(bits), d, Lir.orStack(register(s, a)), count(s, b));
      } else {
        shiftByCl(s, instruction, byCl.of(bits));
      }
    }
  }

  /** Takes a mask of the count that the machine applies anyway. */
  private static void coverCount(Covering c, int instruction, int bits) {
    Graph graph = c.graph();
    int count = graph.b(instruction);
    if (graph.is(count, bits == 64 ? Opcode.I64_AND : Opcode.I32_AND)
        && graph.is(graph.b(count), IrOp.CONST)
        && (graph.imm(graph.b(count)) & bits - 1) == bits - 1) {
      c.take(instruction, count);
    } else if (bits == 64) {
      c.take(instruction, count, Opcode.I64_EXTEND_I32_U);
      c.take(instruction, count, Opcode.I64_EXTEND_I32_S);
    }
  }

  /** A register whose lowest bits are the count. */
  private static int count(Selection s, int value) {
    boolean masked = s.isTaken(value) && !s.graph.is(value, Opcode.I32_WRAP_I64);
    return masked ? s.register(s.graph.a(value)) : register(s, value);
  }

  /** The first operand, changed by a row that has its count in cl. */
  private static void shiftByCl(Selection s, int instruction, Row row) {
    // First of all: what was taken may be of a constant, which is made in a register here.
    int count = count(s, s.graph.b(instruction));
    s.lir.move(s.define(instruction), register(s, s.graph.a(instruction)));
    s.lir.emit(row, s.define(instruction));
    s.lir.fixedUse(count, Lir.of(Gpr.RCX));
  }

  private record Rotation(int bits, boolean left) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverHalves(c, instruction, bits);
      coverCount(c, instruction, bits);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      int d = s.define(instruction);
      if (!s.isConstant(b)) {
        shiftByCl(s, instruction, (left ? IntegerRows.ROL_RM_CL : IntegerRows.ROR_RM_CL).of(bits));
        return;
      }
      int right = (int) (left ? -s.constant(b) : s.constant(b)) & bits - 1;
      if (s.features.has(CpuFeature.BMI2)) {
        s.lir.emit(IntegerRows.RORX.of(bits), d, Lir.orStack(register(s, a)), s.lir.immediate(right));
      } else {
        s.lir.move(d, register(s, a));
        s.lir.emit(IntegerRows.ROR_RM_UIMM8.of(bits), d, s.lir.immediate(right));
        if (bits == 32) {
          s.lir.emit(IntegerRows.MOV_R_RM.of(32), d, d);
        }
      }
    }
  }

  /** Sign extensions and truncation: one row from register or memory to another register. */
  private record Extension(Row row) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      int a = c.graph().a(instruction);
      if (row == IntegerRows.MOVSXD) {
        c.takeLoad(instruction, a, Opcode.I32_LOAD);
      }
      c.take(instruction, a, Opcode.I32_WRAP_I64);
    }

    @Override
    public void lower(Selection s, int instruction) {
      s.lir.emit(row, s.define(instruction), s.readable(s.graph.a(instruction)));
    }
  }

  private record LeadingZeros(int bits) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverHalves(c, instruction, bits);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = register(s, s.graph.a(instruction));
      int d = s.define(instruction);
      if (s.features.has(CpuFeature.LZCNT)) {
        s.lir.emit(IntegerRows.LZCNT.of(bits), d, Lir.orStack(a));
        return;
      }
      // The index of the highest bit, 2 * bits - 1 if there is none, turned around by an exclusive or.
      s.lir.move(d, a);
      s.lir.emit(IntegerRows.BSR.of(bits), d, a);
      s.lir.emit(conditionalMove(Condition.E, bits), d, s.load(lirType(bits), 2 * bits - 1));
      s.lir.emit(IntegerRows.XOR_RM_IMM8.of(bits), d, s.lir.immediate(bits - 1));
    }
  }

  private record TrailingZeros(int bits) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      coverHalves(c, instruction, bits);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = register(s, s.graph.a(instruction));
      int d = s.define(instruction);
      if (s.features.has(CpuFeature.BMI1)) {
        s.lir.emit(IntegerRows.TZCNT.of(bits), d, Lir.orStack(a));
        return;
      }
      s.lir.move(d, a);
      s.lir.emit(IntegerRows.BSF.of(bits), d, a);
      s.lir.emit(conditionalMove(Condition.E, bits), d, s.load(lirType(bits), bits));
    }
  }

  /** Population count; without the instruction by sums of pairs, nibbles and bytes. */
  private record Ones(int bits) implements Rule {

    private static final long PAIRS = 0x5555_5555_5555_5555L;
    private static final long NIBBLES = 0x3333_3333_3333_3333L;
    private static final long BYTES = 0x0f0f_0f0f_0f0f_0f0fL;
    private static final long SUM = 0x0101_0101_0101_0101L;

    @Override
    public void cover(Covering c, int instruction) {
      coverHalves(c, instruction, bits);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = register(s, s.graph.a(instruction));
      int d = s.define(instruction);
      if (s.features.has(CpuFeature.POPCNT)) {
        s.lir.emit(IntegerRows.POPCNT.of(bits), d, Lir.orStack(a));
        return;
      }
      int type = lirType(bits);
      int t = s.temporary(type);
      s.lir.move(t, a);
      shiftRight(s, t, 1);
      masked(s, t, PAIRS);
      s.lir.move(d, a);
      s.lir.emit(IntegerRows.SUB_R_RM.of(bits), d, t);
      int u = s.temporary(type);
      s.lir.move(u, d);
      shiftRight(s, u, 2);
      masked(s, u, NIBBLES);
      masked(s, d, NIBBLES);
      s.lir.emit(IntegerRows.ADD_R_RM.of(bits), d, u);
      int v = s.temporary(type);
      s.lir.move(v, d);
      shiftRight(s, v, 4);
      s.lir.emit(IntegerRows.ADD_R_RM.of(bits), d, v);
      masked(s, d, BYTES);
      s.lir.emit(IntegerRows.IMUL_R_RM.of(bits), d, s.load(type, truncated(SUM)));
      shiftRight(s, d, bits - Byte.SIZE);
    }

    private void shiftRight(Selection s, int register, int count) {
      s.lir.emit(IntegerRows.SHR_RM_UIMM8.of(bits), register, s.lir.immediate(count));
    }

    private void masked(Selection s, int register, long mask) {
      s.lir.emit(IntegerRows.AND_R_RM.of(bits), register, s.load(lirType(bits), truncated(mask)));
    }

    private long truncated(long value) {
      return bits == 64 ? value : value & LOW_HALF;
    }
  }

  static int lirType(int bits) {
    return bits == 64 ? Lir.I64 : Lir.I32;
  }

  static Row conditionalMove(Condition condition, int bits) {
    return (bits == 64 ? IntegerRows.CMOVCC_R64_RM64 : IntegerRows.CMOVCC_R32_RM32).of(condition);
  }
}
