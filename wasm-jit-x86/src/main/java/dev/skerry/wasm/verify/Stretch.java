package dev.skerry.wasm.verify;

import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;

/**
 * Follows instructions up to the next one at which control may go on elsewhere. Those that most code is made of are
 * done here where nothing unusual is to be said of them; all else, and all that may be refused, is left to {@link
 * Step}, which knows them too.
 */
final class Stretch {

  private static final int WORD = Integer.SIZE;
  private static final int LONG = Long.SIZE;
  private static final int BYTE_SHIFT = 3;
  private static final long U32 = 0xffff_ffffL;
  private static final int IMMEDIATE = InstructionScanner.IMMEDIATE;
  private static final int REGISTERS = State.REGISTERS;
  private static final int RSP = Gpr.RSP.ordinal();
  private static final long ZERO = Value.constant(0);
  private static final long CONTEXT = Value.of(Kind.CONTEXT);
  private static final long MINUS_ONE = Value.of(Kind.MINUS_ONE);
  private static final long MEMORY_BASE = Value.of(Kind.MEMORY_BASE, 0);

  private final Analysis analysis;
  private final Listing listing;
  private final Step step;
  private final AccessRule accesses;

  Stretch(Analysis analysis, Step step, AccessRule accesses) {
    this.analysis = analysis;
    this.listing = analysis.listing;
    this.step = step;
    this.accesses = accesses;
  }

  /**
   * Follows instructions from one on.
   *
   * @param stop the one behind the last
   * @return the first that control may leave at, or {@code stop}
   */
  int follow(State state, int from, int stop) throws VerificationError {
    long[] registers = state.registers;
    long[] words = listing.words();
    long[] numbers = listing.numbers();
    for (int at = from; at < stop; at++) {
      long word = words[at];
      int form = Forms.of(word);
      int first = InstructionScanner.operand(word, 0);
      int second = InstructionScanner.operand(word, 1);
      // Few and short: so a compiler makes little of what each one needs before it is known which one it is.
      boolean done = switch (form) {
        case Forms.LOAD_32 | Forms.STACK ->
            load(state, first, InstructionScanner.displacement(word, numbers[at]), WORD);
        case Forms.LOAD_64 | Forms.STACK ->
            load(state, first, InstructionScanner.displacement(word, numbers[at]), LONG);
        case Forms.STORE_64 | Forms.STACK ->
            store(state, registers[second], InstructionScanner.displacement(word, numbers[at]));
        case Forms.LOAD_32, Forms.STORE_32 -> moveWord(registers, first, second);
        case Forms.LOAD_64, Forms.STORE_64 -> moveLong(registers, first, second);
        case Forms.TEST_32 -> test(state, first, second, WORD);
        case Forms.CONSTANT_32 -> constant(registers, first, InstructionScanner.immediate(word, numbers[at]));
        case Forms.XOR -> clear(state, first, second);
        case Forms.COMPARE_32 -> compare(state, first, second, at);
        default -> !Forms.isControl(form) && seldom(state, at, word, form);
      };
      if (!done) {
        if (Forms.isControl(form)) {
          return at;
        }
        step.run(state, at);
      }
    }
    return stop;
  }

  /** Follows an instruction of a form that is not quite as common, if nothing unusual is to be said of it. */
  private boolean seldom(State state, int at, long word, int form) throws VerificationError {
    long[] registers = state.registers;
    int first = InstructionScanner.operand(word, 0);
    int second = InstructionScanner.operand(word, 1);
    return switch (form) {
      case Forms.LOAD_32 | Forms.BASE, Forms.LOAD_64 | Forms.BASE -> loadAt(state, at, word, Forms.bits(form));
      case Forms.LOAD_32 | Forms.INDEXED, Forms.LOAD_64 | Forms.INDEXED, Forms.EXTEND_8 | Forms.INDEXED,
          Forms.EXTEND_16 | Forms.INDEXED -> loadIndexed(state, at, word, Forms.bits(form));
      case Forms.STORE_32 | Forms.BASE, Forms.STORE_64 | Forms.BASE, Forms.CONSTANT_32 | Forms.BASE ->
          storeAt(state, at, word, Forms.bits(form));
      case Forms.STORE_32 | Forms.INDEXED, Forms.STORE_64 | Forms.INDEXED, Forms.CONSTANT_32 | Forms.INDEXED ->
          isUsual(state, at, word, Forms.bits(form));
      case Forms.SET -> set(registers, first);
      case Forms.ADDRESS_32 | Forms.BASE -> step.addressWord(
          registers, first, registers[InstructionScanner.base(word)], listing.displacement(at));
      case Forms.ADDRESS_64 | Forms.BASE -> step.address(
          registers, first, registers[InstructionScanner.base(word)], listing.displacement(at));
      case Forms.CHOICE_32 -> step.choose(state, at, word, WORD);
      case Forms.CHOICE_64 -> step.choose(state, at, word, LONG);
      case Forms.COMPARE_32 | Forms.STACK -> compareStack(state, first, second, at);
      case Forms.COMPARE_64 -> compareLong(state, first, second, at);
      case Forms.COMPARE_64 | Forms.BASE -> compareRecord(state, at, word);
      case Forms.TEST_64 -> test(state, first, second, LONG);
      case Forms.ADD_32 -> add(state, first, at);
      case Forms.AND_32 -> and(state, first, second, at);
      case Forms.NOTHING, Forms.NOTHING | Forms.STACK, Forms.NOTHING | Forms.BASE, Forms.NOTHING | Forms.INDEXED,
          Forms.NOTHING | Forms.ELSEWHERE -> true;
      case Forms.VECTOR -> !hasMemory(word);
      default -> false;
    };
  }

