package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import java.util.Set;

/** Which instructions need the flags of those before, and which leave none of them. */
final class Flags {

  private static final int READS = 1;
  private static final int WRITES = 2;
  /** How far is looked ahead. */
  private static final int REACH = 8;
  /** Those that set or destroy all arithmetic flags, whatever their operands are. */
  private static final Set<String> WRITERS = Set.of("add", "sub", "and", "or", "xor", "cmp", "test", "neg", "imul",
      "mul", "div", "idiv", "popcnt", "lzcnt", "tzcnt", "andn", "blsr", "blsmsk", "blsi", "bzhi", "bextr", "comiss",
      "comisd", "ucomiss", "ucomisd", "vcomiss", "vcomisd", "vucomiss", "vucomisd", "ptest", "vptest");
  private static final byte[] TABLE = table();

  private Flags() {
  }

  private static byte[] table() {
    byte[] table = new byte[1 << Lir.OP_BITS];
    for (Row row : Rows.all()) {
      String name = row.mnemonic();
      boolean reads = name.startsWith("j") || name.startsWith("set") || name.startsWith("cmov") || name.equals("adc")
          || name.equals("sbb");
      table[row.id()] = (byte) (reads ? READS : WRITERS.contains(name) ? WRITES : 0);
    }
    for (Pseudo pseudo : Pseudo.values()) {
      table[pseudo.op] = switch (pseudo) {
        case TRAP_IF, BRANCH, BRANCH_EITHER -> READS;
        case MOVE, PARALLEL_MOVE, CONSTANT, LOAD_PARAMETER, STORE_ARGUMENT -> 0;
        default -> WRITES;
      };
    }
    return table;
  }

  /** Whether the flags may be destroyed before an instruction of a block that ends there. */
  static boolean areDead(Lir lir, int instruction, int end) {
    int reach = Math.min(end, instruction + REACH);
    for (int i = instruction; i < reach; i++) {
      int effect = TABLE[lir.words[lir.starts[i]] & Lir.OP];
      if (effect != 0) {
        return effect == WRITES;
      }
    }
    return reach == end;
  }
}
