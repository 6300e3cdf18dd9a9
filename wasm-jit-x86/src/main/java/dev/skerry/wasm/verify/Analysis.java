package dev.skerry.wasm.verify;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.x64.Gpr;
import java.util.Arrays;

/** What all parts of one function's proof share: the code, what is promised about it, and the facts in use. */
final class Analysis {

  private static final int RSP = Gpr.RSP.ordinal();
  /** The region that indices are masked for has so many bytes at least, and not less than the memory. */
  private static final long LEAST_REGION = 64 << 10;

  final Listing listing = new Listing();
  final Facts facts = new Facts();
  final Differences.Marks marks = new Differences.Marks();
  final Signatures signatures = new Signatures();
  final ContextFields fields = new ContextFields();
  CompiledFunction code;
  Contract contract;
  /** Of the contract: how linear memory is kept in bounds, and how large memories are at least. */
  boolean guarded;
  boolean masked;
  boolean hardened;
  private long leastLength;
  /** Whether numbers that differ where ways meet lose their names: quick, and less is known. */
  boolean rough;

  /** By instruction that loads a distance from a jump table: where the table is, and how many entries may be used. */
  private int[] tables = new int[256];
  private int[] entries = new int[256];

  void begin(CompiledFunction compiled, Contract promised, boolean[] allowed) throws VerificationError {
    code = compiled;
    contract = promised;
    rough = false;
    signatures.use(promised);
    fields.use(promised);
    boolean hasMemory = promised.module().memories().length > 0;
    guarded = hasMemory && promised.isGuarded(0);
    masked = promised.memory() == MemoryStrategy.MASK;
    hardened = promised.memory() == MemoryStrategy.HARDENED;
    leastLength = hasMemory ? promised.leastLength(0) : 0;
    listing.read(compiled, promised.function(), allowed);
  }

  /** Lets go of the function. */
  void release() {
    code = null;
    contract = null;
    signatures.release();
  }

  /** Bytes that a memory has at least, for ever. */
  long leastLength(int memory) {
    return memory == 0 ? leastLength : contract.leastLength(memory);
  }

  boolean isGuarded(int memory) {
    return memory == 0 && guarded;
  }

  /** A number that nothing is known of but its size. */
  long newNumber(int bits) {
    return Value.symbol(facts.symbol(), bits);
  }

  /** An instruction loads one of the first so many distances of the table at that offset. */
  void setEntries(int load, int table, int count) {
    if (load >= tables.length) {
      tables = Arrays.copyOf(tables, 2 * load);
      entries = Arrays.copyOf(entries, 2 * load);
    }
    tables[load] = table;
    entries[load] = count;
  }

  /** Offset of the jump table that an instruction loaded from. */
  int table(int load) {
    return tables[load];
  }

  /** How many entries of the table an instruction may have loaded. */
  int entries(int load) {
    return entries[load];
  }

  /** How far above the symbol a memory is known to reach, or {@link Facts#UNKNOWN}. */
  long reach(int symbol, int memory) {
    return facts.reach(symbol, memory, contract.isWide(memory));
  }

  /** Where the stack pointer is, counted from where it was at entry; {@link StackRule} keeps it in bounds. */
  int stackPointer(State state, int instruction) throws VerificationError {
    long value = state.registers[RSP];
    if (!Value.isStack(value)) {
      throw error(Rule.STACK, instruction, "the stack pointer is not known", state);
    }
    return (int) Value.addend(value);
  }

  /** How many bits a value has at most: a memory of 32-bit addresses has at most 2^32 bytes, a table fewer elements. */
  int bits(long value) {
    if (value < 0) {
      return Value.bits(value);
    }
    return switch (Value.kind(value)) {
      case MEMORY_LENGTH -> contract.isWide(Value.symbol(value)) ? Long.SIZE : Integer.SIZE + 1;
      case CALLEE_TYPE, FUNCTION_COUNT -> Integer.SIZE;
      default -> Value.bits(value);
    };
  }

  /** Whether a number is so small that masking it would change nothing, for the region of a memory has that size. */
  boolean isLikeMasked(long number, int memory) {
    long most = Value.isNumber(number) ? mostBySize(number) : -1;
    return most >= 0 && most < Math.max(LEAST_REGION, leastLength(memory));
  }

  /** What a number is at most by its size, or -1 if that may be anything of 63 bits and more; or it is no number. */
  long mostBySize(long value) {
    if (Value.isConstant(value)) {
      return Value.addend(value);
    }
    int bits = bits(value);
    return bits >= Long.SIZE - 1 ? -1 : (1L << bits) - 1;
  }

  /** What a number is at most by arithmetic alone, whatever branches say, or -1. */
  long mostByArithmetic(long value) {
    if (Value.isConstant(value)) {
      return Value.addend(value);
    }
    int bits = bits(value);
    long bySize = bits >= Long.SIZE - 1 ? -1 : (1L << bits) - 1;
    long known = value < 0 ? facts.find(Value.symbol(value), Fact.CLAMPED_AT_MOST, 0) : Facts.UNKNOWN;
    return known == Facts.UNKNOWN ? bySize : bySize < 0 ? -known + Value.addend(value)
        : Math.min(bySize, -known + Value.addend(value));
  }

  /** What a number is at most, or -1 if it may be anything of 63 bits and more. */
  long most(long value) {
    if (Value.isConstant(value)) {
      return Value.addend(value);
    }
    int bits = bits(value);
    long bySize = bits >= Long.SIZE - 1 ? -1 : (1L << bits) - 1;
    long known = value < 0 ? facts.atMost(Value.symbol(value)) : Facts.UNKNOWN;
    if (known == Facts.UNKNOWN) {
      return bySize;
    }
    long byFact = -known + Value.addend(value);
    return bySize < 0 ? byFact : Math.min(bySize, byFact);
  }

  /**
   * Whether tables that are asked before that of faults say nothing of the instruction, or so many bytes remaining: a
   * call may return to an instruction that faults.
   */
  boolean agreesWithCalls(int instruction, int remaining) {
    int call = listing.callRow(instruction);
    int trap = listing.trapRow(instruction);
    return (call < 0 || code.callSites()[call + CompiledFunction.REMAINING] == remaining)
        && (trap < 0 || code.trapSites()[trap + CompiledFunction.REMAINING] == remaining);
  }

  VerificationError error(Rule rule, int instruction, String reason, State state) {
    if (rough) {
      return VerificationError.ROUGH;
    }
    return new VerificationError(rule, contract.function(), listing.offset(instruction),
        listing.instruction(instruction).toString(), reason, state.text(facts));
  }
}
