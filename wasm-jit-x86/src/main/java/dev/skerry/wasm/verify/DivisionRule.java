package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;

/**
 * Divisions must not fault, which would end the process: the divisor is not 0, and the quotient fits. What is known of
 * the lower 32 bits of a number is known of whatever it is the lower half of.
 */
final class DivisionRule {

  private static final int RAX = Gpr.RAX.ordinal();
  private static final int RDX = Gpr.RDX.ordinal();
  private static final long U32 = 0xffff_ffffL;
  private static final long ZERO = Value.constant(0);
  /** What is added to a symbol is packed with others, and so has fewer bits. */
  private static final int ADDEND_BITS = 31;
  private static final long ADDEND_LIMIT = 1L << ADDEND_BITS;

  private final Analysis analysis;
  private final Facts facts;

  DivisionRule(Analysis analysis) {
    this.analysis = analysis;
    this.facts = analysis.facts;
  }

  /** RDX becomes the sign of RAX. */
  void sign(State state, int width) {
    long number = named(state, RAX);
    long sign;
    if (!Value.isNumber(number)) {
      sign = analysis.newNumber(width);
    } else if (!Value.isConstant(number)) {
      sign = Value.of(width == Long.SIZE ? Kind.SIGN_LONG : Kind.SIGN_WORD, Value.symbol(number), Value.addend(number));
    } else {
      boolean negative = width == Integer.SIZE && (Value.addend(number) >>> Integer.SIZE - 1 & 1) != 0;
      sign = negative ? Value.constant(U32) : ZERO;
    }
    state.registers[RDX] = sign;
  }

  /** Gives a number in a register a name if it has none. */
  private long named(State state, int register) {
    long value = state.registers[register];
    if (value == Value.ANY || Value.isAnonymous(value)) {
      value = analysis.newNumber(Value.bits(value));
      state.registers[register] = value;
    }
    return value;
  }

  /** What is left of a number in 32 bits, with a name that remembers whose lower half it is. */
  long low(long number) {
    int known = facts.newest(Value.symbol(number), Fact.LOW_IS);
    if (known >= 0 && facts.amount(known) == Value.addend(number)) {
      return Value.symbol(facts.number(known), Integer.SIZE);
    }
    long low = analysis.newNumber(Integer.SIZE);
    facts.set(Value.symbol(low), Fact.LOW_OF, Value.symbol(number), Value.addend(number));
    facts.set(Value.symbol(number), Fact.LOW_IS, Value.symbol(low), Value.addend(number));
    return low;
  }

  /** A register holds a number that is too large, or negative, to be written as a constant. */
  long large(long immediate, int width) {
    long number = analysis.newNumber(width);
    int symbol = Value.symbol(number);
    facts.set(symbol, Fact.NOT_ZERO, 0, 0);
    if ((immediate & U32) != 0) {
      facts.set(symbol, Fact.LOW_NOT_ZERO, 0, 0);
    }
    for (int bits = Integer.SIZE; bits <= Long.SIZE; bits += Integer.SIZE) {
      if (immediate << Long.SIZE - bits >> Long.SIZE - bits != -1) {
        facts.set(symbol, Fact.NOT_MINUS_ONE, bits, 0);
      }
    }
    if (immediate == Long.MIN_VALUE) {
      facts.set(symbol, Fact.IS_LEAST, 0, 0);
    }
    return number;
  }

  // The idioms of overflow: a sum or difference that is 0 for the one number that matters.

  /** A number has become the sum of another and the least number of 32 bits. */
  void plusLeast(long sum, long number) {
    zeroIf(Fact.ZERO_IF_LEAST, sum, number, Integer.SIZE);
  }

  /** A number has become another one in which the highest of 64 bits is the other way round. */
  void lessLeast(long difference, long one, long other) {
    boolean least = Value.hasSymbol(other) && Value.addend(other) == 0
        && facts.find(Value.symbol(other), Fact.IS_LEAST, 0) == 0;
    zeroIf(Fact.ZERO_IF_LEAST, difference, least ? one : ZERO, Long.SIZE);
  }

  /** A number has become the sum of another and 1. */
  void plusOne(long sum, long number, int width) {
    if (!Value.hasSymbol(number)) {
      return;
    }
    if (Value.hasSymbol(sum) && Value.symbol(sum) == Value.symbol(number)) {
      // It has not wrapped around, so it was not -1.
      if (Value.bits(sum) <= width) {
        facts.set(Value.symbol(number), Fact.NOT_MINUS_ONE, width, Value.addend(number));
      }
      return;
    }
    zeroIf(Fact.ZERO_IF_MINUS_ONE, sum, number, width);
  }

