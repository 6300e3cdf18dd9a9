package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.BitSet;

/** Calls, returns, and jumps out of the function: what others rely on must hold there (rules 3, 4 and 6). */
final class CallRule {

  /** The stack pointer is a multiple of it at every call. */
  private static final int STACK_ALIGNMENT = 16;

  private static final int R15 = Gpr.R15.ordinal();
  private static final int R14 = Gpr.R14.ordinal();
  private static final int R10 = Gpr.R10.ordinal();
  private static final int RSP = Gpr.RSP.ordinal();

  private final Analysis analysis;
  private final Listing listing;
  private Contract contract;
  private CompiledFunction code;
  private boolean hasMemory;
  /** Guards that make sense, as far as calls asked for them. */
  private final BitSet guards = new BitSet();

  CallRule(Analysis analysis) {
    this.analysis = analysis;
    this.listing = analysis.listing;
  }

  /** Lets go of the function. */
  void release() {
    contract = null;
    code = null;
  }

  /** Goes on with the function that the analysis is of now; what is known at its first instruction. */
  void begin(State state) throws VerificationError {
    contract = analysis.contract;
    code = analysis.code;
    hasMemory = contract.module().memories().length > 0;
    guards.clear();
    Signature signature = analysis.signatures.ofFunction(contract.function());
    int parameters = contract.replacesFrame() ? 0 : signature.stackBytes();
    if (code.parameterBytes() != parameters) {
      throw listing.error(Rule.STACK, code.entry(), "the function has " + parameters
          + " bytes of parameters on the stack, not " + code.parameterBytes());
    }
    state.clear(parameters);
    state.registers[RSP] = Value.stack(0);
    state.registers[R15] = Value.of(Kind.CONTEXT);
    if (hasMemory) {
      state.registers[R14] = Value.of(Kind.MEMORY_BASE, 0);
    }
    state.frame.store(0, Long.BYTES, Value.of(Kind.RETURN_ADDRESS));
    if (contract.replacesFrame()) {
      state.registers[Gpr.RDI.ordinal()] = Value.of(Kind.FRAME);
      return;
    }
    for (int parameter : signature.parameters()) {
      state.registers[Signature.register(parameter)] = analysis.newNumber(Signature.bits(parameter));
    }
  }

  /** A call that may come back; what is known then. */
  void call(State state, int at) throws VerificationError {
    int relocation = listing.relocation(at);
    if (relocation < 0) {
      descriptor(state, at);
      back(state, at, callee(state, at));
      return;
    }
    Symbol symbol = listing.symbol(relocation);
    if (symbol == Symbol.FUNCTION) {
      back(state, at, own(state, at, listing.symbolIndex(relocation)));
    } else if (symbol.isRuntime()) {
      requireContext(state, at);
      requireChecked(state, at);
      int row = site(state, at, code.callSites(), listing.callRow(at + 1), 0);
      if (!RuntimeCalls.isAllowed(
          contract.module(), symbol, code.callSites(), row + CompiledFunction.CALL_OPERATION)) {
        throw analysis.error(Rule.BRANCHES, at, "the runtime knows no such operation", state);
      }
      state.afterCall();
    } else {
      stub(state, at);
      state.afterStop();
    }
  }

  /** Whether a stub that keeps all registers may be called, from here or by a branch to there. */
  void stub(State state, int at) throws VerificationError {
    requireContext(state, at);
    int relocation = listing.relocation(at);
    int row = site(state, at, code.trapSites(), listing.trapRow(at + 1), 0);
    if (listing.callRow(at + 1) >= 0) {
      throw analysis.error(Rule.STACK, at, "a call of a stub that the table of calls has too", state);
    }
    if (code.trapSites()[row + CompiledFunction.TRAP_SYMBOL] != listing.symbol(relocation).ordinal()
        || code.trapSites()[row + CompiledFunction.TRAP_SYMBOL + 1] != listing.symbolIndex(relocation)) {
      throw analysis.error(Rule.BRANCHES, at, "a stub that the table of traps names differently", state);
    }
  }