  private boolean number(long[] registers, int target, int bits) {
    if (target == RSP) {
      return false;
    }
    registers[target] = analysis.newNumber(bits);
    return true;
  }

  // Memory.

  private boolean load(State state, int register, int displacement, int bits) {
    long pointer = state.registers[RSP];
    if (!Value.isStack(pointer) || displacement < 0 || register == RSP) {
      return false;
    }
    long loaded = state.frame.known(Value.addend(pointer) + displacement, bits, analysis.facts);
    if (loaded == Value.ANY) {
      return false;
    }
    state.registers[register] = loaded;
    return true;
  }

  private static boolean store(State state, long value, int displacement) {
    long pointer = state.registers[RSP];
    if (!Value.isStack(pointer) || displacement < 0) {
      return false;
    }
    return state.frame.put(Value.addend(pointer) + displacement, value);
  }

  /** A general register becomes what is in memory at a base alone. */
  private boolean loadAt(State state, int at, long word, int bits) throws VerificationError {
    long[] registers = state.registers;
    long base = registers[InstructionScanner.base(word)];
    int target = InstructionScanner.operand(word, 0);
    int displacement = listing.displacement(at);
    if (base == MEMORY_BASE) {
      return accesses.isUsual(state, at, ZERO, displacement, bits >> BYTE_SHIFT) && number(registers, target, bits);
    }
    if (target == RSP) {
      return false;
    }
    long field = base == CONTEXT ? analysis.fields.at(displacement) : ofRecord(base, displacement);
    if (field == Value.ANY) {
      return number(registers, target, bits);
    }
    if (field == ContextFields.NONE || bits != LONG) {
      return false;
    }
    registers[target] = field;
    return true;
  }

  /** What 64 bits of the record of a memory are, or {@link ContextFields#NONE}. */
  private static long ofRecord(long base, int displacement) {
    if (!Value.is(base, Kind.MEMORY_RECORD)) {
      return ContextFields.NONE;
    }
    return displacement == Layout.RECORD_LENGTH ? Value.of(Kind.MEMORY_LENGTH, Value.symbol(base))
        : displacement == Layout.RECORD_BASE ? Value.of(Kind.MEMORY_BASE, Value.symbol(base)) : ContextFields.NONE;
  }

  /** A general register or an immediate is written to memory at a base alone. */
  private boolean storeAt(State state, int at, long word, int bits) throws VerificationError {
    long base = state.registers[InstructionScanner.base(word)];
    return base == MEMORY_BASE ? accesses.isUsual(state, at, ZERO, listing.displacement(at), bits >> BYTE_SHIFT)
        : base == CONTEXT && analysis.fields.isMutable(listing.displacement(at));
  }

  /** Whether an access to memory 0 at base and index is one that nothing more is to be said of. */
  private boolean isUsual(State state, int at, long word, int bits) throws VerificationError {
    return state.registers[InstructionScanner.base(word)] == MEMORY_BASE && accesses.isUsual(
        state, at, state.registers[InstructionScanner.index(word)], listing.displacement(at), bits >> BYTE_SHIFT);
  }

  /** A general register becomes a number that is in memory 0 at base and index. */
  private boolean loadIndexed(State state, int at, long word, int bits) throws VerificationError {
    return isUsual(state, at, word, bits) && number(state.registers, InstructionScanner.operand(word, 0), bits);
  }

  // Registers.

  private static boolean moveWord(long[] registers, int target, int source) {
    if (source >= REGISTERS || target >= REGISTERS || target == RSP || !Value.isWord(registers[source])) {
      return false;
    }
    registers[target] = registers[source];
    return true;
  }

  private static boolean moveLong(long[] registers, int target, int source) {
    if (source >= REGISTERS || target >= REGISTERS || target == RSP) {
      return false;
    }
    long value = registers[source];
    if (value == Value.ANY || Value.is(value, Kind.INTERRUPT)) {
      return false;
    }
    registers[target] = value;
    return true;
  }