  private void zeroIf(Fact fact, long result, long number, int width) {
    if (Value.hasSymbol(result) && Value.addend(result) == 0 && Value.hasSymbol(number)) {
      long whole = whole(number, width);
      if (Value.addend(whole) < ADDEND_LIMIT) {
        facts.set(Value.symbol(result), fact, Value.symbol(whole), amount(Value.addend(whole), width));
      }
    }
  }

  private static long amount(long addend, int width) {
    return addend << 1 | (width == Long.SIZE ? 1 : 0);
  }

  /** A number has become the bits of two others, and is 0 if both are. */
  void either(long result, long one, long other) {
    if (Value.hasSymbol(result) && Value.hasSymbol(one) && Value.addend(one) == 0
        && Value.hasSymbol(other) && Value.addend(other) == 0) {
      pair(Value.symbol(result), Value.symbol(one), Value.symbol(other));
      pair(Value.symbol(result), Value.symbol(other), Value.symbol(one));
    }
  }

  private void pair(int result, int one, int other) {
    int least = facts.newest(one, Fact.ZERO_IF_LEAST);
    int minusOne = facts.newest(other, Fact.ZERO_IF_MINUS_ONE);
    if (least >= 0 && minusOne >= 0 && (facts.amount(least) & 1) == (facts.amount(minusOne) & 1)) {
      facts.set(result, Fact.ZERO_IF_BOTH_LEAST, facts.number(least), facts.amount(least));
      facts.set(result, Fact.ZERO_IF_BOTH_MINUS_ONE, facts.number(minusOne), facts.amount(minusOne));
    }
  }

  /** A number is not zero: not all holds for which it would be zero. */
  static void notZero(Facts facts, int symbol) {
    if (facts.hasNoOthers(symbol)) {
      return;
    }
    int low = facts.newest(symbol, Fact.LOW_OF);
    if (low >= 0) {
      facts.set(facts.number(low), Fact.LOW_NOT_ZERO, 0, facts.amount(low));
    }
    int least = facts.newest(symbol, Fact.ZERO_IF_BOTH_LEAST);
    int minusOne = facts.newest(symbol, Fact.ZERO_IF_BOTH_MINUS_ONE);
    if (least >= 0 && minusOne >= 0) {
      facts.set(facts.number(minusOne), Fact.NO_OVERFLOW, facts.number(least),
          both(facts.amount(least), facts.amount(minusOne) >> 1));
      return;
    }
    minusOne = facts.newest(symbol, Fact.ZERO_IF_MINUS_ONE);
    least = facts.newest(symbol, Fact.ZERO_IF_LEAST);
    if (minusOne >= 0) {
      not(facts, Fact.NOT_MINUS_ONE, minusOne);
    } else if (least >= 0) {
      not(facts, Fact.NOT_LEAST, least);
    }
  }

  private static void not(Facts facts, Fact fact, int zeroIf) {
    long amount = facts.amount(zeroIf);
    facts.set(facts.number(zeroIf), fact, (amount & 1) != 0 ? Long.SIZE : Integer.SIZE, amount >> 1);
  }

  private static long both(long least, long minusOneAddend) {
    return least << ADDEND_BITS | minusOneAddend;
  }

  /** A number that a conditional move made of one of two: the first where flags compare equal, else the second. */
  void chosen(State state, int symbol, long ifEqual, long otherwise, int width) {
    if (isNotZero(ifEqual, width) && isNotZero(otherwise, width)) {
      facts.set(symbol, width == Long.SIZE ? Fact.NOT_ZERO : Fact.LOW_NOT_ZERO, 0, 0);
    }
    long right = state.right();
    boolean minusOne = width == Long.SIZE ? Value.is(right, Kind.MINUS_ONE)
        : Value.isConstant(right) && Value.addend(right) == U32;
    if (state.flagBits() == width && !state.isCarry() && minusOne && state.left() == otherwise
        && Value.hasSymbol(otherwise) && isNotMinusOne(ifEqual, width)) {
      facts.set(symbol, Fact.NOT_MINUS_ONE, width, 0);
    }
  }

