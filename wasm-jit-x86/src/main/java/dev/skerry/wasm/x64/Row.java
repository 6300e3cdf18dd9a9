package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.OperandForm.Slot;
import java.util.Arrays;
import java.util.List;

/**
 * One form of a machine instruction: mnemonic, bytes, operands with roles and widths, and what the processor must have.
 * Rows are unique: compare by identity, or by {@link #id()}.
 */
public final class Row {

  /** Every {@link #id()} is below. */
  public static final int ID_LIMIT = Table.Group.values().length * Table.GROUP_SIZE;

  private static final Slot[] SLOTS = Slot.values();

  private final int id;
  private final String mnemonic;
  private final String notation;
  private final List<OperandForm> operands;
  private final CpuFeature feature;
  private final Encoding encoding;
  /** The explicit operands, and for each slot which of them it holds, or -1. */
  private final OperandForm[] explicit;
  private final int[] indexOfSlot = new int[SLOTS.length];

  Row(int id, String mnemonic, String notation, List<OperandForm> operands, CpuFeature feature, Encoding encoding) {
    this.id = id;
    this.mnemonic = mnemonic;
    this.notation = notation;
    this.operands = operands;
    this.feature = feature;
    this.encoding = encoding;
    this.explicit = explicit(operands);
    for (Slot slot : SLOTS) {
      int index = explicit.length - 1;
      while (index >= 0 && explicit[index].slot() != slot) {
        index--;
      }
      indexOfSlot[slot.ordinal()] = index;
    }
  }

  private static OperandForm[] explicit(List<OperandForm> operands) {
    OperandForm[] explicit = new OperandForm[operands.size()];
    int count = 0;
    for (OperandForm operand : operands) {
      if (operand.explicit()) {
        explicit[count++] = operand;
      }
    }
    return Arrays.copyOf(explicit, count);
  }

  /** A small number, the same in every run of the same tables: an index for tables about rows. */
  public int id() {
    return id;
  }

  /** The mnemonic in Intel's syntax, {@code lock} included. */
  public String mnemonic() {
    return mnemonic;
  }

  /** All operands in the order of Intel's syntax, hidden ones last. */
  public List<OperandForm> operands() {
    return operands;
  }

  /** How many operands the assembler wants: all that are neither fixed nor hidden. */
  public int operandCount() {
    return explicit.length;
  }

  /** The operand with that index among those that the assembler wants. */
  public OperandForm operand(int index) {
    return explicit[index];
  }

  /** What the processor must have. */
  public CpuFeature feature() {
    return feature;
  }

  Encoding encoding() {
    return encoding;
  }

  /** Which explicit operand is in that slot, or -1. */
  int indexOf(Slot slot) {
    return indexOfSlot[slot.ordinal()];
  }

  /** Bytes of the immediate or branch displacement at the end, 0 to 8. */
  int immediateBytes() {
    int index = indexOf(Slot.IMMEDIATE);
    return index >= 0 ? explicit[index].bits() / Byte.SIZE : 0;
  }

  /** Whether an operand is a byte register that the code names: number 4 to 7 then needs a REX prefix. */
  static boolean isByteRegister(OperandForm form) {
    return form.bits() == Byte.SIZE && form.kind().takesGpr();
  }

  /** Whether the immediate is a displacement of a branch. */
  boolean isBranch() {
    int index = indexOf(Slot.IMMEDIATE);
    return index >= 0 && explicit[index].kind() == Kind.TARGET;
  }

  /** The row as the tables write it, with widths filled in: {@code add +r32, rm32}. */
  @Override
  public String toString() {
    return notation;
  }
}