  private static boolean constant(long[] registers, int target, long immediate) {
    if (target >= REGISTERS || target == RSP) {
      return false;
    }
    registers[target] = Value.constant(immediate & U32);
    return true;
  }

  private boolean set(long[] registers, int target) {
    if (target >= REGISTERS || target == RSP) {
      return false;
    }
    registers[target] = analysis.newNumber(Math.max(Byte.SIZE, Value.bits(registers[target])));
    return true;
  }

  private boolean add(State state, int target, int at) {
    if (target >= REGISTERS
        || !step.addWord(state.registers, target, state.registers[target], (int) listing.immediate(at))) {
      return false;
    }
    state.clearFlags();
    return true;
  }

  private boolean and(State state, int target, int source, int at) {
    long[] registers = state.registers;
    if (target >= REGISTERS || target == RSP || !Value.isNumber(registers[target])) {
      return false;
    }
    long other;
    if (source == IMMEDIATE) {
      other = Value.constant(listing.immediate(at) & U32);
    } else if (source < REGISTERS && Value.isNumber(registers[source])) {
      other = registers[source];
    } else {
      return false;
    }
    int bits = Math.min(Math.min(WORD, Value.bits(registers[target])), Value.bits(other));
    registers[target] = bits == 0 ? ZERO : analysis.newNumber(bits);
    state.clearFlags();
    return true;
  }

  // Flags.

  private static boolean clear(State state, int first, int second) {
    if (first != second || first >= REGISTERS || first == RSP) {
      return false;
    }
    state.clearFlags();
    state.registers[first] = ZERO;
    return true;
  }

  private static boolean test(State state, int first, int second, int bits) {
    if (first >= REGISTERS || second >= REGISTERS && second != IMMEDIATE) {
      return false;
    }
    if (first != second) {
      state.clearFlags();
      return true;
    }
    long value = state.registers[first];
    if (bits == WORD && !Value.isWord(value)) {
      return false;
    }
    state.compare(value, ZERO, bits);
    return true;
  }

  private boolean compare(State state, int first, int second, int at) {
    if (first >= REGISTERS || !Value.isWord(state.registers[first])) {
      return false;
    }
    if (second == IMMEDIATE) {
      state.compare(state.registers[first], Value.constant(listing.immediate(at) & U32), WORD);
      return true;
    }
    if (second >= REGISTERS || !Value.isWord(state.registers[second])) {
      return false;
    }
    state.compare(state.registers[first], state.registers[second], WORD);
    return true;
  }

  /** Compares 64 bits of a general register with those of another one or an immediate. */
  private boolean compareLong(State state, int first, int second, int at) {
    if (first >= REGISTERS || second >= REGISTERS && second != IMMEDIATE) {
      return false;
    }
    long right;
    if (second < REGISTERS) {
      right = state.registers[second];
    } else {
      long immediate = listing.immediate(at);
      right = immediate == -1 ? MINUS_ONE : Value.constant(immediate);
    }
    state.compare(state.registers[first], right, LONG);
    return true;
  }

  /** Compares a general register with 64 bits of the record of a memory. */
  private boolean compareRecord(State state, int at, long word) {
    int first = InstructionScanner.operand(word, 0);
    long field = ofRecord(state.registers[InstructionScanner.base(word)], listing.displacement(at));
    if (first >= REGISTERS || field == ContextFields.NONE) {
      return false;
    }
    state.compare(state.registers[first], field, LONG);
    return true;
  }

  /** Compares with what is so far above the stack pointer, which is one of two operands. */
  private boolean compareStack(State state, int first, int second, int at) {
    long pointer = state.registers[RSP];
    int displacement = listing.displacement(at);
    if (!Value.isStack(pointer) || displacement < 0) {
      return false;
    }
    long onStack = state.frame.known(Value.addend(pointer) + displacement, WORD, analysis.facts);
    if (onStack == Value.ANY) {
      return false;
    }
    if (second == IMMEDIATE) {
      state.compare(onStack, Value.constant(listing.immediate(at) & U32), WORD);
      return true;
    }
    long other = state.registers[first < REGISTERS ? first : second];
    if (!Value.isWord(other)) {
      return false;
    }
    state.compare(first < REGISTERS ? other : onStack, first < REGISTERS ? onStack : other, WORD);
    return true;
  }

  /** Whether one of the operands is in memory, at whatever kind of address. */
  private static boolean hasMemory(long word) {
    return isMemory(InstructionScanner.operand(word, 0)) || isMemory(InstructionScanner.operand(word, 1))
        || isMemory(InstructionScanner.operand(word, 2)) || isMemory(InstructionScanner.operand(word, 3));
  }

  private static boolean isMemory(int operand) {
    return operand == InstructionScanner.MEMORY || operand == InstructionScanner.RIP;
  }
}
