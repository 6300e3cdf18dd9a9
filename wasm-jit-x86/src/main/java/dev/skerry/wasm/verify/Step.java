package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;

/** What one instruction that goes on to the next does to what is known, once its access is justified. */
final class Step {

  private static final int WORD = Integer.SIZE;
  private static final int LONG = Long.SIZE;
  private static final long U32 = 0xffff_ffffL;
  private static final int MEMORY = InstructionScanner.MEMORY;
  private static final int RIP = InstructionScanner.RIP;
  private static final int IMMEDIATE = InstructionScanner.IMMEDIATE;
  private static final int NONE = InstructionScanner.NONE;
  private static final int RAX = Gpr.RAX.ordinal();
  private static final int RDX = Gpr.RDX.ordinal();
  private static final int RSP = Gpr.RSP.ordinal();
  private static final long ZERO = Value.constant(0);

  private final Analysis analysis;
  private final Listing listing;
  private final Facts facts;
  private final AccessRule accesses;
  private final DivisionRule divisions;
  private State state;
  private long[] registers;

  Step(Analysis analysis, AccessRule accesses) {
    this.analysis = analysis;
    this.listing = analysis.listing;
    this.facts = analysis.facts;
    this.accesses = accesses;
    this.divisions = new DivisionRule(analysis);
  }

  void run(State current, int at) throws VerificationError {
    state = current;
    registers = current.registers;
    int row = listing.row(at);
    int first = listing.operand(at, 0);
    int second = listing.operand(at, 1);
    int width = Effects.width(row);
    switch (Effects.of(row)) {
      case MOVE -> write(at, first, width, moved(at, second, width));
      case ZERO_EXTEND -> zeroExtend(at, first, second, Effects.sourceWidth(row));
      case SIGN_EXTEND_WORD -> signExtend(at, first, second);
      case ADDRESS -> address(at, first, second, width);
      case ADD -> arithmetic(at, first, second, width, 1);
      case SUBTRACT -> arithmetic(at, first, second, width, -1);
      case AND, OR, XOR, SHIFT_RIGHT, SHIFT_LEFT -> bits(at, Effects.of(row), width);
      case NUMBER -> {
        readFrom(at, 1);
        modify(at, first, width, width);
        state.clearFlags();
      }
      case COMPARE -> compare(at, first, second, width);
      case TEST -> {
        long left = first == second ? moved(at, first, width) : value(at, first, width);
        value(at, second, width);
        if (first == second) {
          state.compare(left, ZERO, width);
        } else {
          state.clearFlags();
        }
      }
      case SCAN -> {
        readFrom(at, 1);
        modify(at, first, width, first < MEMORY ? Math.max(width, Value.bits(registers[first])) : width);
        state.clearFlags();
      }
      case SET -> modify(at, first, Byte.SIZE, Byte.SIZE);
      case CONDITIONAL_MOVE -> conditionalMove(at, first, second, width);
      case WIDE -> {
        readFrom(at, 0);
        state.clearFlags();
        registers[RAX] = analysis.newNumber(width);
        registers[RDX] = analysis.newNumber(width);
      }
      case DIVIDE, DIVIDE_SIGNED -> {
        divisions.check(state, at, divisor(at, first, width), Effects.of(row) == Effect.DIVIDE_SIGNED, width);
        state.clearFlags();
        registers[RAX] = analysis.newNumber(width);
        registers[RDX] = analysis.newNumber(width);
      }
      case SIGN -> divisions.sign(state, Effects.signWidth(row));
      case EXCHANGE -> exchange(at, first, second, width);
      case COMPARE_EXCHANGE -> {
        modify(at, first, width, width);
        // Where the two are equal RAX stays as it is, upper half included.
        registers[RAX] = analysis.newNumber(Math.max(width, Value.bits(registers[RAX])));
        state.clearFlags();
      }
      case VECTOR -> vector(at, row, first, width);
      case VECTOR_COMPARE -> {
        readFrom(at, 0);
        state.clearFlags();
      }
      case NOTHING -> { }
      default -> throw new IllegalStateException("not a step: " + listing.instruction(at));
    }
  }

