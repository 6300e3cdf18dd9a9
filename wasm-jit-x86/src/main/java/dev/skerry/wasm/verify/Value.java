package dev.skerry.wasm.verify;

/**
 * What the verifier knows of a register or stack slot, in one long: a {@link Kind}, the number of a symbol or of a
 * memory, table or global, and for numbers how many bits they have at most and what was added to the symbol. Symbol 0
 * is the number zero, so a constant is symbol 0 with something added. Another symbol stands for a value that is not
 * known but stays the same until it is defined again. What is added to the symbol of a number is never negative.
 */
final class Value {

  /** Classes of values. All but numbers are known exactly. */
  enum Kind {
    /** Anything at all; never an address that is used. */
    ANY,
    /** A number: symbol plus addend, without having wrapped around. */
    NUMBER,
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
    MEMORY_LENGTH,
    /** Record of a table. */
    TABLE_RECORD,
    TABLE_BASE,
    TABLE_LENGTH,
    /** The store's limit of the stack, plus addend. */
    STACK_LIMIT,
    /** The store's word that asks for an interrupt. */
    INTERRUPT,
    /** The table of descriptors of a store, and how many it has. */
    FUNCTIONS,
    FUNCTION_COUNT,
    /** A function's descriptor, and what it says, by the symbol of the descriptor. */
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
    FRAME
  }

  static final int SYMBOL_BITS = 19;
  /** Symbols, and numbers of memories, tables, globals and instructions, are below. */
  static final int SYMBOL_LIMIT = 1 << SYMBOL_BITS;
  /** The symbol of numbers in the frame that nothing is known of but their size: no two of them need be equal. */
  static final int ANONYMOUS = 1;
  /** Symbols from here on stand for one value each. */
  static final int FIRST_SYMBOL = 2;
  /** A number of any size. */
  static final int ALL_BITS = 64;

  private static final int ADDEND_BITS = 33;
  private static final int BITS_BITS = 7;
  private static final long ADDEND_MASK = (1L << ADDEND_BITS) - 1;
  /** The largest that is added to a stack pointer, whose addends have a sign. */
  private static final long SIGNED_MAX = ADDEND_MASK >>> 1;
  private static final int SYMBOL_SHIFT = ADDEND_BITS;
  private static final int BITS_SHIFT = SYMBOL_SHIFT + SYMBOL_BITS;
  private static final int KIND_SHIFT = BITS_SHIFT + BITS_BITS;
  private static final Kind[] KINDS = Kind.values();

  static final long ANY = 0;

  private static final boolean[] HAS_SYMBOL = new boolean[KINDS.length];

  static {
    for (Kind kind : new Kind[] {Kind.NUMBER, Kind.DESCRIPTOR, Kind.CALLEE_CONTEXT, Kind.CALLEE_MEMORY,
        Kind.CALLEE_TYPE}) {
      HAS_SYMBOL[kind.ordinal()] = true;
    }
  }

  private Value() {
  }

  private static long make(Kind kind, int bits, int symbol, long addend) {
    if (symbol >= SYMBOL_LIMIT) {
      return ANY;
    }
    return (long) kind.ordinal() << KIND_SHIFT | (long) bits << BITS_SHIFT | (long) symbol << SYMBOL_SHIFT
        | addend & ADDEND_MASK;
  }

  /** A value that is known by its kind alone. */
  static long of(Kind kind) {
    return make(kind, 0, 0, 0);
  }

  /** A value known by kind and number. */
  static long of(Kind kind, int number) {
    return make(kind, 0, number, 0);
  }

  /** The stack pointer at entry plus so many bytes. */
  static long stack(long offset) {
    return make(Kind.STACK, 0, 0, offset);
  }

  /** The place of a jump table, counted from the start of the code. */
  static long jumpTable(int offset) {
    return make(Kind.JUMP_TABLE, 0, 0, offset);
  }

  /** A new symbol, for a number of at most so many bits. */
  static long symbol(int symbol, int bits) {
    return make(Kind.NUMBER, bits, symbol, 0);
  }

