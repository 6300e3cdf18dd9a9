package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.OperandForm.Slot;
import java.util.Arrays;
import java.util.List;

/**
 * What {@link InstructionScanner} looks up: which row an opcode is, and what follows from a ModRM and a SIB byte.
 * Nothing of it changes.
 */
final class ScanTables {

  static final int W = 8;
  static final int R = 4;
  static final int X = 2;
  static final int B = 1;

  private static final int MAPS = 4;
  private static final int PREFIXES = 4;
  private static final int OPCODES = 256;
  private static final int KEYS = 2 * MAPS * PREFIXES * 2 * 2 * OPCODES;
  private static final int BYTES = 256;
  private static final int REGISTERS = 16;

  /** Bits of a pick that say which bits of a form matter; where its shapes start is above. */
  static final int PICK_BITS = 4;
  private static final int ALL_FORMS = (1 << PICK_BITS) - 1;
  private static final int REGISTER_FORMS = 1;
  private static final int DIGIT_FORMS = ALL_FORMS & ~REGISTER_FORMS;
  private static final int MOST_SHAPES = 1 << Character.SIZE - PICK_BITS;

  // A shape: what follows from the row. How many bytes come behind the opcode, but for an address; whether the first of
  // them is a ModRM byte.
  static final int BYTES_MASK = 0xF;
  static final int MOD_RM_BIT = 7;
  /** Where {@link #PLACES} has what goes with it. */
  static final int PLACES_SHIFT = 10;
  static final int PLACES_MASK = 7 << PLACES_SHIFT;
  /** The {@link Decoder} reads it, for it is rare; or there is no row. */
  static final int RARE = 1 << 13;
  /** The last byte is the fourth operand. */
  static final int FOURTH_OPERAND = 1 << 15;
  /** Which of ModRM.reg and ModRM.rm is a byte register. */
  private static final int BYTE_REG = 1 << 16;
  private static final int BYTE_RM = 1 << 17;

  static final int IMMEDIATE_MASK = 7;
  /** How immediates are read, by kind: none, signed ones of 1, 2 and 4 bytes, unsigned ones, and one of 8 bytes. */
  static final byte[] IMMEDIATE_SHIFTS = {0, 56, 48, 32, 56, 48, 32, 0};
  static final long[] IMMEDIATE_MASKS = {0, -1, -1, -1, 0xFF, 0xFFFF, 0xFFFF_FFFFL, -1};
  /** Bits of displacements, by kind: none, one of a byte, one of 4 bytes. */
  static final int DISPLACEMENT_MASK = 3;
  static final byte[] DISPLACEMENT_BITS = {0, Byte.SIZE, Integer.SIZE, 0};
  private static final int UNSIGNED = 3;
  private static final int EIGHT_BYTES = 7;

  // What follows from places: operands and address, as a word has them, and above: how many bytes the address has
  // behind the ModRM byte, whether the first of them is a SIB byte, whether there is a displacement, and by how much to
  // shift the bytes from there to the left, and back, to have it.
  static final int ABOVE = 44;
  static final int ADDRESS_BYTES = 7;
  static final int SIB_BIT = 3;
  static final int DISPLACEMENT_BIT = 4;
  static final int DISPLACEMENT_SHIFT = 5;
  /** The displacement must not be 0. */
  static final int NOT_ZERO = 1 << 11;
  /** The displacement must not fit in a byte. */
  static final int NOT_SHORT_BIT = 12;
  /** The bytes are refused: as they are, or where there is a base. */
  static final int REFUSED = 1 << 13;
  private static final int REFUSED_WITH_BASE = 1 << 18;
  static final int REFUSED_SOMEHOW = REFUSED | REFUSED_WITH_BASE;
  /** Of a ModRM byte: there is no base if the SIB byte says so; and whether it does. */
  static final int NO_BASE_BIT = 14;
  private static final int NO_BASE_SIB = 1 << NO_BASE_BIT + 1;
  /** ModRM.reg, and ModRM.rm, are registers that need a REX prefix if they are byte registers: bits of a shape. */
  static final int NEEDS_REX = BYTE_REG | BYTE_RM;

