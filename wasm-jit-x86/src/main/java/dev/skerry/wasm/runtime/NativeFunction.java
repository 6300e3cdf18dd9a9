package dev.skerry.wasm.runtime;

import dev.skerry.wasm.regalloc.CompiledFunction;
import java.lang.ref.Reference;

/** The machine code of one function, or of one of its loops, in the code region. */
final class NativeFunction implements CodeObject {

  private final Reference<ModuleCode> module;
  private final int function;
  private final CompiledFunction compiled;
  private final long address;

  /**
   * Code of a function.
   *
   * @param module which whoever asks for it keeps reachable
   * @param function index in the module
   * @param address of the first byte
   */
  NativeFunction(Reference<ModuleCode> module, int function, CompiledFunction compiled, long address) {
    this.module = module;
    this.function = function;
    this.compiled = compiled;
    this.address = address;
  }

  ModuleCode module() {
    return module.get();
  }

  int function() {
    return function;
  }

  /** Address of the first byte. */
  long address() {
    return address;
  }

  /** Address that callers enter at. */
  long entry() {
    return address + compiled.entry();
  }

  int parameterBytes() {
    return compiled.parameterBytes();
  }

  int[] faultSites() {
    return compiled.faultSites();
  }

  /** Rows of {@link dev.skerry.wasm.ir.InlinedBodies}, which positions of sites may be in. */
  int[] inlined() {
    return compiled.inlined();
  }

  /** What is known of the code that a return address, or a faulting access, lies in. */
  Site site(long pc) {
    int offset = (int) (pc - address);
    int row = CompiledFunction.find(compiled.callSites(), CompiledFunction.CALL_SITE_FIELDS, offset);
    if (row >= 0) {
      return new Site(compiled.callSites(), row, true);
    }
    row = CompiledFunction.find(compiled.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, offset);
    if (row >= 0) {
      return new Site(compiled.trapSites(), row, false);
    }
    row = CompiledFunction.find(compiled.faultSites(), CompiledFunction.FAULT_SITE_FIELDS, offset);
    if (row >= 0) {
      return new Site(compiled.faultSites(), row, false);
    }
    throw new IllegalStateException("function " + function + " has no site at offset " + offset + " of its code");
  }

  /** Where an exception goes on that the call at the site throws, or 0. */
  long landing(Site site) {
    int landing = site.isCall ? site.table[site.row + CompiledFunction.CALL_LANDING] : -1;
    return landing < 0 ? 0 : address + landing;
  }

  /** What an exception is compared with that the call at the site throws, as {@link CompiledFunction#guards}. */
  int[] guard(Site site) {
    return compiled.guards()[site.table[site.row + CompiledFunction.CALL_GUARD]];
  }

  /**
   * A place where the code may have stopped.
   *
   * @param isCall whether it calls a function or the runtime
   */
  record Site(int[] table, int row, boolean isCall) {

    /** Byte offset of the instruction in the module, or its position in an inlined body. */
    int position() {
      return table[row + CompiledFunction.WASM_OFFSET];
    }

    /** Bytes from the stack pointer after a return up to the function's own return address. */
    int remaining() {
      return table[row + CompiledFunction.REMAINING];
    }

    /** The instruction that the runtime does, an {@code interp.Op}. */
    int operation() {
      if (!isCall || table[row + CompiledFunction.CALL_OPERATION] < 0) {
        throw new IllegalStateException("no instruction of the runtime is there");
      }
      return table[row + CompiledFunction.CALL_OPERATION];
    }

    int index() {
      return table[row + CompiledFunction.CALL_OPERATION + 1];
    }

    int index2() {
      return table[row + CompiledFunction.CALL_OPERATION + 2];
    }
  }
}