  /** A number that is known, or {@link #ANY} if it is negative or too large to be written here. */
  static long constant(long value) {
    return value < 0 || value > ADDEND_MASK ? ANY
        : make(Kind.NUMBER, ALL_BITS - Long.numberOfLeadingZeros(value), 0, value);
  }

  static Kind kind(long value) {
    return KINDS[(int) (value >>> KIND_SHIFT)];
  }

  static boolean is(long value, Kind kind) {
    return value >>> KIND_SHIFT == kind.ordinal();
  }

  static boolean isNumber(long value) {
    return is(value, Kind.NUMBER);
  }

  static boolean isConstant(long value) {
    return isNumber(value) && symbol(value) == 0;
  }

  /** The symbol of a number or descriptor, the number of a memory, table or global. */
  static int symbol(long value) {
    return (int) (value >>> SYMBOL_SHIFT) & SYMBOL_LIMIT - 1;
  }

  static long addend(long value) {
    return is(value, Kind.STACK) ? value << Long.SIZE - ADDEND_BITS >> Long.SIZE - ADDEND_BITS : value & ADDEND_MASK;
  }

  /** How many bits a number has at most; {@link #ALL_BITS} of anything else. */
  static int bits(long value) {
    return isNumber(value) ? (int) (value >>> BITS_SHIFT) & (1 << BITS_BITS) - 1 : ALL_BITS;
  }

  /** A symbol of any size plus something, which may have wrapped around: to be remembered, never to be used. */
  static long sum(int symbol, long more) {
    return make(Kind.NUMBER, ALL_BITS, symbol, more);
  }

  /** The same number, said to have so many bits at most. */
  static long withBits(long number, int bits) {
    return make(Kind.NUMBER, bits, symbol(number), addend(number));
  }

  /** Whether it is a number of which nothing is known but its size. */
  static boolean isAnonymous(long value) {
    return isNumber(value) && symbol(value) == ANONYMOUS;
  }

  /** Whether the value has a symbol that may be defined again. */
  static boolean hasSymbol(long value) {
    return symbol(value) >= FIRST_SYMBOL && HAS_SYMBOL[(int) (value >>> KIND_SHIFT)];
  }

  /** Whether the value is known by a descriptor's symbol. */
  static boolean isOfDescriptor(long value) {
    return hasSymbol(value) && !isNumber(value);
  }

  /** A number or stack address with something added, or {@link #ANY} where the sum may wrap around. */
  static long plus(long value, long more) {
    if (more > ADDEND_MASK || more < -ADDEND_MASK) {
      return ANY;
    }
    long sum = addend(value) + more;
    if (is(value, Kind.STACK)) {
      return sum > SIGNED_MAX || sum < -SIGNED_MAX ? ANY : stack(sum);
    }
    if (sum > ADDEND_MASK || sum < 0) {
      return ANY;
    }
    if (is(value, Kind.STACK_LIMIT)) {
      // One addition: the carry flag speaks of all that was added.
      return addend(value) != 0 ? ANY : make(Kind.STACK_LIMIT, 0, 0, sum);
    }
    if (!isNumber(value)) {
      return ANY;
    }
    if (symbol(value) == 0) {
      return constant(sum);
    }
    if (bits(value) > Long.SIZE - 2) {
      return ANY;
    }
    int bits = more <= 0 ? bits(value)
        : 1 + Math.max(bits(value), ALL_BITS - Long.numberOfLeadingZeros(more));
    return make(Kind.NUMBER, bits, symbol(value), sum);
  }

  /** For people. */
  static String text(long value) {
    return switch (kind(value)) {
      case ANY -> "anything";
      case NUMBER -> symbol(value) == 0 ? Long.toString(addend(value))
          : "number " + symbol(value) + (addend(value) == 0 ? "" : " + " + addend(value))
              + " of " + bits(value) + " bits";
      case STACK -> "entry stack pointer" + (addend(value) < 0 ? " - " : " + ") + Math.abs(addend(value));
      case STACK_LIMIT -> "stack limit + " + addend(value);
      default -> kind(value).name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " " + symbol(value);
    };
  }
}
