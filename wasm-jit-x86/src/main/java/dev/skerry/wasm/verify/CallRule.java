package dev.skerry.wasm.verify;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Segment;

/** Calls, returns, and jumps out of the function: what others rely on must hold there (rules 3, 4 and 6). */
final class CallRule {

  /** The stack pointer is a multiple of it at every call. */
  private static final int STACK_ALIGNMENT = 16;

  private final Analysis analysis;
  private final Contract contract;
  private final CompiledFunction code;

  CallRule(Analysis analysis) {
    this.analysis = analysis;
    this.contract = analysis.contract;
    this.code = analysis.code;
  }

  /** What is known at the function's first instruction. */
  State entry() throws VerificationError {
    CallingConvention convention = CallingConvention.of(contract.type());
    int parameters = contract.replacesFrame() ? 0 : convention.stackParameterBytes();
    if (code.parameterBytes() != parameters) {
      throw analysis.listing.error(Rule.STACK, code.entry(), "the function has " + parameters
          + " bytes of parameters on the stack, not " + code.parameterBytes());
    }
    State state = new State(parameters);
    Analysis.set(state, Gpr.RSP, Value.stack(0));
    Analysis.set(state, Gpr.R15, Value.of(Kind.CONTEXT));
    if (contract.module().memories().length > 0) {
      Analysis.set(state, Gpr.R14, Value.of(Kind.MEMORY_BASE, 0));
    }
    state.store(0, Long.BYTES, Value.of(Kind.RETURN_ADDRESS));
    if (contract.replacesFrame()) {
      Analysis.set(state, Gpr.RDI, Value.of(Kind.FRAME));
      return state;
    }
    for (int i = 0; i < convention.parameterCount(); i++) {
      if (convention.parameterRegister(i) instanceof Gpr gpr) {
        Analysis.set(state, gpr, Value.symbol(analysis.symbols.ofResult(-1, i), bits(convention.parameterType(i))));
      }
    }
    return state;
  }

  private static int bits(ValType type) {
    return type.equals(ValType.I64) ? Long.SIZE : Integer.SIZE;
  }

  /**
   * A call.
   *
   * @return whether it comes back
   */
  boolean call(State state, int at) throws VerificationError {
    int relocation = analysis.listing.relocation(at);
    if (relocation < 0) {
      descriptor(state, at);
      FuncType type = calleeType(state, at);
      back(state, at, type);
      return true;
    }
    Symbol symbol = analysis.listing.symbol(relocation);
    if (symbol == Symbol.FUNCTION) {
      FuncType type = own(state, at, analysis.listing.symbolIndex(relocation));
      back(state, at, type);
      return true;
    }
    requireContext(state, at);
    if (symbol.isRuntime()) {
      requireChecked(state, at);
      int row = site(state, at, code.callSites(), CompiledFunction.CALL_SITE_FIELDS, 0);
      if (!RuntimeCalls.isAllowed(
          contract.module(), symbol, code.callSites(), row + CompiledFunction.CALL_OPERATION)) {
        throw analysis.error(Rule.BRANCHES, at, "the runtime knows no such operation", state);
      }
      state.afterCall();
      int operation = code.callSites()[row + CompiledFunction.CALL_OPERATION];
      return operation != Op.THROW && operation != Op.THROW_REF;
    }
    int row = site(state, at, code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, 0);
    if (CompiledFunction.find(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, analysis.listing.after(at)) >= 0) {
      throw analysis.error(Rule.STACK, at, "a call of a stub that the table of calls has too", state);
    }
    if (code.trapSites()[row + CompiledFunction.TRAP_SYMBOL] != symbol.ordinal()
        || code.trapSites()[row + CompiledFunction.TRAP_SYMBOL + 1] != analysis.listing.symbolIndex(relocation)) {
      throw analysis.error(Rule.BRANCHES, at, "a stub that the table of traps names differently", state);
    }
    state.afterStop();
    return symbol != Symbol.TRAP;
  }

