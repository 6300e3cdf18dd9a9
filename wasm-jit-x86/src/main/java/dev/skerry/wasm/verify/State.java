package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import java.util.Arrays;

/**
 * What is known at one point of a function of the general registers, the places in its own frame, and the flags. What
 * is not mentioned may be anything. There is one frame for all states: those that are kept for later say how it differs
 * there.
 */
final class State {

  static final int REGISTERS = 16;
  /** The stack was not checked yet. */
  static final int UNCHECKED = 1;
  private static final int RSP = Gpr.RSP.ordinal();

  final long[] registers = new long[REGISTERS];
  final Frame frame;

  /** What the flags compare, and how many bits of it; 0 bits if they say nothing. */
  private long left;
  private long right;
  private int flagBits;
  /** Whether the carry flag says that {@link #left} wrapped around, and nothing is compared. */
  private boolean carry;
  /** A symbol that is one value if a condition of the flags holds, and another if not; symbol 0 for none. */
  private int chosen;
  private Condition choice;
  private long ifHolds;
  private long otherwise;
  /** What holds on the way to the block that the state is kept for, or null. */
  private Condition edge;

  /** Of a state that is kept for a join, made when first needed: how the frame differs, what else all ways know. */
  private Outline outline;
  private Differences differences;
  private Notes notes;
  /** Symbols from here on were made for that join; and on the last way that did not come on from one before it. */
  private int firstSymbol;
  private int firstOfWay;

  /** Whether control never comes here, though a processor may go on here that foresees a branch wrongly. */
  private boolean impossible;
  /** The lowest stack pointer, counted from that at entry, that is known to be above the limit; 1 if none is. */
  private int checkedDepth;

  State(Frame frame) {
    this.frame = frame;
  }

  /** @param parameterBytes of parameters on the stack */
  void clear(int parameterBytes) {
    Arrays.fill(registers, Value.ANY);
    frame.clear(parameterBytes);
    clearFlags();
    edge = null;
    impossible = false;
    checkedDepth = UNCHECKED;
  }

  /** Becomes what the other is, but for the frame. */
  void take(State other) {
    System.arraycopy(other.registers, 0, registers, 0, REGISTERS);
    left = other.left;
    right = other.right;
    flagBits = other.flagBits;
    carry = other.carry;
    chosen = other.chosen;
    choice = other.choice;
    ifHolds = other.ifHolds;
    otherwise = other.otherwise;
    edge = other.edge;
    impossible = other.impossible;
    checkedDepth = other.checkedDepth;
  }

  boolean isImpossible() {
    return impossible;
  }

  void setImpossible(boolean never) {
    impossible = never;
  }

  /** The condition that holds from here on, or null. */
  Condition edge() {
    return edge;
  }

  void setEdge(Condition condition) {
    edge = condition;
  }

  /** A number of the same size of which nothing else is known. */
  private static long nameless(int bits) {
    return bits == Value.ALL_BITS ? Value.ANY : Value.symbol(Value.ANONYMOUS, bits);
  }

  /** What a call of anything else makes unknown: all registers but the stack pointer, and what the callee may move. */
  void afterCall() {
    long pointer = registers[RSP];
    Arrays.fill(registers, Value.ANY);
    registers[RSP] = pointer;
    frame.forgetMovable();
    clearFlags();
  }

  /** What a stub that keeps registers makes unknown: others may have run meanwhile. */
  void afterStop() {
    for (int i = 0; i < REGISTERS; i++) {
      if (Frame.isMovable(registers[i])) {
        registers[i] = Value.ANY;
      }
    }
    frame.forgetMovable();
    clearFlags();
  }

  /** Is at the begin of a function that may have begun before, and changed these registers since. */
  void beginAgain(int changed) {
    for (int left = changed; left != 0; left &= left - 1) {
      registers[Integer.numberOfTrailingZeros(left)] = Value.ANY;
    }
    afterStop();
  }

  /** The limit of the stack is read again, and may be another: what is known is known of the new one alone. */
  void readLimit(Facts facts) {
    for (int i = 0; i < REGISTERS; i++) {
      if (Value.is(registers[i], Kind.STACK_LIMIT)) {
        registers[i] = Value.ANY;
      }
    }
    facts.set(0, Fact.LIMIT_REACHES, 0, Facts.UNKNOWN);
    clearFlags();
  }

