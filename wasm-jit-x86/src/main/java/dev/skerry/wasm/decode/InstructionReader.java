package dev.skerry.wasm.decode;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.format.ValType;

/**
 * Pulls instructions out of an expression that is known to be valid (the decoder and validator checked it). Immediates
 * of the instruction just read are in the public fields, by {@link dev.skerry.wasm.format.Immediate}.
 */
public final class InstructionReader {

  private static final int[] NO_TYPES = {};

  /** Where the instruction just read begins, from the module's first byte. */
  public int offset;

  /**
   * First index immediate: label, function, type (call_indirect), local, global, table, memory, data or element index;
   * for BLOCK the block type as a signed 33-bit value (negative: the first byte of a value type as in the binary
   * format, less 128, -64 for empty; else a type index); for REF_TYPE the heap type; for MEMARG the memory index; for
   * LANE the lane.
   */
  public int index;

  /**
   * Second index immediate: table of call_indirect, memory of memory.init, source of copies, lane of MEMARG_LANE, and
   * so on.
   */
  public int index2;

  /**
   * The constant of I32, I64, F32 and F64 (floats as bits, 32-bit values zero-extended); the offset of MEMARG; the low
   * half of V128 and SHUFFLE.
   */
  public long value;

  /** The high half of V128 and SHUFFLE. */
  public long value2;

  /** Labels of br_table, the default last. */
  public int[] labels;

  /** The catch clauses of try_table, three numbers each: kind, tag index or -1, label. */
  public int[] clauses;

  /** The value types of a typed select; the first byte of each. */
  public int[] types = NO_TYPES;

  private final byte[] bytes;
  private int position;

  public InstructionReader(byte[] bytes, int offset) {
    this.bytes = bytes;
    this.position = offset;
  }

  /** Where the next instruction begins. */
  int end() {
    return position;
  }

  /** Reads the next instruction and its immediates. */
  public Opcode next() {
    offset = position;
    int code = bytes[position++] & 0xff;
    Opcode opcode = switch (code) {
      case Opcode.PREFIX_FC -> Opcode.ofPrefixFc((int) unsigned());
      case Opcode.PREFIX_FD -> Opcode.ofPrefixFd((int) unsigned());
      case Opcode.PREFIX_FE -> Opcode.ofPrefixFe((int) unsigned());
      default -> Opcode.ofByte(code);
    };
    switch (opcode.immediate) {
      case NONE -> { }
      case BLOCK -> blockType();
      case TRY_TABLE -> {
        blockType();
        clauses = clauses();
      }
      case REF_TYPE -> index = (int) signed();
      case LABEL, FUNC, TYPE, TAG, LOCAL, GLOBAL, TABLE, MEMORY, DATA, ELEM -> index = (int) unsigned();
      case CALL_INDIRECT, DATA_MEMORY, MEMORY_MEMORY, ELEM_TABLE, TABLE_TABLE -> {
        index = (int) unsigned();
        index2 = (int) unsigned();
      }
      case LABELS -> labels = labels();
      case SELECT -> types = types();
      case MEMARG, ATOMIC -> memoryArgument();
      case I32 -> value = signed() & 0xffff_ffffL;
      case I64 -> value = signed();
      case F32 -> value = fixed(4);
      case F64 -> value = fixed(8);
      case LANE, FENCE -> index = bytes[position++];
      case MEMARG_LANE -> {
        memoryArgument();
        index2 = bytes[position++];
      }
      case V128, SHUFFLE -> {
        value = fixed(8);
        value2 = fixed(8);
      }
    }
    return opcode;
  }

  /** A 32-bit number that stands before the expression, such as a size or count; unsigned. */
  int number() {
    return (int) unsigned();
  }

  /**
   * A value type that stands before the expression.
   *
   * @param canonical for each type index the first one that is equal to it
   */
  ValType valueType(int[] canonical) {
    int code = bytes[position++] & 0x7f;
    if (code != TypeReader.REF && code != TypeReader.REF_NULL) {
      return ValType.of(code);
    }
    long heap = signed();
    ValType nullable = heap >= 0 ? ValType.nullable(canonical[(int) heap]) : ValType.of((int) heap & 0x7f);
    return code == TypeReader.REF ? nullable.nonNull() : nullable;
  }

  /** The offset behind the instruction just read. */
  public int position() {
    return position;
  }

  /** The alignment is a hint and is dropped; bit 6 says that a memory index follows. */
  private void memoryArgument() {
    int flags = (int) unsigned();
    index = (flags & 0x40) != 0 ? (int) unsigned() : 0;
    value = unsigned();
  }

  private void blockType() {
    index = (int) signed();
    if (index == TypeReader.REF_NULL - 0x80 || index == TypeReader.REF - 0x80) {
      signed();
    }
  }

  private int[] clauses() {
    int[] read = new int[3 * (int) unsigned()];
    for (int i = 0; i < read.length; i += 3) {
      read[i] = bytes[position++];
      read[i + 1] = read[i] < 2 ? (int) unsigned() : -1;
      read[i + 2] = (int) unsigned();
    }
    return read;
  }

  private int[] labels() {
    int[] read = new int[(int) unsigned() + 1];
    for (int i = 0; i < read.length; i++) {
      read[i] = (int) unsigned();
    }
    return read;
  }

  private int[] types() {
    int[] read = new int[(int) unsigned()];
    for (int i = 0; i < read.length; i++) {
      read[i] = bytes[position++];
      if (read[i] == TypeReader.REF_NULL || read[i] == TypeReader.REF) {
        signed();
      }
    }
    return read;
  }

  private long fixed(int count) {
    long read = 0;
    for (int i = 0; i < count; i++) {
      read |= (bytes[position++] & 0xffL) << 8 * i;
    }
    return read;
  }

  private long unsigned() {
    byte b = bytes[position++];
    if (b >= 0) {
      return b;
    }
    long read = b & 0x7f;
    for (int shift = 7; b < 0; shift += 7) {
      b = bytes[position++];
      read |= (long) (b & 0x7f) << shift;
    }
    return read;
  }

  private long signed() {
    byte b = bytes[position++];
    long read = b & 0x7f;
    int shift = 7;
    for (; b < 0; shift += 7) {
      b = bytes[position++];
      read |= (long) (b & 0x7f) << shift;
    }
    return shift < 64 ? read << 64 - shift >> 64 - shift : read;
  }
}
