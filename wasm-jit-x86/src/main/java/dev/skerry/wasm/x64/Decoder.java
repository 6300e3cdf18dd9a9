package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.OperandForm.Slot;
import java.util.List;

/**
 * Reads machine code back into rows and operands. It takes exactly what the {@link Encoder} writes: encoding what it
 * gives makes the same bytes again. Prefixes that are redundant, in another order or without effect, a REX or VEX that
 * is longer than needed or extends nothing, a displacement or SIB byte that could be shorter, AH to BH, and everything
 * without a row are refused. The one choice left is between rows that do the same, such as {@code add rm32, r32} and
 * {@code add r32, rm32} with two registers, or an immediate of one byte and of four: each is taken as what it is.
 *
 * <p>Whatever the bytes are, nothing is thrown and nothing read outside of the range. Not for more than one thread.
 */
public final class Decoder {

  private static final int W = 8;
  private static final int R = 4;
  private static final int X = 2;
  private static final int B = 1;

  private final byte[] code;
  private final int end;

  private int position;
  private boolean overrun;
  private boolean lock;
  private Segment segment;
  private int prefix;
  private boolean rex;
  private boolean vex;
  private int map;
  /** W, R, X and B of REX or, upright, of VEX. */
  private int extensions;
  private int vvvv;
  private boolean long256;
  private int modRm;
  private Operand memory;
  /** The extensions that something is extended by. */
  private int used;
  /** Whether a byte register is named that needs a REX prefix of any kind. */
  private boolean needsRex;

  /** A decoder of the bytes before {@code end}. */
  public Decoder(byte[] code, int end) {
    if (end < 0 || end > code.length) {
      throw new IllegalArgumentException("no end of code at " + end + " of " + code.length);
    }
    this.code = code;
    this.end = end;
  }

  /** A decoder of all bytes. */
  public Decoder(byte[] code) {
    this(code, code.length);
  }

  /** The instruction that starts there, or null if it is refused. */
  public Instruction at(int offset) {
    if (offset < 0 || offset >= end) {
      return null;
    }
    position = offset;
    overrun = false;
    if (!readPrefixes()) {
      return null;
    }
    int opcode = next();
    modRm = position < end ? code[position] & 0xFF : -1;
    Row row = find(opcode);
    if (row == null) {
      return null;
    }
    used = W;
    needsRex = false;
    memory = null;
    if (row.encoding().modRm()) {
      position++;
      if (modRm < 0xC0 && !readMemory(row)) {
        return null;
      }
    }
    position += row.encoding().tailLength();
    Operand[] operands = new Operand[row.operandCount()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = operand(row.operand(i), opcode);
      if (operands[i] == null) {
        return null;
      }
    }
    boolean redundant = (extensions & ~used) != 0 || rex && extensions == 0 && !needsRex
        || segment != Segment.NONE && !(memory instanceof Mem);
    return redundant || overrun ? null : new Instruction(row, List.of(operands), position - offset);
  }

  private int next() {
    if (position >= end) {
      overrun = true;
      return 0;
    }
    return code[position++] & 0xFF;
  }

  private long next(int count) {
    if (count > end - position) {
      overrun = true;
      return 0;
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (code[position++] & 0xFFL) << i * Byte.SIZE;
    }
    return value;
  }

  private int peek() {
    return position < end ? code[position] & 0xFF : -1;
  }

  /** Everything before the last byte of the opcode. */
  private boolean readPrefixes() {
    lock = peek() == Encoder.LOCK;
    position += lock ? 1 : 0;
    segment = peek() == Segment.FS.prefix ? Segment.FS : peek() == Segment.GS.prefix ? Segment.GS : Segment.NONE;
    position += segment == Segment.NONE ? 0 : 1;
    int first = peek();
    rex = false;
    vex = first == Encoder.VEX2 || first == Encoder.VEX3;
    prefix = 0;
    extensions = 0;
    vvvv = 0;
    long256 = false;
    if (vex) {
      position++;
      return readVex(first == Encoder.VEX3);
    }
    if (first == 0x66 || first == 0xF2 || first == 0xF3) {
      prefix = next();
    }
    if ((peek() & ~0xF) == Encoder.REX) {
      rex = true;
      extensions = next() & 0xF;
    }
    map = 0;
    if (peek() == 0x0F) {
      position++;
      map = peek() == 0x38 ? 2 : peek() == 0x3A ? 3 : 1;
      position += map > 1 ? 1 : 0;
    }
    return true;
  }