  /** A conditional move of 32 or 64 bits, if between registers. */
  boolean choose(State current, int at, long word, int width) throws VerificationError {
    int second = InstructionScanner.operand(word, 1);
    if (second >= MEMORY) {
      return false;
    }
    state = current;
    registers = current.registers;
    int first = InstructionScanner.operand(word, 0);
    if (width == WORD || !clampByLength(first, registers[second], registers[first], Conditions.of(listing.row(at)))) {
      conditionalMove(at, first, second, width);
    }
    return true;
  }

  /** As {@link #conditionalMove}, where the flags compare with a memory's length, of a number or zero. */
  private boolean clampByLength(int target, long moved, long kept, Condition condition) {
    long number = kept == ZERO ? moved : kept;
    if (kept != ZERO && moved != ZERO || !Value.hasSymbol(number) || target == RSP || state.isCarry()
        || condition == Condition.E || condition == Condition.NE
        || !Value.is(state.left(), Kind.MEMORY_LENGTH) && !Value.is(state.right(), Kind.MEMORY_LENGTH)) {
      return false;
    }
    long chosen = analysis.newNumber(Value.bits(number));
    registers[target] = chosen;
    int symbol = Value.symbol(chosen);
    long bySize = analysis.mostBySize(chosen);
    long most = analysis.most(number);
    if (most >= 0 && (bySize < 0 || most < bySize)) {
      facts.learn(symbol, Fact.AT_MOST, 0, -most);
    }
    Conditions.clamp(analysis, state, kept == ZERO ? condition : condition.negated(), symbol, number);
    state.choose(symbol, condition, moved, kept);
    return true;
  }

  private static boolean isMemory(int operand) {
    return operand == MEMORY || operand == RIP;
  }

  /** The value of an operand that is read, in so many bits; a number that is not known is {@link Value#ANY}. */
  private long value(int at, int operand, int width) throws VerificationError {
    long value;
    if (operand < MEMORY) {
      value = registers[operand];
    } else if (operand == IMMEDIATE) {
      long immediate = listing.immediate(at);
      return Value.constant(width == LONG ? immediate : immediate & (1L << width) - 1);
    } else {
      value = accesses.check(state, at, operand, true, false, Value.ANY);
    }
    return width == LONG || analysis.bits(value) <= width || Value.is(value, Kind.INTERRUPT) ? value : Value.ANY;
  }

  /** As {@link #value}, of a register or immediate that goes to another place: what is left of it keeps a name. */
  private long moved(int at, int operand, int width) throws VerificationError {
    long value = value(at, operand, width);
    if (value == Value.ANY && operand == IMMEDIATE && width >= WORD) {
      return divisions.large(listing.immediate(at), width);
    }
    return value == Value.ANY && width == WORD && operand < MEMORY && Value.hasSymbol(registers[operand])
        ? divisions.low(registers[operand]) : value;
  }

  /** What a division divides by, of which as many lower bits count as it has. */
  private long divisor(int at, int operand, int width) throws VerificationError {
    if (operand < MEMORY) {
      return registers[operand];
    }
    long value = accesses.check(state, at, operand, true, false, Value.ANY);
    long base = listing.base(at) < State.REGISTERS ? registers[listing.base(at)] : Value.ANY;
    return width == WORD && operand == MEMORY && Value.isStack(base)
        && listing.indexRegister(at) == NONE && value == Value.ANY
        ? state.frame.load(Value.addend(base) + listing.displacement(at), Long.BYTES) : value;
  }

