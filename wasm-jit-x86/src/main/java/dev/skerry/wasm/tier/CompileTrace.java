package dev.skerry.wasm.tier;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Lir;

/** Sees one function on its way through the compiler; what is shown must not be kept, for it changes. */
interface CompileTrace {

  /** Looks at nothing. */
  CompileTrace NONE = new CompileTrace() { };

  /** The graph after a step, {@code build} or the name of a pass. */
  default void graph(String step, Graph graph) {
  }

  /** The code with virtual registers. */
  default void lowered(Lir lir) {
  }

  default void emitted(CompiledFunction code) {
  }
}
