package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Slot;

/** What {@link InstructionWriter} needs of a row, in fields. */
final class WritingPlan {

  /** What an operand may be. */
  static final int GENERAL = 1;
  static final int VECTOR = 2;
  static final int MEMORY = 4;
  static final int SIGNED = 8;
  static final int UNSIGNED = 16;
  /** Registers 4 to 7 need a REX prefix. */
  static final int BYTE = 32;

  /** Where a register goes; {@link #LAST} is the upper half of the last byte, or the opcode. */
  static final int REG = 0;
  static final int RM = 1;
  static final int VVVV = 2;
  static final int LAST = 3;

  final Row row;
  final int[] kinds;
  final int[] slots;
  final int immediateBytes;
  final boolean lock;
  final boolean vex;
  final boolean modRm;
  final boolean hasLast;
  final int digit;
  /** REX.W, as its bit. */
  final int wide;
  final int prefix;
  final int map;
  final int opcode;
  /** The bytes of a legacy opcode, the first in the lowest byte, and where in them a register goes. */
  final int legacyOpcode;
  final int legacyOpcodeLength;
  final int legacyOpcodeShift;
  /** VEX.L and VEX.pp. */
  final int vexLast;
  final long tail;
  final int tailLength;

  private WritingPlan(Row row) {
    this.row = row;
    Encoding encoding = row.encoding();
    int count = row.operandCount();
    kinds = new int[count];
    slots = new int[count];
    for (int i = 0; i < count; i++) {
      OperandForm form = row.operand(i);
      kinds[i] = switch (form.kind()) {
        case SIGNED -> SIGNED;
        case UNSIGNED -> UNSIGNED;
        case TARGET -> SIGNED;
        default -> (form.kind().takesGpr() ? GENERAL : 0) | (form.kind().takesVector() ? VECTOR : 0)
            | (form.kind().takesMemory() ? MEMORY : 0) | (Row.isByteRegister(form) ? BYTE : 0);
      };
      slots[i] = switch (form.slot()) {
        case REG -> REG;
        case RM -> RM;
        case VVVV -> VVVV;
        default -> LAST;
      };
    }
    immediateBytes = row.immediateBytes();
    lock = encoding.lock();
    vex = encoding.vex();
    modRm = encoding.modRm();
    hasLast = row.indexOf(Slot.IS4) >= 0;
    digit = Math.max(encoding.digit(), 0);
    wide = encoding.wide() ? 8 : 0;
    prefix = encoding.prefix();
    map = encoding.map();
    opcode = encoding.opcode();
    legacyOpcodeLength = map == 0 ? 1 : map == 1 ? 2 : 3;
    legacyOpcodeShift = (legacyOpcodeLength - 1) * Byte.SIZE;
    legacyOpcode = opcode << legacyOpcodeShift | (map == 0 ? 0 : 0x0F) | (map < 2 ? 0 : map == 2 ? 0x3800 : 0x3A00);
    vexLast = (encoding.long256() ? 4 : 0) | encoding.pp();
    tail = encoding.tail();
    tailLength = encoding.tailLength();
  }

  /** By {@link Row#id()}. */
  static WritingPlan[] all() {
    WritingPlan[] plans = new WritingPlan[Row.ID_LIMIT];
    for (Row row : Rows.all()) {
      plans[row.id()] = new WritingPlan(row);
    }
    return plans;
  }
}
