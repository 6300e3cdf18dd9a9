package dev.skerry.wasm.verify;

/**
 * What the verifier knows of a register or stack slot, in one long. Numbers are a symbol plus something, with how many
 * bits they have at most; a symbol stands for one value that is not known but stays the same. Constants are symbol 0
 * plus something. All else is a {@link Kind} with the number of a memory, table, global, instruction or symbol. What is
 * added to the symbol of a number is never negative.
 */
final class Value {

  /** Classes of values. All but numbers are known exactly. */
  enum Kind {
    /** Anything at all; never an address that is used. */
    ANY,
    /** A number that is known: its value, of at most {@link #CONSTANT_BITS} bits. */
    CONSTANT,
    /** Stack pointer at entry plus addend. */
    STACK,
    /** The return address of this function. */
    RETURN_ADDRESS,
    /** Context of the running instance. */
    CONTEXT,
    STORE,
    CALL_BUFFER,
    /** Record of a memory. */
    MEMORY_RECORD,
    MEMORY_BASE,
    /** Length of a memory, less the addend, which is less than its least length. */
    MEMORY_LENGTH,
    /** What indices of a memory are masked with, and an index that was. */
    MEMORY_MASK,
    MASKED,
    /** Record of a table. */
    TABLE_RECORD,
    TABLE_BASE,
    /** The store's limit of the stack, plus addend. */
    STACK_LIMIT,
    /** The store's word that asks for an interrupt. */
    INTERRUPT,
    /** The table of descriptors of a store, and how many it has. */
    FUNCTIONS,
    FUNCTION_COUNT,
    /** A function's descriptor, with a type's number and 1 added if one of another was replaced by 0; what it says. */
    DESCRIPTOR,
    CALLEE_CONTEXT,
    CALLEE_MEMORY,
    CALLEE_TYPE,
    /** The cell of an imported global. */
    GLOBAL,
    /** Place of a jump table, by its offset; one of its distances; the sum of both. */
    JUMP_TABLE,
    JUMP_DISTANCE,
    JUMP_TARGET,
    /** The frame of tier 0 that code replaces. */
    FRAME,
    /** What is above a number of 32, or 64, bits that is symbol plus addend if it is written with twice as many. */
    SIGN_WORD,
    SIGN_LONG,
    /** -1 in 64 bits, which flags compare with. */
    MINUS_ONE,
    /** A number: symbol plus addend, without having wrapped around. */
    NUMBER
  }

  /** The symbol of numbers that nothing is known of but their size: no two of them need be equal. */
  static final int ANONYMOUS = 1;
  /** Symbols from here on stand for one value each. */
  static final int FIRST_SYMBOL = 2;
  /** Symbols, and numbers of memories, tables, globals and instructions, are below. */
  static final int SYMBOL_LIMIT = 1 << 24;
  /** A number of any size. */
  static final int ALL_BITS = 64;

  static final long ANY = 0;

  private static final int ADDEND_BITS = 33;
  private static final int CONSTANT_BITS = 57;
  private static final long ADDEND_MASK = (1L << ADDEND_BITS) - 1;
  private static final long CONSTANT_MASK = (1L << CONSTANT_BITS) - 1;
  /** The largest that is added to a stack pointer, whose addends have a sign. */
  private static final long SIGNED_MAX = ADDEND_MASK >>> 1;
  private static final int SYMBOL_SHIFT = ADDEND_BITS;
  private static final int BITS_SHIFT = 57;
  /** Bits of a number, of which the largest number stands for any size; then comes the bit that says number. */
  private static final int BITS_MASK = 63;
  /** What numbers of 32 bits begin with, which no longer ones are below. */
  private static final long WORDS = 1 << Long.SIZE - BITS_SHIFT - 1 | Integer.SIZE;
  private static final long U32 = 0xffff_ffffL;
  /** Where a number says how many bits it has, and which symbol it is. */
  private static final long SIZE = (long) BITS_MASK << BITS_SHIFT;
  private static final long NAME = Long.MIN_VALUE | (long) (SYMBOL_LIMIT - 1) << SYMBOL_SHIFT;
  private static final long NAMELESS = Long.MIN_VALUE | (long) ANONYMOUS << SYMBOL_SHIFT;
  private static final int KIND_SHIFT = 58;
  private static final long STAYING = ~(1L << Kind.INTERRUPT.ordinal() | 1L << Kind.STACK_LIMIT.ordinal()
      | 1L << Kind.JUMP_DISTANCE.ordinal() | 1L << Kind.JUMP_TARGET.ordinal());
  private static final Kind[] KINDS = Kind.values();
  private static final int NUMBER = Kind.NUMBER.ordinal();
  private static final int CONSTANT = Kind.CONSTANT.ordinal();
  private static final int STACK = Kind.STACK.ordinal();

