package dev.skerry.wasm.verify;

import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Segment;

/** Justifies every memory operand, or refuses it (rule 2); and says what a load from a known place gives. */
final class AccessRule {

  /** Slots of the call buffer: parameters or results of one function, vectors taking two. */
  static final int CALL_BUFFER_BYTES = 2 * 1000 * Long.BYTES;

  /** Reach of the guard zone: addresses of 32 bits, and static offsets with the width of an access. */
  private static final long GUARDED_BYTES = (4L << 30) + (2L << 30);
  private static final int ALIGNMENT = 16;
  private static final long U32 = 0xffff_ffffL;

  private final Analysis analysis;
  private final Contract contract;

  AccessRule(Analysis analysis) {
    this.analysis = analysis;
    this.contract = analysis.contract;
  }

  /**
   * Checks the access of an instruction.
   *
   * @param stored what is written, or {@link Value#ANY}
   * @return what is read, or {@link Value#ANY}; numbers are left to the instruction to name
   */
  long check(State state, int instruction, Operand operand, boolean reads, boolean writes, long stored)
      throws VerificationError {
    Row row = analysis.listing.row(instruction);
    int bytes = Effects.memoryBytes(row);
    if (bytes == 0) {
      throw analysis.error(Rule.MEMORY, instruction, "an access of unknown size", state);
    }
    boolean mustAlign = Effects.mustAlign(row);
    if (operand instanceof Rip rip) {
      return constant(state, instruction, rip, bytes, writes, mustAlign);
    }
    Mem mem = (Mem) operand;
    if (mem.segment() != Segment.NONE || mem.base() == null) {
      throw analysis.error(Rule.MEMORY, instruction, "an address without a base that is known", state);
    }
    long base = Analysis.get(state, mem.base());
    Kind kind = Value.kind(base);
    if (mustAlign && (kind != Kind.STACK || (Value.addend(base) + mem.displacement() + Long.BYTES) % ALIGNMENT != 0)) {
      throw analysis.error(Rule.MEMORY, instruction, "an access that must be aligned, where nothing says that it is",
          state);
    }
    if (mem.index() != null) {
      return indexed(state, instruction, mem, base, bytes, writes);
    }
    long at = mem.displacement();
    switch (kind) {
      case STACK:
        return stack(state, instruction, Value.addend(base) + at, bytes, reads, writes, stored);
      case CONTEXT:
        return context(state, instruction, at, bytes, writes);
      case STORE:
        refuseWrite(state, instruction, writes, "the store's context");
        return store(state, instruction, at, bytes);
      case CALL_BUFFER:
        return within(state, instruction, at, bytes, CALL_BUFFER_BYTES, "the call buffer");
      case MEMORY_RECORD:
        refuseWrite(state, instruction, writes, "a memory's record");
        return record(state, instruction, at, bytes, Kind.MEMORY_BASE, Kind.MEMORY_LENGTH, Value.symbol(base));
      case TABLE_RECORD:
        refuseWrite(state, instruction, writes, "a table's record");
        return record(state, instruction, at, bytes, Kind.TABLE_BASE, Kind.TABLE_LENGTH, Value.symbol(base));
      case MEMORY_BASE:
        linear(state, instruction, Value.symbol(base), Value.constant(0), at, bytes);
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
        throw analysis.error(Rule.MEMORY, instruction,
            mem.base().name(Long.SIZE) + " is " + Value.text(base) + ", no address that may be used", state);
    }
  }

