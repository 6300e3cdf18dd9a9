package dev.skerry.wasm.runtime;

import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;

/**
 * Where direct calls lead whose callees have no machine code yet: on through the callee's descriptor in the instance
 * that runs, so to whatever its entry is then. They change r10 alone, and no frame is ever in them.
 *
 * @param address of the first one's first byte; the others of a block follow
 */
record Detour(long address) implements CodeObject {

  /** From one of a block to the next; none is longer. */
  static final int BYTES = 16;

  /**
   * One of them.
   *
   * @param place where instance contexts of the module have the callee's descriptor
   */
  static byte[] code(int place) {
    Assembler code = new Assembler();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.R15, place));
    code.emit(ControlRows.JMP_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    return code.finish();
  }
}