  private boolean readVex(boolean three) {
    int first = next();
    extensions = ~first >> 5 & (three ? R | X | B : R);
    map = three ? first & 0x1F : 1;
    int last = three ? next() : first;
    extensions |= three && last >= 0x80 ? W : 0;
    vvvv = ~last >> 3 & 0xF;
    long256 = (last & 4) != 0;
    prefix = Encoding.prefixOf(last & 3);
    boolean couldBeShort = map == 1 && (extensions & ~R) == 0;
    return map >= 1 && map <= 3 && !(three && couldBeShort);
  }

  private Row find(int opcode) {
    for (Row row : Rows.candidates(vex, map, opcode)) {
      Encoding encoding = row.encoding();
      if (encoding.prefix() == prefix && encoding.wide() == (extensions & W) > 0 && encoding.lock() == lock
          && encoding.long256() == long256 && (vvvv == 0 || row.indexOf(Slot.VVVV) >= 0)
          && (encoding.modRm() ? modRmMatches(row) : tailMatches(encoding))) {
        return row;
      }
    }
    return null;
  }

  private boolean modRmMatches(Row row) {
    int digit = row.encoding().digit();
    if (modRm < 0 || digit >= 0 && (modRm >> 3 & 7) != digit) {
      return false;
    }
    Kind kind = row.operand(row.indexOf(Slot.RM)).kind();
    return modRm < 0xC0 ? kind.takesMemory() : kind.takesRegister();
  }

  private boolean tailMatches(Encoding encoding) {
    if (encoding.tailLength() > end - position) {
      return false;
    }
    for (int i = 0; i < encoding.tailLength(); i++) {
      if (code[position + i] != (byte) (encoding.tail() >> i * Byte.SIZE)) {
        return false;
      }
    }
    return true;
  }

  private boolean readMemory(Row row) {
    int mod = modRm >> 6;
    int low = modRm & 7;
    if (mod == 0 && low == Encoder.NO_BASE) {
      memory = new Rip((int) next(Integer.BYTES));
      return true;
    }
    Gpr index = null;
    int scale = 1;
    if (low == Encoder.SIB) {
      int sib = next();
      low = sib & 7;
      int indexNumber = sib >> 3 & 7 | (extensions & X) << 2;
      if (indexNumber != Encoder.SIB) {
        index = Gpr.of(indexNumber);
        scale = 1 << (sib >> 6);
        used |= X;
      } else if (sib >> 6 != 0 || low != Encoder.SIB && !(mod == 0 && low == Encoder.NO_BASE)) {
        return false;
      }
    }
    Gpr base = null;
    if (mod != 0 || low != Encoder.NO_BASE) {
      base = Gpr.of(low | (extensions & B) << 3);
      used |= B;
    }
    int displacement = mod == 1 ? (byte) next() : mod == 2 || base == null ? (int) next(Integer.BYTES) : 0;
    boolean couldBeShorter = mod == 1 && displacement == 0 && low != Encoder.NO_BASE
        || mod == 2 && displacement == (byte) displacement;
    memory = new Mem(segment, base, index, scale, displacement);
    boolean addressOnly = row.operand(row.indexOf(Slot.RM)).memoryBits() == 0;
    return !couldBeShorter && !(addressOnly && segment != Segment.NONE);
  }

  /** The operand, or null if it is refused. */
  private Operand operand(OperandForm form, int opcode) {
    switch (form.slot()) {
      case REG -> {
        used |= R;
        return register(form, modRm >> 3 & 7 | (extensions & R) << 1);
      }
      case RM -> {
        return memory != null ? memory : baseRegister(form, modRm & 7);
      }
      case OPCODE -> {
        return baseRegister(form, opcode & 7);
      }
      case VVVV -> {
        return register(form, vvvv);
      }
      case IS4 -> {
        int last = next();
        return (last & 0xF) == 0 ? register(form, last >> 4) : null;
      }
      default -> {
        int unused = Long.SIZE - form.bits();
        long value = next(form.bits() / Byte.SIZE) << unused;
        return form.kind() == Kind.TARGET ? new Rel((int) (value >> unused))
            : new Imm(form.kind() == Kind.SIGNED ? value >> unused : value >>> unused);
      }
    }
  }

  private Operand baseRegister(OperandForm form, int low) {
    used |= B;
    return register(form, low | (extensions & B) << 3);
  }

  private Operand register(OperandForm form, int number) {
    if (form.kind().takesVector()) {
      return Xmm.of(number);
    }
    if (Row.isByteRegister(form) && Encoder.isNewByteRegister(number)) {
      needsRex = true;
      return rex ? Gpr.of(number) : null;
    }
    return Gpr.of(number);
  }
}