  private long constant(State state, int instruction, Rip rip, int bytes, boolean writes, boolean mustAlign)
      throws VerificationError {
    long at = (long) analysis.listing.after(instruction) + rip.displacement();
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
    long loaded = reads ? state.load(at, bytes) : Value.ANY;
    if (writes) {
      state.store(at, bytes, stored);
    } else if (reads && (loaded == Value.ANY || Value.isAnonymous(loaded))
        && (bytes == Long.BYTES || bytes == Integer.BYTES)) {
      // What is read twice is the same both times.
      loaded = Value.symbol(analysis.define(state, instruction, Symbols.FOUND),
          Math.min(bytes * Byte.SIZE, Value.bits(loaded)));
      state.store(at, bytes, loaded);
    }
    return loaded;
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
      int symbol = analysis.define(state, instruction, 0);
      state.learn(symbol, Fact.HAS_TYPE, 0, contract.typeIdOf(index));
      return Value.of(Kind.DESCRIPTOR, symbol);
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
      state.readLimit();
      return Value.of(Kind.STACK_LIMIT);
    }
    if (!interrupt) {
      throw analysis.error(Rule.MEMORY, instruction, "code has no use for the store's field at " + at, state);
    }
    return Value.of(Kind.INTERRUPT);
  }

  private long record(State state, int instruction, long at, int bytes, Kind base, Kind length, int index)
      throws VerificationError {
    if (bytes == Long.BYTES && at == Layout.RECORD_BASE) {
      return Value.of(base, index);
    }
    if (bytes == Long.BYTES && at == Layout.RECORD_LENGTH) {
      return Value.of(length, index);
    }
    throw analysis.error(Rule.MEMORY, instruction, "a part of a record", state);
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
    long parameters = 0;
    for (ValType type : contract.type().params()) {
      parameters += (long) type.slots() * Long.BYTES;
    }
    return within(state, instruction, at + parameters, bytes, parameters + contract.frameBytes(), "tier 0's frame");
  }

  private long indexed(State state, int instruction, Mem mem, long base, int bytes, boolean writes)
      throws VerificationError {
    long index = Analysis.get(state, mem.index());
    switch (Value.kind(base)) {
      case MEMORY_BASE:
        scaled(state, instruction, Value.symbol(base), index, mem.scale(), mem.displacement(), bytes);
        return Value.ANY;
      case TABLE_BASE:
        boolean inTable = Value.isNumber(index) && mem.scale() == Integer.BYTES && bytes == Integer.BYTES
            && mem.displacement() == 0
            && state.fact(Value.symbol(index), Fact.IN_TABLE, Value.symbol(base)) >= Value.addend(index) + 1;
        if (!inTable) {
          throw analysis.error(Rule.MEMORY, instruction, "an element that may be outside of its table", state);
        }
        return Value.ANY;
      case FUNCTIONS:
        refuseWrite(state, instruction, writes, "the table of functions");
        return function(state, instruction, index, mem, bytes);
      case JUMP_TABLE:
        refuseWrite(state, instruction, writes, "a jump table");
        return distance(state, instruction, base, index, mem, bytes);
      default:
        throw analysis.error(Rule.MEMORY, instruction,
            mem.base().name(Long.SIZE) + " is " + Value.text(base) + ", which takes no index", state);
    }
  }

  private long function(State state, int instruction, long index, Mem mem, int bytes) throws VerificationError {
    boolean known = Value.isNumber(index) && Value.addend(index) == 0 && mem.scale() == Long.BYTES
        && bytes == Long.BYTES && mem.displacement() == 0
        && state.fact(Value.symbol(index), Fact.IN_FUNCTIONS, 0) >= 1
        && state.fact(Value.symbol(index), Fact.NOT_ZERO, 0) >= 0;
    if (!known) {
      throw analysis.error(Rule.MEMORY, instruction, "a reference that may be null or outside of the store's", state);
    }
    int symbol = analysis.define(state, instruction, 0);
    return Value.of(Kind.DESCRIPTOR, symbol);
  }

  private long distance(State state, int instruction, long base, long index, Mem mem, int bytes)
      throws VerificationError {
    long most = Analysis.most(state, index);
    long table = Value.addend(base);
    if (mem.scale() != Integer.BYTES || bytes != Integer.BYTES || mem.displacement() != 0 || most < 0
        || table + (most + 1) * Integer.BYTES > analysis.code.code().length) {
      throw analysis.error(Rule.BRANCHES, instruction, "an entry that may be outside of its jump table", state);
    }
    analysis.tableOffsets[instruction] = (int) table;
    analysis.tableEntries[instruction] = most + 1;
    return Value.of(Kind.JUMP_DISTANCE, instruction);
  }

  private void scaled(State state, int instruction, int memory, long index, int scale, int displacement, int bytes)
      throws VerificationError {
    if (scale == 1) {
      linear(state, instruction, memory, index, displacement, bytes);
      return;
    }
    long most = Analysis.most(state, index);
    boolean fits = most >= 0 && most <= U32 / scale && displacement >= 0;
    if (!fits || !contract.isGuarded(memory)) {
      throw analysis.error(Rule.MEMORY, instruction, "a scaled address that may be out of bounds", state);
    }
    guarded(state, instruction, most * scale + displacement, bytes);
  }

  /** Linear memory at index + displacement. */
  private void linear(State state, int instruction, int memory, long index, long displacement, int bytes)
      throws VerificationError {
    if (Value.isNumber(index)) {
      long above = Value.addend(index) + displacement;
      if (above >= 0 && state.fact(Value.symbol(index), Fact.IN_MEMORY, memory) >= above + bytes) {
        return;
      }
      long most = Analysis.most(state, index);
      if (most >= 0 && most <= U32 && displacement >= 0) {
        if (most + displacement + bytes <= contract.leastLength(memory)) {
          return;
        }
        if (contract.isGuarded(memory)) {
          guarded(state, instruction, most + displacement, bytes);
          return;
        }
      }
    }
    throw analysis.error(Rule.MEMORY, instruction, bytes + " bytes at " + Value.text(index) + " + " + displacement
        + " may be out of bounds of memory " + memory, state);
  }

  private void guarded(State state, int instruction, long last, int bytes) throws VerificationError {
    if (last + bytes > GUARDED_BYTES) {
      throw analysis.error(Rule.MEMORY, instruction, "an access that may reach behind the guard zone", state);
    }
    int row = CompiledFunction.find(analysis.code.faultSites(), CompiledFunction.FAULT_SITE_FIELDS,
        analysis.listing.offset(instruction));
    int pointer = analysis.stackPointer(state, instruction);
    if (row < 0 || analysis.code.faultSites()[row + CompiledFunction.REMAINING] != -pointer
        || !analysis.agreesWithCalls(analysis.listing.offset(instruction), -pointer)) {
      throw analysis.error(Rule.MEMORY, instruction, "an access that may fault, and is not said to", state);
    }
    if (!Value.is(Analysis.get(state, Gpr.R15), Kind.CONTEXT)) {
      throw analysis.error(Rule.CONTEXT, instruction, "an access that may fault, without the context in r15", state);
    }
  }

  private void refuseWrite(State state, int instruction, boolean writes, String what) throws VerificationError {
    if (writes) {
      throw analysis.error(Rule.MEMORY, instruction, "a write to " + what, state);
    }
  }
}
