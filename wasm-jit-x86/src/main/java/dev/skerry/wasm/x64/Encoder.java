package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Slot;

/**
 * Writes one instruction as its row says, in the one encoding that the {@link Decoder} takes: legacy prefixes in the
 * order lock, segment, operand size or mandatory; REX only if needed; VEX and displacement as short as they can be.
 * Nothing is written if an operand does not fit.
 */
final class Encoder {

  static final int LOCK = 0xF0;
  static final int REX = 0x40;
  static final int VEX2 = 0xC5;
  static final int VEX3 = 0xC4;
  /** ModRM.rm that announces a SIB byte; SIB.index that stands for none. */
  static final int SIB = 4;
  /** ModRM.rm without displacement that stands for RIP; SIB.base without displacement that stands for none. */
  static final int NO_BASE = 5;

  private final CodeBuffer out;
  private int displacementAt;

  Encoder(CodeBuffer out) {
    this.out = out;
  }

  /**
   * @return where the displacement is that a label will fill in (0 stands there), or -1 without a label
   * @throws IllegalArgumentException if the row takes other operands
   */
  int encode(Row row, int count, Operand a, Operand b, Operand c, Operand d) {
    if (count != row.operandCount()) {
      throw new IllegalArgumentException(row + " takes " + row.operandCount() + " operands, not " + count);
    }
    boolean rex = false;
    for (int i = 0; i < count; i++) {
      Operand operand = pick(i, a, b, c, d);
      check(row, i, operand);
      rex |= Row.isByteRegister(row.operand(i)) && operand instanceof Gpr gpr && isNewByteRegister(gpr.ordinal());
    }
    displacementAt = -1;
    Encoding encoding = row.encoding();
    Operand rm = pick(row.indexOf(Slot.RM), a, b, c, d);
    int reg = encoding.digit() >= 0 ? encoding.digit() : number(pick(row.indexOf(Slot.REG), a, b, c, d));
    int low = number(pick(row.indexOf(Slot.OPCODE), a, b, c, d));
    int baseBit = low >> 3;
    int indexBit = 0;
    if (rm instanceof Mem mem) {
      baseBit = number(mem.base()) >> 3;
      indexBit = number(mem.index()) >> 3;
      writeLockAndSegment(encoding, mem.segment());
    } else {
      baseBit |= number(rm) >> 3;
      writeLockAndSegment(encoding, Segment.NONE);
    }
    int extensions = (encoding.wide() ? 8 : 0) | reg >> 3 << 2 | indexBit << 1 | baseBit;
    if (encoding.vex()) {
      writeVex(encoding, extensions, number(pick(row.indexOf(Slot.VVVV), a, b, c, d)));
    } else {
      writeLegacy(encoding, extensions, rex);
    }
    out.put8(encoding.opcode() | low & 7);
    if (encoding.modRm()) {
      writeModRm(reg & 7, rm);
    }
    out.put(encoding.tail(), encoding.tailLength());
    int last = row.indexOf(Slot.IS4);
    if (last >= 0) {
      out.put8(number(pick(last, a, b, c, d)) << 4);
    }
    writeImmediate(row, pick(row.indexOf(Slot.IMMEDIATE), a, b, c, d));
    return displacementAt;
  }

  /** Whether the byte register with that number is one that only a REX prefix makes: SPL, BPL, SIL, DIL. */
  static boolean isNewByteRegister(int number) {
    return number >= 4 && number < 8;
  }

  private static Operand pick(int index, Operand a, Operand b, Operand c, Operand d) {
    return switch (index) {
      case 0 -> a;
      case 1 -> b;
      case 2 -> c;
      case 3 -> d;
      default -> null;
    };
  }

  /** The number of a register; 0 of anything else. */
  private static int number(Operand operand) {
    if (operand instanceof Gpr gpr) {
      return gpr.ordinal();
    }
    return operand instanceof Xmm xmm ? xmm.ordinal() : 0;
  }

