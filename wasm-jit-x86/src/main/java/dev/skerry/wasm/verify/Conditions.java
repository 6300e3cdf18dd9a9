package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;

/** What is known once a condition of the flags holds. */
final class Conditions {

  private static final long ZERO = Value.constant(0);
  private static final Condition[] OF_ROW = new Condition[Row.ID_LIMIT];

  // What a condition says of two numbers without a sign.

  /** One is below the other: the left one, or with {@link #SWAPPED} the right one; with {@link #STRICTLY} not equal. */
  private static final int BELOW = 1;
  private static final int STRICTLY = 2;
  private static final int SWAPPED = 4;
  private static final int EQUAL = 8;
  private static final int DIFFERENT = 16;
  /** By condition: such bits, or 0. */
  private static final byte[] SAYS = new byte[Condition.values().length];

  static {
    SAYS[Condition.B.ordinal()] = BELOW | STRICTLY;
    SAYS[Condition.BE.ordinal()] = BELOW;
    SAYS[Condition.A.ordinal()] = BELOW | STRICTLY | SWAPPED;
    SAYS[Condition.AE.ordinal()] = BELOW | SWAPPED;
    SAYS[Condition.E.ordinal()] = EQUAL;
    SAYS[Condition.NE.ordinal()] = DIFFERENT;
    for (Condition condition : Condition.values()) {
      OF_ROW[ControlRows.JCC_REL8.of(condition).id()] = condition;
      OF_ROW[ControlRows.JCC_REL32.of(condition).id()] = condition;
      OF_ROW[IntegerRows.CMOVCC_R32_RM32.of(condition).id()] = condition;
      OF_ROW[IntegerRows.CMOVCC_R64_RM64.of(condition).id()] = condition;
    }
  }

  private Conditions() {
  }

  /** The condition of a branch or conditional move. */
  static Condition of(int row) {
    return OF_ROW[row];
  }

  /** Whether the condition holds for certain, because both sides are known numbers. */
  static boolean holds(State state, Condition condition) {
    if (state.flagBits() < Integer.SIZE || state.isCarry() || !Value.isConstant(state.left())
        || !Value.isConstant(state.right())) {
      return false;
    }
    long left = Value.addend(state.left());
    long right = Value.addend(state.right());
    return switch (condition) {
      case E -> left == right;
      case NE -> left != right;
      case B -> left < right;
      case BE -> left <= right;
      case A -> left > right;
      case AE -> left >= right;
      default -> false;
    };
  }

  /** Learns what follows if the condition holds. */
  static void refine(Analysis analysis, State state, Condition condition) {
    learn(analysis, state, condition);
    int says = SAYS[condition.ordinal()];
    if ((says & BELOW) != 0 && state.flagBits() == Long.SIZE) {
      boolean swapped = (says & SWAPPED) != 0;
      checkStack(analysis.facts, state, swapped ? state.right() : state.left(),
          swapped ? state.left() : state.right());
    }
    state.settle(condition, analysis.facts);
  }

  /** Whether a number may be known to be less than before from what the flags compare. */
  static boolean mayBound(State state, long number) {
    int symbol = Value.symbol(number);
    return state.flagBits() >= Integer.SIZE && !state.isCarry()
        && Value.isNumber(state.left()) && Value.isNumber(state.right())
        && (symbol == Value.symbol(state.left()) || symbol == Value.symbol(state.right()));
  }

  /** Learns what follows for numbers if the condition holds. */
  static void learn(Analysis analysis, State state, Condition condition) {
    if (state.flagBits() >= Integer.SIZE) {
      if (state.isCarry()) {
        summed(analysis.facts, state, condition);
      } else {
        compared(analysis, state.left(), state.right(), SAYS[condition.ordinal()]);
      }
    }
  }

  private static void summed(Facts facts, State state, Condition condition) {
    long left = state.left();
    long right = state.right();
    if (condition == Condition.AE && Value.is(left, Kind.STACK_LIMIT)) {
      facts.learn(0, Fact.LIMIT_REACHES, 0, Value.addend(left));
    } else if (condition == Condition.AE && Value.hasSymbol(left) && Value.hasSymbol(right)) {
      facts.learn(Value.symbol(left), Fact.WHOLE_SUM_OF, Value.symbol(right), Value.addend(right));
    }
  }

  private static void compared(Analysis analysis, long left, long right, int says) {
    if ((says & BELOW) != 0) {
      boolean swapped = (says & SWAPPED) != 0;
      below(analysis, swapped ? right : left, swapped ? left : right, (says & STRICTLY) / STRICTLY);
    } else if (says == DIFFERENT) {
      different(analysis.facts, left, right);
    } else if (says == EQUAL) {
      equal(analysis, left, right);
      equal(analysis, right, left);
    }
  }

  /** The limit of the stack plus something is below the stack pointer, or at it. */
  private static void checkStack(Facts facts, State state, long limit, long pointer) {
    if (state.isCarry() || !Value.is(limit, Kind.STACK_LIMIT)
        || !Value.isStack(pointer)) {
      return;
    }
    long above = Value.addend(limit);
    if (above == 0 || facts.find(0, Fact.LIMIT_REACHES, 0) >= above) {
      long depth = Value.addend(pointer) - above;
      if (depth <= 0 && depth > Integer.MIN_VALUE) {
        state.checkStack((int) depth);
      }
    }
  }

