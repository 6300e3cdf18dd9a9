package dev.skerry.wasm.verify;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;

/** Justifies every memory operand, or refuses it (rule 2); and says what a load from a known place gives. */
final class AccessRule {

  /** Slots of the call buffer: parameters or results of one function, vectors taking two. */
  static final int CALL_BUFFER_BYTES = 2 * 1000 * Long.BYTES;

  /** Reach of the guard zone: addresses of 32 bits, and static offsets with the width of an access. */
  private static final long GUARDED_BYTES = (4L << 30) + (2L << 30);
  private static final int ALIGNMENT = 16;
  private static final int CONTEXT = Gpr.R15.ordinal();
  private static final int STACK_POINTER = Gpr.RSP.ordinal();
  private static final long ZERO = Value.constant(0);
  private static final long MASKED = Value.of(Kind.MASKED, 0);
  /** Far more than any index and displacement, so that sums do not wrap around. */
  private static final long MOST = 1L << 60;
  private static final long U32 = 0xffff_ffffL;
  /** What lies so far behind the start of a memory is nobody else's, even if the memory is shorter. */
  private static final long NEAR_START = 64 << 10;
  private static final int UNKNOWN = -1;

  private final Analysis analysis;
  private final Listing listing;
  private Contract contract;
  private long tierZeroParameters;
  /** How many jumps leave the function, once somebody asked. */
  private int tailCalls;

  AccessRule(Analysis analysis) {
    this.analysis = analysis;
    this.listing = analysis.listing;
  }

  /** Goes on with the function that the analysis is of now. */
  void begin() {
    contract = analysis.contract;
    tailCalls = UNKNOWN;
    tierZeroParameters = 0;
    for (ValType type : contract.type().params()) {
      tierZeroParameters += (long) type.slots() * Long.BYTES;
    }
  }

  /** Lets go of the contract. */
  void release() {
    contract = null;
  }

  /**
   * Checks the access of an instruction to the memory that one of its operands is.
   *
   * @param operand {@link InstructionScanner#MEMORY} or {@link InstructionScanner#RIP}
   * @param stored what is written, or {@link Value#ANY}
   * @return what is read, or {@link Value#ANY}; numbers are left to the instruction to name
   */
  long check(State state, int instruction, int operand, boolean reads, boolean writes, long stored)
      throws VerificationError {
    int row = listing.row(instruction);
    int bytes = Effects.memoryBytes(row);
    if (bytes == 0) {
      throw analysis.error(Rule.MEMORY, instruction, "an access of unknown size", state);
    }
    boolean mustAlign = Effects.mustAlign(row);
    if (operand == InstructionScanner.RIP) {
      return constant(state, instruction, bytes, writes, mustAlign);
    }
    int baseRegister = listing.base(instruction);
    if (baseRegister == InstructionScanner.NONE) {
      throw analysis.error(Rule.MEMORY, instruction, "an address without a base that is known", state);
    }
    long base = state.registers[baseRegister];
    long at = listing.displacement(instruction);
    Kind kind = Value.kind(base);
    if (mustAlign && (kind != Kind.STACK || (Value.addend(base) + at + Long.BYTES) % ALIGNMENT != 0)) {
      throw analysis.error(Rule.MEMORY, instruction, "an access that must be aligned, where nothing says that it is",
          state);
    }
    int index = listing.indexRegister(instruction);
    if (index != InstructionScanner.NONE) {
      return indexed(state, instruction, base, state.registers[index], bytes, writes);
    }
    switch (kind) {
      case STACK:
        return stack(state, instruction, Value.addend(base) + at, bytes, reads, writes, stored);
      case CONTEXT:
        return context(state, instruction, at, bytes, writes);
      case STORE:
        if (writes && takesFuel(instruction, at, bytes)) {
          return Value.ANY;
        }
        refuseWrite(state, instruction, writes, "the store's context");
        return store(state, instruction, at, bytes);
      case CALL_BUFFER:
        return within(state, instruction, at, bytes, CALL_BUFFER_BYTES, "the call buffer");
      case MEMORY_RECORD:
        refuseWrite(state, instruction, writes, "a memory's record");
        return memory(state, instruction, at, bytes, Value.symbol(base));
      case TABLE_RECORD:
        refuseWrite(state, instruction, writes, "a table's record");
        return table(state, instruction, at, bytes, Value.symbol(base));
      case MEMORY_BASE:
        linear(state, instruction, Value.symbol(base), ZERO, at, bytes);
        return Value.ANY;
      case DESCRIPTOR:
        refuseWrite(state, instruction, writes, "a function's descriptor");
        return descriptor(state, instruction, at, bytes, Value.symbol(base));
      case CALLEE_CONTEXT:
        refuseWrite(state, instruction, writes, "the context of another instance");
        if (at == Layout.INSTANCE_MEMORY_BASE && bytes == Long.BYTES) {
          return Value.of(Kind.CALLEE_MEMORY, Value.symbol(base));
        }
        throw analysis.error(Rule.MEMORY, instruction, "a field of another instance's context", state);
      case GLOBAL:
        return global(state, instruction, Value.symbol(base), at, bytes, writes);
      case FRAME:
        return frame(state, instruction, at, bytes, writes);
      default:
        throw analysis.error(Rule.MEMORY, instruction, Gpr.of(baseRegister).name(Long.SIZE) + " is "
            + Value.text(base) + ", no address that may be used", state);
    }
  }