  /** Refuses a division that may fault, where control may come at all; width is that of the divisor. */
  void check(State state, int at, long divisor, boolean signed, int width) throws VerificationError {
    if (width < Integer.SIZE) {
      throw analysis.error(Rule.INSTRUCTIONS, at, "a division of less than 32 bits", state);
    }
    if (state.isImpossible()) {
      return;
    }
    if (!isNotZero(divisor, width)) {
      throw analysis.error(Rule.FAULTS, at, "a divisor that may be 0: " + Value.text(divisor), state);
    }
    long low = state.registers[RAX];
    long high = state.registers[RDX];
    if (high == ZERO && (!signed || Value.isNumber(low) && analysis.bits(low) < width)) {
      return;
    }
    if (!signed) {
      throw analysis.error(Rule.FAULTS, at, "the upper half of a dividend that may not be 0", state);
    }
    boolean isSign = Value.isConstant(low) ? width == Integer.SIZE && high == Value.constant(U32)
        && (Value.addend(low) >>> Integer.SIZE - 1 & 1) != 0
        : Value.is(high, width == Long.SIZE ? Kind.SIGN_LONG : Kind.SIGN_WORD) && Value.isNumber(low)
        && Value.symbol(high) == Value.symbol(low) && Value.addend(high) == Value.addend(low);
    if (!isSign) {
      throw analysis.error(Rule.FAULTS, at, "the upper half of a dividend that may not be the sign of the lower",
          state);
    }
    boolean fits = analysis.bits(low) < width || isNotMinusOne(divisor, width) || isNotLeast(low, width)
        || isNotBoth(low, divisor, width);
    if (!fits) {
      throw analysis.error(Rule.FAULTS, at, "the least number divided by what may be -1", state);
    }
  }

  private boolean isNotZero(long value, int width) {
    if (Value.isConstant(value)) {
      return (width == Long.SIZE ? Value.addend(value) : Value.addend(value) & U32) != 0;
    }
    if (!Value.hasSymbol(value)) {
      return false;
    }
    int symbol = Value.symbol(value);
    long addend = Value.addend(value);
    boolean whole = analysis.bits(value) <= width;
    if (whole && (addend != 0 || facts.find(symbol, Fact.NOT_ZERO, 0) >= 0)) {
      return true;
    }
    return width == Integer.SIZE
        && (facts.find(symbol, Fact.LOW_NOT_ZERO, 0) == addend || lowIsNotZero(symbol, addend));
  }

  private boolean lowIsNotZero(int symbol, long addend) {
    int low = facts.newest(symbol, Fact.LOW_OF);
    return low >= 0 && facts.find(facts.number(low), Fact.LOW_NOT_ZERO, 0) == facts.amount(low) + addend;
  }

  private boolean isNotMinusOne(long value, int width) {
    if (Value.isConstant(value)) {
      return width == Long.SIZE || (Value.addend(value) & U32) != U32;
    }
    return Value.hasSymbol(value) && (analysis.bits(value) < width || is(Fact.NOT_MINUS_ONE, value, width));
  }

  private boolean isNotLeast(long value, int width) {
    if (Value.isConstant(value)) {
      return width == Long.SIZE || (Value.addend(value) & U32) != 1L << Integer.SIZE - 1;
    }
    return Value.hasSymbol(value) && is(Fact.NOT_LEAST, value, width);
  }

  private boolean is(Fact fact, long value, int width) {
    long whole = whole(value, width);
    return facts.find(Value.symbol(value), fact, width) == Value.addend(value)
        || facts.find(Value.symbol(whole), fact, width) == Value.addend(whole);
  }

  /** Whether it is known that not both the dividend is the least number and the divisor -1. */
  private boolean isNotBoth(long dividend, long divisor, int width) {
    if (!Value.hasSymbol(dividend) || !Value.hasSymbol(divisor)) {
      return false;
    }
    long one = whole(dividend, width);
    long other = whole(divisor, width);
    return Value.addend(one) < ADDEND_LIMIT && Value.addend(other) < ADDEND_LIMIT
        && facts.find(Value.symbol(other), Fact.NO_OVERFLOW, Value.symbol(one))
        == both(amount(Value.addend(one), width), Value.addend(other));
  }

  /** The number that one of 32 bits is the lower half of, or that one where it is not known or its addend too large. */
  private long whole(long number, int width) {
    int low = width == Long.SIZE ? -1 : facts.newest(Value.symbol(number), Fact.LOW_OF);
    boolean known = low >= 0 && Value.addend(number) == 0 && facts.amount(low) < ADDEND_LIMIT;
    return known ? Value.sum(facts.number(low), facts.amount(low)) : number;
  }
}