  /**
   * Whether the exceptions that a call lets through are caught by tables that make sense, in a frame that keeps its
   * context where the unwinder reads it: below the return address.
   */
  void requireGuard(State state, int at) throws VerificationError {
    if (!Value.is(state.frame.load(-Long.BYTES, Long.BYTES), Kind.CONTEXT)) {
      throw analysis.error(Rule.CONTEXT, at, "a landing pad of a frame that does not keep its context", state);
    }
    int row = listing.callRow(at + 1);
    int guard = code.callSites()[row + CompiledFunction.CALL_GUARD];
    if (guard >= 0 && guards.get(guard)) {
      return;
    }
    boolean known = guard >= 0 && guard < code.guards().length && code.guards()[guard].length % 2 == 0;
    for (int i = 0; known && i < code.guards()[guard].length; i += 2) {
      known = code.guards()[guard][i] < contract.module().tags().length;
    }
    if (!known) {
      throw analysis.error(Rule.BRANCHES, at, "a landing pad whose guard is none of the function's", state);
    }
    guards.set(guard);
  }

  /** Only what checked the stack may call: so unchecked frames are never more than one. */
  private void requireChecked(State state, int at) throws VerificationError {
    if (state.checkedDepth() == State.UNCHECKED) {
      throw analysis.error(Rule.STACK, at, "a call without a check of the stack before", state);
    }
  }

  private void requireContext(State state, int at) throws VerificationError {
    if (!Value.is(state.registers[R15], Kind.CONTEXT)) {
      throw analysis.error(Rule.CONTEXT, at, "r15 is not the context", state);
    }
  }

  /** Whether a call or jump goes to the entry that a descriptor in r10 names, with its context and memory. */
  private void descriptor(State state, int at) throws VerificationError {
    long callee = state.registers[R10];
    boolean isEntry = listing.operand(at, 0) == InstructionScanner.MEMORY && listing.base(at) == R10
        && listing.indexRegister(at) == InstructionScanner.NONE && listing.displacement(at) == Layout.FUNCTION_ENTRY;
    if (!isEntry || !Value.is(callee, Kind.DESCRIPTOR)) {
      throw analysis.error(Rule.BRANCHES, at, "no entry of a function's descriptor", state);
    }
    if (Value.addend(callee) == 0) {
      throw analysis.error(Rule.SPECULATION, at, "a descriptor that is not replaced if its type is another", state);
    }
    int symbol = Value.symbol(callee);
    if (state.registers[R15] != Value.of(Kind.CALLEE_CONTEXT, symbol)
        || state.registers[R14] != Value.of(Kind.CALLEE_MEMORY, symbol)) {
      throw analysis.error(Rule.CONTEXT, at, "r15 and r14 are not the context and memory of the callee", state);
    }
  }

  private Signature callee(State state, int at) throws VerificationError {
    long id = analysis.facts.find(Value.symbol(state.registers[R10]), Fact.HAS_TYPE, 0);
    Signature signature = analysis.signatures.withId(id);
    if (signature == null) {
      throw analysis.error(Rule.TYPES, at, "the type of the callee was not checked", state);
    }
    if (Value.addend(state.registers[R10]) != 1 + id) {
      throw analysis.error(Rule.SPECULATION, at, "a descriptor that is replaced if it has that type", state);
    }
    return signature;
  }

  private Signature own(State state, int at, int function) throws VerificationError {
    if (function < contract.module().importedFunctions() || function >= contract.module().functions().length) {
      throw analysis.error(Rule.BRANCHES, at, "the module has no own function " + function, state);
    }
    requireContext(state, at);
    if (hasMemory && state.registers[R14] != Value.of(Kind.MEMORY_BASE, 0)) {
      throw analysis.error(Rule.CONTEXT, at, "r14 is not the base of the memory", state);
    }
    return analysis.signatures.ofFunction(function);
  }