  private long constant(State state, int instruction, int bytes, boolean writes, boolean mustAlign)
      throws VerificationError {
    long at = (long) listing.after(instruction) + listing.displacement(instruction);
    if (writes || at < analysis.code.codeBytes() || at + bytes > analysis.code.code().length
        || mustAlign && at % ALIGNMENT != 0) {
      throw analysis.error(Rule.MEMORY, instruction, "no constant of this function at " + at, state);
    }
    return Value.ANY;
  }

  private long stack(State state, int instruction, long at, int bytes, boolean reads, boolean writes, long stored)
      throws VerificationError {
    long top = Long.BYTES + (contract.replacesFrame() ? 0 : analysis.code.parameterBytes());
    int pointer = analysis.stackPointer(state, instruction);
    if (at < pointer || at + bytes > top) {
      throw analysis.error(Rule.MEMORY, instruction, "the stack at " + at + " is not the function's own", state);
    }
    if (reads && at < Long.BYTES && at + bytes > 0 && !hasTailCall()) {
      throw analysis.error(Rule.MEMORY, instruction, "the return address is read where no tail call moves it", state);
    }
    long loaded = reads ? state.frame.load(at, bytes) : Value.ANY;
    if (writes) {
      state.frame.store(at, bytes, stored);
    } else if (reads && (loaded == Value.ANY || Value.isAnonymous(loaded))
        && (bytes == Long.BYTES || bytes == Integer.BYTES)) {
      // What is read twice is the same both times.
      loaded = analysis.newNumber(Math.min(bytes * Byte.SIZE, Value.bits(loaded)));
      state.frame.store(at, bytes, loaded);
    }
    return loaded;
  }

  private boolean hasTailCall() {
    if (tailCalls == UNKNOWN) {
      tailCalls = 0;
      for (int k = 0; k < listing.controlCount(); k++) {
        tailCalls += isTailCall(listing.control(k)) ? 1 : 0;
      }
    }
    return tailCalls > 0;
  }

  private boolean isTailCall(int i) {
    int operand = listing.operand(i, 0);
    return listing.effect(i) == Effect.JUMP && (operand == InstructionScanner.MEMORY
        || operand == InstructionScanner.IMMEDIATE && listing.relocation(i) >= 0);
  }