  /** By how many bits a number has: what numbers of that size begin with. */
  private static final long[] SIZED = new long[ALL_BITS + 1];
  /** What values begin with are so many: the bit that says number and its bits, or a kind and one bit more. */
  private static final int FIRSTS = 1 << Long.SIZE - BITS_SHIFT;
  /** Constants of at most 32 bits begin with that; larger ones with one more. */
  private static final int WORD_CONSTANT = CONSTANT << KIND_SHIFT - BITS_SHIFT;
  /** By what a value begins with: the size of numbers, all bits for all else and large constants. */
  private static final long[] SIZES = new long[FIRSTS];
  /** The same: -1 where a load of 32 bits gives the value, 0 where not; then where one of 64 bits does. */
  private static final long[] FITS = new long[2 * FIRSTS];

  static {
    for (int bits = 0; bits <= ALL_BITS; bits++) {
      SIZED[bits] = number(0, bits, 0);
    }
    fill(SIZES, FITS);
  }

  private static void fill(long[] sizes, long[] fits) {
    for (int first = 0; first < FIRSTS; first++) {
      boolean word = first == WORD_CONSTANT || first >= FIRSTS / 2 && first <= WORDS;
      sizes[first] = first == WORD_CONSTANT ? (long) Integer.SIZE << BITS_SHIFT
          : first >= FIRSTS / 2 ? (long) first << BITS_SHIFT & SIZE : SIZE;
      fits[first] = word ? -1 : 0;
      fits[FIRSTS + first] = first >> KIND_SHIFT - BITS_SHIFT == Kind.ANY.ordinal() ? 0 : -1;
    }
  }

  private Value() {
  }

  private static long make(Kind kind, int symbol, long addend) {
    return (long) kind.ordinal() << KIND_SHIFT | (long) symbol << SYMBOL_SHIFT | addend & ADDEND_MASK;
  }

  private static long number(int symbol, int bits, long addend) {
    return Long.MIN_VALUE | (long) Math.min(bits, BITS_MASK) << BITS_SHIFT | (long) symbol << SYMBOL_SHIFT | addend;
  }

  /** A value that is known by its kind alone. */
  static long of(Kind kind) {
    return make(kind, 0, 0);
  }

  /** A value known by kind and number. */
  static long of(Kind kind, int number) {
    return make(kind, number, 0);
  }

  /** A value known by kind, number and addend. */
  static long of(Kind kind, int number, long addend) {
    return make(kind, number, addend);
  }

  /** The stack pointer at entry plus so many bytes. */
  static long stack(long offset) {
    return make(Kind.STACK, 0, offset);
  }

  /** The place of a jump table, counted from the start of the code. */
  static long jumpTable(int offset) {
    return make(Kind.JUMP_TABLE, 0, offset);
  }

  /** A symbol, for a number of at most so many bits. */
  static long symbol(int symbol, int bits) {
    return SIZED[bits] | (long) symbol << SYMBOL_SHIFT;
  }

  /** A number that is known, or {@link #ANY} if it is negative or too large to be written here. */
  static long constant(long value) {
    return value < 0 || value > CONSTANT_MASK ? ANY
        : (long) CONSTANT << KIND_SHIFT | U32 - value >>> Long.SIZE - 1 << BITS_SHIFT | value;
  }

  static Kind kind(long value) {
    return KINDS[value < 0 ? NUMBER : (int) (value >>> KIND_SHIFT)];
  }

  /** Whether it is of that kind, which is none of numbers that are not known: those are less than 0. */
  static boolean is(long value, Kind kind) {
    return value >>> KIND_SHIFT == kind.ordinal();
  }

  static boolean isStack(long value) {
    return value >>> KIND_SHIFT == STACK;
  }

  /** 1 where it is still known when ways meet, else 0. */
  static long stays(long value) {
    return STAYING >>> (value >>> KIND_SHIFT) & 1;
  }

  /** Whether it is a number, known or not. */
  static boolean isNumber(long value) {
    return value < 0 || isConstant(value);
  }

  static boolean isConstant(long value) {
    return value >>> KIND_SHIFT == CONSTANT;
  }

  /** Whether it is a number of which nothing is known but its size. */
  static boolean isAnonymous(long value) {
    return (value & NAME) == NAMELESS;
  }

  /** The value, and if it is a number without a name, then with that symbol. */
  static long named(long value, int symbol) {
    long other = (value & NAME) ^ NAMELESS;
    // A number or its negative has the highest bit, but for 0.
    long isNamed = (other | -other) >> Long.SIZE - 1;
    return value + ((long) (symbol - ANONYMOUS) << SYMBOL_SHIFT & ~isNamed);
  }

  /** The symbol of a number or descriptor, 0 of a constant, else the number of a memory, table or global. */
  static int symbol(long value) {
    return isConstant(value) ? 0 : (int) (value >>> SYMBOL_SHIFT) & SYMBOL_LIMIT - 1;
  }

  static long addend(long value) {
    if (isStack(value)) {
      return value << Long.SIZE - ADDEND_BITS >> Long.SIZE - ADDEND_BITS;
    }
    return value & (isConstant(value) ? CONSTANT_MASK : ADDEND_MASK);
  }