  private static void check(Row row, int index, Operand operand) {
    OperandForm form = row.operand(index);
    boolean fits = switch (form.kind()) {
      case SIGNED -> operand instanceof Imm imm && fitsSigned(imm.value(), form.bits());
      case UNSIGNED -> operand instanceof Imm imm && imm.value() >>> form.bits() == 0;
      case TARGET -> operand instanceof Label
          || operand instanceof Rel rel && fitsSigned(rel.displacement(), form.bits());
      default -> operand instanceof Gpr && form.kind().takesGpr()
          || operand instanceof Xmm && form.kind().takesVector()
          || form.kind().takesMemory() && isMemory(operand, form);
    };
    if (!fits) {
      throw new IllegalArgumentException(row + ": operand " + (index + 1) + " cannot be " + operand);
    }
  }

  private static boolean isMemory(Operand operand, OperandForm form) {
    return operand instanceof Rip || operand instanceof Label
        || operand instanceof Mem mem && (form.memoryBits() > 0 || mem.segment() == Segment.NONE);
  }

  private static boolean fitsSigned(long value, int bits) {
    int unused = Long.SIZE - bits;
    return value << unused >> unused == value;
  }

  private void writeLockAndSegment(Encoding encoding, Segment segment) {
    if (encoding.lock()) {
      out.put8(LOCK);
    }
    if (segment != Segment.NONE) {
      out.put8(segment.prefix);
    }
  }

  private void writeLegacy(Encoding encoding, int extensions, boolean rex) {
    if (encoding.prefix() != 0) {
      out.put8(encoding.prefix());
    }
    if (rex || extensions != 0) {
      out.put8(REX | extensions);
    }
    if (encoding.map() > 0) {
      out.put8(0x0F);
    }
    if (encoding.map() > 1) {
      out.put8(encoding.map() == 2 ? 0x38 : 0x3A);
    }
  }

  private void writeVex(Encoding encoding, int extensions, int vvvv) {
    int last = ~vvvv << 3 & 0x78 | (encoding.long256() ? 4 : 0) | encoding.pp();
    int inverted = ~extensions << 5 & 0xE0;
    if ((extensions & ~4) == 0 && encoding.map() == 1) {
      out.put8(VEX2);
      out.put8(inverted & 0x80 | last);
    } else {
      out.put8(VEX3);
      out.put8(inverted | encoding.map());
      out.put8((encoding.wide() ? 0x80 : 0) | last);
    }
  }

  private void writeModRm(int reg, Operand rm) {
    int middle = reg << 3;
    if (rm instanceof Mem mem) {
      writeMemory(middle, mem);
    } else if (rm instanceof Gpr || rm instanceof Xmm) {
      out.put8(0xC0 | middle | number(rm) & 7);
    } else {
      out.put8(middle | NO_BASE);
      if (rm instanceof Rip rip) {
        out.put32(rip.displacement());
      } else {
        writeLabel(Integer.BYTES);
      }
    }
  }

  private void writeMemory(int middle, Mem mem) {
    int base = mem.base() == null ? NO_BASE : mem.base().ordinal() & 7;
    int displacement = mem.displacement();
    boolean absent = mem.base() != null && displacement == 0 && base != NO_BASE;
    boolean isByte = mem.base() != null && !absent && fitsSigned(displacement, Byte.SIZE);
    int mod = absent || mem.base() == null ? 0 : isByte ? 0x40 : 0x80;
    if (mem.index() != null || mem.base() == null || base == SIB) {
      int index = mem.index() == null ? SIB : mem.index().ordinal() & 7;
      out.put8(mod | middle | SIB);
      out.put8(Integer.numberOfTrailingZeros(mem.scale()) << 6 | index << 3 | base);
    } else {
      out.put8(mod | middle | base);
    }
    if (isByte) {
      out.put8(displacement);
    } else if (!absent) {
      out.put32(displacement);
    }
  }

  private void writeImmediate(Row row, Operand operand) {
    int byteLength = row.immediateBytes();
    if (operand instanceof Imm imm) {
      out.put(imm.value(), byteLength);
    } else if (operand instanceof Rel rel) {
      out.put(rel.displacement(), byteLength);
    } else if (operand instanceof Label) {
      writeLabel(byteLength);
    }
  }

  private void writeLabel(int byteLength) {
    displacementAt = out.size();
    out.put(0, byteLength);
  }
}