  /** Bytes of a head. */
  static final int MOST_OF_HEAD = 5;
  /** Kinds of first bytes. */
  private static final int ALONE = 0;
  private static final int AFTER_OPCODE = 1;
  private static final int AFTER_REX = 2;
  private static final int AFTER_0F = 3;
  private static final int AFTER_PREFIX = 4;
  private static final int AFTER_VEX2 = 5;
  private static final int AFTER_VEX3 = 6;
  private static final int FIRST_KINDS = 7;

  /** Added to a ModRM byte for REX.R and REX.B, to a SIB byte for REX.X and REX.B. */
  static final int EXTENDED_HIGH = 2 * BYTES;
  static final int EXTENDED_BASE = BYTES;
  private static final int EXTENDED = 4 * BYTES;

  /** Which operands are ModRM.rm and ModRM.reg: kinds of places. Then those without a ModRM byte. */
  private static final int[][] OPERANDS = {{1, 0}, {0, 1}, {0, -1}, {2, 0}, {1, -1}};

  /** By first byte above the second one: by how many bits to shift 8 bytes to the left so that a head is left. */
  private static final byte[] UNUSED = new byte[BYTES * BYTES];
  /** By key: where the shapes start, and which bits of a form matter. */
  static final char[] PICKS = new char[KEYS];
  /** By pick and form: the shape, and the word but for places. */
  static final int[] SHAPES = new int[MOST_SHAPES + ALL_FORMS];
  static final long[] WORDS = new long[MOST_SHAPES + ALL_FORMS];
  /** By kind, REX.R and REX.B, and the ModRM byte if there is one. */
  static final long[] PLACES = new long[(OPERANDS.length + 2) * EXTENDED];
  /** By REX.X and REX.B, and SIB byte: base and index. */
  static final long[] INDICES = new long[EXTENDED];
  /**
   * The same as a word has it from its base on, with its kind, or less than 0 if it is doubtful; from {@link #NO_SIB}
   * on, what there is without a SIB byte; from {@link #PERHAPS_NO_BASE} on, the same after a ModRM byte that lets the
   * SIB byte say that there is no base, which is doubtful too.
   */
  static final int[] SIBS = new int[4 * EXTENDED];
  private static final int DOUBTFUL = -1;
  static final int NO_SIB = EXTENDED;
  static final int PERHAPS_NO_BASE = 2 * EXTENDED;
  static final int SIB_KINDS = 4 * EXTENDED - BYTES;
  /** By address, as {@link InstructionScanner#address} has it: its kind. */
  static final byte[] ADDRESS_KINDS = new byte[1 << InstructionScanner.ADDRESS_BITS];
  /** By row: how many bits the number in VEX.vvvv is shifted to be an operand; 0 if it is none. */
  static final byte[] VVVV_SHIFTS = new byte[Row.ID_LIMIT];
  static final Row[] ROWS = new Row[Row.ID_LIMIT];
  /** The first bytes of {@link ControlRows#NOPS}, at most 8, the first one lowest, and which of 8 those are. */
  static final long[] NOPS = new long[ControlRows.NOPS.size()];
  static final long[] NOP_MASKS = new long[NOPS.length];

  static {
    // What belongs to a class that is being made is looked up by its name each time: so all of it is asked for once.
    makeHeads(UNUSED);
    makeAddressKinds(ADDRESS_KINDS);
    makePlaces(PLACES, INDICES, SIBS, OPERANDS);
    makeRows(Rows.all(), ROWS, VVVV_SHIFTS);
    makeNops(NOPS, NOP_MASKS);
    makeShapes(Rows.all(), formsByKey(Rows.all()), PICKS, SHAPES, WORDS, OPERANDS);
  }

