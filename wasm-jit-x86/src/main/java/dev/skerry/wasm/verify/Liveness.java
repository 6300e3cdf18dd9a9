package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;

/**
 * Which general registers are read behind the start of a block before they are written: what is known of others there
 * need not be remembered. No proof relies on it: where a register that is read were taken for one that is not, nothing
 * would be known of it.
 */
final class Liveness {

  private static final int ALL = State.ALL_REGISTERS;
  private static final int ALWAYS = 1 << Gpr.RSP.ordinal() | 1 << Gpr.R15.ordinal();
  /** What calls and jumps to others may pass on, as the calling convention has it; and what they come back with. */
  private static final int PASSED = ALWAYS | mask(Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9, Gpr.RAX, Gpr.RBX,
      Gpr.R14, Gpr.R10);
  private static final int WRITES_SHIFT = 16;

  /** What a row does with its first operands where they are general registers; then what is special of it. */
  private static final int OPERANDS = 3;
  private static final int WRITES_FIRST = OPERANDS;
  private static final int WRITES_SECOND = OPERANDS + 1;
  private static final int SPECIAL_SHIFT = WRITES_SECOND + 1;
  private static final int CLEARS = 1;
  private static final int CALLS = 2;
  private static final int JUMPS = 3;
  private static final int RETURNS = 4;
  private static final byte[] ROLES = new byte[Row.ID_LIMIT];
  /** By row: the general registers that it reads and, shifted, writes as a whole, whatever its operands are. */
  private static final int[] FIXED = new int[Row.ID_LIMIT];

  static {
    for (Row row : Rows.all()) {
      int index = 0;
      int roles = special(Effects.of(row)) << SPECIAL_SHIFT;
      for (OperandForm form : row.operands()) {
        boolean writes = form.role().writes() && form.bits() >= Integer.SIZE;
        if (form.fixed() instanceof Gpr gpr) {
          FIXED[row.id()] |= (form.role().reads() ? 1 << gpr.ordinal() : 0)
              | (writes ? 1 << WRITES_SHIFT + gpr.ordinal() : 0);
        }
        if (form.explicit()) {
          if (form.kind().takesGpr()) {
            roles |= (form.role().reads() ? 1 << index : 0) | (writes ? 1 << WRITES_FIRST + index : 0);
          }
          index++;
        }
      }
      ROLES[row.id()] = (byte) roles;
    }
  }

  private final Listing listing;
  private final Flow flow;
  /** By block: what is live where it starts; what it reads, and shifted, what it does not write. */
  private int[] live = new int[64];
  private int[] effects = new int[64];

  Liveness(Listing listing, Flow flow) {
    this.listing = listing;
    this.flow = flow;
  }

  private static int special(Effect effect) {
    return effect == Effect.XOR ? CLEARS : effect == Effect.CALL ? CALLS : effect == Effect.JUMP ? JUMPS
        : effect == Effect.RETURN ? RETURNS : 0;
  }

  private static int mask(Gpr... registers) {
    int mask = 0;
    for (Gpr register : registers) {
      mask |= 1 << register.ordinal();
    }
    return mask;
  }

  /** A bit for each general register of which something may be asked behind the start of the block. */
  int at(int block) {
    return live[block];
  }

  /** Finds what is live at the start of all blocks. */
  void find() {
    int blocks = flow.count();
    if (live.length < blocks) {
      live = new int[blocks + (blocks >> 1)];
      effects = new int[live.length];
    }
    for (int i = 0; i < flow.reached(); i++) {
      int block = flow.at(i);
      live[block] = 0;
      effects[block] = effects(flow.start(block), flow.stop(block));
    }
    boolean news = true;
    while (news) {
      news = false;
      // Blocks come before all that lead forward to them: only what leads back to a start of a loop saw less of it.
      for (int i = flow.reached() - 1; i >= 0; i--) {
        int block = flow.at(i);
        int before = behind(block) & effects[block] >>> WRITES_SHIFT | effects[block] & ALL;
        news |= before != live[block] && flow.isHeader(block);
        live[block] = before;
      }
    }
  }

  private int behind(int block) {
    int behind = 0;
    for (int k = flow.firstSuccessor(block); k < flow.firstSuccessor(block + 1); k++) {
      behind |= live[flow.successor(k)];
    }
    return behind;
  }

  /** What instructions read before they write it, and shifted, what they do not write. */
  private int effects(int start, int stop) {
    int reads = ALWAYS;
    int keeps = ALL;
    for (int at = stop - 1; at >= start; at--) {
      long word = listing.word(at);
      int row = InstructionScanner.row(word);
      int first = InstructionScanner.operand(word, 0);
      int second = InstructionScanner.operand(word, 1);
      int roles = ROLES[row] & 0xFF;
      int read = FIXED[row] | (roles & 1) << first | (roles >> 1 & 1) << second
          | (roles >> 2 & 1) << InstructionScanner.operand(word, 2)
          | 1 << InstructionScanner.base(word) | 1 << InstructionScanner.index(word);
      int written = FIXED[row] >>> WRITES_SHIFT | (roles >> WRITES_FIRST & 1) << first
          | (roles >> WRITES_SECOND & 1) << second;
      int special = roles >> SPECIAL_SHIFT;
      if (special != 0) {
        if (special == CLEARS) {
          read = first == second ? 0 : read;
        } else if (special != CALLS) {
          read |= special == RETURNS || leaves(at) ? PASSED : 0;
        } else {
          read |= PASSED;
          written = keepsRegisters(at) ? 0 : ALL & ~ALWAYS;
        }
      }
      reads = reads & ~written | read;
      keeps &= ~written;
    }
    return reads & ALL | keeps << WRITES_SHIFT;
  }

  private boolean leaves(int jump) {
    return listing.operand(jump, 0) >= InstructionScanner.MEMORY && flow.target(jump) == Flow.NONE;
  }

  private boolean keepsRegisters(int call) {
    int relocation = listing.relocation(call);
    return relocation >= 0 && listing.symbol(relocation) != Symbol.FUNCTION && !listing.symbol(relocation).isRuntime();
  }
}
