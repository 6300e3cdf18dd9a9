package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.Row;
import java.util.List;

/** What one instruction that goes on to the next does to what is known, once its access is justified. */
final class Step {

  private static final int WORD = Integer.SIZE;
  private static final int LONG = Long.SIZE;
  private static final long U32 = 0xffff_ffffL;

  private final Analysis analysis;
  private final AccessRule accesses;

  Step(Analysis analysis, AccessRule accesses) {
    this.analysis = analysis;
    this.accesses = accesses;
  }

  void run(State state, int at) throws VerificationError {
    Instruction instruction = analysis.listing.instruction(at);
    Row row = instruction.row();
    List<Operand> operands = instruction.operands();
    int width = Effects.width(row);
    switch (Effects.of(row)) {
      case MOVE -> write(state, at, operands.get(0), width, value(state, at, operands.get(1), width));
      case ZERO_EXTEND -> zeroExtend(state, at, operands, row);
      case SIGN_EXTEND_WORD -> signExtend(state, at, operands);
      case ADDRESS -> address(state, at, operands, width);
      case ADD -> arithmetic(state, at, operands, width, 1);
      case SUBTRACT -> arithmetic(state, at, operands, width, -1);
      case AND, XOR, SHIFT_RIGHT, SHIFT_LEFT -> bits(state, at, operands, width);
      case NUMBER -> {
        readAll(state, at, operands, 1);
        modify(state, at, operands, width, width);
        state.clearFlags();
      }
      case COMPARE -> {
        long right = isMemory(operands.get(1)) ? value(state, at, operands.get(1), width) : Value.ANY;
        long left = value(state, at, operands.get(0), width);
        right = isMemory(operands.get(1)) ? right : value(state, at, operands.get(1), width);
        state.compare(left, right, width);
      }
      case TEST -> {
        long left = value(state, at, operands.get(0), width);
        value(state, at, operands.get(1), width);
        if (operands.get(0).equals(operands.get(1))) {
          state.compare(left, Value.constant(0), width);
        } else {
          state.clearFlags();
        }
      }
      case SCAN -> {
        readAll(state, at, operands, 1);
        Gpr target = (Gpr) operands.get(0);
        analysis.number(state, at, 0, target, Math.max(width, Value.bits(Analysis.get(state, target))));
        state.clearFlags();
      }
      case SET -> modify(state, at, operands, Byte.SIZE, Byte.SIZE);
      case CONDITIONAL_MOVE -> conditionalMove(state, at, operands, width);
      case WIDE -> {
        readAll(state, at, operands, 0);
        state.clearFlags();
        analysis.number(state, at, 0, Gpr.RAX, width);
        analysis.number(state, at, 1, Gpr.RDX, width);
      }
      case SIGN -> analysis.number(state, at, 0, Gpr.RDX, LONG);
      case EXCHANGE -> exchange(state, at, operands, width);
      case COMPARE_EXCHANGE -> {
        modify(state, at, operands, width, width);
        // Where the two are equal RAX stays as it is, upper half included.
        analysis.number(state, at, 1, Gpr.RAX, Math.max(width, Value.bits(Analysis.get(state, Gpr.RAX))));
        state.clearFlags();
      }
      case VECTOR -> vector(state, at, operands, width);
      case VECTOR_COMPARE -> {
        readAll(state, at, operands, 0);
        state.clearFlags();
      }
      case NOTHING -> { }
      default -> throw new IllegalStateException("not a step: " + instruction);
    }
  }

  private static boolean isMemory(Operand operand) {
    return operand instanceof Mem || operand instanceof Rip;
  }

  /** The value of an operand that is read, in so many bits; a number that is not known is {@link Value#ANY}. */
  private long value(State state, int at, Operand operand, int width) throws VerificationError {
    long value;
    if (operand instanceof Gpr gpr) {
      value = Analysis.get(state, gpr);
    } else if (operand instanceof Imm imm) {
      return Value.constant(width == LONG ? imm.value() : imm.value() & (1L << width) - 1);
    } else {
      value = accesses.check(state, at, operand, true, false, Value.ANY);
    }
    return width == LONG || analysis.bits(value) <= width || Value.is(value, Kind.INTERRUPT) ? value : Value.ANY;
  }