  private static void makeHeads(byte[] heads) {
    byte[][] unused = new byte[FIRST_KINDS][BYTES];
    for (int kind = 0; kind < FIRST_KINDS; kind++) {
      for (int second = 0; second < BYTES; second++) {
        unused[kind][second] = (byte) (Byte.SIZE * (Long.BYTES - headBytes(kind, second)));
      }
    }
    for (int first = 0; first < BYTES; first++) {
      System.arraycopy(unused[firstKind(first)], 0, heads, first * BYTES, BYTES);
    }
  }

  private static void makeAddressKinds(byte[] kinds) {
    int none = InstructionScanner.NONE << InstructionScanner.OPERAND_BITS;
    Arrays.fill(kinds, (byte) InstructionScanner.ELSEWHERE);
    kinds[none | InstructionScanner.NONE] = InstructionScanner.NO_REGISTERS;
    for (int base = 0; base < REGISTERS; base++) {
      kinds[none | base] = InstructionScanner.BASE;
      for (int index = 0; index < REGISTERS; index++) {
        kinds[index << InstructionScanner.OPERAND_BITS | base] = InstructionScanner.INDEXED;
      }
    }
    kinds[none | Gpr.RSP.ordinal()] = InstructionScanner.STACK;
  }

  private static void makePlaces(long[] places, long[] indices, int[] sibs, int[][] operands) {
    int inOpcode = operands.length;
    int nowhere = inOpcode + 1;
    for (int i = 0; i < EXTENDED; i++) {
      long address = address(i);
      for (int kind = 0; kind < operands.length; kind++) {
        places[kind * EXTENDED + i] = places(address, i, operands[kind][0], operands[kind][1]);
      }
      places[inOpcode * EXTENDED + i] = InstructionScanner.NO_PLACES | ((i & EXTENDED_BASE) != 0 ? operand(8, 0) : 0)
          | ((i & EXTENDED_HIGH) != 0 ? (long) REFUSED << ABOVE : 0);
      places[nowhere * EXTENDED + i] = InstructionScanner.NO_PLACES | (i >= BYTES ? (long) REFUSED << ABOVE : 0);
      long index = index(i & BYTES - 1, (i & EXTENDED_HIGH) != 0 ? 8 : 0, (i & EXTENDED_BASE) != 0 ? 8 : 0);
      indices[i] = index;
      int above = (int) (index >>> ABOVE);
      int sib = (int) ((index & (1L << ABOVE) - 1 | InstructionScanner.addressKind(index))
          >>> InstructionScanner.BASE_SHIFT);
      sibs[i] = (above & REFUSED_SOMEHOW) != 0 ? DOUBTFUL : sib;
      sibs[PERHAPS_NO_BASE + i] = (above & (REFUSED_SOMEHOW | NO_BASE_SIB)) != 0 ? DOUBTFUL : sib;
    }
  }

  private static void makeRows(List<Row> all, Row[] rows, byte[] vvvvShifts) {
    for (Row row : all) {
      rows[row.id()] = row;
      int vvvv = row.indexOf(Slot.VVVV);
      vvvvShifts[row.id()] = (byte) (vvvv < 0 ? 0 : InstructionScanner.shift(vvvv));
    }
  }

  private static void makeNops(long[] nops, long[] masks) {
    for (int i = 0; i < nops.length; i++) {
      nops[i] = fixedBytes(ControlRows.NOPS.get(i).encoding());
      masks[i] = -1L >>> Math.max(0, Long.BYTES - 1 - i) * Byte.SIZE;
    }
  }

  /** By key: which bits of a form matter for some row. */
  private static byte[] formsByKey(List<Row> all) {
    byte[] forms = new byte[KEYS];
    for (Row row : all) {
      byte mask = forms(row);
      int key = key(row.encoding());
      for (int i = keys(row) - 1; i >= 0; i--) {
        forms[key + i] |= mask;
      }
    }
    return forms;
  }