  /** Where an exception of a call lands, or -1; and the tables of what is caught must make sense. */
  int landingOf(int at) throws VerificationError {
    int row = CompiledFunction.find(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, analysis.listing.after(at));
    int landing = row < 0 ? Listing.NONE : code.callSites()[row + CompiledFunction.CALL_LANDING];
    if (landing < 0) {
      return Listing.NONE;
    }
    int guard = code.callSites()[row + CompiledFunction.CALL_GUARD];
    boolean known = guard >= 0 && guard < code.guards().length && code.guards()[guard].length % 2 == 0;
    for (int i = 0; known && i < code.guards()[guard].length; i += 2) {
      known = code.guards()[guard][i] < contract.module().tags().length;
    }
    if (!known) {
      throw analysis.listing.error(Rule.BRANCHES, landing, "a landing pad whose guard is none of the function's");
    }
    return landing;
  }

  /** What is known where an exception of a call lands. */
  State landing(State afterCall) {
    State state = afterCall.copy();
    state.afterCall();
    return state;
  }

  /** Only what checked the stack may call: so unchecked frames are never more than one. */
  private void requireChecked(State state, int at) throws VerificationError {
    if (state.checkedDepth() == State.UNCHECKED) {
      throw analysis.error(Rule.STACK, at, "a call without a check of the stack before", state);
    }
  }

  private void requireContext(State state, int at) throws VerificationError {
    if (!Value.is(Analysis.get(state, Gpr.R15), Kind.CONTEXT)) {
      throw analysis.error(Rule.CONTEXT, at, "r15 is not the context", state);
    }
  }

  /** Whether a call or jump goes to the entry that a descriptor in r10 names, with its context and memory. */
  private void descriptor(State state, int at) throws VerificationError {
    Operand target = analysis.listing.operand(at, 0);
    Mem expected = new Mem(Segment.NONE, Gpr.R10, null, 1, Layout.FUNCTION_ENTRY);
    long callee = Analysis.get(state, Gpr.R10);
    if (!expected.equals(target) || !Value.is(callee, Kind.DESCRIPTOR)) {
      throw analysis.error(Rule.BRANCHES, at, "no entry of a function's descriptor", state);
    }
    int symbol = Value.symbol(callee);
    if (Analysis.get(state, Gpr.R15) != Value.of(Kind.CALLEE_CONTEXT, symbol)
        || Analysis.get(state, Gpr.R14) != Value.of(Kind.CALLEE_MEMORY, symbol)) {
      throw analysis.error(Rule.CONTEXT, at, "r15 and r14 are not the context and memory of the callee", state);
    }
  }

  private FuncType calleeType(State state, int at) throws VerificationError {
    long id = state.fact(Value.symbol(Analysis.get(state, Gpr.R10)), Fact.HAS_TYPE, 0);
    FuncType type = id == Facts.UNKNOWN ? null : contract.typeWithId(id);
    if (type == null) {
      throw analysis.error(Rule.TYPES, at, "the type of the callee was not checked", state);
    }
    return type;
  }

  private FuncType own(State state, int at, int function) throws VerificationError {
    if (function < contract.module().importedFunctions() || function >= contract.module().functions().length) {
      throw analysis.error(Rule.BRANCHES, at, "the module has no own function " + function, state);
    }
    requireContext(state, at);
    if (contract.module().memories().length > 0
        && Analysis.get(state, Gpr.R14) != Value.of(Kind.MEMORY_BASE, 0)) {
      throw analysis.error(Rule.CONTEXT, at, "r14 is not the base of the memory", state);
    }
    return contract.typeOf(function);
  }

  /** The callee comes back: it has popped its parameters, and every register but the stack pointer is another. */
  private void back(State state, int at, FuncType type) throws VerificationError {
    CallingConvention convention = CallingConvention.of(type);
    requireChecked(state, at);
    requireIntegers(state, at, convention, true);
    int popped = convention.stackParameterBytes();
    int pointer = analysis.stackPointer(state, at);
    if (pointer + popped > 0) {
      throw analysis.error(Rule.STACK, at, "the callee would pop more than the frame has", state);
    }
    if ((pointer + Long.BYTES) % STACK_ALIGNMENT != 0) {
      throw analysis.error(Rule.STACK, at, "the callee's stack would not be aligned", state);
    }
    site(state, at, code.callSites(), CompiledFunction.CALL_SITE_FIELDS, popped);
    state.forget(pointer, pointer + popped);
    state.afterCall();
    Analysis.set(state, Gpr.RSP, Value.stack(pointer + popped));
    for (int i = 0; i < convention.resultCount(); i++) {
      if (convention.resultRegister(i) instanceof Gpr gpr) {
        analysis.number(state, at, i + 1, gpr, bits(convention.resultType(i)));
      }
    }
  }

