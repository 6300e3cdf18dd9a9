package dev.skerry.wasm.decode;

import dev.skerry.wasm.format.Opcode;

/**
 * Pulls instructions out of an expression that is known to be valid (the decoder and validator checked it). Immediates
 * of the instruction just read are in the public fields, by {@link dev.skerry.wasm.format.Immediate}.
 */
public final class InstructionReader {

  /** Where the instruction just read begins, from the module's first byte. */
  public int offset;

  /**
   * First index immediate: label, function, type (call_indirect), local, global, table, memory, data or element index;
   * for BLOCK the block type as a signed 33-bit value (negative: a value type's code as in the binary format, -64 for
   * empty; else a type index); for REF_TYPE the heap type; for MEMARG the memory index.
   */
  public int index;

  /** Second index immediate: table of call_indirect, memory of memory.init, source of copies, and so on. */
  public int index2;

  /** The constant of I32, I64, F32 and F64 (floats as bits, 32-bit values zero-extended); the offset of MEMARG. */
  public long value;

  /** Labels of br_table, the default last. */
  public int[] labels;

  /** The value types of a typed select; a code per type. */
  public int[] types;

  public InstructionReader(byte[] bytes, int offset) {
    throw new UnsupportedOperationException();
  }

  /** Reads the next instruction and its immediates. */
  public Opcode next() {
    throw new UnsupportedOperationException();
  }

  /** The offset behind the instruction just read. */
  public int position() {
    throw new UnsupportedOperationException();
  }
}
