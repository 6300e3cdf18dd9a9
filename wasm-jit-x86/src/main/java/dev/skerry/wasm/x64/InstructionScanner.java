package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.OperandForm.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads machine code as numbers, for the verifier's hot path: takes what the {@link Decoder} takes, but for segment
 * prefixes, which it refuses, and makes no objects. Operands are those that {@link Assembler#emit} takes, in its order:
 * the number of a register, or one of {@link #MEMORY}, {@link #RIP}, {@link #IMMEDIATE}, {@link #NONE}. Whatever the
 * bytes are, nothing is thrown and nothing read outside of the range. Not for more than one thread.
 */
public final class InstructionScanner {

  /** An operand in memory: {@link #base}, {@link #index}, {@link #scaleShift}, {@link #displacement}. */
  public static final int MEMORY = 16;
  /** An operand in memory, {@link #displacement} bytes behind the instruction. */
  public static final int RIP = 17;
  /** The {@link #immediate}, or the displacement of a branch. */
  public static final int IMMEDIATE = 18;
  /** No operand; no base, no index. */
  public static final int NONE = 19;
  /** Bits that an operand takes in {@link #operands}, the first one lowest. */
  public static final int OPERAND_BITS = 8;

  /** Bytes of the longest instruction: so many are read without looking whether there are any. */
  private static final int LONGEST = 15;
  private static final int ROOM = 32;
  private static final int W = 8;
  private static final int R = 4;
  private static final int X = 2;
  private static final int B = 1;

  /** Where the numbers of operands lie in one long, by slot, in bytes. */
  private static final int FIELD_REG = 0;
  private static final int FIELD_RM = 8;
  private static final int FIELD_VVVV = 16;
  private static final int FIELD_IS4 = 24;
  private static final int FIELD_OPCODE = 32;
  private static final long CONSTANT_FIELDS = (long) IMMEDIATE << 40 | (long) NONE << 48;
  private static final int FIELD_IMMEDIATE = 40;
  private static final int FIELD_NONE = 48;
  private static final int OPERANDS = 4;

  private static final int MAPS = 4;
  private static final int PREFIXES = 4;
  private static final int OPCODES = 256;
  private static final short NO_ROW = -1;
  /** Forms of an opcode: by ModRM.reg, and by whether ModRM.rm is a register. */
  private static final int FORMS = 16;

  /** By prefixes and opcode: the row, or {@link #NO_ROW}, or what picks one, counted down from -2. */
  private static final short[] BY_OPCODE = new short[2 * MAPS * PREFIXES * 2 * 2 * OPCODES];
  /** By picker and form: the row; of rows without ModRM all of them, in place of forms. */
  private static final short[] FORM_ROWS;
  private static final boolean[] PICKS_BY_FORM;

  /** By row: what follows from its encoding. */
  private static final byte[] ALLOWED = new byte[Row.ID_LIMIT];
  private static final boolean[] MOD_RM = new boolean[Row.ID_LIMIT];
  private static final boolean[] ADDRESS_ONLY = new boolean[Row.ID_LIMIT];
  private static final boolean[] HAS_VVVV = new boolean[Row.ID_LIMIT];
  private static final boolean[] HAS_IS4 = new boolean[Row.ID_LIMIT];
  private static final byte[] TAIL = new byte[Row.ID_LIMIT];
  private static final byte[] IMMEDIATE_BYTES = new byte[Row.ID_LIMIT];
  private static final boolean[] SIGNED = new boolean[Row.ID_LIMIT];
  private static final int[] FIELDS = new int[Row.ID_LIMIT];
  /** Which of reg (1), a register as rm (2) and opcode (4) are byte registers. */
  private static final byte[] BYTE_REGISTERS = new byte[Row.ID_LIMIT];
  private static final Row[] ROWS = new Row[Row.ID_LIMIT];

  static {
    // By loops over what there is: this is a part of every start that proves code.
    Row[][] rows = new Row[BY_OPCODE.length][];
    int[] keys = new int[8 * Row.ID_LIMIT];
    int keyCount = 0;
    for (Row row : Rows.all()) {
      describe(row);
      Encoding encoding = row.encoding();
      int count = row.indexOf(Slot.OPCODE) >= 0 ? 8 : 1;
      for (int i = 0; i < count; i++) {
        int key = key(encoding.vex(), encoding.map(), encoding.pp(), encoding.wide(),
            encoding.lock() || encoding.long256(), encoding.opcode() + i);
        if (rows[key] == null) {
          rows[key] = Rows.NONE;
          keys[keyCount++] = key;
        }
        rows[key] = Rows.with(rows[key], row);
      }
    }
    Arrays.fill(BY_OPCODE, NO_ROW);
    List<short[]> pickers = new ArrayList<>();
    List<Boolean> byForm = new ArrayList<>();
    for (int i = 0; i < keyCount; i++) {
      int key = keys[i];
      boolean modRm = haveModRm(rows[key]);
      short[] picker = modRm ? pickerByForm(rows[key]) : pickerInTurn(rows[key]);
      boolean plain = modRm ? isSame(picker) : picker.length == 1 && TAIL[picker[0]] == 0;
      BY_OPCODE[key] = plain ? picker[0] : (short) (-2 - pickers.size());
      if (!plain) {
        pickers.add(Arrays.copyOf(picker, FORMS));
        Arrays.fill(pickers.get(pickers.size() - 1), Math.min(picker.length, FORMS), FORMS, NO_ROW);
        byForm.add(modRm);
      }
    }
    FORM_ROWS = new short[pickers.size() * FORMS];
    PICKS_BY_FORM = new boolean[pickers.size()];
    for (int i = 0; i < pickers.size(); i++) {
      System.arraycopy(pickers.get(i), 0, FORM_ROWS, i * FORMS, FORMS);
      PICKS_BY_FORM[i] = byForm.get(i);
    }
  }

  // What the last instruction is.
  public int row;
  public int length;
  /** Four numbers of {@link #OPERAND_BITS} bits. */
  public int operands;
  public int base;
  public int index;
  public int scaleShift;
  public int displacement;
  public long immediate;

  private final byte[] last = new byte[ROOM];
  private byte[] bytes;
  private int position;

  private static boolean isSame(short[] picker) {
    for (short row : picker) {
      if (row != picker[0]) {
        return false;
      }
    }
    return true;
  }

  private static int key(boolean vex, int map, int pp, boolean wide, boolean lockOrLong, int opcode) {
    return ((((vex ? MAPS : 0) + map) * PREFIXES + pp << 1 | (wide ? 1 : 0)) << 1 | (lockOrLong ? 1 : 0)) * OPCODES
        + opcode;
  }

  private static boolean haveModRm(Row[] rows) {
    for (Row row : rows) {
      if (!row.encoding().modRm()) {
        return false;
      }
    }
    return true;
  }

  /** All rows of an opcode without ModRM. */
  private static short[] pickerInTurn(Row[] rows) {
    if (rows.length > FORMS) {
      throw new IllegalStateException("too many rows of one opcode: " + Arrays.toString(rows));
    }
    short[] picker = new short[rows.length];
    for (int i = 0; i < picker.length; i++) {
      picker[i] = (short) rows[i].id();
    }
    return picker;
  }

  private static short[] pickerByForm(Row[] rows) {
    short[] picker = new short[FORMS];
    Arrays.fill(picker, NO_ROW);
    for (Row row : rows) {
      for (int form = 0; form < FORMS; form++) {
        if (takes(row, form)) {
          if (picker[form] != NO_ROW) {
            throw new IllegalStateException("two rows for the same bytes: " + row);
          }
          picker[form] = (short) row.id();
        }
      }
    }
    return picker;
  }

  private static boolean takes(Row row, int form) {
    Kind kind = row.operand(row.indexOf(Slot.RM)).kind();
    return (row.encoding().digit() < 0 || row.encoding().digit() == form >> 1)
        && ((form & 1) != 0 ? kind.takesRegister() : kind.takesMemory());
  }

  private static void describe(Row row) {
    int id = row.id();
    Encoding encoding = row.encoding();
    ROWS[id] = row;
    MOD_RM[id] = encoding.modRm();
    ALLOWED[id] = (byte) (W | (row.indexOf(Slot.REG) >= 0 ? R : 0) | (row.indexOf(Slot.OPCODE) >= 0 ? B : 0));
    HAS_VVVV[id] = row.indexOf(Slot.VVVV) >= 0;
    HAS_IS4[id] = row.indexOf(Slot.IS4) >= 0;
    TAIL[id] = (byte) encoding.tailLength();
    IMMEDIATE_BYTES[id] = (byte) row.immediateBytes();
    int immediate = row.indexOf(Slot.IMMEDIATE);
    SIGNED[id] = immediate >= 0 && row.operand(immediate).kind() != Kind.UNSIGNED;
    ADDRESS_ONLY[id] = encoding.modRm() && row.operand(row.indexOf(Slot.RM)).memoryBits() == 0;
    int fields = 0;
    for (int i = 0; i < OPERANDS; i++) {
      int field = FIELD_NONE;
      if (i < row.operandCount()) {
        field = switch (row.operand(i).slot()) {
          case REG -> FIELD_REG;
          case RM -> FIELD_RM;
          case VVVV -> FIELD_VVVV;
          case IS4 -> FIELD_IS4;
          case OPCODE -> FIELD_OPCODE;
          default -> FIELD_IMMEDIATE;
        };
        if (Row.isByteRegister(row.operand(i))) {
          BYTE_REGISTERS[id] |= field == FIELD_REG ? 1 : field == FIELD_RM ? 2 : field == FIELD_OPCODE ? 4 : 0;
        }
      }
      fields |= field << i * Byte.SIZE;
    }
    FIELDS[id] = fields;
  }

  /** The row with that id. */
  public static Row row(int id) {
    return ROWS[id];
  }

  /**
   * Reads the instruction at an offset of the code, which has an {@code end}.
   *
   * @return whether there is one
   */
  public boolean read(byte[] code, int offset, int end) {
    if (offset < 0 || offset >= end) {
      return false;
    }
    if (offset + LONGEST + Long.BYTES <= code.length) {
      bytes = code;
      position = offset;
      return scan() && offset + length <= end;
    }
    Arrays.fill(last, (byte) 0);
    System.arraycopy(code, offset, last, 0, Math.min(end - offset, LONGEST));
    bytes = last;
    position = 0;
    return scan() && offset + length <= end;
  }

  private boolean scan() {
    byte[] code = bytes;
    int start = position;
    int at = start;
    int first = code[at] & 0xFF;
    boolean lock = first == Encoder.LOCK;
    if (lock) {
      first = code[++at] & 0xFF;
    }
    int pp = 0;
    int map = 0;
    int extensions = 0;
    int vvvv = 0;
    boolean rex = false;
    boolean vex = false;
    boolean wideVector = false;
    if (first == Encoder.VEX2 || first == Encoder.VEX3) {
      boolean three = first == Encoder.VEX3;
      vex = true;
      int second = code[at + 1] & 0xFF;
      int third = three ? code[at + 2] & 0xFF : second;
      extensions = ~second >> 5 & (three ? R | X | B : R) | (three && third >= 0x80 ? W : 0);
      map = three ? second & 0x1F : 1;
      vvvv = ~third >> 3 & 0xF;
      wideVector = (third & 4) != 0;
      pp = third & 3;
      if (lock || map < 1 || map > 3 || three && map == 1 && (extensions & ~R) == 0) {
        return false;
      }
      at += three ? 3 : 2;
      first = code[at] & 0xFF;
    } else {
      if (first == 0x66 || first == 0xF2 || first == 0xF3) {
        pp = first == 0x66 ? 1 : first == 0xF3 ? 2 : 3;
        first = code[++at] & 0xFF;
      }
      if ((first & ~0xF) == Encoder.REX) {
        rex = true;
        extensions = first & 0xF;
        first = code[++at] & 0xFF;
      }
      if (first == 0x0F) {
        first = code[++at] & 0xFF;
        map = 1;
        if (first == 0x38 || first == 0x3A) {
          map = first == 0x38 ? 2 : 3;
          first = code[++at] & 0xFF;
        }
      }
    }
    at++;
    int id = BY_OPCODE[key(vex, map, pp, (extensions & W) != 0, lock || wideVector, first)];
    int modRm = code[at] & 0xFF;
    if (id < 0) {
      id = id == NO_ROW ? NO_ROW : pick(-2 - id, at, modRm);
      if (id == NO_ROW) {
        return false;
      }
    }
    if (vvvv != 0 && !HAS_VVVV[id]) {
      return false;
    }
    int allowed = ALLOWED[id];
    int rm = 0;
    if (MOD_RM[id]) {
      at++;
      if (modRm >= 0xC0) {
        allowed |= B;
        rm = modRm & 7 | (extensions & B) << 3;
        base = NONE;
      } else {
        position = at;
        int read = memory(modRm, extensions);
        if (read < 0) {
          return false;
        }
        allowed |= read;
        rm = base == NONE && index == NONE && scaleShift < 0 ? RIP : MEMORY;
        at = position;
      }
    }
    at += TAIL[id];
    int reg = modRm >> 3 & 7 | (extensions & R) << 1;
    int opcode = first & 7 | (extensions & B) << 3;
    boolean needsRex = false;
    int byteRegisters = BYTE_REGISTERS[id];
    if (byteRegisters != 0) {
      needsRex = (byteRegisters & 1) != 0 && Encoder.isNewByteRegister(reg)
          || (byteRegisters & 2) != 0 && rm < MEMORY && Encoder.isNewByteRegister(rm)
          || (byteRegisters & 4) != 0 && Encoder.isNewByteRegister(opcode);
      if (needsRex && !rex) {
        return false;
      }
    }
    if ((extensions & ~allowed) != 0 || rex && extensions == 0 && !needsRex) {
      return false;
    }
    int is4 = 0;
    if (HAS_IS4[id]) {
      is4 = code[at++] & 0xFF;
      if ((is4 & 0xF) != 0) {
        return false;
      }
      is4 >>= 4;
    }
    int count = IMMEDIATE_BYTES[id];
    if (count != 0) {
      long value = 0;
      for (int i = 0; i < count; i++) {
        value |= (code[at + i] & 0xFFL) << i * Byte.SIZE;
      }
      int unused = Long.SIZE - count * Byte.SIZE;
      immediate = SIGNED[id] ? value << unused >> unused : value;
      at += count;
    }
    long numbers = CONSTANT_FIELDS | (long) opcode << FIELD_OPCODE | (long) is4 << FIELD_IS4 | (long) vvvv << FIELD_VVVV
        | rm << FIELD_RM | reg;
    int fields = FIELDS[id];
    operands = (int) (numbers >>> fields & 0xFF | (numbers >>> (fields >>> 8 & 0xFF) & 0xFF) << 8
        | (numbers >>> (fields >>> 16 & 0xFF) & 0xFF) << 16 | (numbers >>> (fields >>> 24) & 0xFF) << 24);
    row = id;
    length = at - start;
    return length <= LONGEST;
  }

  private int pick(int picker, int at, int modRm) {
    int form = (modRm >> 3 & 7) * 2 + (modRm >= 0xC0 ? 1 : 0);
    if (PICKS_BY_FORM[picker]) {
      return FORM_ROWS[picker * FORMS + form];
    }
    for (int i = picker * FORMS; i < picker * FORMS + FORMS && FORM_ROWS[i] != NO_ROW; i++) {
      Encoding encoding = ROWS[FORM_ROWS[i]].encoding();
      int matched = 0;
      while (matched < encoding.tailLength()
          && bytes[at + matched] == (byte) (encoding.tail() >> matched * Byte.SIZE)) {
        matched++;
      }
      if (matched == encoding.tailLength() && (!encoding.modRm() || takes(ROWS[FORM_ROWS[i]], form))) {
        return FORM_ROWS[i];
      }
    }
    return NO_ROW;
  }

  /** Reads what follows ModRM; says which extensions mean something there, or a negative number. */
  private int memory(int modRm, int extensions) {
    int at = position;
    int mod = modRm >> 6;
    int low = modRm & 7;
    int used = 0;
    index = NONE;
    base = NONE;
    scaleShift = 0;
    if (mod == 0 && low == Encoder.NO_BASE) {
      scaleShift = -1;
      displacement = next4(at);
      position = at + Integer.BYTES;
      return 0;
    }
    if (low == Encoder.SIB) {
      int sib = bytes[at++] & 0xFF;
      low = sib & 7;
      int number = sib >> 3 & 7 | (extensions & X) << 2;
      if (number != Encoder.SIB) {
        index = number;
        scaleShift = sib >> 6;
        used = X;
      } else if (sib >> 6 != 0 || low != Encoder.SIB && !(mod == 0 && low == Encoder.NO_BASE)) {
        return -1;
      }
    }
    if (mod != 0 || low != Encoder.NO_BASE) {
      base = low | (extensions & B) << 3;
      used |= B;
    }
    if (mod == 1) {
      displacement = bytes[at++];
      if (displacement == 0 && low != Encoder.NO_BASE) {
        return -1;
      }
    } else if (mod == 2 || base == NONE) {
      displacement = next4(at);
      at += Integer.BYTES;
      if (mod == 2 && displacement == (byte) displacement) {
        return -1;
      }
    } else {
      displacement = 0;
    }
    position = at;
    return used;
  }

  private int next4(int at) {
    return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16 | bytes[at + 3] << 24;
  }
}