  private static void makeShapes(List<Row> all, byte[] forms, char[] picks, int[] shapes, long[] words,
      int[][] operands) {
    Arrays.fill(shapes, RARE);
    int count = 1;
    for (Row row : all) {
      int shape = shape(row, operands);
      long word = word(row);
      int key = key(row.encoding());
      for (int i = keys(row) - 1; i >= 0; i--) {
        if (picks[key + i] == 0) {
          if (count + ALL_FORMS >= MOST_SHAPES) {
            throw new IllegalStateException("too many opcodes");
          }
          picks[key + i] = (char) (count << PICK_BITS | forms[key + i]);
          count += forms[key + i] + 1;
        }
        put(row, picks[key + i], shape, i == 0 ? word : word | operand(i, row.indexOf(Slot.OPCODE)), shapes, words);
      }
    }
  }

  private ScanTables() {
  }

  // Heads.

  /** Whether a ModRM byte follows an opcode of one byte: a guess that costs time where it is wrong. */
  private static boolean hasModRm(int opcode) {
    return opcode < 0x40 ? (opcode & 7) < 4 : opcode == 0x63 || opcode == 0x69 || opcode == 0x6B
        || opcode >= 0x80 && opcode < 0x90 || (opcode & ~1) == 0xC0 || (opcode & ~3) == 0xD0
        || (opcode & ~1) == 0xC6 || (opcode & ~9) == 0xF6;
  }

  /** Ways to tell from the second byte how many bytes there are up to the ModRM byte. */
  private static int firstKind(int first) {
    return switch (first) {
      case 0x0F -> AFTER_0F;
      case 0x66, 0xF2, 0xF3 -> AFTER_PREFIX;
      case Encoder.VEX2 -> AFTER_VEX2;
      case Encoder.VEX3 -> AFTER_VEX3;
      default -> (first & ~0xF) == Encoder.REX ? AFTER_REX : hasModRm(first) ? AFTER_OPCODE : ALONE;
    };
  }

  private static int headBytes(int kind, int second) {
    int opcode = second == 0x0F ? 3 : hasModRm(second) ? 2 : 1;
    return switch (kind) {
      case ALONE -> 1;
      case AFTER_OPCODE -> 2;
      case AFTER_REX -> 1 + opcode;
      case AFTER_0F -> (second & ~2) == 0x38 ? 4 : (second & ~0xF) == 0x80 || (second & ~7) == 0xC8 ? 2 : 3;
      case AFTER_PREFIX -> (second & ~0xF) == Encoder.REX ? MOST_OF_HEAD : 1 + opcode;
      case AFTER_VEX2 -> 4;
      default -> MOST_OF_HEAD;
    };
  }

  /**
   * By which of an instruction's first bytes what follows is remembered: by how many bits to shift the others out to
   * the left. The bytes are those up to the ModRM byte, perhaps more, and at most {@link #MOST_OF_HEAD}.
   */
  static int unused(long window) {
    return UNUSED[Character.reverseBytes((char) window)];
  }

  // Rows.

  /** The place in {@link #PICKS} of an opcode. */
  static int key(boolean vex, int map, int pp, int extensions, boolean lockOrLong) {
    return (((vex ? MAPS : 0) + map) * PREFIXES + pp << 2 | extensions >> 2 & 2 | (lockOrLong ? 1 : 0)) * OPCODES;
  }

  private static int key(Encoding encoding) {
    return key(encoding.vex(), encoding.map(), encoding.pp(), encoding.wide() ? W : 0,
        encoding.lock() || encoding.long256()) + encoding.opcode();
  }