  private void compare(int at, int first, int second, int width) throws VerificationError {
    long right = isMemory(second) ? value(at, second, width) : Value.ANY;
    long left = moved(at, first, width);
    if (second == IMMEDIATE && width == LONG && listing.immediate(at) == -1) {
      right = Value.of(Kind.MINUS_ONE);
    } else if (!isMemory(second)) {
      right = value(at, second, width);
    }
    state.compare(left, right, width);
  }

  /** Checks the operand in memory, if one from there on is, which is read. */
  private void readFrom(int at, int from) throws VerificationError {
    int operands = InstructionScanner.operands(listing.word(at)) >>> from * InstructionScanner.OPERAND_BITS;
    for (; operands != 0; operands >>>= InstructionScanner.OPERAND_BITS) {
      int operand = operands & (1 << InstructionScanner.OPERAND_BITS) - 1;
      if (operand == NONE) {
        return;
      }
      if (isMemory(operand)) {
        accesses.check(state, at, operand, true, false, Value.ANY);
        return;
      }
    }
  }

  /** Writes a value to a register or memory. */
  private void write(int at, int target, int width, long value) throws VerificationError {
    if (target < MEMORY) {
      setRegister(at, target, width, value);
    } else {
      accesses.check(state, at, target, false, true, value);
    }
  }

  private void setRegister(int at, int register, int width, long value) throws VerificationError {
    if (register == RSP) {
      setStackPointer(at, width, value);
    } else if (width < WORD) {
      partial(at, register, width, width);
    } else if (value == Value.ANY || Value.is(value, Kind.INTERRUPT)) {
      // A copy of the interrupt word says nothing of later interrupts.
      registers[register] = analysis.newNumber(width);
    } else {
      registers[register] = value;
    }
  }

  /** The stack pointer moves by constants, within the frame, and below what was checked only as far as the reserve. */
  private void setStackPointer(int at, int width, long value) throws VerificationError {
    if (width != LONG || !Value.isStack(value)) {
      throw analysis.error(Rule.STACK, at, "the stack pointer becomes something that is not known", state);
    }
    StackRule.checkPointer(analysis, state, at, Value.addend(value));
    // What is below the stack pointer is anybody's: signals are handled there.
    state.frame.forget(analysis.stackPointer(state, at), Value.addend(value));
    registers[RSP] = value;
  }

  private void number(int at, int register, int bits) throws VerificationError {
    if (register == RSP) {
      throw analysis.error(Rule.STACK, at, "the stack pointer becomes a number", state);
    }
    registers[register] = analysis.newNumber(bits);
  }

  /** Writes the lower bits of a register with a number; what is above stays, or is cleared by 32 bits. */
  private void partial(int at, int register, int width, int bits) throws VerificationError {
    number(at, register, width >= WORD ? bits : Math.max(bits, Value.bits(registers[register])));
  }

  /** Reads and writes the first operand, which becomes some number. */
  private void modify(int at, int first, int width, int bits) throws VerificationError {
    if (first < MEMORY) {
      partial(at, first, width, bits);
    } else if (isMemory(first)) {
      accesses.check(state, at, first, true, true, Value.ANY);
    }
  }

  private void zeroExtend(int at, int target, int source, int from) throws VerificationError {
    long value = value(at, source, from);
    if (Value.isNumber(value)) {
      setRegister(at, target, LONG, value);
    } else {
      partial(at, target, LONG, from);
    }
  }

  private void signExtend(int at, int target, int source) throws VerificationError {
    long value = value(at, source, LONG);
    boolean same = Value.is(value, Kind.JUMP_DISTANCE) || Value.isNumber(value) && Value.bits(value) < WORD;
    setRegister(at, target, LONG, same ? value : Value.ANY);
  }

