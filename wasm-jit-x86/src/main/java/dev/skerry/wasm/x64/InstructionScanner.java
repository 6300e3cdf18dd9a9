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
  public static final int OPERAND_BITS = 5;

  /** Bytes of the longest instruction: so many are read without looking whether there are any. */
  private static final int LONGEST = 15;
  private static final int ROOM = LONGEST + Long.BYTES;
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

  /** Where a word has its parts: four operands, then what an address is made of; the row comes first. */
  private static final int OPERANDS_SHIFT = 12;
  private static final int BASE_SHIFT = OPERANDS_SHIFT + OPERANDS * OPERAND_BITS;
  private static final int INDEX_SHIFT = BASE_SHIFT + OPERAND_BITS;
  private static final int SCALE_SHIFT = INDEX_SHIFT + OPERAND_BITS;
  private static final int OPERAND_MASK = (1 << OPERAND_BITS) - 1;
  private static final long NO_PLACES = (long) NONE << BASE_SHIFT | (long) NONE << INDEX_SHIFT;

  private static final long U32 = 0xffff_ffffL;
  private static final int TWO_BYTES = 0x0F;
  private static final int MAP_2 = 0x38;
  private static final int MAP_3 = 0x3A;
  /** Whether a byte is no opcode, nor REX, and something else comes first. */
  private static final boolean[] IS_PREFIX = new boolean[256];

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

  /** By row: what follows from its encoding, and which field each of its operands is. */
  private static final int[] SHAPES = new int[Row.ID_LIMIT];
  private static final int[] FIELDS = new int[Row.ID_LIMIT];
  /** In a shape: extensions that mean something whatever the ModRM byte is; then flags, and numbers of bytes. */
  private static final int MOD_RM = 1 << 4;
  private static final int HAS_VVVV = 1 << 5;
  private static final int HAS_IS4 = 1 << 6;
  private static final int SIGNED = 1 << 7;
  /** Which of reg, a register as rm, and opcode are byte registers. */
  private static final int BYTE_REG = 1 << 8;
  private static final int BYTE_RM = 1 << 9;
  private static final int BYTE_OPCODE = 1 << 10;
  private static final int UNUSUAL = HAS_IS4 | BYTE_REG | BYTE_RM | BYTE_OPCODE;
  private static final int TAIL_SHIFT = 12;
  private static final int IMMEDIATE_SHIFT = 16;
  private static final int COUNT = 0xF;
  private static final Row[] ROWS = new Row[Row.ID_LIMIT];

  static {
    for (int prefix : new int[] {Encoder.LOCK, Encoder.VEX2, Encoder.VEX3, 0x66, 0xF2, 0xF3}) {
      IS_PREFIX[prefix] = true;
    }
    List<short[]> pickers = new ArrayList<>();
    List<Boolean> byForm = new ArrayList<>();
    Row[][] rows = new Row[BY_OPCODE.length][];
    for (Row row : Rows.all()) {
      describe(row);
      Encoding encoding = row.encoding();
      int key = key(encoding.vex(), encoding.map(), encoding.pp(), encoding.wide(),
          encoding.lock() || encoding.long256(), encoding.opcode());
      int count = row.indexOf(Slot.OPCODE) >= 0 ? 8 : 1;
      for (int i = key; i < key + count; i++) {
        rows[i] = rows[i] == null ? new Row[1] : Arrays.copyOf(rows[i], rows[i].length + 1);
        rows[i][rows[i].length - 1] = row;
      }
    }
    Arrays.fill(BY_OPCODE, NO_ROW);
    for (int key = 0; key < BY_OPCODE.length; key++) {
      if (rows[key] != null) {
        boolean modRm = allModRm(rows[key]);
        short[] picker = picker(rows[key], modRm);
        boolean plain = !modRm && picker.length == 1 && tailLength(picker[0]) == 0
            || modRm && Arrays.equals(picker, filled(picker[0]));
        BY_OPCODE[key] = plain ? picker[0] : (short) (-2 - pickers.size());
        if (!plain) {
          pickers.add(Arrays.copyOf(picker, FORMS));
          Arrays.fill(pickers.get(pickers.size() - 1), Math.min(picker.length, FORMS), FORMS, NO_ROW);
          byForm.add(modRm);
        }
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
  /** Row, operands, base, index and scale, for {@link #row(long)} and the like. */
  public long word;
  public int length;
  public int displacement;
  public long immediate;

  private final byte[] last = new byte[ROOM];

  private static short[] filled(short row) {
    short[] filled = new short[FORMS];
    Arrays.fill(filled, row);
    return filled;
  }

  private static int key(boolean vex, int map, int pp, boolean wide, boolean lockOrLong, int opcode) {
    return ((((vex ? MAPS : 0) + map) * PREFIXES + pp << 1 | (wide ? 1 : 0)) << 1 | (lockOrLong ? 1 : 0)) * OPCODES
        + opcode;
  }

  private static boolean allModRm(Row[] rows) {
    boolean all = true;
    for (Row row : rows) {
      all &= row.encoding().modRm();
    }
    return all;
  }

  private static short[] picker(Row[] rows, boolean modRm) {
    if (!modRm) {
      if (rows.length > FORMS) {
        throw new IllegalStateException("too many rows of one opcode: " + Arrays.toString(rows));
      }
      short[] picker = new short[rows.length];
      for (int i = 0; i < picker.length; i++) {
        picker[i] = (short) rows[i].id();
      }
      return picker;
    }
    short[] picker = filled(NO_ROW);
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
    int immediate = row.indexOf(Slot.IMMEDIATE);
    int shape = W | (row.indexOf(Slot.REG) >= 0 ? R : 0) | (row.indexOf(Slot.OPCODE) >= 0 ? B : 0)
        | (encoding.modRm() ? MOD_RM : 0)
        | (row.indexOf(Slot.VVVV) >= 0 ? HAS_VVVV : 0)
        | (row.indexOf(Slot.IS4) >= 0 ? HAS_IS4 : 0)
        | (immediate >= 0 && row.operand(immediate).kind() != Kind.UNSIGNED ? SIGNED : 0)
        | encoding.tailLength() << TAIL_SHIFT | row.immediateBytes() << IMMEDIATE_SHIFT;
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
          shape |= switch (field) {
            case FIELD_REG -> BYTE_REG;
            case FIELD_RM -> BYTE_RM;
            case FIELD_OPCODE -> BYTE_OPCODE;
            default -> 0;
          };
        }
      }
      fields |= field << i * Byte.SIZE;
    }
    FIELDS[id] = fields;
    SHAPES[id] = shape;
  }

  /** The row with that id. */
  public static Row row(int id) {
    return ROWS[id];
  }

  private static int tailLength(int row) {
    return SHAPES[row] >> TAIL_SHIFT & COUNT;
  }

  // Parts of a word.

  /** The number of the row. */
  public static int row(long word) {
    return (int) word & (1 << OPERANDS_SHIFT) - 1;
  }

  /** Four operands of {@link #OPERAND_BITS} bits. */
  public static int operands(long word) {
    return (int) word >>> OPERANDS_SHIFT;
  }

  /** One of the four operands. */
  public static int operand(long word, int operand) {
    return (int) word >>> OPERANDS_SHIFT + operand * OPERAND_BITS & OPERAND_MASK;
  }

  /** The register that is the base of the operand in memory, or {@link #NONE}. */
  public static int base(long word) {
    return (int) (word >>> BASE_SHIFT) & OPERAND_MASK;
  }

  /** The register that is the index of the operand in memory, or {@link #NONE}. */
  public static int index(long word) {
    return (int) (word >>> INDEX_SHIFT) & OPERAND_MASK;
  }

  /** What the index is multiplied with. */
  public static int scale(long word) {
    return 1 << (int) (word >>> SCALE_SHIFT);
  }

  // Reading.

  /**
   * Reads the instruction at an offset of the code, which has an {@code end}.
   *
   * @return whether there is one
   */
  public boolean read(byte[] code, int offset, int end) {
    if (offset < 0 || offset >= end) {
      return false;
    }
    if (offset + ROOM <= code.length) {
      return scan(code, offset) && offset + length <= end;
    }
    Arrays.fill(last, (byte) 0);
    System.arraycopy(code, offset, last, 0, Math.min(end - offset, LONGEST));
    return scan(last, 0) && offset + length <= end;
  }

  private boolean scan(byte[] code, int start) {
    int at = start;
    int opcode = code[at] & 0xFF;
    if (IS_PREFIX[opcode]) {
      return prefixed(code, start);
    }
    boolean rex = (opcode & ~0xF) == Encoder.REX;
    int extensions = 0;
    if (rex) {
      extensions = opcode & 0xF;
      opcode = code[++at] & 0xFF;
    }
    return scan(code, start, at, opcode, 0, false, extensions, rex);
  }

  private boolean prefixed(byte[] code, int start) {
    int at = start;
    int opcode = code[at] & 0xFF;
    boolean lock = opcode == Encoder.LOCK;
    if (lock) {
      opcode = code[++at] & 0xFF;
    }
    if (opcode == Encoder.VEX2 || opcode == Encoder.VEX3) {
      return !lock && vex(code, start, opcode == Encoder.VEX3);
    }
    int pp = 0;
    if (opcode == 0x66 || opcode == 0xF2 || opcode == 0xF3) {
      pp = opcode == 0x66 ? 1 : opcode == 0xF3 ? 2 : 3;
      opcode = code[++at] & 0xFF;
    }
    boolean rex = (opcode & ~0xF) == Encoder.REX;
    int extensions = 0;
    if (rex) {
      extensions = opcode & 0xF;
      opcode = code[++at] & 0xFF;
    }
    return scan(code, start, at, opcode, pp, lock, extensions, rex);
  }

  /** Reads on from the opcode, or what it begins with. */
  private boolean scan(byte[] code, int start, int from, int first, int pp, boolean lock, int extensions,
      boolean rex) {
    int at = from;
    int opcode = first;
    int map = 0;
    if (opcode == TWO_BYTES) {
      map = 1;
      opcode = code[++at] & 0xFF;
      if (opcode == MAP_2 || opcode == MAP_3) {
        map = opcode == MAP_2 ? 2 : 3;
        opcode = code[++at] & 0xFF;
      }
    }
    return scan(code, start, at + 1, opcode,
        key(false, map, pp, (extensions & W) != 0, lock, 0), extensions, rex, 0);
  }

  private boolean vex(byte[] code, int start, boolean three) {
    int second = code[start + 1] & 0xFF;
    int third = three ? code[start + 2] & 0xFF : second;
    int extensions = ~second >> 5 & (three ? R | X | B : R) | (three && third >= 0x80 ? W : 0);
    int map = three ? second & 0x1F : 1;
    if (map < 1 || map > 3 || three && map == 1 && (extensions & ~R) == 0) {
      return false;
    }
    int at = start + (three ? 3 : 2);
    return scan(code, start, at + 1, code[at] & 0xFF,
        key(true, map, third & 3, (extensions & W) != 0, (third & 4) != 0, 0), extensions, false, ~third >> 3 & 0xF);
  }

  /** Reads on behind the opcode. */
  private boolean scan(byte[] code, int start, int behind, int opcode, int key, int extensions, boolean rex,
      int vvvv) {
    int at = behind;
    int modRm = code[at] & 0xFF;
    int id = BY_OPCODE[key + opcode];
    if (id < 0) {
      id = id == NO_ROW ? NO_ROW : pick(code, -2 - id, at, modRm);
      if (id == NO_ROW) {
        return false;
      }
    }
    int shape = SHAPES[id];
    int used = shape;
    int rm = 0;
    long places = NO_PLACES;
    if ((shape & MOD_RM) != 0) {
      at++;
      rm = modRm & 7 | (extensions & B) << 3;
      used |= B;
      if (modRm < 0xC0) {
        int low = modRm & 7;
        int mod = modRm >> 6;
        int base = rm;
        rm = MEMORY;
        places = (long) NONE << INDEX_SHIFT;
        if (low == Encoder.SIB) {
          int sib = code[at++] & 0xFF;
          int index = sib >> 3 & 7 | (extensions & X) << 2;
          low = sib & 7;
          base = low | (extensions & B) << 3;
          if (index != Encoder.SIB) {
            used |= X;
            places = (long) index << INDEX_SHIFT | (long) (sib >> 6) << SCALE_SHIFT;
          } else if (sib >> 6 != 0 || low != Encoder.SIB && !(mod == 0 && low == Encoder.NO_BASE)) {
            return false;
          }
        } else if (mod == 0 && low == Encoder.NO_BASE) {
          rm = RIP;
        }
        if (mod == 1) {
          displacement = code[at++];
          if (displacement == 0 && low != Encoder.NO_BASE) {
            return false;
          }
        } else if (mod == 2) {
          displacement = next4(code, at);
          at += Integer.BYTES;
          if (displacement == (byte) displacement) {
            return false;
          }
        } else if (low == Encoder.NO_BASE) {
          base = NONE;
          used = used & ~B | shape & B;
          displacement = next4(code, at);
          at += Integer.BYTES;
        } else {
          displacement = 0;
        }
        places |= (long) base << BASE_SHIFT;
      }
    }
    at += shape >> TAIL_SHIFT & COUNT;
    int reg = modRm >> 3 & 7 | (extensions & R) << 1;
    int inOpcode = opcode & 7 | (extensions & B) << 3;
    boolean needsRex = (shape & UNUSUAL) != 0
        && ((shape & BYTE_REG) != 0 && Encoder.isNewByteRegister(reg)
        || (shape & BYTE_RM) != 0 && rm < MEMORY && Encoder.isNewByteRegister(rm)
        || (shape & BYTE_OPCODE) != 0 && Encoder.isNewByteRegister(inOpcode));
    if ((extensions & ~used) != 0 || needsRex && !rex || rex && extensions == 0 && !needsRex
        || vvvv != 0 && (shape & HAS_VVVV) == 0) {
      return false;
    }
    int is4 = 0;
    if ((shape & HAS_IS4) != 0) {
      is4 = code[at++] & 0xFF;
      if ((is4 & 0xF) != 0) {
        return false;
      }
      is4 >>= 4;
    }
    int count = shape >> IMMEDIATE_SHIFT & COUNT;
    if (count != 0) {
      immediate = immediate(code, at, count, (shape & SIGNED) != 0);
      at += count;
    }
    long fields = CONSTANT_FIELDS | (long) inOpcode << FIELD_OPCODE | (long) is4 << FIELD_IS4
        | (long) vvvv << FIELD_VVVV | rm << FIELD_RM | reg;
    int which = FIELDS[id];
    int operands = (int) (fields >>> which) & OPERAND_MASK
        | ((int) (fields >>> (which >> 8)) & OPERAND_MASK) << OPERAND_BITS
        | ((int) (fields >>> (which >> 16)) & OPERAND_MASK) << 2 * OPERAND_BITS
        | ((int) (fields >>> (which >> 24)) & OPERAND_MASK) << 3 * OPERAND_BITS;
    word = places | operands << OPERANDS_SHIFT & U32 | id;
    length = at - start;
    return length <= LONGEST;
  }

  private static long immediate(byte[] code, int at, int count, boolean signed) {
    if (count == 1) {
      return signed ? code[at] : code[at] & 0xFF;
    }
    if (count == Integer.BYTES) {
      int value = next4(code, at);
      return signed ? value : value & U32;
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (code[at + i] & 0xFFL) << i * Byte.SIZE;
    }
    int unused = Long.SIZE - count * Byte.SIZE;
    return signed ? value << unused >> unused : value;
  }

  private static int next4(byte[] code, int at) {
    return code[at] & 0xFF | (code[at + 1] & 0xFF) << 8 | (code[at + 2] & 0xFF) << 16 | code[at + 3] << 24;
  }

  private int pick(byte[] code, int picker, int at, int modRm) {
    int form = (modRm >> 3 & 7) * 2 + (modRm >= 0xC0 ? 1 : 0);
    if (PICKS_BY_FORM[picker]) {
      return FORM_ROWS[picker * FORMS + form];
    }
    for (int i = picker * FORMS; i < picker * FORMS + FORMS && FORM_ROWS[i] != NO_ROW; i++) {
      Encoding encoding = ROWS[FORM_ROWS[i]].encoding();
      int matched = 0;
      while (matched < encoding.tailLength()
          && code[at + matched] == (byte) (encoding.tail() >> matched * Byte.SIZE)) {
        matched++;
      }
      if (matched == encoding.tailLength() && (!encoding.modRm() || takes(ROWS[FORM_ROWS[i]], form))) {
        return FORM_ROWS[i];
      }
    }
    return NO_ROW;
  }
}