  /** Unsigned, the smaller number plus so much is at most the larger one. */
  private static void below(Analysis analysis, long smaller, long larger, int margin) {
    Facts facts = analysis.facts;
    if (!Value.isNumber(smaller)) {
      return;
    }
    int symbol = Value.symbol(smaller);
    long amount = Value.addend(smaller) + margin;
    if (Value.is(larger, Kind.MEMORY_LENGTH)) {
      facts.learnInMemory(symbol, Value.symbol(larger), amount + Value.addend(larger));
    } else if (Value.isNumber(larger)) {
      int table = Value.isConstant(larger) ? -1 : facts.tableOf(Value.symbol(larger));
      if (table >= 0 && Value.addend(larger) == 0) {
        facts.learn(symbol, Fact.IN_TABLE, table, amount);
      }
      long most = symbol < Value.FIRST_SYMBOL ? -1 : analysis.most(larger);
      if (most >= amount) {
        facts.learnMost(symbol, most - amount);
      }
      if (smaller == ZERO && margin == 1) {
        notZero(facts, larger);
      }
    } else if (Value.is(larger, Kind.FUNCTION_COUNT)) {
      facts.learn(symbol, Fact.IN_FUNCTIONS, 0, amount);
    }
  }

  /**
   * What a conditional move makes of a number that it takes under a condition, in place of zero: the symbol is the one
   * or the other by arithmetic.
   */
  static void clamp(Analysis analysis, State state, Condition condition, int symbol, long number) {
    if (state.flagBits() < Integer.SIZE) {
      return;
    }
    Facts facts = analysis.facts;
    long left = state.left();
    long right = state.right();
    if (state.isCarry()) {
      // No carry: the sum is the number and something.
      if (condition == Condition.AE && Value.hasSymbol(left) && Value.hasSymbol(number)
          && Value.symbol(right) == Value.symbol(number) && Value.addend(number) == 0) {
        facts.learn(symbol, Fact.CLAMPED_SUM, Value.symbol(left), Value.addend(right));
      }
      return;
    }
    switch (condition) {
      case B -> clampBelow(facts, symbol, number, left, right, 1);
      case BE -> clampBelow(facts, symbol, number, left, right, 0);
      case A -> clampBelow(facts, symbol, number, right, left, 1);
      case AE -> clampBelow(facts, symbol, number, right, left, 0);
      default -> { }
    }
  }

  /** The number is taken where the smaller one plus a margin is at most the larger one. */
  private static void clampBelow(Facts facts, int symbol, long number, long smaller, long larger, int margin) {
    if (!Value.isNumber(smaller) || Value.isAnonymous(smaller)) {
      return;
    }
    // How much may be added to the number so that it is still at most the larger one.
    long amount = Value.addend(smaller) + margin;
    if (Value.symbol(smaller) == Value.symbol(number)) {
      amount -= Value.addend(number);
    } else {
      long sum = Value.hasSymbol(number) && Value.addend(number) == 0
          ? facts.find(Value.symbol(number), Fact.CLAMPED_SUM, Value.symbol(smaller)) : Facts.UNKNOWN;
      if (sum == Facts.UNKNOWN) {
        return;
      }
      amount += sum;
    }
    switch (Value.kind(larger)) {
      case MEMORY_LENGTH ->
          facts.learn(symbol, Fact.CLAMPED_IN_MEMORY, Value.symbol(larger), amount + Value.addend(larger));
      case FUNCTION_COUNT -> facts.learn(symbol, Fact.CLAMPED_IN_FUNCTIONS, 0, amount);
      case NUMBER -> {
        int table = facts.tableOf(Value.symbol(larger));
        if (table >= 0 && Value.addend(larger) == 0) {
          facts.learn(symbol, Fact.CLAMPED_IN_TABLE, table, amount);
        }
      }
      default -> { }
    }
  }

  /** What a number is at most by the flags alone where a condition holds of them, or -1. */
  static long mostByFlags(State state, Condition condition, long number) {
    if (Value.isConstant(number)) {
      return Value.addend(number);
    }
    if (state.isCarry() || state.flagBits() < Integer.SIZE) {
      return -1;
    }
    boolean below = condition == Condition.B || condition == Condition.BE;
    boolean above = condition == Condition.A || condition == Condition.AE;
    long smaller = below ? state.left() : state.right();
    long larger = below ? state.right() : state.left();
    boolean known = (below || above) && Value.isConstant(larger) && Value.hasSymbol(smaller)
        && Value.symbol(smaller) == Value.symbol(number);
    int margin = condition == Condition.B || condition == Condition.A ? 1 : 0;
    return known ? Value.addend(larger) - margin - Value.addend(smaller) + Value.addend(number) : -1;
  }

  /** The descriptor as it is taken where the flags say that its function has a type, in place of zero. */
  static long clamped(State state, Condition condition, long descriptor) {
    boolean byType = condition == Condition.E && !state.isCarry() && state.flagBits() == Integer.SIZE
        && state.left() == Value.of(Kind.CALLEE_TYPE, Value.symbol(descriptor)) && Value.isConstant(state.right());
    return byType ? Value.of(Kind.DESCRIPTOR, Value.symbol(descriptor), 1 + Value.addend(state.right())) : descriptor;
  }

  private static void equal(Analysis analysis, long a, long b) {
    if (Value.is(a, Kind.CALLEE_TYPE) && Value.isConstant(b)) {
      analysis.facts.set(Value.symbol(a), Fact.HAS_TYPE, 0, Value.addend(b));
    } else if (Value.hasSymbol(a) && Value.isNumber(b)) {
      below(analysis, a, b, 0);
    }
  }

  private static void different(Facts facts, long a, long b) {
    if (a == ZERO || b == ZERO) {
      notZero(facts, a == ZERO ? b : a);
    }
  }

  /** A number is not zero, which says so of its symbol only if nothing is added. */
  private static void notZero(Facts facts, long number) {
    if (Value.hasSymbol(number) && Value.addend(number) == 0) {
      DivisionRule.notZero(facts, Value.symbol(number));
      facts.learnNotZero(Value.symbol(number));
    }
  }
}