  private void address(int at, int target, int source, int width) throws VerificationError {
    int displacement = listing.displacement(at);
    long value = Value.ANY;
    long number = Value.ANY;
    if (source == RIP) {
      long place = (long) listing.after(at) + displacement;
      value = place >= analysis.code.codeBytes() && place < analysis.code.code().length
          ? Value.jumpTable((int) place) : Value.ANY;
    } else {
      int base = listing.base(at);
      int index = listing.indexRegister(at);
      if (index == NONE && base != NONE) {
        number = registers[base];
        value = plus(number, displacement);
      } else if (base == NONE && index != NONE && listing.scale(at) == 1) {
        value = Value.plus(registers[index], displacement);
      } else {
        value = sum(base, index, listing.scale(at), displacement);
      }
    }
    setSum(at, target, width, value, width);
    if (displacement == 1) {
      divisions.plusOne(registers[target], number, width);
    } else if (displacement == Integer.MIN_VALUE && width == WORD) {
      divisions.plusLeast(registers[target], number);
    }
  }

  /** A length of a memory may get less by what the memory has at least. */
  private long plus(long value, long more) {
    if (!Value.is(value, Kind.MEMORY_LENGTH)) {
      return Value.plus(value, more);
    }
    int memory = Value.symbol(value);
    long less = Value.addend(value) - more;
    return less >= 0 && less <= Math.min(analysis.leastLength(memory), U32) ? Value.of(Kind.MEMORY_LENGTH, memory, less)
        : Value.ANY;
  }

  /** Writes the lower bits of a sum: with 32 of them it is what it was if a memory reaches that far. */
  private void setSum(int at, int target, int width, long sum, int otherwise) throws VerificationError {
    if (width == WORD && Value.isConstant(sum)) {
      setRegister(at, target, width, Value.constant(Value.addend(sum) & U32));
    } else if (width == LONG || Value.isNumber(sum) && Value.bits(sum) <= width) {
      setRegister(at, target, width, sum);
    } else if (width != WORD || !Value.hasSymbol(sum) || Value.bits(sum) > WORD + 2) {
      partial(at, target, width, otherwise);
    } else if (reaches(sum)) {
      setRegister(at, target, width, Value.withBits(sum, WORD));
    } else {
      setRegister(at, target, width, Value.symbol(facts.sum(Value.symbol(sum), Value.addend(sum)), WORD));
    }
  }

  /**
   * Gives a register the sum of a number of at most 32 bits and something, in 32 bits.
   *
   * @return whether that is all that is to be said; otherwise nothing is done
   */
  boolean addWord(long[] into, int target, long number, int more) {
    if (target == RSP || !Value.isWord(number)) {
      return false;
    }
    long sum = Value.plus(number, more);
    if (Value.isConstant(sum)) {
      into[target] = Value.constant(Value.addend(sum) & U32);
    } else if (sum == Value.ANY) {
      if (more >= 0) {
        return false;
      }
      into[target] = analysis.newNumber(WORD);
    } else if (Value.bits(sum) <= WORD) {
      into[target] = sum;
    } else if (!Value.hasSymbol(sum)) {
      return false;
    } else {
      into[target] = facts.knowsMemories() && reaches(sum) ? Value.withBits(sum, WORD)
          : Value.symbol(facts.sum(Value.symbol(sum), Value.addend(sum)), WORD);
    }
    return true;
  }

  /** As {@link #addWord}, of an address that is only computed. */
  boolean addressWord(long[] into, int target, long number, int displacement) {
    if (displacement == Integer.MIN_VALUE || !addWord(into, target, number, displacement)) {
      return false;
    }
    if (displacement == 1) {
      divisions.plusOne(into[target], number, WORD);
    }
    return true;
  }

  /** Gives a register an address that is only computed, if that is all that is to be said of it. */
  boolean address(long[] into, int target, long base, int displacement) {
    if (target == RSP || Value.is(base, Kind.MEMORY_LENGTH)) {
      return false;
    }
    long sum = Value.plus(base, displacement);
    into[target] = sum == Value.ANY ? analysis.newNumber(LONG) : sum;
    if (displacement == 1) {
      divisions.plusOne(into[target], base, LONG);
    }
    return true;
  }