  /** The first 8 bytes of an instruction that has no operands. */
  private static long fixedBytes(Encoding encoding) {
    long bytes = encoding.tail() << Byte.SIZE | encoding.opcode();
    bytes = encoding.map() == 0 ? bytes : bytes << Byte.SIZE | 0x0F;
    return encoding.pp() == 0 ? bytes : bytes << Byte.SIZE | 0x66;
  }

  private static int keys(Row row) {
    return row.indexOf(Slot.OPCODE) >= 0 ? 8 : 1;
  }

  /** A form is ModRM.reg, and whether ModRM.rm is a register: bits that matter for the row. */
  private static byte forms(Row row) {
    if (!row.encoding().modRm()) {
      return 0;
    }
    Kind kind = row.operand(row.indexOf(Slot.RM)).kind();
    return (byte) ((row.encoding().digit() >= 0 ? DIGIT_FORMS : 0)
        | (kind.takesMemory() && kind.takesRegister() ? 0 : REGISTER_FORMS));
  }

  private static boolean takes(Row row, int form, int mask) {
    if (!row.encoding().modRm()) {
      return true;
    }
    Kind kind = row.operand(row.indexOf(Slot.RM)).kind();
    return (row.encoding().digit() < 0 || row.encoding().digit() == form >> 1)
        && ((mask & REGISTER_FORMS) == 0 || ((form & 1) != 0 ? kind.takesRegister() : kind.takesMemory()));
  }

  private static void put(Row row, int pick, int shape, long word, int[] shapes, long[] words) {
    int mask = pick & ALL_FORMS;
    for (int form = 0; form <= mask; form++) {
      int place = (pick >> PICK_BITS) + form;
      if ((form & ~mask) == 0 && takes(row, form, mask) && (shape & RARE) == 0) {
        if ((shapes[place] & RARE) == 0) {
          throw new IllegalStateException("two rows for the same bytes: " + row);
        }
        shapes[place] = shape;
        words[place] = word;
      }
    }
  }

  private static int shape(Row row, int[][] operands) {
    Encoding encoding = row.encoding();
    int kind = kind(row, operands);
    if (kind < 0 || encoding.tailLength() > 0 || encoding.lock()) {
      return RARE;
    }
    int bytes = row.immediateBytes();
    int shape = bytes | kind << PLACES_SHIFT | (row.indexOf(Slot.IS4) >= 0 ? 1 | FOURTH_OPERAND : 0);
    return !encoding.modRm() ? shape : shape + 1 | 1 << MOD_RM_BIT
        | (isByteRegister(row, Slot.REG) ? BYTE_REG : 0) | (isByteRegister(row, Slot.RM) ? BYTE_RM : 0);
  }

  /** How the row's immediate is read. */
  static int immediateKind(Row row) {
    int bytes = row.immediateBytes();
    int index = row.indexOf(Slot.IMMEDIATE);
    return bytes == 0 ? 0 : bytes == Long.BYTES ? EIGHT_BYTES
        : Integer.numberOfTrailingZeros(bytes) + 1 + (row.operand(index).kind() == Kind.UNSIGNED ? UNSIGNED : 0);
  }

  private static boolean isByteRegister(Row row, Slot slot) {
    return row.indexOf(slot) >= 0 && Row.isByteRegister(row.operand(row.indexOf(slot)));
  }

  /** The kind of places, or -1 if it is a rare one. */
  private static int kind(Row row, int[][] operands) {
    if (!row.encoding().modRm()) {
      int opcode = row.indexOf(Slot.OPCODE);
      return opcode < 0 ? operands.length + 1
          : opcode == 0 && !isByteRegister(row, Slot.OPCODE) ? operands.length : -1;
    }
    for (int kind = 0; kind < operands.length; kind++) {
      if (operands[kind][0] == row.indexOf(Slot.RM) && operands[kind][1] == row.indexOf(Slot.REG)) {
        return kind;
      }
    }
    return -1;
  }

  private static long operand(int number, int index) {
    return (long) number << InstructionScanner.shift(index);
  }

