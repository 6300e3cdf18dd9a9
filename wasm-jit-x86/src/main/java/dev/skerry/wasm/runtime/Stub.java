package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.interp.Op;

/** One-instruction code that all stores share, for descriptors and frames that have no code of their own. */
enum Stub {
  /** Where outermost frames return to. */
  EXIT(Op.EXIT),
  HOST(Op.HOST),
  LAZY(Op.LAZY),
  /** Of functions that have machine code. */
  NATIVE(Op.NATIVE);

  private final NativeBlock block = NativeBlock.allocate(2 * Op.UNIT);

  Stub(int op) {
    NativeAccess.putInt(block.address(), op);
  }

  long address() {
    return block.address();
  }
}
