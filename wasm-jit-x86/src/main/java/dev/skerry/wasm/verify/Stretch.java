package dev.skerry.wasm.verify;

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
  private static final long U32 = 0xffff_ffffL;
  private static final int IMMEDIATE = InstructionScanner.IMMEDIATE;
  private static final int REGISTERS = State.REGISTERS;
  private static final int RSP = Gpr.RSP.ordinal();
  private static final long ZERO = Value.constant(0);

  private final Analysis analysis;
  private final Listing listing;
  private final Step step;

  Stretch(Analysis analysis, Step step) {
    this.analysis = analysis;
    this.listing = analysis.listing;
    this.step = step;
  }

  /**
   * Follows instructions from one on.
   *
   * @param stop the one behind the last
   * @return the first that control may leave at, or {@code stop}
   */
  int follow(State state, int from, int stop) throws VerificationError {
    long[] registers = state.registers;
    for (int at = from; at < stop; at++) {
      long word = listing.word(at);
      int first = InstructionScanner.operand(word, 0);
      int second = InstructionScanner.operand(word, 1);
      int form = Forms.of(word);
      boolean done = switch (form) {
        case Forms.NOTHING -> true;
        case Forms.LOAD_32 -> load(state, first, listing.displacement(at), WORD);
        case Forms.LOAD_64 -> load(state, first, listing.displacement(at), LONG);
        case Forms.STORE_64 -> store(state, registers[second], listing.displacement(at));
        case Forms.MOVE_32 -> moveWord(registers, first, second);
        case Forms.MOVE_64 -> moveLong(registers, first, second);
        case Forms.CONSTANT_32 -> constant(registers, first, listing.immediate(at));
        case Forms.XOR -> clear(state, first, second);
        case Forms.TEST_32 -> test(state, first, second, WORD);
        case Forms.TEST_64 -> test(state, first, second, LONG);
        case Forms.COMPARE_32 -> compare(state, first, second, at);
        case Forms.SET -> set(registers, first);
        case Forms.VECTOR -> !hasMemory(word);
        default -> false;
      };
      if (!done) {
        if (form == Forms.CONTROL) {
          return at;
        }
        step.run(state, at);
      }
    }
    return stop;
  }

  private static boolean load(State state, int register, int displacement, int bits) {
    long pointer = state.registers[RSP];
    if (!Value.is(pointer, Kind.STACK) || displacement < 0 || register == RSP) {
      return false;
    }
    long loaded = state.frame.known(Value.addend(pointer) + displacement, bits);
    if (loaded == Value.ANY) {
      return false;
    }
    state.registers[register] = loaded;
    return true;
  }

  private static boolean store(State state, long value, int displacement) {
    long pointer = state.registers[RSP];
    if (!Value.is(pointer, Kind.STACK) || displacement < 0) {
      return false;
    }
    return state.frame.put(Value.addend(pointer) + displacement, value);
  }

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

  private static boolean clear(State state, int first, int second) {
    if (first != second || first >= REGISTERS || first == RSP) {
      return false;
    }
    state.clearFlags();
    state.registers[first] = ZERO;
    return true;
  }

  private static boolean test(State state, int first, int second, int bits) {
    if (first >= REGISTERS || second >= REGISTERS) {
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

  private boolean set(long[] registers, int target) {
    if (target >= REGISTERS || target == RSP) {
      return false;
    }
    registers[target] = analysis.newNumber(Math.max(Byte.SIZE, Value.bits(registers[target])));
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
