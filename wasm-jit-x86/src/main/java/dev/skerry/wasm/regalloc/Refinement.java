package dev.skerry.wasm.regalloc;

/** What makes machine code faster when its blocks are written, beside writing them; each can be left out. */
public enum Refinement {
  /** Loops, and the targets of jump tables, begin at multiples of 32 and 16 bytes. */
  ALIGNMENT,
  /** Small innermost loops are written several times in a row: see {@link Unrolling}. */
  UNROLLING,
  /** Jumps by tables are written again where others jump to them: see {@link Copies}. */
  COPIES,
  /** The frame is made behind conditions that return at once: see {@link LatePrologue}. */
  LATE_PROLOGUE
}