  private void readAll(State state, int at, List<Operand> operands, int from) throws VerificationError {
    for (int i = from; i < operands.size(); i++) {
      if (isMemory(operands.get(i))) {
        accesses.check(state, at, operands.get(i), true, false, Value.ANY);
      }
    }
  }

  /** Writes a value to a register or memory. */
  private void write(State state, int at, Operand target, int width, long value) throws VerificationError {
    if (target instanceof Gpr gpr) {
      setRegister(state, at, gpr, width, value);
    } else {
      accesses.check(state, at, target, false, true, value);
    }
  }

  private void setRegister(State state, int at, Gpr gpr, int width, long value) throws VerificationError {
    if (gpr == Gpr.RSP) {
      setStackPointer(state, at, width, value);
    } else if (width < WORD) {
      partial(state, at, 0, gpr, width, width);
    } else if (value == Value.ANY || Value.is(value, Kind.INTERRUPT)) {
      // A copy of the interrupt word says nothing of later interrupts.
      analysis.number(state, at, 0, gpr, width);
    } else {
      Analysis.set(state, gpr, value);
    }
  }

  /** The stack pointer moves by constants, within the frame, and below what was checked only as far as the reserve. */
  private void setStackPointer(State state, int at, int width, long value) throws VerificationError {
    if (width != LONG || !Value.is(value, Kind.STACK)) {
      throw analysis.error(Rule.STACK, at, "the stack pointer becomes something that is not known", state);
    }
    StackRule.checkPointer(analysis, state, at, Value.addend(value));
    // What is below the stack pointer is anybody's: signals are handled there.
    state.forget(Value.addend(Analysis.get(state, Gpr.RSP)), Value.addend(value));
    Analysis.set(state, Gpr.RSP, value);
  }

  /** Writes the lower bits of a register with a number; what is above stays, or is cleared by 32 bits. */
  private void partial(State state, int at, int result, Gpr gpr, int width, int bits) throws VerificationError {
    if (gpr == Gpr.RSP) {
      throw analysis.error(Rule.STACK, at, "the stack pointer becomes a number", state);
    }
    int all = width >= WORD ? bits : Math.max(bits, Value.bits(Analysis.get(state, gpr)));
    analysis.number(state, at, result, gpr, all);
  }

  /** Reads and writes the first operand, which becomes some number. */
  private void modify(State state, int at, List<Operand> operands, int width, int bits) throws VerificationError {
    if (operands.get(0) instanceof Gpr gpr) {
      partial(state, at, 0, gpr, width, bits);
    } else if (isMemory(operands.get(0))) {
      accesses.check(state, at, operands.get(0), true, true, Value.ANY);
    }
  }

  private void zeroExtend(State state, int at, List<Operand> operands, Row row) throws VerificationError {
    int from = row.operand(1).bits();
    long value = value(state, at, operands.get(1), from);
    Gpr target = (Gpr) operands.get(0);
    if (Value.isNumber(value)) {
      setRegister(state, at, target, LONG, value);
    } else {
      partial(state, at, 0, target, LONG, from);
    }
  }

  private void signExtend(State state, int at, List<Operand> operands) throws VerificationError {
    long value = value(state, at, operands.get(1), LONG);
    boolean same = Value.is(value, Kind.JUMP_DISTANCE) || Value.isNumber(value) && Value.bits(value) < WORD;
    setRegister(state, at, (Gpr) operands.get(0), LONG, same ? value : Value.ANY);
  }

  private void address(State state, int at, List<Operand> operands, int width) throws VerificationError {
    Gpr target = (Gpr) operands.get(0);
    long value = Value.ANY;
    if (operands.get(1) instanceof Rip rip) {
      long place = (long) analysis.listing.after(at) + rip.displacement();
      value = place >= analysis.code.codeBytes() && place < analysis.code.code().length
          ? Value.jumpTable((int) place) : Value.ANY;
    } else {
      Mem mem = (Mem) operands.get(1);
      if (mem.index() == null && mem.base() != null) {
        value = Value.plus(Analysis.get(state, mem.base()), mem.displacement());
      } else if (mem.base() == null && mem.index() != null && mem.scale() == 1) {
        value = Value.plus(Analysis.get(state, mem.index()), mem.displacement());
      } else {
        value = sum(state, at, mem);
      }
    }
    setSum(state, at, target, width, value, width);
  }