  /** Integers of 32 bits go out with their upper half zero. */
  private void requireIntegers(State state, int at, CallingConvention convention, boolean parameters)
      throws VerificationError {
    int count = parameters ? convention.parameterCount() : convention.resultCount();
    for (int i = 0; i < count; i++) {
      Operand register = parameters ? convention.parameterRegister(i) : convention.resultRegister(i);
      ValType type = parameters ? convention.parameterType(i) : convention.resultType(i);
      if (register instanceof Gpr gpr && bits(type) < analysis.bits(Analysis.get(state, gpr))) {
        throw analysis.error(Rule.TYPES, at, (parameters ? "parameter " : "result ") + i + " in "
            + gpr.name(Long.SIZE) + " may have more than 32 bits", state);
      }
    }
  }

  /** The row of a call's return address in a table, which must say where the function's own return address is. */
  private int site(State state, int at, int[] table, int fields, int popped) throws VerificationError {
    int row = CompiledFunction.find(table, fields, analysis.listing.after(at));
    int pointer = analysis.stackPointer(state, at) + popped;
    if (row < 0 || table[row + CompiledFunction.REMAINING] != -pointer
        || !Value.is(state.load(0, Long.BYTES), Kind.RETURN_ADDRESS)) {
      throw analysis.error(Rule.STACK, at, "the tables do not say where the return address is after this call", state);
    }
    return row;
  }

  /** A return. */
  void leave(State state, int at) throws VerificationError {
    int pointer = analysis.stackPointer(state, at);
    long popped = analysis.listing.instruction(at).operands().isEmpty() ? 0
        : ((Imm) analysis.listing.operand(at, 0)).value();
    CallingConvention convention = CallingConvention.of(contract.type());
    if (pointer != 0 || popped != code.parameterBytes()
        || !Value.is(state.load(0, Long.BYTES), Kind.RETURN_ADDRESS)) {
      throw analysis.error(Rule.STACK, at, "a return from another place of the stack than the entry's", state);
    }
    requireIntegers(state, at, convention, false);
  }

  /** A jump to another function, which returns in place of this one. */
  void tailCall(State state, int at) throws VerificationError {
    int relocation = analysis.listing.relocation(at);
    FuncType type;
    if (relocation >= 0) {
      if (analysis.listing.symbol(relocation) != Symbol.FUNCTION) {
        throw analysis.error(Rule.BRANCHES, at, "a jump to a stub", state);
      }
      type = own(state, at, analysis.listing.symbolIndex(relocation));
    } else {
      descriptor(state, at);
      type = calleeType(state, at);
    }
    CallingConvention convention = CallingConvention.of(type);
    requireChecked(state, at);
    requireIntegers(state, at, convention, true);
    int expected = code.parameterBytes() - convention.stackParameterBytes();
    int pointer = analysis.stackPointer(state, at);
    if (pointer != expected || !Value.is(state.load(pointer, Long.BYTES), Kind.RETURN_ADDRESS)) {
      throw analysis.error(Rule.STACK, at, "a tail call that does not leave the stack to its callee", state);
    }
    if (!sameResults(type, contract.type())) {
      throw analysis.error(Rule.TYPES, at, "a tail call of a function with other results", state);
    }
  }

  /** Whether results come back in the same places with the same sizes; references are numbers of 32 bits. */
  private static boolean sameResults(FuncType one, FuncType other) {
    boolean same = one.results().size() == other.results().size();
    for (int i = 0; same && i < one.results().size(); i++) {
      ValType a = one.results().get(i);
      ValType b = other.results().get(i);
      same = a.equals(b) || a.isReference() && b.isReference();
    }
    return same;
  }
}
