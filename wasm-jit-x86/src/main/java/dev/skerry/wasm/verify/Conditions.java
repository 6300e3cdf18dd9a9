package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;

/** What is known once a condition of the flags holds. */
final class Conditions {

  private static final Condition[] OF_ROW = new Condition[Row.ID_LIMIT];

  static {
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
  static Condition of(Row row) {
    return OF_ROW[row.id()];
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
    state.settle(condition);
    if (state.flagBits() < Integer.SIZE) {
      return;
    }
    long left = state.left();
    long right = state.right();
    if (state.isCarry()) {
      if (condition == Condition.AE && Value.is(left, Kind.STACK_LIMIT)) {
        state.learn(0, Fact.LIMIT_REACHES, 0, Value.addend(left));
      } else if (condition == Condition.AE && Value.hasSymbol(left) && Value.hasSymbol(right)) {
        state.learn(Value.symbol(left), Fact.WHOLE_SUM_OF, Value.symbol(right), Value.addend(right));
      }
      return;
    }
    switch (condition) {
      case B -> below(analysis, state, left, right, 1);
      case BE -> below(analysis, state, left, right, 0);
      case A -> below(analysis, state, right, left, 1);
      case AE -> below(analysis, state, right, left, 0);
      case E -> {
        equal(state, left, right);
        equal(state, right, left);
      }
      case NE -> {
        different(state, left, right);
        different(state, right, left);
      }
      default -> { }
    }
  }

  /** Unsigned, the smaller number plus so much is at most the larger one. */
  private static void below(Analysis analysis, State state, long smaller, long larger, int margin) {
    if (Value.is(smaller, Kind.STACK_LIMIT) && Value.is(larger, Kind.STACK)) {
      long above = Value.addend(smaller);
      if (above == 0 || state.fact(0, Fact.LIMIT_REACHES, 0) >= above) {
        long depth = Value.addend(larger) - above;
        if (depth <= 0 && depth > Integer.MIN_VALUE) {
          state.checkStack((int) depth);
        }
      }
      return;
    }
    if (!Value.isNumber(smaller)) {
      return;
    }
    int symbol = Value.symbol(smaller);
    long amount = Value.addend(smaller) + margin;
    switch (Value.kind(larger)) {
      case MEMORY_LENGTH -> {
        if (analysis.contract.isWide(Value.symbol(larger))) {
          state.learnInMemory(symbol, Value.symbol(larger), amount);
        } else {
          state.learnNarrow(symbol, Value.symbol(larger), amount);
        }
      }
      case TABLE_LENGTH -> state.learn(symbol, Fact.IN_TABLE, Value.symbol(larger), amount);
      case FUNCTION_COUNT -> state.learn(symbol, Fact.IN_FUNCTIONS, 0, amount);
      case NUMBER -> {
        long most = Analysis.most(state, larger);
        if (most >= amount && symbol != 0) {
          state.learn(symbol, Fact.AT_MOST, 0, -(most - amount));
        }
        if (isZero(smaller) && margin == 1) {
          notZero(state, larger);
        }
      }
      default -> { }
    }
  }

  private static boolean isZero(long value) {
    return Value.isConstant(value) && Value.addend(value) == 0;
  }

  private static void equal(State state, long a, long b) {
    if (Value.is(a, Kind.CALLEE_TYPE) && Value.isConstant(b)) {
      state.learn(Value.symbol(a), Fact.HAS_TYPE, 0, Value.addend(b));
    }
  }

  private static void different(State state, long a, long b) {
    if (Value.isNumber(a) && isZero(b)) {
      notZero(state, a);
    }
  }

  /** A number is not zero, which says so of its symbol only if nothing is added. */
  private static void notZero(State state, long number) {
    if (Value.symbol(number) != 0 && Value.addend(number) == 0) {
      state.learn(Value.symbol(number), Fact.NOT_ZERO, 0, 0);
    }
  }
}