  private long context(State state, int instruction, long at, int bytes, boolean writes) throws VerificationError {
    int global = globalAt(at);
    if (global >= 0) {
      GlobalType type = contract.module().globals()[global];
      if (!contract.layout().globalIsImported(global)) {
        return globalValue(state, instruction, type, at - contract.layout().global(global), bytes, writes);
      }
      refuseWrite(state, instruction, writes, "the place of an imported global");
      return pointer(state, instruction, at, contract.layout().global(global), bytes, Value.of(Kind.GLOBAL, global));
    }
    refuseWrite(state, instruction, writes, "the context");
    if (at == Layout.INSTANCE_STORE) {
      return pointer(state, instruction, at, at, bytes, Value.of(Kind.STORE));
    }
    if (at == Layout.INSTANCE_MEMORY_BASE) {
      return pointer(state, instruction, at, at, bytes, Value.of(Kind.MEMORY_BASE, 0));
    }
    if (at == Layout.INSTANCE_MEMORY && contract.module().memories().length > 0) {
      return pointer(state, instruction, at, at, bytes, Value.of(Kind.MEMORY_RECORD, 0));
    }
    int index = index(at, contract.layout().memory(0), contract.module().memories().length);
    if (index >= 0) {
      return pointer(state, instruction, at, at, bytes, Value.of(Kind.MEMORY_RECORD, index));
    }
    index = index(at, contract.layout().table(0), contract.module().tables().length);
    if (index >= 0) {
      return pointer(state, instruction, at, at, bytes, Value.of(Kind.TABLE_RECORD, index));
    }
    index = index(at, contract.layout().function(0), contract.module().functions().length);
    if (index >= 0 && bytes == Long.BYTES) {
      int symbol = analysis.facts.symbol();
      int type = contract.typeIdOf(index);
      analysis.facts.learn(symbol, Fact.HAS_TYPE, 0, type);
      return Value.of(Kind.DESCRIPTOR, symbol, 1L + type);
    }
    throw analysis.error(Rule.MEMORY, instruction, "the context has no field of " + bytes + " bytes at " + at, state);
  }

  private static int index(long at, int first, int count) {
    long distance = at - first;
    return distance >= 0 && distance % Long.BYTES == 0 && distance / Long.BYTES < count
        ? (int) (distance / Long.BYTES) : -1;
  }