  /** How many bits a number, a mask or what was masked has at most; {@link #ALL_BITS} of anything else. */
  static int bits(long value) {
    if (value < 0) {
      int bits = (int) (value >>> BITS_SHIFT) & BITS_MASK;
      return bits == BITS_MASK ? ALL_BITS : bits;
    }
    if (is(value, Kind.MASKED) || is(value, Kind.MEMORY_MASK)) {
      return Integer.SIZE;
    }
    return isConstant(value) ? ALL_BITS - Long.numberOfLeadingZeros(value & CONSTANT_MASK) : ALL_BITS;
  }

  /** Whether it is a number of at most 32 bits. */
  static boolean isWord(long value) {
    return value < 0 ? value >>> BITS_SHIFT <= WORDS : isConstant(value) && (value & CONSTANT_MASK) <= U32;
  }

  /** A symbol of any size plus something, which may have wrapped around: to be remembered, never to be used. */
  static long sum(int symbol, long more) {
    return number(symbol, ALL_BITS, more);
  }

  /** The number without what is known of its size. */
  static long withoutBits(long number) {
    return number < 0 ? number | SIZE : number;
  }

  /** What says in a number that it has as many bits as the larger of two has at most. */
  static long size(long one, long other) {
    return Math.max(size(one), size(other));
  }

  private static long size(long number) {
    return number < 0 ? number & SIZE
        : (long) (ALL_BITS - Long.numberOfLeadingZeros(number & CONSTANT_MASK)) << BITS_SHIFT;
  }

  /** A symbol, for a number of that {@link #size}. */
  static long sized(int symbol, long size) {
    return Long.MIN_VALUE | (long) symbol << SYMBOL_SHIFT | size;
  }

  /** The same number, which has a symbol, said to be of that {@link #size}. */
  static long resized(long number, long size) {
    return number & ~SIZE | size;
  }

  /** A number of that {@link #size} of which nothing else is known. */
  static long nameless(long size) {
    return size == SIZE ? ANY : sized(ANONYMOUS, size);
  }

  /** What is left of two values that differ: two numbers become that symbol, of the larger size. */
  static long meet(long one, long other, int symbol) {
    long size = SIZES[(int) (one >>> BITS_SHIFT)];
    long less = size - SIZES[(int) (other >>> BITS_SHIFT)];
    size -= less & less >> Long.SIZE - 1;
    return (Long.MIN_VALUE | (long) symbol << SYMBOL_SHIFT | size) & size - SIZE >> Long.SIZE - 1;
  }

  /**
   * What a load of 32 or 64 bits of a value gives: the same if it has no more; {@link #ANY} if that is only a part of
   * it; and of what may be anything a number that is that symbol.
   */
  static long loaded(long value, int bits, int symbol) {
    long fits = FITS[bits << 1 & FIRSTS | (int) (value >>> BITS_SHIFT)];
    // A number or its negative has the highest bit, but for 0.
    long isKnown = (value | -value) >> Long.SIZE - 1;
    return value & fits | symbol(symbol, bits) & ~isKnown;
  }

  /** The same number, said to have so many bits at most. */
  static long withBits(long number, int bits) {
    return isConstant(number) ? number : number(symbol(number), bits, addend(number));
  }

  /** Whether it is a number that has a symbol. */
  static boolean hasSymbol(long value) {
    return value < 0 && symbol(value) >= FIRST_SYMBOL;
  }

  /** A number or stack address with something added, or {@link #ANY} where the sum may wrap around. */
  static long plus(long value, long more) {
    if (isConstant(value)) {
      return constant(addend(value) + more);
    }
    if (more > ADDEND_MASK || more < -ADDEND_MASK) {
      return ANY;
    }
    long sum = addend(value) + more;
    if (value >= 0) {
      if (isStack(value)) {
        return sum > SIGNED_MAX || sum < -SIGNED_MAX ? ANY : stack(sum);
      }
      // One addition: the carry flag speaks of all that was added.
      return is(value, Kind.STACK_LIMIT) && addend(value) == 0 && sum >= 0 && sum <= ADDEND_MASK
          ? make(Kind.STACK_LIMIT, 0, sum) : ANY;
    }
    int bits = bits(value);
    if (sum > ADDEND_MASK || sum < 0 || bits > Long.SIZE - 2) {
      return ANY;
    }
    return number(symbol(value),
        more <= 0 ? bits : 1 + Math.max(bits, ALL_BITS - Long.numberOfLeadingZeros(more)), sum);
  }

  /** For people. */
  static String text(long value) {
    return switch (kind(value)) {
      case ANY -> "anything";
      case CONSTANT -> Long.toString(addend(value));
      case NUMBER -> "number " + (isAnonymous(value) ? "?" : symbol(value))
          + (addend(value) == 0 ? "" : " + " + addend(value)) + " of " + bits(value) + " bits";
      case STACK -> "entry stack pointer" + (addend(value) < 0 ? " - " : " + ") + Math.abs(addend(value));
      case STACK_LIMIT -> "stack limit + " + addend(value);
      case JUMP_TABLE -> "jump table at " + addend(value);
      case MEMORY_LENGTH -> "length of memory " + symbol(value) + " - " + addend(value);
      default -> kind(value).name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " " + symbol(value);
    };
  }
}