  /**
   * Whether some memory of at most 2^32 bytes reaches above the number, which then has no more than 32 bits: whatever
   * branches say, for others may be clamped by it.
   */
  private boolean reaches(long sum) {
    int memories = analysis.contract.module().memories().length;
    for (int memory = 0; memory < memories; memory++) {
      if (!analysis.contract.isWide(memory)
          && facts.find(Value.symbol(sum), Fact.IN_MEMORY, memory) > Value.addend(sum) && Value.addend(sum) <= U32
          && facts.find(Value.symbol(sum), Fact.CLAMPED_IN_MEMORY, memory) > Value.addend(sum)) {
        return true;
      }
    }
    return false;
  }

  /** A sum of two numbers whose size alone is known, if that says anything. */
  private long sum(int base, int index, int scale, int displacement) {
    long baseMost = base == NONE ? 0 : analysis.most(registers[base]);
    long indexMost = index == NONE ? 0 : analysis.most(registers[index]);
    if (baseMost < 0 || baseMost > U32 || indexMost < 0 || indexMost > U32 || displacement < 0) {
      return Value.ANY;
    }
    long baseSure = base == NONE ? 0 : analysis.mostByArithmetic(registers[base]);
    long indexSure = index == NONE ? 0 : analysis.mostByArithmetic(registers[index]);
    boolean sure = baseSure >= 0 && baseSure <= U32 && indexSure >= 0 && indexSure <= U32;
    long number = analysis.newNumber(
        sure ? LONG - Long.numberOfLeadingZeros(baseSure + indexSure * scale + displacement) : LONG);
    atMost(number, baseMost + indexMost * scale + displacement);
    return number;
  }

  /** A number is known to be at most so much, perhaps by branches, which its size must not say. */
  private void atMost(long number, long most) {
    if (LONG - Long.numberOfLeadingZeros(most) < Value.bits(number)) {
      facts.learn(Value.symbol(number), Fact.AT_MOST, 0, -most);
    }
  }

  private void arithmetic(int at, int first, int second, int width, int sign) throws VerificationError {
    long right = value(at, second, width);
    if (first >= MEMORY) {
      modify(at, first, width, width);
      state.clearFlags();
      return;
    }
    long left = value(at, first, width);
    long value = Value.ANY;
    boolean immediate = second == IMMEDIATE;
    if (immediate) {
      value = plus(left, sign * listing.immediate(at));
    } else if (sign < 0 && first == second) {
      value = ZERO;
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
    } else if (sign > 0 && width == LONG && Value.isNumber(value) && !(immediate && listing.immediate(at) < 0)) {
      state.noCarry();
    }
    if (value == Value.ANY && sign > 0 && width == LONG && immediate && listing.immediate(at) > 0
        && Value.hasSymbol(left) && Value.addend(left) == 0) {
      long sum = analysis.newNumber(LONG);
      state.carry(sum, Value.symbol(left), listing.immediate(at));
      setRegister(at, first, width, sum);
    } else if (value == Value.ANY) {
      partial(at, first, width, sizeOfSum(left, right, width, sign));
      if (sign > 0 && !immediate) {
        sumAtMost(registers[first], left, right, width);
      }
    } else {
      setSum(at, first, width, value, sizeOfSum(left, right, width, sign));
    }
  }

  private int sizeOfSum(long left, long right, int width, int sign) {
    if (sign < 0) {
      return width;
    }
    long a = analysis.mostByArithmetic(left);
    long b = analysis.mostByArithmetic(right);
    boolean small = a >= 0 && b >= 0 && a <= U32 && b <= U32;
    return small ? Math.min(width, LONG - Long.numberOfLeadingZeros(a + b)) : width;
  }