  /** The callee comes back: it has popped its parameters, and every register but the stack pointer is another. */
  private void back(State state, int at, Signature signature) throws VerificationError {
    requireChecked(state, at);
    requireNarrow(state, at, signature.narrow(), "parameter");
    int popped = signature.stackBytes();
    int pointer = analysis.stackPointer(state, at);
    if (pointer + popped > 0) {
      throw analysis.error(Rule.STACK, at, "the callee would pop more than the frame has", state);
    }
    if ((pointer + Long.BYTES) % STACK_ALIGNMENT != 0) {
      throw analysis.error(Rule.STACK, at, "the callee's stack would not be aligned", state);
    }
    site(state, at, code.callSites(), listing.callRow(at + 1), popped);
    state.frame.forget(pointer, pointer + popped);
    state.afterCall();
    state.registers[RSP] = Value.stack(pointer + popped);
    for (int result : signature.results()) {
      state.registers[Signature.register(result)] = analysis.newNumber(Signature.bits(result));
    }
  }

  /** Integers of 32 bits go out with their upper half zero. */
  private void requireNarrow(State state, int at, int registers, String what) throws VerificationError {
    for (int left = registers; left != 0; left &= left - 1) {
      int register = Integer.numberOfTrailingZeros(left);
      if (analysis.bits(state.registers[register]) > Integer.SIZE) {
        throw analysis.error(Rule.TYPES, at, "the " + what + " in " + Gpr.of(register).name(Long.SIZE)
            + " may have more than 32 bits", state);
      }
    }
  }

  /** The row of a call in a table, which must say where the function's own return address is. */
  private int site(State state, int at, int[] table, int row, int popped) throws VerificationError {
    int pointer = analysis.stackPointer(state, at) + popped;
    if (row < 0 || table[row + CompiledFunction.REMAINING] != -pointer
        || !Value.is(state.frame.load(0, Long.BYTES), Kind.RETURN_ADDRESS)) {
      throw analysis.error(Rule.STACK, at, "the tables do not say where the return address is after this call", state);
    }
    return row;
  }

  /** A return. */
  void leave(State state, int at) throws VerificationError {
    long popped = listing.operand(at, 0) == InstructionScanner.IMMEDIATE ? listing.immediate(at) : 0;
    if (analysis.stackPointer(state, at) != 0 || popped != code.parameterBytes()
        || !Value.is(state.frame.load(0, Long.BYTES), Kind.RETURN_ADDRESS)) {
      throw analysis.error(Rule.STACK, at, "a return from another place of the stack than the entry's", state);
    }
    requireNarrow(state, at, analysis.signatures.ofFunction(contract.function()).narrowResults(), "result");
  }

  /** A jump to another function, which returns in place of this one. */
  void tailCall(State state, int at) throws VerificationError {
    int relocation = listing.relocation(at);
    Signature callee;
    if (relocation >= 0) {
      if (listing.symbol(relocation) != Symbol.FUNCTION) {
        throw analysis.error(Rule.BRANCHES, at, "a jump to a stub", state);
      }
      callee = own(state, at, listing.symbolIndex(relocation));
    } else {
      descriptor(state, at);
      callee = callee(state, at);
    }
    requireChecked(state, at);
    requireNarrow(state, at, callee.narrow(), "parameter");
    int expected = code.parameterBytes() - callee.stackBytes();
    int pointer = analysis.stackPointer(state, at);
    if (pointer != expected || !Value.is(state.frame.load(pointer, Long.BYTES), Kind.RETURN_ADDRESS)) {
      throw analysis.error(Rule.STACK, at, "a tail call that does not leave the stack to its callee", state);
    }
    if (!callee.hasResultsOf(analysis.signatures.ofFunction(contract.function()))) {
      throw analysis.error(Rule.TYPES, at, "a tail call of a function with other results", state);
    }
  }
}
