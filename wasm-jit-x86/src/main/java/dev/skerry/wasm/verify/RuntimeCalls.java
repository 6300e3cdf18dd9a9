package dev.skerry.wasm.verify;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.regalloc.Symbol;

/** What compiled code may ask of the runtime: an instruction, and indices that the module has (rule 3). */
final class RuntimeCalls {

  private RuntimeCalls() {
  }

  /**
   * Whether the operation at a place of a table of sites, with the two indices behind it, is one that the runtime does,
   * and the one that the stub does which is called there. Stubs check their operands, and know memory 0 alone.
   */
  static boolean isAllowed(ModuleInfo module, Symbol stub, int[] table, int place) {
    int first = table[place + 1];
    int second = table[place + 2];
    boolean fits = switch (stub) {
      case FILL -> table[place] == Op.MEMORY_FILL && first == 0;
      case COPY -> table[place] == Op.MEMORY_COPY && first == 0 && second == 0;
      default -> true;
    };
    if (!fits) {
      return false;
    }
    int memories = module.memories().length;
    int tables = module.tables().length;
    return switch (table[place]) {
      case Op.MEMORY_GROW, Op.MEMORY_FILL, Op.ATOMIC_NOTIFY, Op.ATOMIC_WAIT32, Op.ATOMIC_WAIT64 ->
          isBelow(first, memories);
      case Op.MEMORY_COPY -> isBelow(first, memories) && isBelow(second, memories);
      case Op.MEMORY_INIT -> isBelow(first, module.data().length) && isBelow(second, memories);
      case Op.DATA_DROP -> isBelow(first, module.data().length);
      case Op.TABLE_GROW, Op.TABLE_FILL -> isBelow(first, tables);
      case Op.TABLE_COPY -> isBelow(first, tables) && isBelow(second, tables);
      case Op.TABLE_INIT -> isBelow(first, module.elements().length) && isBelow(second, tables);
      case Op.ELEM_DROP -> isBelow(first, module.elements().length);
      case Op.THROW -> isBelow(first, module.tags().length);
      case Op.THROW_REF -> true;
      default -> false;
    };
  }

  private static boolean isBelow(int index, int count) {
    return index >= 0 && index < count;
  }
}