  /** The global whose value, or the address of it, lies at that place of the context. */
  private int globalAt(long at) {
    int low = 0;
    int high = contract.module().globals().length - 1;
    if (high < 0 || at < contract.layout().global(0) || at >= contract.layout().byteLength()) {
      return -1;
    }
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (contract.layout().global(middle) <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long pointer(State state, int instruction, long at, long place, int bytes, long value)
      throws VerificationError {
    if (at != place || bytes != Long.BYTES) {
      throw analysis.error(Rule.MEMORY, instruction, "a part of an address in a context", state);
    }
    return value;
  }

  private long global(State state, int instruction, int index, long at, int bytes, boolean writes)
      throws VerificationError {
    return globalValue(state, instruction, contract.module().globals()[index], at, bytes, writes);
  }

  private long globalValue(State state, int instruction, GlobalType type, long at, int bytes, boolean writes)
      throws VerificationError {
    if (writes && !type.mutable()) {
      throw analysis.error(Rule.MEMORY, instruction, "a global that is not mutable", state);
    }
    boolean vector = type.value().equals(ValType.V128);
    return within(state, instruction, at, bytes, (vector ? 2 : 1) * Long.BYTES, "the global");
  }

  private long within(State state, int instruction, long at, int bytes, long size, String what)
      throws VerificationError {
    if (at < 0 || at + bytes > size) {
      throw analysis.error(Rule.MEMORY, instruction, bytes + " bytes at " + at + " are not within " + what, state);
    }
    return Value.ANY;
  }

  /** Whether an instruction makes fuel less, which is all that code may do to the store. */
  private boolean takesFuel(int instruction, long at, int bytes) {
    return at == Layout.STORE_FUEL && bytes == Long.BYTES
        && Effects.of(listing.row(instruction)) == Effect.SUBTRACT
        && listing.operand(instruction, 1) == InstructionScanner.IMMEDIATE && listing.immediate(instruction) >= 0;
  }

  private long store(State state, int instruction, long at, int bytes) throws VerificationError {
    if (at == Layout.STORE_CALL_BUFFER && bytes == Long.BYTES) {
      return Value.of(Kind.CALL_BUFFER);
    }
    if (at == Layout.STORE_FUNCTIONS && bytes == Long.BYTES) {
      return Value.of(Kind.FUNCTIONS);
    }
    if (at == Layout.STORE_FUNCTION_COUNT && bytes == Integer.BYTES) {
      return Value.of(Kind.FUNCTION_COUNT);
    }
    boolean limit = at == Layout.STORE_NATIVE_LIMIT && bytes == Long.BYTES;
    boolean interrupt = at == Layout.STORE_INTERRUPT && bytes == Integer.BYTES;
    if (limit) {
      state.readLimit(analysis.facts);
      return Value.of(Kind.STACK_LIMIT);
    }
    if (!interrupt) {
      throw analysis.error(Rule.MEMORY, instruction, "code has no use for the store's field at " + at, state);
    }
    return Value.of(Kind.INTERRUPT);
  }

  private long memory(State state, int instruction, long at, int bytes, int memory) throws VerificationError {
    if (bytes == Long.BYTES && at == Layout.RECORD_BASE) {
      return Value.of(Kind.MEMORY_BASE, memory);
    }
    if (bytes == Long.BYTES && at == Layout.RECORD_LENGTH) {
      return Value.of(Kind.MEMORY_LENGTH, memory);
    }
    if (analysis.masked && !contract.isWide(memory) && at == Layout.RECORD_MASK
        && (bytes == Long.BYTES || bytes == Integer.BYTES)) {
      return Value.of(Kind.MEMORY_MASK, memory);
    }
    throw analysis.error(Rule.MEMORY, instruction, "a part of a memory's record", state);
  }

  private long table(State state, int instruction, long at, int bytes, int table) throws VerificationError {
    if (bytes == Long.BYTES && at == Layout.RECORD_BASE) {
      return Value.of(Kind.TABLE_BASE, table);
    }
    if (bytes == Long.BYTES && at == Layout.RECORD_LENGTH) {
      return Value.symbol(analysis.facts.length(table), Integer.SIZE);
    }
    throw analysis.error(Rule.MEMORY, instruction, "a part of a table's record", state);
  }

  private long descriptor(State state, int instruction, long at, int bytes, int symbol) throws VerificationError {
    if (at == Layout.FUNCTION_CONTEXT && bytes == Long.BYTES) {
      return Value.of(Kind.CALLEE_CONTEXT, symbol);
    }
    if (at == Layout.FUNCTION_TYPE && bytes == Integer.BYTES) {
      return Value.of(Kind.CALLEE_TYPE, symbol);
    }
    if (at == Layout.FUNCTION_REF && bytes == Integer.BYTES) {
      return Value.ANY;
    }
    throw analysis.error(Rule.MEMORY, instruction, "code has no use for the descriptor's field at " + at, state);
  }

  private long frame(State state, int instruction, long at, int bytes, boolean writes) throws VerificationError {
    refuseWrite(state, instruction, writes, "the frame of tier 0");
    return within(state, instruction, at + tierZeroParameters, bytes, tierZeroParameters + contract.frameBytes(),
        "tier 0's frame");
  }

  private long indexed(State state, int instruction, long base, long index, int bytes, boolean writes)
      throws VerificationError {
    int scale = listing.scale(instruction);
    int displacement = listing.displacement(instruction);
    switch (Value.kind(base)) {
      case MEMORY_BASE:
        if (scale == 1) {
          linear(state, instruction, Value.symbol(base), index, displacement, bytes);
        } else {
          scaled(state, instruction, Value.symbol(base), index, bytes);
        }
        return Value.ANY;
      case TABLE_BASE:
        boolean inTable = Value.isNumber(index) && scale == Integer.BYTES && bytes == Integer.BYTES
            && displacement == 0 && isIn(Fact.IN_TABLE, Value.symbol(base), index);
        if (inTable && !isClampedInTable(Value.symbol(base), index)) {
          throw analysis.error(Rule.SPECULATION, instruction, "an element by an index that is not clamped", state);
        }
        if (!inTable) {
          throw analysis.error(Rule.MEMORY, instruction, "an element that may be outside of its table", state);
        }
        return Value.ANY;
      case FUNCTIONS:
        refuseWrite(state, instruction, writes, "the table of functions");
        return function(state, instruction, index, bytes);
      case JUMP_TABLE:
        refuseWrite(state, instruction, writes, "a jump table");
        return distance(state, instruction, base, index, bytes);
      default:
        throw analysis.error(Rule.MEMORY, instruction, Gpr.of(listing.base(instruction)).name(Long.SIZE) + " is "
            + Value.text(base) + ", which takes no index", state);
    }
  }

  private boolean isIn(Fact fact, int number, long index) {
    return analysis.facts.find(Value.symbol(index), fact, number) >= Value.addend(index) + 1;
  }

  private boolean isClamped(Fact fact, int number, long index) {
    return index == ZERO || isIn(fact, number, index);
  }

  /** Whether an element is in its table by arithmetic alone, also if what is clamped is 0. */
  private boolean isClampedInTable(int table, long index) {
    return isClamped(Fact.CLAMPED_IN_TABLE, table, index)
        && (Value.addend(index) == 0 || Value.addend(index) < contract.module().tables()[table].limits().min());
  }

  private long function(State state, int instruction, long index, int bytes) throws VerificationError {
    Facts facts = analysis.facts;
    boolean isWhole = listing.scale(instruction) == Long.BYTES && bytes == Long.BYTES
        && listing.displacement(instruction) == 0;
    boolean known = Value.hasSymbol(index) && Value.addend(index) == 0 && isIn(Fact.IN_FUNCTIONS, 0, index)
        && facts.find(Value.symbol(index), Fact.NOT_ZERO, 0) >= 0;
    // Null behind a trap that is certain is never used: a processor that errs reads entry 0.
    if (!isWhole || !known && !(index == ZERO && state.isImpossible())) {
      throw analysis.error(Rule.MEMORY, instruction, "a reference that may be null or outside of the store's", state);
    }
    if (!isClamped(Fact.CLAMPED_IN_FUNCTIONS, 0, index)) {
      throw analysis.error(Rule.SPECULATION, instruction, "a reference that is not clamped", state);
    }
    return Value.of(Kind.DESCRIPTOR, facts.symbol());
  }

  private long distance(State state, int instruction, long base, long index, int bytes) throws VerificationError {
    long most = analysis.mostByArithmetic(index);
    long table = Value.addend(base);
    if (listing.scale(instruction) != Integer.BYTES || bytes != Integer.BYTES
        || listing.displacement(instruction) != 0 || most < 0
        || table + (most + 1) * Integer.BYTES > analysis.code.code().length) {
      throw analysis.error(Rule.BRANCHES, instruction, "an entry that may be outside of its jump table", state);
    }
    analysis.setEntries(instruction, (int) table, (int) most + 1);
    return Value.of(Kind.JUMP_DISTANCE, instruction);
  }

  private void scaled(State state, int instruction, int memory, long index, int bytes) throws VerificationError {
    long most = analysis.hardened ? analysis.mostByArithmetic(index) : analysis.most(index);
    int scale = listing.scale(instruction);
    int displacement = listing.displacement(instruction);
    boolean fits = most >= 0 && most <= U32 / scale && displacement >= 0;
    if (fits && most * scale + displacement + bytes <= analysis.leastLength(memory)) {
      return;
    }
    if (!fits || !analysis.isGuarded(memory)) {
      throw analysis.error(Rule.MEMORY, instruction, "a scaled address that may be out of bounds", state);
    }
    guarded(state, instruction, most * scale + displacement, bytes);
  }

  /** Linear memory at index + displacement. */
  private void linear(State state, int instruction, int memory, long index, long displacement, int bytes)
      throws VerificationError {
    if (memory == 0 && isGuarded(index, displacement, bytes) && isFault(state, instruction)) {
      return;
    }
    long above = Value.addend(index) + displacement;
    if (Value.isNumber(index) && above >= 0 && reaches(Value.symbol(index), memory, above + bytes)) {
      requireClamp(state, instruction, memory, index, above + bytes);
      return;
    }
    if (analysis.masked && index == Value.of(Kind.MASKED, memory) && displacement >= 0
        && displacement + bytes <= MemoryLayout.TAIL_BYTES) {
      return;
    }
    long most = analysis.hardened ? analysis.mostByArithmetic(index) : analysis.most(index);
    if (most >= 0 && displacement >= 0) {
      if (most <= MOST - displacement && most + displacement + bytes <= analysis.leastLength(memory)) {
        return;
      }
      if (most <= U32 && analysis.isGuarded(memory)) {
        guarded(state, instruction, most + displacement, bytes);
        return;
      }
    }
    throw analysis.error(Rule.MEMORY, instruction, bytes + " bytes at " + Value.text(index) + " + " + displacement
        + " may be out of bounds of memory " + memory, state);
  }

  /** Whether a memory is known to reach so far above a symbol. */
  private boolean reaches(int symbol, int memory, long end) {
    return analysis.facts.inMemory(symbol, memory) >= end || analysis.reach(symbol, memory) >= end;
  }

  /** Whether the guard zone reaches as far behind any index of 32 bits, in memory 0. */
  private boolean isGuarded(long index, long displacement, int bytes) {
    return analysis.guarded && Value.bits(index) <= Integer.SIZE && displacement >= 0
        && displacement + bytes <= GUARDED_BYTES - U32 - 1;
  }

  /**
   * Whether an access to memory 0 at index + displacement is left to the guard zone, or is within what code made sure
   * of as it usually does, and no more is to be said.
   */
  boolean isUsual(State state, int instruction, long index, long displacement, int bytes)
      throws VerificationError {
    if (analysis.guarded) {
      return isGuarded(index, displacement, bytes) && Value.isStack(state.registers[STACK_POINTER])
          && isFault(state, instruction);
    }
    if (displacement < 0) {
      return false;
    }
    if (index >= 0) {
      return index == MASKED ? analysis.masked && displacement + bytes <= MemoryLayout.TAIL_BYTES
          : Value.isConstant(index) && Value.addend(index) + displacement + bytes <= analysis.leastLength(0);
    }
    long end = Value.addend(index) + displacement + bytes;
    int symbol = Value.symbol(index);
    return analysis.facts.inMemory(symbol, 0) >= end
        && (!analysis.hardened || isClamped(symbol, 0, end));
  }

  /** Under {@code HARDENED}, arithmetic alone keeps the access within the memory or at its own start. */
  private void requireClamp(State state, int instruction, int memory, long index, long end)
      throws VerificationError {
    if (!analysis.hardened || Value.isConstant(index) && end <= analysis.leastLength(memory)
        || isClamped(Value.symbol(index), memory, end)) {
      return;
    }
    if (index == ZERO && end <= NEAR_START) {
      return;
    }
    long most = analysis.mostByArithmetic(index);
    boolean small = most >= 0 && most <= MOST - end && most + end <= analysis.leastLength(memory);
    if (!small) {
      throw analysis.error(Rule.SPECULATION, instruction, "an index that is not clamped", state);
    }
  }

  /** Whether arithmetic alone keeps symbol + end within the memory, or the symbol is 0 and end near the start. */
  private boolean isClamped(int symbol, int memory, long end) {
    return analysis.facts.clampedInMemory(symbol, memory) >= end
        && end <= Math.max(NEAR_START, analysis.leastLength(memory));
  }

  private void guarded(State state, int instruction, long last, int bytes) throws VerificationError {
    if (last + bytes > GUARDED_BYTES) {
      throw analysis.error(Rule.MEMORY, instruction, "an access that may reach behind the guard zone", state);
    }
    if (!Value.is(state.registers[CONTEXT], Kind.CONTEXT)) {
      throw analysis.error(Rule.CONTEXT, instruction, "an access that may fault, without the context in r15", state);
    }
    if (!isFault(state, instruction)) {
      throw analysis.error(Rule.MEMORY, instruction, "an access that may fault, and is not said to", state);
    }
  }

  /**
   * Whether the tables say that the instruction may fault, and where the return address is then,
   * which is there: without tail calls nothing that was written over it could end, for nobody may
   * read it before.
   */
  private boolean isFault(State state, int instruction) throws VerificationError {
    int row = listing.faultRow(instruction);
    int pointer = analysis.stackPointer(state, instruction);
    return row >= 0 && analysis.code.faultSites()[row + CompiledFunction.REMAINING] == -pointer
        && Value.is(state.registers[CONTEXT], Kind.CONTEXT) && analysis.agreesWithCalls(instruction, -pointer)
        && (Value.is(state.frame.load(0, Long.BYTES), Kind.RETURN_ADDRESS) || !hasTailCall());
  }

  private void refuseWrite(State state, int instruction, boolean writes, String what) throws VerificationError {
    if (writes) {
      throw analysis.error(Rule.MEMORY, instruction, "a write to " + what, state);
    }
  }
}
