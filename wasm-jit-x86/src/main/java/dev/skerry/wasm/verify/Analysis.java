package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.x64.Gpr;

/** What all parts of one function's proof share: the code, what is promised about it, and the symbols in use. */
final class Analysis {

  final CompiledFunction code;
  final Contract contract;
  final Listing listing;
  final Symbols symbols;
  /** By instruction that loads a distance from a jump table: where the table is, and how many entries may be used. */
  final int[] tableOffsets;
  final long[] tableEntries;

  Analysis(CompiledFunction code, Contract contract, Listing listing) {
    this.code = code;
    this.contract = contract;
    this.listing = listing;
    symbols = new Symbols(listing.count());
    tableOffsets = new int[listing.count()];
    tableEntries = new long[listing.count()];
  }

  /** Makes the register some number of at most so many bits. */
  void number(State state, int instruction, int result, Gpr register, int bits) {
    set(state, register, newNumber(state, instruction, result, bits));
  }

  /** A number that nothing is known of but its size. */
  long newNumber(State state, int instruction, int result, int bits) {
    return Value.symbol(define(state, instruction, result), bits);
  }

  /** The symbol of a result, which means a new value from here on. */
  int define(State state, int instruction, int result) {
    int symbol = symbols.ofResult(instruction, result);
    if (!symbols.isNew()) {
      state.define(symbol);
    }
    return symbol;
  }

  /** Writes a register. */
  static void set(State state, Gpr register, long value) {
    state.registers[register.ordinal()] = value;
  }

  static long get(State state, Gpr register) {
    return state.registers[register.ordinal()];
  }

  /** Where the stack pointer is, counted from where it was at entry; {@link StackRule} keeps it in bounds. */
  int stackPointer(State state, int instruction) throws VerificationError {
    long value = get(state, Gpr.RSP);
    if (!Value.is(value, Value.Kind.STACK)) {
      throw error(Rule.STACK, instruction, "the stack pointer is not known", state);
    }
    return (int) Value.addend(value);
  }

  /** How many bits a value has at most: a memory of 32-bit addresses has at most 2^32 bytes, a table fewer elements. */
  int bits(long value) {
    return switch (Value.kind(value)) {
      case MEMORY_LENGTH -> contract.isWide(Value.symbol(value)) ? Long.SIZE : Integer.SIZE + 1;
      case TABLE_LENGTH, CALLEE_TYPE, FUNCTION_COUNT -> Integer.SIZE;
      default -> Value.bits(value);
    };
  }

  /** What a number is at most, or -1 if it may be anything of 63 bits and more. */
  static long most(State state, long value) {
    if (!Value.isNumber(value)) {
      return -1;
    }
    if (Value.isConstant(value)) {
      return Value.addend(value);
    }
    long known = state.fact(Value.symbol(value), Fact.AT_MOST, 0);
    long bySize = Value.bits(value) >= Long.SIZE - 1 ? -1 : (1L << Value.bits(value)) - 1;
    if (known == Facts.UNKNOWN) {
      return bySize;
    }
    long byFact = -known + Value.addend(value);
    return bySize < 0 ? byFact : Math.min(bySize, byFact);
  }

  /**
   * Whether tables that are asked before that of faults say nothing of the offset, or so many bytes remaining: a call
   * may return to an instruction that faults.
   */
  boolean agreesWithCalls(int offset, int remaining) {
    int call = CompiledFunction.find(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, offset);
    int trap = CompiledFunction.find(code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, offset);
    return (call < 0 || code.callSites()[call + CompiledFunction.REMAINING] == remaining)
        && (trap < 0 || code.trapSites()[trap + CompiledFunction.REMAINING] == remaining);
  }

  VerificationError error(Rule rule, int instruction, String reason, State state) {
    return new VerificationError(rule, contract.function(), listing.offset(instruction),
        listing.instruction(instruction).toString(), reason, state.text());
  }
}
