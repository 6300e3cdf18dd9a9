package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.ir.InlinedBodies;
import java.util.function.IntUnaryOperator;

/**
 * A function as position-independent bytes, and what must be known about them; nothing of it changes.
 *
 * <p>Tables are int arrays of rows with the fields named here, sorted by the first, an offset in the code. A <em>return
 * offset</em> is where a call comes back to. <em>Remaining</em> bytes of a call site are those from the stack pointer
 * after the return (callee's stack arguments popped) up to the function's own return address: with the callee's return
 * address at A and P bytes of its stack parameters, this function's return address is at A + 8 + P + remaining.
 *
 * @param code instructions, then the pool of constants and jump tables; to be placed at a multiple of 64
 * @param codeBytes how many of them are instructions
 * @param entry offset of the first instruction
 * @param frameBytes what the prologue subtracts from the stack pointer
 * @param parameterBytes bytes of parameters on the stack, which the function pops: a multiple of 16
 * @param relocations of {@link #RELOCATION_FIELDS}: offset of a 32-bit displacement counted from its own end, ordinal
 *     of the {@link Symbol}, index (kind of the trap, function)
 * @param typeSites of {@link #TYPE_SITE_FIELDS}: offset of 32 bits that hold the canonical number of a function type,
 *     which another engine may number differently, and the type's index in the module
 * @param callSites of {@link #CALL_SITE_FIELDS}: return offset, Wasm offset, remaining bytes, offset of the landing pad
 *     or -1, operation of the runtime or -1, index, index2, number of the guard that goes with the landing pad or -1
 * @param trapSites of {@link #TRAP_SITE_FIELDS}: return offset of the call of a stub (traps, failed checks of the stack
 *     limit, interrupts), Wasm offset, remaining bytes, ordinal of the symbol, index (kind of the trap)
 * @param faultSites of {@link #FAULT_SITE_FIELDS}: offset of an instruction whose access to memory may raise a signal
 *     that is a trap, Wasm offset, remaining bytes
 * @param guards by number: rows of two ints, what an exception that a call throws is compared with, in their order: the
 *     index of a tag, or -1 for any; 1 if a reference to the exception is wanted, else 0. When the landing pad begins,
 *     the call buffer holds the index of the first row that fits, the reference or 0, and the values of the row's tag
 * @param inlined rows of {@link InlinedBodies}: Wasm offsets of sites from the first one's on are positions in bodies
 *     of other functions of the module
 * @param blockCount blocks, for the compile log
 * @param spillSlots 8-byte slots of the frame that hold values without a register, for the compile log
 */
public record CompiledFunction(byte[] code, int codeBytes, int entry, int frameBytes, int parameterBytes,
    int[] relocations, int[] typeSites, int[] callSites, int[] trapSites, int[] faultSites, int[][] guards,
    int[] inlined, int blockCount, int spillSlots) {

  private static final byte[] NO_CODE = {};
  private static final int[] NO_SITES = {};

  /** Ints of a relocation. */
  public static final int RELOCATION_FIELDS = 3;
  /** Ints of a place with the number of a type. */
  public static final int TYPE_SITE_FIELDS = 2;
  /** Ints of a call site. */
  public static final int CALL_SITE_FIELDS = 8;
  /** Ints of a trap site. */
  public static final int TRAP_SITE_FIELDS = 5;
  /** Ints of a fault site. */
  public static final int FAULT_SITE_FIELDS = 3;

  /** Where the Wasm offset is in a row of a site. */
  public static final int WASM_OFFSET = 1;
  /** Where the remaining bytes are in a row of a site. */
  public static final int REMAINING = 2;
  /** Where the landing pad is in a row of a call site. */
  public static final int CALL_LANDING = 3;
  /** Where the operation of the runtime is in a row of a call site; its two indices follow. */
  public static final int CALL_OPERATION = 4;
  /** Where the number of the guard is in a row of a call site. */
  public static final int CALL_GUARD = 7;
  /** Where the ordinal of the symbol is in a row of a trap site; the index follows. */
  public static final int TRAP_SYMBOL = 3;

  /** Code that holds no number of a type, and no other function's. */
  public CompiledFunction(byte[] code, int codeBytes, int entry, int frameBytes, int parameterBytes, int[] relocations,
      int[] callSites, int[] trapSites, int[] faultSites, int[][] guards, int blockCount, int spillSlots) {
    this(code, codeBytes, entry, frameBytes, parameterBytes, relocations, NO_SITES, callSites, trapSites, faultSites,
        guards, NO_SITES, blockCount, spillSlots);
  }

  /** Bytes that it takes while it runs. */
  public long byteLength() {
    long ints = (long) relocations.length + callSites.length + trapSites.length + faultSites.length
        + inlined.length;
    return code.length + ints * Integer.BYTES;
  }

  /** What must be known while the code runs: the same without the bytes. */
  public CompiledFunction withoutCode() {
    return new CompiledFunction(NO_CODE, codeBytes, entry, frameBytes, parameterBytes, relocations, NO_SITES,
        callSites, trapSites, faultSites, guards, inlined, blockCount, spillSlots);
  }

  /**
   * The same for an engine that numbers types differently.
   *
   * @param numbers canonical numbers of function types, by type index
   */
  public CompiledFunction withTypeNumbers(IntUnaryOperator numbers) {
    if (typeSites.length == 0) {
      return this;
    }
    byte[] renumbered = code.clone();
    for (int row = 0; row < typeSites.length; row += TYPE_SITE_FIELDS) {
      int number = numbers.applyAsInt(typeSites[row + 1]);
      for (int i = 0; i < Integer.BYTES; i++) {
        renumbered[typeSites[row] + i] = (byte) (number >> i * Byte.SIZE);
      }
    }
    return new CompiledFunction(renumbered, codeBytes, entry, frameBytes, parameterBytes, relocations, typeSites,
        callSites, trapSites, faultSites, guards, inlined, blockCount, spillSlots);
  }

  /**
   * The row whose first field is that offset.
   *
   * @param table one of the tables of sites
   * @param fields ints of a row
   * @return where the row starts in the table, or -1
   */
  public static int find(int[] table, int fields, int offset) {
    int low = 0;
    int high = table.length / fields - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int found = table[middle * fields];
      if (found == offset) {
        return middle * fields;
      }
      if (found < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