  /** Writes the lower bits of a sum: with 32 of them it is what it was if a memory reaches that far. */
  private void setSum(State state, int at, Gpr target, int width, long sum, int otherwise) throws VerificationError {
    boolean number = Value.isNumber(sum) && Value.symbol(sum) >= Value.FIRST_SYMBOL;
    if (width == LONG || Value.isNumber(sum) && Value.bits(sum) <= width) {
      setRegister(state, at, target, width, sum);
    } else if (width != WORD || !number || Value.bits(sum) > WORD + 2) {
      partial(state, at, 0, target, width, otherwise);
    } else if (state.narrowReach(Value.symbol(sum), analysis.contract::isWide) > Value.addend(sum)) {
      setRegister(state, at, target, width, Value.withBits(sum, WORD));
    } else {
      int symbol = analysis.define(state, at, 0);
      if (symbol != Value.symbol(sum)) {
        state.learn(symbol, Fact.SUM_OF, Value.symbol(sum), Value.addend(sum));
      }
      setRegister(state, at, target, width, Value.symbol(symbol, WORD));
    }
  }

  /** A sum of two numbers whose size alone is known, if that says anything. */
  private long sum(State state, int at, Mem mem) {
    long most = mem.displacement();
    for (int i = 0; i < 2; i++) {
      Gpr gpr = i == 0 ? mem.base() : mem.index();
      long part = gpr == null ? 0 : Analysis.most(state, Analysis.get(state, gpr));
      if (part < 0 || part > U32 || most < 0) {
        return Value.ANY;
      }
      most += i == 0 ? part : part * mem.scale();
    }
    return analysis.newNumber(state, at, 0, LONG - Long.numberOfLeadingZeros(most));
  }

  private void arithmetic(State state, int at, List<Operand> operands, int width, int sign) throws VerificationError {
    long right = value(state, at, operands.get(1), width);
    if (!(operands.get(0) instanceof Gpr target)) {
      modify(state, at, operands, width, width);
      state.clearFlags();
      return;
    }
    long left = value(state, at, target, width);
    long value = Value.ANY;
    if (operands.get(1) instanceof Imm imm) {
      value = Value.plus(left, sign * imm.value());
    } else if (sign < 0 && operands.get(1).equals(target)) {
      value = Value.constant(0);
    } else if (sign > 0 && Value.isConstant(left)) {
      value = Value.plus(right, Value.addend(left));
    } else if (sign > 0 && Value.isConstant(right)) {
      value = Value.plus(left, Value.addend(right));
    } else if (sign > 0 && width == LONG) {
      value = jumpTarget(left, right);
    }
    state.clearFlags();
    if (sign > 0 && width == LONG && Value.is(value, Kind.STACK_LIMIT)) {
      state.carry(value);
    }
    if (value == Value.ANY && sign > 0 && width == LONG && operands.get(1) instanceof Imm imm && imm.value() > 0
        && Value.hasSymbol(left) && Value.isNumber(left) && Value.addend(left) == 0) {
      int symbol = analysis.define(state, at, 0);
      if (symbol != Value.symbol(left)) {
        state.carry(Value.symbol(symbol, LONG), Value.symbol(left), imm.value());
      }
      setRegister(state, at, target, width, Value.symbol(symbol, LONG));
    } else if (value == Value.ANY) {
      partial(state, at, 0, target, width, sizeOfSum(state, left, right, width, sign));
    } else {
      setSum(state, at, target, width, value, sizeOfSum(state, left, right, width, sign));
    }
  }

  private static int sizeOfSum(State state, long left, long right, int width, int sign) {
    long a = Analysis.most(state, left);
    long b = Analysis.most(state, right);
    boolean small = sign > 0 && a >= 0 && b >= 0 && a <= U32 && b <= U32;
    return small ? Math.min(width, LONG - Long.numberOfLeadingZeros(a + b)) : width;
  }

  private long jumpTarget(long a, long b) {
    long table = Value.is(a, Kind.JUMP_TABLE) ? a : b;
    long distance = table == a ? b : a;
    boolean match = Value.is(table, Kind.JUMP_TABLE) && Value.is(distance, Kind.JUMP_DISTANCE)
        && analysis.tableOffsets[Value.symbol(distance)] == Value.addend(table);
    return match ? Value.of(Kind.JUMP_TARGET, Value.symbol(distance)) : Value.ANY;
  }