  // Flags.

  /** The flags compare two values in so many bits. */
  void compare(long a, long b, int bits) {
    left = a;
    right = b;
    flagBits = bits;
    carry = false;
    chosen = 0;
  }

  /** The carry flag says whether that sum of 64 bits wrapped around. */
  void carry(long sum) {
    compare(sum, Value.ANY, Long.SIZE);
    carry = true;
  }

  /** The carry flag says whether a sum of 64 bits wrapped around that is a symbol now. */
  void carry(long sum, int of, long more) {
    compare(sum, Value.sum(of, more), Long.SIZE);
    carry = true;
  }

  /** The carry flag is clear: a sum of 64 bits did not wrap around. */
  void noCarry() {
    compare(Value.ANY, Value.ANY, Long.SIZE);
    carry = true;
  }

  /** Whether it is known that the carry flag is clear. */
  boolean isNoCarry() {
    return carry && left == Value.ANY;
  }

  void clearFlags() {
    flagBits = 0;
    carry = false;
    chosen = 0;
  }

  /** The symbol is the one value if the condition holds of the flags as they are, else the other. */
  void choose(int symbol, Condition condition, long value, long other) {
    chosen = symbol;
    choice = condition;
    ifHolds = value;
    otherwise = other;
  }

  /** A condition holds of the flags: what was chosen by it is known now. */
  void settle(Condition condition, Facts facts) {
    if (chosen == 0 || condition != choice && condition != choice.negated()) {
      return;
    }
    long was = condition == choice ? ifHolds : otherwise;
    if (Value.isNumber(was) && !Value.isAnonymous(was)) {
      facts.share(chosen, Value.symbol(was), Value.addend(was));
      return;
    }
    long exactly = Value.symbol(chosen, Value.ALL_BITS);
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] == exactly) {
        registers[i] = was;
      }
    }
    frame.replace(exactly, was);
  }

  boolean isCarry() {
    return carry;
  }

  long left() {
    return left;
  }

  long right() {
    return right;
  }

  int flagBits() {
    return flagBits;
  }

  // The stack.

  /** The stack pointer at entry plus so many bytes is above the limit. */
  void checkStack(int depth) {
    checkedDepth = Math.min(checkedDepth, depth);
  }

  /** Forgets what is known of the stack below that depth. */
  void forgetStack(int depth) {
    checkedDepth = Math.max(checkedDepth, depth);
  }

  /** The lowest offset from the entry stack pointer that was checked, or {@link #UNCHECKED}. */
  int checkedDepth() {
    return checkedDepth;
  }

  // Joining.

  /** Is kept for a block to which other ways lead too: flags and what only passes by are forgotten. */
  void arriveAtJoin() {
    clearFlags();
    edge = null;
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] &= -Value.stays(registers[i]);
    }
  }

  /**
   * Is the first that comes to a block to which other ways lead too.
   *
   * @param mark facts before it hold on all ways to the block
   * @param frameMark changes of the frame up to the end of the block that dominates that one
   * @return how many changes of the frame were looked at
   */
  int begin(Analysis analysis, int mark, int frameMark) {
    arriveAtJoin();
    if (outline == null) {
      outline = new Outline();
      notes = new Notes(analysis);
      differences = new Differences();
    }
    if (analysis.rough) {
      outline.begin();
      return outline.meet(frame, frameMark, analysis.marks);
    }
    notes.begin(mark);
    differences.begin(frame, frameMark, analysis.marks);
    firstSymbol = analysis.facts.count();
    firstOfWay = firstSymbol;
    return frame.changes() - frameMark;
  }

  /** Bytes that its lists of slots take, and while they grow once more. */
  int room() {
    return outline == null ? 0 : 2 * (outline.room() + differences.room());
  }

  /** The block starts that the state was kept for: the frame, which is as before it, becomes what is known there. */
  void arrive(Analysis analysis) {
    if (analysis.rough) {
      outline.apply(frame);
    } else {
      differences.apply(frame);
      notes.learn();
    }
  }

  /**
   * Leaves what another state on the way to the same block knows too.
   *
   * @return how many changes of the frame were looked at
   */
  int join(State other, Pairs pairs, int mark, int frameMark) {
    if (pairs.analysis.rough) {
      return joinRoughly(other, pairs.analysis, frameMark);
    }
    int looked = differences.compare(frame, frameMark, pairs.analysis.marks);
    if (!differences.goesOn()) {
      firstOfWay = pairs.analysis.facts.count();
    }
    pairs.begin(firstSymbol, firstOfWay, differences.goesOn());
    Notes kept = notes.isEmpty() ? null : notes;
    notes.beginWay();
    long[] mine = registers;
    long[] theirs = other.registers;
    for (int left = differing(mine, theirs); left != 0; left &= left - 1) {
      int i = Integer.numberOfTrailingZeros(left);
      mine[i] = theirs[i] == Value.ANY ? Value.ANY : pairs.common(mine[i], theirs[i], kept, mark);
    }
    int found = differences.found();
    for (int i = 0; i < found; i++) {
      int place = differences.place(i);
      long there = frame.valueAs(differences.isWord(place), differences.slot(place));
      long left = there == Value.ANY ? Value.ANY : pairs.common(differences.value(place), there, kept, mark);
      if (left < 0 && differences.stays(place) && Value.symbol(left) >= firstSymbol
          && !pairs.stay(Value.symbol(left), differences.base(place))) {
        left = nameless(Value.bits(left));
      }
      differences.set(place, left);
    }
    differences.end(frame);
    if (!differences.goesOn()) {
      notes.endWay(firstSymbol);
    }
    impossible &= other.impossible;
    checkedDepth = Math.max(checkedDepth, other.checkedDepth);
    return looked;
  }

  /** As {@link #join}, where numbers that differ are known to be equal to nothing else. */
  private int joinRoughly(State other, Analysis analysis, int frameMark) {
    long[] mine = registers;
    long[] theirs = other.registers;
    int symbol = analysis.facts.reserve(REGISTERS);
    for (int left = differing(mine, theirs); left != 0; left &= left - 1) {
      int i = Integer.numberOfTrailingZeros(left);
      mine[i] = Value.meet(mine[i], theirs[i], symbol++);
    }
    analysis.facts.use(symbol);
    impossible &= other.impossible;
    checkedDepth = Math.max(checkedDepth, other.checkedDepth);
    return outline.meet(frame, frameMark, analysis.marks);
  }

  /** A bit for each register of which something is known on one way that differs from what is known on another. */
  private static int differing(long[] one, long[] other) {
    return differs(one, other, 15) | differs(one, other, 0) | differs(one, other, 1) | differs(one, other, 2)
        | differs(one, other, 3) | differs(one, other, 4) | differs(one, other, 5) | differs(one, other, 6)
        | differs(one, other, 7) | differs(one, other, 8) | differs(one, other, 9) | differs(one, other, 10)
        | differs(one, other, 11) | differs(one, other, 12) | differs(one, other, 13) | differs(one, other, 14);
  }

  private static int differs(long[] one, long[] other, int register) {
    long known = one[register];
    long difference = known ^ other[register];
    // A number or its negative has the highest bit, but for 0.
    return (int) (((difference | -difference) & (known | -known)) >>> Long.SIZE - 1) << register;
  }

  /** Gives names to numbers in registers that have none. */
  void name(Facts facts) {
    int symbol = facts.reserve(REGISTERS);
    for (int i = 0; i < REGISTERS; i++) {
      long named = Value.named(registers[i], symbol);
      symbol += named == registers[i] ? 0 : 1;
      registers[i] = named;
    }
    facts.use(symbol);
  }

  /** For people: every register and place that holds something known, and what is known of it. */
  String text(Facts facts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] != Value.ANY) {
        text.append(Gpr.of(i).name(Long.SIZE)).append(" = ")
            .append(Value.text(registers[i])).append("; ");
        if (Value.hasSymbol(registers[i])) {
          facts.text(text, Value.symbol(registers[i]));
        }
      }
    }
    frame.text(text, facts);
    return text.toString();
  }
}