  private void sumAtMost(long sum, long left, long right, int width) {
    long a = analysis.most(left);
    long b = analysis.most(right);
    if (width >= WORD && a >= 0 && b >= 0 && a <= U32 && b <= U32 && (width == LONG || a + b <= U32)) {
      atMost(sum, a + b);
    }
  }

  private long jumpTarget(long a, long b) {
    long table = Value.is(a, Kind.JUMP_TABLE) ? a : b;
    long distance = table == a ? b : a;
    boolean match = Value.is(table, Kind.JUMP_TABLE) && Value.is(distance, Kind.JUMP_DISTANCE)
        && analysis.table(Value.symbol(distance)) == Value.addend(table);
    return match ? Value.of(Kind.JUMP_TARGET, Value.symbol(distance)) : Value.ANY;
  }

  private void bits(int at, Effect effect, int width) throws VerificationError {
    int first = listing.operand(at, 0);
    int second = listing.operand(at, 1);
    boolean three = listing.operand(at, 2) != NONE;
    int left = three ? second : first;
    int right = three ? listing.operand(at, 2) : second;
    int bits = width;
    long a = Value.ANY;
    long b = Value.ANY;
    if (first < MEMORY) {
      b = right == NONE ? Value.ANY : value(at, right, width);
      a = value(at, left, width);
      bits = sizeOfBits(at, effect, a, b, left, right, width);
      if (effect == Effect.AND && width == WORD && (isMask(a) || isMask(b))) {
        state.clearFlags();
        setRegister(at, first, width, Value.of(Kind.MASKED, Value.symbol(isMask(a) ? a : b)));
        return;
      }
    } else if (isMemory(right)) {
      accesses.check(state, at, right, true, false, Value.ANY);
    }
    if (!three || effect == Effect.AND) {
      state.clearFlags();
    }
    if (effect == Effect.OR && first < MEMORY && width >= WORD) {
      either(at, first, a, b, width, bits);
    } else if (bits == 0 && width >= WORD && first < MEMORY) {
      setRegister(at, first, width, ZERO);
    } else {
      modify(at, first, width, Math.max(1, bits));
      if (effect == Effect.XOR && first < MEMORY && width == LONG) {
        divisions.lessLeast(registers[first], a, b);
        divisions.lessLeast(registers[first], b, a);
      }
    }
  }

  /** A register becomes the bits of two numbers, and flags say whether there are any. */
  private void either(int at, int target, long a, long b, int width, int bits) throws VerificationError {
    if (a == ZERO || b == ZERO) {
      setRegister(at, target, width, a == ZERO ? b : a);
    } else {
      modify(at, target, width, Math.max(1, bits));
      divisions.either(registers[target], a, b);
    }
    state.compare(registers[target], ZERO, width);
  }

  private static boolean isMask(long value) {
    return Value.is(value, Kind.MEMORY_MASK);
  }

  private int sizeOfBits(int at, Effect effect, long a, long b, int left, int right, int width) {
    int sizeA = Math.min(width, analysis.bits(a));
    int sizeB = Math.min(width, analysis.bits(b));
    int count = right == IMMEDIATE ? (int) listing.immediate(at) & (width == LONG ? LONG - 1 : WORD - 1) : -1;
    return switch (effect) {
      case AND -> Math.min(sizeA, sizeB);
      case OR -> Math.max(sizeA, sizeB);
      case XOR -> right == left ? 0 : Math.max(sizeA, sizeB);
      case SHIFT_RIGHT -> count >= 0 ? Math.max(0, sizeA - count) : sizeA;
      default -> count >= 0 ? Math.min(width, sizeA + count) : width;
    };
  }