  /** The word of a row, without registers and memory. */
  static long word(Row row) {
    long word = row.id() | InstructionScanner.immediateKind(immediateKind(row));
    for (int i = 0; i < InstructionScanner.OPERANDS; i++) {
      word |= i >= row.operandCount() ? operand(InstructionScanner.NONE, i)
          : row.operand(i).slot() == Slot.IMMEDIATE ? operand(InstructionScanner.IMMEDIATE, i) : 0;
    }
    return word;
  }

  // Places.

  /** What follows from a ModRM byte and REX.B, but for operands. */
  private static long address(int extended) {
    int mod = extended >> 6 & 3;
    int low = extended & 7;
    int base = low | ((extended & EXTENDED_BASE) != 0 ? 8 : 0);
    if (mod == 3) {
      return InstructionScanner.NO_PLACES | (Encoder.isNewByteRegister(base) ? (long) BYTE_RM << ABOVE : 0);
    }
    boolean sib = low == Encoder.SIB;
    boolean noBase = mod == 0 && low == Encoder.NO_BASE;
    int bytes = mod == 1 ? 1 : mod == 2 || noBase ? Integer.BYTES : 0;
    int above = displacement(bytes);
    above |= mod == 1 && low != Encoder.NO_BASE ? NOT_ZERO : 0;
    above |= mod == 2 ? NOT_ZERO | 1 << NOT_SHORT_BIT : 0;
    above |= noBase && base != low ? REFUSED : 0;
    if (sib) {
      return (long) (above + 1 | 1 << SIB_BIT | (mod == 0 ? 1 << NO_BASE_BIT : 0)) << ABOVE;
    }
    return (long) above << ABOVE | InstructionScanner.places(noBase ? InstructionScanner.NONE : base,
        InstructionScanner.NONE, 0);
  }

  private static int displacement(int bytes) {
    return bytes == 0 ? 0
        : bytes | 1 << DISPLACEMENT_BIT | Long.SIZE - bytes * Byte.SIZE << DISPLACEMENT_SHIFT;
  }

  private static long places(long address, int extended, int rmOperand, int regOperand) {
    int mod = extended >> 6 & 3;
    int low = extended & 7;
    int reg = extended >> 3 & 7 | ((extended & EXTENDED_HIGH) != 0 ? 8 : 0);
    int rm = mod == 3 ? low | ((extended & EXTENDED_BASE) != 0 ? 8 : 0)
        : mod == 0 && low == Encoder.NO_BASE ? InstructionScanner.RIP : InstructionScanner.MEMORY;
    long places = address | operand(rm, rmOperand);
    if (regOperand >= 0) {
      return places | operand(reg, regOperand) | (Encoder.isNewByteRegister(reg) ? (long) BYTE_REG << ABOVE : 0);
    }
    return places | ((extended & EXTENDED_HIGH) != 0 ? (long) REFUSED << ABOVE : 0);
  }

  private static long index(int sib, int extendedIndex, int extendedBase) {
    int low = sib & 7;
    int index = sib >> 3 & 7 | extendedIndex;
    long above = low == Encoder.NO_BASE ? NO_BASE_SIB : 0;
    if (index != Encoder.SIB) {
      return above << ABOVE | InstructionScanner.places(low | extendedBase, index, sib >> 6);
    }
    above |= sib >> 6 != 0 ? REFUSED : low == Encoder.NO_BASE ? REFUSED_WITH_BASE : low != Encoder.SIB ? REFUSED : 0;
    return above << ABOVE | InstructionScanner.places(low | extendedBase, InstructionScanner.NONE, 0);
  }

  /** The same places with a SIB byte that says that there is no base. */
  static long withoutBase(long places) {
    return InstructionScanner.withoutBase(places) & ~((long) REFUSED_WITH_BASE << ABOVE)
        | (long) displacement(Integer.BYTES) << ABOVE;
  }
}
