package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import java.util.Map;

/** What the runtime may be asked for: an operation that it does, with indices that the module has. */
final class RuntimeRequests {

  /** What the two indices of an operation name: m memory, d data, t table, e elements, g tag, - nothing. */
  private static final Map<Integer, String> INDICES = Map.ofEntries(
      Map.entry(Op.MEMORY_GROW, "m-"), Map.entry(Op.MEMORY_FILL, "m-"), Map.entry(Op.MEMORY_COPY, "mm"),
      Map.entry(Op.MEMORY_INIT, "dm"), Map.entry(Op.DATA_DROP, "d-"), Map.entry(Op.TABLE_GROW, "t-"),
      Map.entry(Op.TABLE_FILL, "t-"), Map.entry(Op.TABLE_COPY, "tt"), Map.entry(Op.TABLE_INIT, "et"),
      Map.entry(Op.ELEM_DROP, "e-"), Map.entry(Op.ATOMIC_NOTIFY, "m-"), Map.entry(Op.ATOMIC_WAIT32, "m-"),
      Map.entry(Op.ATOMIC_WAIT64, "m-"), Map.entry(Op.THROW, "g-"), Map.entry(Op.THROW_REF, "--"));

  private RuntimeRequests() {
  }

  /** @throws Violation if the row of the table of calls asks for what there is not */
  static void require(ModuleInfo module, Symbol symbol, int[] calls, int row) {
    int operation = calls[row + CompiledFunction.CALL_OPERATION];
    String indices = INDICES.get(operation);
    if (indices == null) {
      throw new Violation(Violation.Kind.TABLES, "the runtime does no operation " + operation);
    }
    for (int i = 0; i < 2; i++) {
      int index = calls[row + CompiledFunction.CALL_OPERATION + 1 + i];
      int count = switch (indices.charAt(i)) {
        case 'm' -> module.memories().length;
        case 'd' -> module.data().length;
        case 't' -> module.tables().length;
        case 'e' -> module.elements().length;
        case 'g' -> module.tags().length;
        default -> Integer.MAX_VALUE;
      };
      boolean first = symbol == Symbol.FILL || symbol == Symbol.COPY;
      if (indices.charAt(i) != '-' && (index < 0 || index >= count || first && index != 0)) {
        throw new Violation(Violation.Kind.TABLES, "the runtime is asked for operation " + operation + " of " + index);
      }
    }
    if (symbol == Symbol.FILL && operation != Op.MEMORY_FILL || symbol == Symbol.COPY && operation != Op.MEMORY_COPY) {
      throw new Violation(Violation.Kind.TABLES, "the stub " + symbol + " does no operation " + operation);
    }
  }
}