  /** What is chosen is either of two, and known to be so under a condition each. */
  private void conditionalMove(int at, int target, int source, int width) throws VerificationError {
    long moved = moved(at, source, width);
    long kept = moved(at, target, width);
    Condition condition = Conditions.of(listing.row(at));
    if (state.isNoCarry() && (condition == Condition.B || condition == Condition.AE)) {
      setRegister(at, target, width, condition == Condition.B ? kept : moved);
      return;
    }
    boolean holds = Conditions.holds(state, condition);
    if (holds || Conditions.holds(state, condition.negated())) {
      setRegister(at, target, width, holds ? moved : kept);
      return;
    }
    if (kept == moved && kept != Value.ANY && !Value.is(kept, Kind.INTERRUPT)) {
      setRegister(at, target, width, kept);
      return;
    }
    boolean numbers = Value.isNumber(kept) && Value.isNumber(moved);
    number(at, target, numbers ? Math.max(Value.bits(kept), Value.bits(moved)) : width);
    int symbol = Value.symbol(registers[target]);
    if (numbers) {
      chooseNumber(condition, registers[target], moved, kept);
      if (condition == Condition.E || condition == Condition.NE) {
        divisions.chosen(state, symbol, condition == Condition.E ? moved : kept,
            condition == Condition.E ? kept : moved, width);
      }
    }
    if (numbers || kept == ZERO && Value.is(moved, Kind.DESCRIPTOR)
        || moved == ZERO && Value.is(kept, Kind.DESCRIPTOR)) {
      state.choose(symbol, condition,
          Value.is(moved, Kind.DESCRIPTOR) && kept == ZERO ? Conditions.clamped(state, condition, moved) : moved,
          Value.is(kept, Kind.DESCRIPTOR) && moved == ZERO ? Conditions.clamped(state, condition.negated(), kept)
              : kept);
    }
  }

  private void chooseNumber(Condition condition, long chosen, long moved, long kept) {
    int symbol = Value.symbol(chosen);
    long bySize = analysis.mostBySize(chosen);
    long mostMoved = mostIf(condition, moved);
    long mostKept = mostIf(condition.negated(), kept);
    if (mostMoved >= 0 && mostKept >= 0 && (bySize < 0 || Math.max(mostMoved, mostKept) < bySize)) {
      facts.learn(symbol, Fact.AT_MOST, 0, -Math.max(mostMoved, mostKept));
    }
    mostMoved = Conditions.mostByFlags(state, condition, moved);
    mostKept = Conditions.mostByFlags(state, condition.negated(), kept);
    if (mostMoved >= 0 && mostKept >= 0 && (bySize < 0 || Math.max(mostMoved, mostKept) < bySize)) {
      facts.learn(symbol, Fact.CLAMPED_AT_MOST, 0, -Math.max(mostMoved, mostKept));
    }
    if (kept == ZERO) {
      Conditions.clamp(analysis, state, condition, symbol, moved);
    } else if (moved == ZERO) {
      Conditions.clamp(analysis, state, condition.negated(), symbol, kept);
    }
  }

  /** What a number is at most where a condition of the flags holds, or -1. */
  private long mostIf(Condition condition, long number) {
    if (Value.isConstant(number)) {
      return Value.addend(number);
    }
    if (!Conditions.mayBound(state, number)) {
      return analysis.most(number);
    }
    int mark = facts.mark();
    Conditions.learn(analysis, state, condition);
    long most = analysis.most(number);
    facts.forget(mark);
    return most;
  }

  private void exchange(int at, int first, int second, int width) throws VerificationError {
    for (int operand : new int[] {first, second}) {
      if (operand < MEMORY) {
        partial(at, operand, width, width);
      } else {
        accesses.check(state, at, operand, true, true, Value.ANY);
      }
    }
    state.clearFlags();
  }

  private void vector(int at, int row, int first, int width) throws VerificationError {
    readFrom(at, 1);
    if (first < MEMORY) {
      if (Effects.firstIsGeneral(row)) {
        int bits = Math.max(WORD, width);
        partial(at, first, bits, bits);
      }
    } else if (isMemory(first)) {
      accesses.check(state, at, first, false, true, Value.ANY);
    }
  }
}