  private void bits(State state, int at, List<Operand> operands, int width) throws VerificationError {
    boolean three = operands.size() == 3;
    Operand left = operands.get(three ? 1 : 0);
    Operand right = operands.size() == 1 ? null : operands.get(three ? 2 : 1);
    int bits = width;
    if (operands.get(0) instanceof Gpr || three) {
      long b = right == null ? Value.ANY : value(state, at, right, width);
      long a = value(state, at, left, width);
      bits = sizeOfBits(Effects.of(analysis.listing.row(at)), a, b, right, operands, width);
    } else if (isMemory(right)) {
      accesses.check(state, at, right, true, false, Value.ANY);
    }
    if (!three || Effects.of(analysis.listing.row(at)) == Effect.AND) {
      state.clearFlags();
    }
    if (bits == 0 && width >= WORD && operands.get(0) instanceof Gpr gpr) {
      setRegister(state, at, gpr, width, Value.constant(0));
    } else {
      modify(state, at, operands, width, Math.max(1, bits));
    }
  }

  private int sizeOfBits(Effect effect, long a, long b, Operand right, List<Operand> operands, int width) {
    int sizeA = Math.min(width, analysis.bits(a));
    int sizeB = Math.min(width, analysis.bits(b));
    return switch (effect) {
      case AND -> Math.min(sizeA, sizeB);
      case XOR -> right.equals(operands.get(0)) ? 0 : Math.max(sizeA, sizeB);
      case SHIFT_RIGHT -> right instanceof Imm imm
          ? Math.max(0, sizeA - (int) (imm.value() & (width == LONG ? LONG - 1 : WORD - 1))) : sizeA;
      default -> right instanceof Imm imm
          ? Math.min(width, sizeA + (int) (imm.value() & (width == LONG ? LONG - 1 : WORD - 1))) : width;
    };
  }

  /** What is chosen is either of two, and known to be so under a condition each. */
  private void conditionalMove(State state, int at, List<Operand> operands, int width) throws VerificationError {
    Gpr target = (Gpr) operands.get(0);
    long moved = value(state, at, operands.get(1), width);
    long kept = value(state, at, target, width);
    if (kept == moved && kept != Value.ANY && !Value.is(kept, Kind.INTERRUPT)) {
      Analysis.set(state, target, kept);
      return;
    }
    if (!Value.isNumber(kept) || !Value.isNumber(moved)) {
      partial(state, at, 0, target, width, width);
      return;
    }
    State ifMoved = state.copy();
    State ifKept = state.copy();
    Conditions.refine(analysis, ifMoved, Conditions.of(analysis.listing.row(at)));
    Conditions.refine(analysis, ifKept, Conditions.of(analysis.listing.row(at)).negated());
    int symbol = analysis.define(state, at, 0);
    boolean circular = Value.symbol(kept) == symbol || Value.symbol(moved) == symbol;
    if (!circular) {
      state.learnBoth(symbol, ifKept, kept, ifMoved, moved);
      state.choose(symbol, Conditions.of(analysis.listing.row(at)), moved, kept);
    }
    Analysis.set(state, target, Value.symbol(symbol, Math.max(Value.bits(kept), Value.bits(moved))));
  }

  private void exchange(State state, int at, List<Operand> operands, int width) throws VerificationError {
    for (int i = 0; i < 2; i++) {
      if (operands.get(i) instanceof Gpr gpr) {
        partial(state, at, i, gpr, width, width);
      } else {
        accesses.check(state, at, operands.get(i), true, true, Value.ANY);
      }
    }
    state.clearFlags();
  }

  private void vector(State state, int at, List<Operand> operands, int width) throws VerificationError {
    readAll(state, at, operands, 1);
    if (operands.isEmpty()) {
      return;
    }
    if (operands.get(0) instanceof Gpr gpr) {
      partial(state, at, 0, gpr, Math.max(WORD, width), Math.max(WORD, width));
    } else if (isMemory(operands.get(0))) {
      accesses.check(state, at, operands.get(0), false, true, Value.ANY);
    }
  }
}
