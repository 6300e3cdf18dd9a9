package dev.skerry.wasm.x64;

import static dev.skerry.wasm.x64.ScanTables.B;
import static dev.skerry.wasm.x64.ScanTables.R;
import static dev.skerry.wasm.x64.ScanTables.W;
import static dev.skerry.wasm.x64.ScanTables.X;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads machine code as numbers, for the verifier's hot path: takes what the {@link Decoder} takes, but for segment
 * prefixes, which it refuses, and makes no objects. Operands are those that {@link Assembler#emit} takes, in its order:
 * the number of a register, or one of {@link #MEMORY}, {@link #RIP}, {@link #IMMEDIATE}, {@link #NONE}. Whatever the
 * bytes are, nothing is thrown and nothing read outside of the range. What one instruction is differs from what the
 * next one is, so that a processor cannot guess it: hardly anything here is a branch. And it must know one's length to
 * begin with the next: so code is read at two places at a time. Not for more than one thread.
 */
public final class InstructionScanner {

  /** An operand in memory: {@link #base}, {@link #index}, {@link #scale}, {@link #displacement}. */
  public static final int MEMORY = 16;
  /** An operand in memory, {@link #displacement} bytes behind the instruction. */
  public static final int RIP = 17;
  /** The {@link #immediate}, or the distance of a branch. */
  public static final int IMMEDIATE = 18;
  /** No operand; no base, no index. */
  public static final int NONE = 19;
  /** Bits that an operand takes in {@link #operands}, the first one lowest. */
  public static final int OPERAND_BITS = 5;
  /** Bits of an {@link #address}: two operands, and the scale as a power of 2. */
  public static final int ADDRESS_BITS = 2 * OPERAND_BITS + 2;
  /** Kinds of addresses: no memory, or an address without base and index, absolute or counted from RIP. */
  public static final int NO_REGISTERS = 0;
  /** The base is RSP, and there is no index. */
  public static final int STACK = 1;
  /** The base is another register, and there is no index. */
  public static final int BASE = 2;
  /** Base and index are registers, and the index is not multiplied. */
  public static final int INDEXED = 3;
  /** Any other address. */
  public static final int ELSEWHERE = 4;
  /** Bits of a kind of addresses. */
  public static final int ADDRESS_KIND_BITS = 3;
  /** Bits of a {@link #tag}. */
  public static final int TAG_BITS = 12;

  static final int OPERANDS = 4;
  /**
   * Where a word has its parts: four operands, an address, kinds of numbers, the kind of the
   * address, the tag; the row comes first.
   */
  private static final int OPERANDS_SHIFT = 12;
  static final int BASE_SHIFT = OPERANDS_SHIFT + OPERANDS * OPERAND_BITS;
  private static final int INDEX_SHIFT = BASE_SHIFT + OPERAND_BITS;
  private static final int SCALE_SHIFT = INDEX_SHIFT + OPERAND_BITS;
  private static final int KIND_SHIFT = ScanTables.ABOVE;
  private static final int DISPLACEMENT_SHIFT = KIND_SHIFT + 3;
  static final int ADDRESS_KIND_SHIFT = DISPLACEMENT_SHIFT + 2;
  private static final int TAG_SHIFT = ADDRESS_KIND_SHIFT + ADDRESS_KIND_BITS;
  private static final int OPERAND_MASK = (1 << OPERAND_BITS) - 1;
  private static final long ALL_PLACES = (1L << KIND_SHIFT) - 1;
  /** Neither base nor index. */
  static final long NO_PLACES = (long) NONE << BASE_SHIFT | (long) NONE << INDEX_SHIFT;

  /** Bytes that are there to be read behind the code: more than the longest instruction has. */
  private static final int ROOM = 32;
  private static final int FIRST_ROOM = 1 << 12;
  private static final int TWO_BYTES = 0x0F;
  private static final int MAP_2 = 0x38;
  private static final int MAP_3 = 0x3A;

  /** How many heads are known at most, as a power of 2. */
  private static final int KNOWN_BITS = 13;
  private static final long HASH = 0x9E37_79B9_7F4A_7C15L;

  // A form, what follows from the head of an instruction: by how much to shift what comes behind it to the left so that
  // a displacement that must not be short is highest, or whether there is none; what to add to a SIB byte; how many
  // bits come before the last byte before displacement and immediate; the length.
  private static final int ANY_DISPLACEMENT = 1 << 6;
  private static final int PLACE = 14;
  private static final int LENGTH = 20;
  private static final int FORM_BITS = 24;
  /**
   * With {@link #SHORT} added, what is less than 1 << SHORT_BITS is a displacement of 4 bytes that fits in one, if
   * those are highest; or one of a byte that is 0, if that is highest.
   */
  private static final int SHORT_BITS = 40;
  private static final long SHORT = 1L << SHORT_BITS - 1;

  /** Less than the bytes that instructions have on average. */
  private static final int FEW_BYTES = 2;

  /** The sign of an int, and of a long. */
  private static final int SIGN = Integer.SIZE - 1;
  private static final int LONG_SIGN = Long.SIZE - 1;

  /** By instruction, and one more: where it starts. */
  public int[] offsets = {};
  /** By instruction: row, operands, base, index, scale and tag, for {@link #row(long)} and the like. */
  public long[] words = {};
  /** By instruction: the bytes of displacement and immediate, the first one lowest, and others above. */
  public long[] numbers = {};

  /** By shape: the word of the row, with its tag. */
  private final long[] rowWords;
  private final int[] tags;
  /**
   * By hash of a head: the head above its form; the word but for a SIB byte; and the length once more, in a table that
   * is small enough for the first cache: the next instruction waits for nothing else.
   */
  private final long[] knownForms = new long[1 << KNOWN_BITS];
  private final long[] knownWords = new long[1 << KNOWN_BITS];
  private final byte[] knownLengths = new byte[1 << KNOWN_BITS];
  /** Of the last instruction that was read in full: its form, or 0 if it has none; its word without the SIB byte. */
  private long form;
  private long formWord;
  /** What it is. */
  private long word;
  private long number;
  /** The code, and {@link #ROOM} bytes more, which are 0. */
  private byte[] code;
  private ByteBuffer bytes;
  private int end;

  /**
   * Makes a scanner of no code.
   *
   * @param tags by row, {@link #TAG_BITS} bits that words are to have
   */
  public InstructionScanner(int[] tags) {
    this.tags = tags;
    makeRoom(FIRST_ROOM);
    Arrays.fill(knownForms, -1);
    rowWords = ScanTables.WORDS.clone();
    for (int i = 0; i < rowWords.length; i++) {
      rowWords[i] |= (long) tags[row(rowWords[i])] << TAG_SHIFT;
    }
  }

  private void makeRoom(int length) {
    code = new byte[length + ROOM];
    bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where an operand is in a word. */
  static int shift(int operand) {
    return OPERANDS_SHIFT + operand * OPERAND_BITS;
  }

  static long withoutBase(long places) {
    return places & ~((long) OPERAND_MASK << BASE_SHIFT) | (long) NONE << BASE_SHIFT;
  }

  /** The kind of immediate in a word. */
  static long immediateKind(int kind) {
    return (long) kind << KIND_SHIFT;
  }

  /** What is an address in a word. */
  static long places(int base, int index, int scaleShift) {
    return (long) base << BASE_SHIFT | (long) index << INDEX_SHIFT | (long) scaleShift << SCALE_SHIFT;
  }

  /** The kind of an address in a word, which is that of some places. */
  static long addressKind(long places) {
    return (long) ScanTables.ADDRESS_KINDS[address(places)] << ADDRESS_KIND_SHIFT;
  }

  /** The row with that id. */
  public static Row row(int id) {
    return ScanTables.ROWS[id];
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

  /** Base, index and scale as one number of {@link #ADDRESS_BITS} bits, in that order, the base lowest. */
  public static int address(long word) {
    return (int) (word >>> BASE_SHIFT) & (1 << ADDRESS_BITS) - 1;
  }

  /** What the index is multiplied with. */
  public static int scale(long word) {
    return 1 << ((int) (word >>> SCALE_SHIFT) & 3);
  }

  /** The displacement of the operand in memory, or 0. */
  public static int displacement(long word, long numbers) {
    int others = Long.SIZE - 1 - displacementBits(word);
    return (int) (numbers << others << 1 >> others >> 1);
  }

  /** The immediate, or the distance of a branch. */
  public static long immediate(long word, long numbers) {
    int kind = (int) (word >>> KIND_SHIFT) & ScanTables.IMMEDIATE_MASK;
    int others = ScanTables.IMMEDIATE_SHIFTS[kind];
    return numbers >>> displacementBits(word) << others >> others & ScanTables.IMMEDIATE_MASKS[kind];
  }

  private static int displacementBits(long word) {
    return ScanTables.DISPLACEMENT_BITS[(int) (word >>> DISPLACEMENT_SHIFT) & ScanTables.DISPLACEMENT_MASK];
  }

  /** What the scanner's maker said of the row. */
  public static int tag(long word) {
    return (int) (word >>> TAG_SHIFT);
  }

  /** The kind of the address in the lowest {@link #ADDRESS_KIND_BITS} bits, and the tag above. */
  public static int kindAndTag(long word) {
    return (int) (word >>> ADDRESS_KIND_SHIFT);
  }

  // Reading.

  /** Goes on with other code; a copy is read. */
  public void open(byte[] other, int length) {
    if (length > code.length - ROOM) {
      makeRoom(length + (length >> 2));
    }
    System.arraycopy(other, 0, code, 0, length);
    Arrays.fill(code, length, length + ROOM, (byte) 0);
    end = length;
  }

  /**
   * Reads the instruction at an offset of the code, as the first one.
   *
   * @param offset not less than 0, and less than the length of the code
   * @return how many bytes it has, or 0 if there is none
   */
  public int read(int offset) {
    makeRoomFor(1);
    offsets[0] = offset;
    return readNext(0) && offsets[1] <= end ? offsets[1] - offset : 0;
  }

  /**
   * Reads all of the code, each instruction where the one before ends, or as much as there is before bytes that are no
   * instruction.
   *
   * @param middle where an instruction may start in the midst of the code, or 0: the code is read from there at the
   *     same time, which is faster if the one before ends there, and the same if not
   * @return how many instructions there are; all is read if the one behind them would start where the code ends
   */
  public int readAll(int middle) {
    if (middle > 0 && middle < end) {
      int upper = middle / FEW_BYTES + 1;
      makeRoomFor(upper + (end - middle) / FEW_BYTES + 1);
      int count = readHalves(upper, middle);
      if (count != 0) {
        return count;
      }
    }
    makeRoomFor(end);
    offsets[0] = 0;
    int count = readUntil(0, end, end);
    return offsets[count] > end ? count - 1 : count;
  }

  private void makeRoomFor(int count) {
    if (offsets.length <= count) {
      offsets = new int[count + 1];
      words = new long[count + 1];
      numbers = new long[count + 1];
    }
  }

  /**
   * Reads from the start and from the middle.
   *
   * @param upper number that the first instruction in the middle has until the number of those before is known
   * @return how many instructions there are, or 0 if those of the first half do not end where the second one starts, or
   *     something is no instruction, or there are too many
   */
  private int readHalves(int upper, int middle) {
    offsets[0] = 0;
    offsets[upper] = middle;
    int both = readBoth(upper, middle);
    int count = readUntil(both, middle, upper - 1);
    int last = readUntil(upper + both, end, offsets.length - 1);
    if (offsets[count] != middle || offsets[last] != end) {
      return 0;
    }
    int more = last - upper;
    System.arraycopy(offsets, upper, offsets, count, more + 1);
    System.arraycopy(words, upper, words, count, more);
    System.arraycopy(numbers, upper, numbers, count, more);
    return count + more;
  }

  /**
   * Reads on from both places in turns, until one of them has nothing left that is to be read.
   *
   * @return how many instructions were read of each half
   */
  private int readBoth(int upper, int middle) {
    int limit = Math.min(upper, offsets.length - upper) - 1;
    int i = 0;
    boolean goesOn = true;
    while (goesOn) {
      i = readKnownBoth(i, upper, middle, limit);
      goesOn = i < limit && offsets[i] < middle && offsets[upper + i] < end && readNext(i) && readNext(upper + i);
      i += goesOn ? 1 : 0;
    }
    return i;
  }

  /** Reads on until an offset or number, or until something is no instruction, and gives the number to go on at. */
  private int readUntil(int first, int stop, int limit) {
    int i = first;
    boolean goesOn = true;
    while (goesOn) {
      i = readKnownUntil(i, stop, limit);
      goesOn = i < limit && offsets[i] < stop && readNext(i);
      i += goesOn ? 1 : 0;
    }
    return i;
  }

  /** Reads the instruction of that number, where the one before ends; whether there is one. */
  private boolean readNext(int i) {
    int length = readKnown(offsets[i], i);
    if (length < 0) {
      length = readSlowly(offsets[i], i);
    }
    offsets[i + 1] = offsets[i] + length;
    return length > 0;
  }

  // In the following loops nothing is called: so a compiler keeps what they need in registers.

  /** As {@link #readBoth}, until a head is not known. */
  private int readKnownBoth(int first, int upper, int middle, int limit) {
    int low = offsets[first];
    int high = offsets[upper + first];
    int i = first;
    for (; i < limit; i++) {
      if (low >= middle || high >= end) {
        break;
      }
      int lower = readKnown(low, i);
      int higher = readKnown(high, upper + i);
      if (lower < 0 || higher < 0) {
        break;
      }
      low += lower;
      high += higher;
      offsets[i + 1] = low;
      offsets[upper + i + 1] = high;
    }
    return i;
  }

  /** As {@link #readUntil}, until a head is not known. */
  private int readKnownUntil(int first, int stop, int limit) {
    int offset = offsets[first];
    int i = first;
    for (; i < limit; i++) {
      if (offset >= stop) {
        break;
      }
      int length = readKnown(offset, i);
      if (length < 0) {
        break;
      }
      offset += length;
      offsets[i + 1] = offset;
    }
    return i;
  }

  /**
   * Reads an instruction whose head is known.
   *
   * @param i its number
   * @return how many bytes it has, perhaps more than there are; or -1 if more than a look is needed
   */
  private int readKnown(int offset, int i) {
    long window = bytes.getLong(offset);
    int unused = ScanTables.unused(window);
    long head = window << unused;
    int at = (int) (head * HASH >>> Long.SIZE - KNOWN_BITS);
    long known = knownForms[at & knownForms.length - 1];
    if (known >>> FORM_BITS != head >>> unused) {
      return -1;
    }
    int form = (int) known;
    long rest = window >>> (form >>> PLACE);
    int sib = ScanTables.SIBS[((int) rest & 0xFF) + (form & ScanTables.SIB_KINDS)];
    words[i] = knownWords[at & knownWords.length - 1] | (long) sib << BASE_SHIFT;
    int length = knownLengths[at & knownLengths.length - 1] & 0xFF;
    long number = rest >>> Byte.SIZE;
    if (length > Long.BYTES) {
      number = bytes.getLong(offset + (form >>> PLACE + 3 & 7) + 1);
    }
    numbers[i] = number;
    boolean doubtful = sib < 0 || ((number << form) + SHORT >>> SHORT_BITS | form & ANY_DISPLACEMENT) == 0;
    return doubtful ? -1 : length;
  }

  /** Reads an instruction in full. */
  private int readSlowly(int offset, int i) {
    int length = readInFull(offset, bytes.getLong(offset));
    words[i] = word;
    numbers[i] = number;
    return length;
  }

  /** Reads an instruction in full, and notes what follows from its head. */
  private int readInFull(int offset, long window) {
    int first = (int) window & 0xFF;
    int opcode = first;
    int behind = 1;
    int pp = 0;
    boolean vex = opcode == Encoder.VEX2 || opcode == Encoder.VEX3;
    boolean longVector = false;
    int rex = 0;
    int extensions = 0;
    int map = 0;
    int vvvv = 0;
    if (opcode == Encoder.LOCK) {
      return readRarely(offset, window);
    }
    if (vex) {
      boolean three = opcode == Encoder.VEX3;
      int second = (int) window >>> Byte.SIZE & 0xFF;
      int third = three ? (int) window >>> 2 * Byte.SIZE & 0xFF : second;
      extensions = ~second >> 5 & (three ? R | X | B : R) | (three && third >= 0x80 ? W : 0);
      map = three ? second & 0x1F : 1;
      if (map < 1 || map > 3 || three && map == 1 && (extensions & ~R) == 0) {
        return 0;
      }
      behind = three ? 4 : 3;
      opcode = (int) window >>> (behind - 1) * Byte.SIZE & 0xFF;
      pp = third & 3;
      longVector = (third & 4) != 0;
      vvvv = ~third >> 3 & 0xF;
    } else {
      if (opcode == 0x66 || opcode == 0xF3 || opcode == 0xF2) {
        pp = opcode == 0x66 ? 1 : opcode == 0xF3 ? 2 : 3;
        opcode = (int) (window >>> behind++ * Byte.SIZE) & 0xFF;
      }
      if ((opcode & ~0xF) == Encoder.REX) {
        rex = -1;
        extensions = opcode & 0xF;
        opcode = (int) (window >>> behind++ * Byte.SIZE) & 0xFF;
      }
      if (opcode == TWO_BYTES) {
        opcode = (int) (window >>> behind++ * Byte.SIZE) & 0xFF;
        map = opcode == MAP_2 ? 2 : opcode == MAP_3 ? 3 : 1;
        if (map > 1) {
          opcode = (int) (window >>> behind++ * Byte.SIZE) & 0xFF;
        }
      }
    }
    form = 0;
    int length = read(offset, window, behind, ScanTables.key(vex, map, pp, extensions, longVector) + opcode,
        extensions, rex);
    if (length == 0 || form == 0) {
      return length;
    }
    int shift = ScanTables.VVVV_SHIFTS[row(word)];
    if (vvvv != 0 && shift == 0) {
      return 0;
    }
    word |= (long) vvvv << shift;
    formWord |= (long) vvvv << shift;
    int unused = ScanTables.unused(window);
    int last = (int) form >>> PLACE & Long.SIZE - 1;
    int bitsOfHead = ((int) form & ScanTables.SIB_KINDS) == ScanTables.NO_SIB ? last + Byte.SIZE : last;
    if (bitsOfHead <= Long.SIZE - unused) {
      long head = window << unused;
      int at = (int) (head * HASH >>> Long.SIZE - KNOWN_BITS);
      knownForms[at] = head >>> unused << FORM_BITS | form;
      knownWords[at] = formWord;
      knownLengths[at] = (byte) (form >>> LENGTH);
    }
    return length;
  }

  /**
   * Reads on behind the opcode.
   *
   * @param window the first bytes of the instruction
   * @param behind how many bytes come before
   * @param rex -1 if there is a REX prefix, else 0
   */
  private int read(int offset, long window, int behind, int key, int extensions, int rex) {
    long rest = window >>> behind * Byte.SIZE;
    int modRm = (int) rest & 0xFF;
    int pick = ScanTables.PICKS[key];
    int row = (pick >>> ScanTables.PICK_BITS) + ((modRm >> 2 & 0xE | modRm + 0x40 >> Byte.SIZE) & pick);
    int shape = ScanTables.SHAPES[row];
    if ((shape & ScanTables.RARE) != 0) {
      return readRarely(offset, window);
    }
    int hasModRm = shape << SIGN - ScanTables.MOD_RM_BIT >> SIGN;
    long places = ScanTables.PLACES[(shape & ScanTables.PLACES_MASK) + ((extensions & R) << 7)
        + ((extensions & B) << Byte.SIZE) + (modRm & hasModRm)];
    long hasSib = places << LONG_SIGN - ScanTables.ABOVE - ScanTables.SIB_BIT >> LONG_SIGN;
    formWord = rowWords[row] | places & ALL_PLACES | displacementKind((int) (places >>> ScanTables.ABOVE))
        | addressKind(places) & ~hasSib;
    form = form(places, shape, behind, extensions);
    places |= ScanTables.INDICES[((int) rest >>> Byte.SIZE & 0xFF) + ((extensions & (X | B)) << Byte.SIZE)] & hasSib;
    int above = (int) (places >>> ScanTables.ABOVE);
    if ((above & above >> 1 & 1 << ScanTables.NO_BASE_BIT) != 0) {
      places = ScanTables.withoutBase(places);
      above = (int) (places >>> ScanTables.ABOVE) | (extensions & B) * ScanTables.REFUSED;
    }
    int head = behind - hasModRm + (above >> ScanTables.SIB_BIT & 1);
    int length = behind + (shape & ScanTables.BYTES_MASK) + (above & ScanTables.ADDRESS_BYTES);
    number = bytes.getLong(offset + head);
    int shift = above >> ScanTables.DISPLACEMENT_SHIFT;
    int distance = (int) (number << shift >> shift) & above << SIGN - ScanTables.DISPLACEMENT_BIT >> SIGN;
    word = rowWords[row] | places & ALL_PLACES | displacementKind(above) | addressKind(places);

    int useless = (above & shape & ScanTables.NEEDS_REX) == 0 ? rex & extensions - 1 : ~rex;
    int changed = distance ^ (byte) distance & above << SIGN - ScanTables.NOT_SHORT_BIT >> SIGN;
    int refused = (useless | end - offset - length) & Integer.MIN_VALUE | above & ScanTables.REFUSED_SOMEHOW
        | extensions & X & ~(int) hasSib
        | above & ~(above >> 4 & ~(above >> 1)) & ScanTables.NOT_ZERO & ~((changed | -changed) >> SIGN);
    if (refused != 0) {
      return 0;
    }
    return (shape & ScanTables.FOURTH_OPERAND) == 0 ? length : readFourthOperand(offset, length);
  }

  private static long displacementKind(int above) {
    int bytes = (above & ScanTables.ADDRESS_BYTES) - (above >> ScanTables.SIB_BIT & 1);
    return (long) (bytes + 1 >> 1) << DISPLACEMENT_SHIFT;
  }

  /** The form, for what has a register in its last byte with a place behind all heads: so it is not remembered. */
  private static long form(long places, int shape, int behind, int extensions) {
    int above = (int) (places >>> ScanTables.ABOVE);
    int sib = above >> ScanTables.SIB_BIT & 1;
    int bytes = above & ScanTables.ADDRESS_BYTES;
    int head = (shape & ScanTables.FOURTH_OPERAND) != 0 ? Long.BYTES
        : behind + (shape >> ScanTables.MOD_RM_BIT & 1) + sib;
    int kind = sib == 0 ? ScanTables.NO_SIB : (extensions & (X | B)) * ScanTables.EXTENDED_BASE
        + (above >> ScanTables.NO_BASE_BIT & 1) * ScanTables.PERHAPS_NO_BASE;
    int others = above >> ScanTables.DISPLACEMENT_SHIFT & Long.SIZE - 1;
    return ((above & ScanTables.NOT_ZERO) == 0 ? ANY_DISPLACEMENT : others) | kind | (head - 1) * Byte.SIZE << PLACE
        | behind + (shape & ScanTables.BYTES_MASK) + bytes << LENGTH;
  }

  /** The end of an instruction with a register in its last byte. */
  private int readFourthOperand(int offset, int length) {
    int last = code[offset + length - 1];
    word |= (long) (last >> 4 & 0xF) << shift(OPERANDS - 1);
    return (last & 0xF) == 0 ? length : 0;
  }

  /** Reads what has no shape; long no-operations, of which there are many, without the {@link Decoder}. */
  private int readRarely(int offset, long window) {
    for (int i = 0; i < ScanTables.NOPS.length; i++) {
      if ((window & ScanTables.NOP_MASKS[i]) == ScanTables.NOPS[i]) {
        Row row = ControlRows.NOPS.get(i);
        int length = i + 1;
        word = ScanTables.word(row) | NO_PLACES | (long) tags[row.id()] << TAG_SHIFT;
        number = 0;
        return length <= Long.BYTES || code[offset + Long.BYTES] == 0 && length <= end - offset ? length : 0;
      }
    }
    return decode(offset);
  }

  /** As {@link #read(int)}, of anything: operands in memory come before immediates. */
  private int decode(int offset) {
    Instruction instruction = new Decoder(code, end).at(offset);
    if (instruction == null) {
      return 0;
    }
    int row = instruction.row().id();
    word = row | immediateKind(ScanTables.immediateKind(instruction.row())) | (long) tags[row] << TAG_SHIFT;
    number = 0;
    long places = NO_PLACES;
    for (int i = 0; i < OPERANDS; i++) {
      int slot = NONE;
      if (i < instruction.operands().size()) {
        Operand operand = instruction.operands().get(i);
        if (operand instanceof Mem memory) {
          if (memory.segment() != Segment.NONE) {
            return 0;
          }
          slot = MEMORY;
          displace(memory.displacement());
          places = places(memory.base() == null ? NONE : memory.base().ordinal(),
              memory.index() == null ? NONE : memory.index().ordinal(), Integer.numberOfTrailingZeros(memory.scale()));
        } else {
          slot = slot(operand);
        }
      }
      word |= (long) slot << shift(i);
    }
    word |= places | addressKind(places);
    return instruction.length();
  }

  private int slot(Operand operand) {
    if (operand instanceof Gpr gpr) {
      return gpr.ordinal();
    }
    if (operand instanceof Xmm xmm) {
      return xmm.ordinal();
    }
    if (operand instanceof Rip place) {
      displace(place.displacement());
      return RIP;
    }
    long immediate = operand instanceof Rel distance ? distance.displacement() : ((Imm) operand).value();
    number |= immediate << displacementBits(word);
    return IMMEDIATE;
  }

  private void displace(int displacement) {
    word |= displacementKind(Integer.BYTES);
    number = displacement & 0xFFFF_FFFFL;
  }
}
