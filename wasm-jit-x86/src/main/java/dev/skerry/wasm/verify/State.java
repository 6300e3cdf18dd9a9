package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What is known at one point of a function: of the general registers, of the places in its own frame, and the facts
 * about symbols. What is not mentioned may be anything. Everywhere a symbol stands for one value: that which it got
 * last on the way there; {@link #define} sees to it that nothing holds an older one.
 */
final class State {

  static final int REGISTERS = 16;
  /** The stack was not checked yet. */
  static final int UNCHECKED = 1;
  /** So many facts do no harm; of more, those about values that are nowhere any more are dropped at joins. */
  private static final int FEW_FACTS = 24;

  private static final boolean[] MOVABLE = new boolean[Kind.values().length];
  private static final boolean[] PASSING = new boolean[Kind.values().length];

  static {
    for (Kind kind : new Kind[] {Kind.TABLE_BASE, Kind.FUNCTIONS, Kind.STACK_LIMIT, Kind.DESCRIPTOR,
        Kind.CALLEE_CONTEXT, Kind.CALLEE_MEMORY, Kind.CALLEE_TYPE}) {
      MOVABLE[kind.ordinal()] = true;
    }
    for (Kind kind : new Kind[] {Kind.INTERRUPT, Kind.STACK_LIMIT, Kind.JUMP_DISTANCE, Kind.JUMP_TARGET}) {
      PASSING[kind.ordinal()] = true;
    }
  }

  final long[] registers = new long[REGISTERS];
  private Frame frame;
  private Facts facts;

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

  /** The lowest stack pointer, counted from that at entry, that is known to be above the limit; 1 if none is. */
  private int checkedDepth = UNCHECKED;

  /** @param parameterBytes of parameters on the stack */
  State(int parameterBytes) {
    this(new Frame(parameterBytes), new Facts(4));
  }

  private State(Frame frame, Facts facts) {
    this.frame = frame;
    this.facts = facts;
  }

  State copy() {
    State copy = new State(frame.copy(), facts.copy());
    System.arraycopy(registers, 0, copy.registers, 0, REGISTERS);
    copy.left = left;
    copy.right = right;
    copy.flagBits = flagBits;
    copy.carry = carry;
    copy.chosen = chosen;
    copy.choice = choice;
    copy.ifHolds = ifHolds;
    copy.otherwise = otherwise;
    copy.checkedDepth = checkedDepth;
    return copy;
  }

  // Places in the frame.

  /** What a load of so many bytes gives, or {@link Value#ANY}; a number may be without a name. */
  long load(long offset, int bytes) {
    int slot = frame.slot(offset);
    long value = slot < 0 ? Value.ANY : frame.value(slot);
    int width = value == Value.ANY || frame.isWord(slot) ? Integer.BYTES : Long.BYTES;
    return width == bytes || bytes < width && Value.bits(value) <= bytes * Byte.SIZE ? value : Value.ANY;
  }

  /** Writes so many bytes; what they overlap is forgotten. */
  void store(long offset, int bytes, long value) {
    frame.forget(offset, offset + bytes);
    boolean word = bytes == Integer.BYTES;
    int slot = frame.slot(offset);
    if (slot >= 0 && (bytes == Long.BYTES || word && Value.bits(value) <= Integer.SIZE)
        && !PASSING[Value.kind(value).ordinal()]) {
      frame.set(slot, value, word);
    }
  }

  /** Forgets what is in the frame from one offset up to another. */
  void forget(long from, long to) {
    frame.forget(from, to);
  }

  // Facts.

  /** The amount of a fact, or {@link Facts#UNKNOWN}. */
  long fact(int symbol, Fact fact, int index) {
    return facts.find(Facts.key(symbol, fact, index));
  }

  /** Learns a fact; the greater amount of two stays. What is above any number is above zero too. */
  void learn(int symbol, Fact fact, int index, long amount) {
    if (symbol != Value.ANONYMOUS) {
      facts.add(Facts.key(symbol, fact, index), amount);
    }
    if (symbol != 0 && (fact == Fact.IN_MEMORY || fact == Fact.IN_TABLE)) {
      facts.add(Facts.key(0, fact, index), amount);
    }
  }

  /** Learns that a symbol plus so much is within a memory of at most 2^32 bytes: then sums below did not wrap. */
  void learnNarrow(int symbol, int memory, long amount) {
    learnInMemory(symbol, memory, amount);
    for (int i = 0; i < facts.count(); i++) {
      long key = facts.key(i);
      if (Facts.factOf(key) == Fact.SUM_OF && (int) key == symbol && amount > facts.amount(i)) {
        learn(Facts.symbolOf(key), Fact.IN_MEMORY, memory, amount - facts.amount(i));
      }
    }
  }

  /** As {@link #learn}, of a memory; and what follows for numbers that the symbol is the sum of. */
  void learnInMemory(int symbol, int memory, long amount) {
    learn(symbol, Fact.IN_MEMORY, memory, amount);
    for (int i = 0; i < facts.count(); i++) {
      long key = facts.key(i);
      if (Facts.factOf(key) == Fact.WHOLE_SUM_OF && Facts.symbolOf(key) == symbol) {
        learn(Facts.other(key), Fact.IN_MEMORY, memory, amount + facts.amount(i));
      }
    }
  }

  /** How far above the symbol some memory of at most 2^32 bytes is known to reach; 0 if none is. */
  long narrowReach(int symbol, IntPredicate isWide) {
    long reach = 0;
    for (int i = 0; i < facts.count(); i++) {
      long key = facts.key(i);
      if (Facts.symbolOf(key) == symbol && Facts.factOf(key) == Fact.IN_MEMORY && !isWide.test((int) key)) {
        reach = Math.max(reach, facts.amount(i));
      }
    }
    return reach;
  }

  // Symbols.

  /**
   * A symbol is about to mean a new value: nothing that was known of it is any more, and what holds the old value may
   * be any number of its size.
   */
  void define(int symbol) {
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = without(registers[i], symbol);
    }
    frame.define(symbol);
    left = without(left, symbol);
    right = without(right, symbol);
    if (chosen == symbol || holds(ifHolds, symbol) || holds(otherwise, symbol)) {
      chosen = 0;
    }
    facts.forget(symbol);
  }

  private static boolean holds(long value, int symbol) {
    return Value.symbol(value) == symbol && Value.hasSymbol(value);
  }

  private static long without(long value, int symbol) {
    return holds(value, symbol) ? nameless(value) : value;
  }

  /** A number of the same size of which nothing else is known. */
  static long nameless(long value) {
    int bits = Value.bits(value);
    return Value.isNumber(value) && bits < Value.ALL_BITS ? Value.symbol(Value.ANONYMOUS, bits) : Value.ANY;
  }

  /** Whether the value is that symbol with nothing added. */
  static boolean isExactly(long value, int symbol) {
    return Value.symbol(value) == symbol && Value.isNumber(value) && Value.addend(value) == 0;
  }

  /** What a call of anything else makes unknown: all registers but the stack pointer, and what the callee may move. */
  void afterCall() {
    long pointer = registers[Gpr.RSP.ordinal()];
    Arrays.fill(registers, Value.ANY);
    registers[Gpr.RSP.ordinal()] = pointer;
    frame.forgetMovable();
    clearFlags();
  }

  /** What a stub that keeps registers makes unknown: others may have run meanwhile. */
  void afterStop() {
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = isMovable(registers[i]) ? Value.ANY : registers[i];
    }
    frame.forgetMovable();
    clearFlags();
  }

  /**
   * Whether the runtime and other activations may make the value wrong while this function waits: places of tables, of
   * memories that move, of functions that may be freed, and the limit of the stack.
   */
  static boolean isMovable(long value) {
    Kind kind = Value.kind(value);
    return MOVABLE[kind.ordinal()] || kind == Kind.MEMORY_BASE && Value.symbol(value) != 0;
  }

  /** The limit of the stack is read again, and may be another: what is known is known of the new one alone. */
  void readLimit() {
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = Value.is(registers[i], Kind.STACK_LIMIT) ? Value.ANY : registers[i];
    }
    facts.forget(0, Fact.LIMIT_REACHES);
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
  void settle(Condition condition) {
    if (chosen == 0 || condition != choice && condition != choice.negated()) {
      return;
    }
    long was = condition == choice ? ifHolds : otherwise;
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = isExactly(registers[i], chosen) ? was : registers[i];
    }
    frame.replace(chosen, was);
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

  /** The lowest offset from the entry stack pointer that was checked, or {@link #UNCHECKED}. */
  int checkedDepth() {
    return checkedDepth;
  }

  // Joining.

  /**
   * This state is about to enter a block. There the symbols of the block itself get new meanings, so what was known by
   * an old one stays only where the symbol's own place still holds it.
   */
  void enter(int block, Symbols symbols) {
    clearFlags();
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] != Value.ANY && PASSING[Value.kind(registers[i]).ordinal()]
          && !Value.is(registers[i], Kind.STACK_LIMIT)) {
        registers[i] = Value.ANY;
      }
    }
    if (symbols.maskOf(block) != 0) {
      renew(block, symbols);
    }
    if (facts.count() > FEW_FACTS) {
      symbols.unmark();
      frame.mark(symbols);
      for (long value : registers) {
        symbols.mark(value);
      }
      facts.keep(symbols::isMarked);
    }
  }

  private void renew(int block, Symbols symbols) {
    long[] renewed = registers.clone();
    for (int i = 0; i < REGISTERS; i++) {
      if (isLost(registers[i], block, symbols)) {
        renewed[i] = Value.symbol(symbols.ofPlace(block, i), Value.bits(registers[i]));
      }
    }
    for (int i = facts.count() - 1; i >= 0; i--) {
      for (int symbol : new int[] {Facts.symbolOf(facts.key(i)), Facts.other(facts.key(i))}) {
        if (symbols.blockOf(symbol) == block && !isHome(symbol, symbols)) {
          facts.forget(symbol);
          i = Math.min(i, facts.count());
          break;
        }
      }
    }
    frame.renew(this, block, symbols);
    System.arraycopy(renewed, 0, registers, 0, REGISTERS);
  }

  /** Whether the value has a symbol of the block that is no longer in its own place. */
  boolean isLost(long value, int block, Symbols symbols) {
    return Value.hasSymbol(value) && symbols.blockOf(Value.symbol(value)) == block
        && !isHome(Value.symbol(value), symbols);
  }

  /** Whether a block's symbol is in the place that it is the symbol of, with nothing added. */
  private boolean isHome(int symbol, Symbols symbols) {
    int place = symbols.placeOf(symbol);
    return isExactly(place < REGISTERS ? registers[place] : frame.value(place - REGISTERS), symbol);
  }

  /**
   * Takes in what another state knows at the same entry, so that only what both know stays.
   *
   * @param other a state that has entered too
   * @param hurry whether facts that become weaker are dropped, so that joining comes to an end
   * @return whether this state knows less than before
   */
  boolean join(State other, int block, Symbols symbols, boolean hurry) {
    if (checkedDepth == other.checkedDepth && Arrays.equals(registers, other.registers) && frame.same(other.frame)
        && facts.same(other.facts)) {
      return false;
    }
    Facts merged = new Facts(facts.count() + 4);
    long[] joined = registers.clone();
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] != other.registers[i]) {
        joined[i] = joinedRegister(merged, other, i, block, symbols, hurry);
      }
    }
    Frame joinedFrame = frame.join(other.frame, (mine, theirs, slot) ->
        joinedSlot(merged, mine, other, theirs, block, symbols, slot + REGISTERS, hurry));
    for (int i = 0; i < facts.count(); i++) {
      if (means(Facts.symbolOf(facts.key(i)), other, block, symbols)
          && means(Facts.other(facts.key(i)), other, block, symbols)) {
        keep(merged, facts.key(i), facts.amount(i), other.facts.find(facts.key(i)), hurry);
      }
    }
    int depth = Math.max(checkedDepth, other.checkedDepth);
    boolean changed = depth != checkedDepth || !Arrays.equals(registers, joined) || !merged.same(facts)
        || !frame.same(joinedFrame);
    System.arraycopy(joined, 0, registers, 0, REGISTERS);
    frame = joinedFrame;
    facts = merged;
    checkedDepth = depth;
    clearFlags();
    return changed;
  }

  /** Whether a symbol goes on to mean at the block's begin what it means in both states. */
  private boolean means(int symbol, State other, int block, Symbols symbols) {
    return symbols.blockOf(symbol) != block || isHome(symbol, symbols) && other.isHome(symbol, symbols);
  }

  private long joinedRegister(Facts merged, State other, int register, int block, Symbols symbols, boolean hurry) {
    long mine = registers[register];
    long theirs = other.registers[register];
    if (!Value.isNumber(mine) || !Value.isNumber(theirs)) {
      return Value.ANY;
    }
    int bits = widened(mine, theirs);
    if (isSameButForSize(mine, theirs)) {
      return Value.withBits(mine, bits);
    }
    int symbol = symbols.ofPlace(block, register);
    shareFacts(merged, mine, other, theirs, symbol, hurry);
    return Value.symbol(symbol, bits);
  }

  /** A slot gets a symbol of its own only if there is something to be known of it: there may be thousands. */
  private long joinedSlot(Facts merged, long mine, State other, long theirs, int block, Symbols symbols, int place,
      boolean hurry) {
    if (!Value.isNumber(mine) || !Value.isNumber(theirs)) {
      return Value.ANY;
    }
    int bits = widened(mine, theirs);
    if (isSameButForSize(mine, theirs)) {
      return Value.withBits(mine, bits);
    }
    if (known(mine) >= 0 && other.known(theirs) >= 0 || !Value.isConstant(mine) && facts.has(Value.symbol(mine))) {
      int symbol = symbols.ofPlace(block, place);
      if (shareFacts(merged, mine, other, theirs, symbol, hurry)) {
        return Value.symbol(symbol, bits);
      }
    }
    return bits == Value.ALL_BITS ? Value.ANY : Value.symbol(Value.ANONYMOUS, bits);
  }

  /** Whether two numbers are the same symbol with the same added, so equal wherever each of them is. */
  private static boolean isSameButForSize(long mine, long theirs) {
    return Value.symbol(mine) == Value.symbol(theirs) && Value.addend(mine) == Value.addend(theirs);
  }

  /** Teaches what this state knows of a number and another of another, as facts about one symbol; says if any. */
  private boolean shareFacts(Facts merged, long mine, State other, long theirs, int symbol, boolean hurry) {
    boolean any = false;
    int number = Value.symbol(mine);
    for (int i = 0; i < facts.count(); i++) {
      long key = facts.key(i);
      if (Facts.symbolOf(key) == number && Facts.factOf(key) != Fact.LIMIT_REACHES
          && !Facts.isExact(Facts.factOf(key))) {
        Fact fact = Facts.factOf(key);
        int index = (int) key;
        long amount = other.facts.find(Facts.key(Value.symbol(theirs), fact, index));
        if (amount != Facts.UNKNOWN) {
          any |= keep(merged, Facts.key(symbol, fact, index), shifted(fact, facts.amount(i), mine),
              shifted(fact, amount, theirs), hurry);
        }
      }
    }
    long most = known(mine);
    long otherMost = other.known(theirs);
    if (most >= 0 && otherMost >= 0) {
      any |= keep(merged, Facts.key(symbol, Fact.AT_MOST, 0), -most, -otherMost, hurry);
    }
    return any;
  }

  /** What a number is at most, where it is a constant or a fact says so, else -1. */
  private long known(long value) {
    if (Value.isConstant(value)) {
      return Value.addend(value);
    }
    long amount = fact(Value.symbol(value), Fact.AT_MOST, 0);
    return amount == Facts.UNKNOWN ? -1 : -amount + Value.addend(value);
  }

  /** Learns of a symbol what one state knows of one number and a second of another. */
  void learnBoth(int symbol, State first, long mine, State second, long theirs) {
    first.shareFacts(facts, mine, second, theirs, symbol, false);
  }

  /** A fact about a symbol, as a fact about the symbol plus what the value adds to it. */
  private static long shifted(Fact fact, long amount, long value) {
    return fact == Fact.NOT_ZERO || Facts.isExact(fact) ? amount : amount - Value.addend(value);
  }

  private static boolean keep(Facts merged, long key, long mine, long theirs, boolean hurry) {
    boolean weaker = mine != theirs && (Facts.isExact(Facts.factOf(key)) || hurry && theirs < mine);
    if (theirs == Facts.UNKNOWN || weaker) {
      return false;
    }
    merged.add(key, Math.min(mine, theirs));
    return true;
  }

  /** Bits of what is joined go up in few steps, so that loops come to an end. */
  private static int widened(long mine, long theirs) {
    int bits = Math.max(Value.bits(mine), Value.bits(theirs));
    return bits <= 1 ? 1 : bits <= Byte.SIZE ? Byte.SIZE : bits <= Short.SIZE ? Short.SIZE
        : bits <= Integer.SIZE ? Integer.SIZE : bits <= 40 ? 40 : Value.ALL_BITS;
  }

  /** For people: every register and place that holds something known. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < REGISTERS; i++) {
      if (registers[i] != Value.ANY) {
        text.append(Gpr.of(i).name(Long.SIZE)).append(" = ")
            .append(Value.text(registers[i])).append("; ");
      }
    }
    frame.text(text);
    for (int i = 0; i < facts.count(); i++) {
      text.append(Facts.factOf(facts.key(i))).append(' ').append((int) facts.key(i))
          .append(" of ").append(Facts.symbolOf(facts.key(i))).append(": ").append(facts.amount(i)).append("; ");
    }
    return text.toString();
  }
}
