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
 * next one is, so that a processor cannot guess it: hardly anything here is a branch. Not for more than one thread.
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
  /** Bits of a {@link #tag}. */
  public static final int TAG_BITS = 17;

  static final int OPERANDS = 4;
  /** Where a word has its parts: four operands, an address, the kind of immediate, the tag; the row comes first. */
  private static final int OPERANDS_SHIFT = 12;
  private static final int BASE_SHIFT = OPERANDS_SHIFT + OPERANDS * OPERAND_BITS;
  private static final int INDEX_SHIFT = BASE_SHIFT + OPERAND_BITS;
  private static final int SCALE_SHIFT = INDEX_SHIFT + OPERAND_BITS;
  private static final int KIND_SHIFT = ScanTables.ABOVE;
  private static final int TAG_SHIFT = KIND_SHIFT + 3;
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

  /** Heads that are known, as a power of 2; longs for each: the head's complement, its form, its word without a SIB. */
  private static final int KNOWN_BITS = 12;
  private static final int KNOWN_FIELDS = 4;
  private static final long HASH = 0x9E37_79B9_7F4A_7C15L;

  // A form, what follows from the head of an instruction: its length; what to look at beside that; how many bits come
  // before a SIB byte, before the displacement or immediate, between them; by how many to shift a displacement.
  private static final int LENGTH_MASK = 0xF;
  private static final int NOT_ZERO_BIT = 4;
  private static final int UNUSUAL_BIT = 5;
  private static final int NO_BASE_SIB_BIT = ScanTables.NO_BASE_BIT + 1;
  private static final int EXTENDED_SHIFT = 8;
  private static final int SIB_BIT = 18;
  private static final int DISPLACEMENT_BIT = 19;
  private static final int NOT_SHORT_BIT = 20;
  private static final int HEAD = 24;
  private static final int DISPLACEMENT = 30;
  private static final int SKIPPED = 36;
  private static final int SIB_PLACE = 42;

  /** The sign of an int, and of a long. */
  private static final int SIGN = Integer.SIZE - 1;
  private static final int LONG_SIGN = Long.SIZE - 1;

  // What the last instruction is.
  /** Row, operands, base, index, scale and tag, for {@link #row(long)} and the like. */
  public long word;
  public int displacement;
  /** The bytes of the immediate, the first one lowest, and others above, for {@link #immediate(long, long)}. */
  public long behindAddress;

  /** By shape: the word of the row, with its tag. */
  private final long[] words;
  private final int[] tags;
  private final long[] known = new long[KNOWN_FIELDS << KNOWN_BITS];
  /** Of the last instruction that was read in full: its form, or 0 if it has none; its word without the SIB byte. */
  private long form;
  private long formWord;
  /** The code, and {@link #ROOM} bytes more, which are 0; the same as longs. */
  private byte[] code;
  private ByteBuffer bytes;
  private long[] longs;
  private int end;

  /**
   * Makes a scanner of no code.
   *
   * @param tags by row, {@link #TAG_BITS} bits that words are to have
   */
  public InstructionScanner(int[] tags) {
    this.tags = tags;
    makeRoom(FIRST_ROOM);
    words = ScanTables.WORDS.clone();
    for (int i = 0; i < words.length; i++) {
      words[i] |= (long) tags[row(words[i])] << TAG_SHIFT;
    }
  }

  private void makeRoom(int length) {
    code = new byte[length + ROOM & -Long.BYTES];
    bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    longs = new long[code.length / Long.BYTES];
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

  /** The immediate, of the bytes that are {@link #behindAddress}, or the distance of a branch. */
  public static long immediate(long word, long bytes) {
    int kind = (int) (word >>> KIND_SHIFT) & ScanTables.IMMEDIATE_MASK;
    int unused = ScanTables.IMMEDIATE_SHIFTS[kind];
    return bytes << unused >> unused & ScanTables.IMMEDIATE_MASKS[kind];
  }

  /** What the scanner's maker said of the row. */
  public static int tag(long word) {
    return (int) (word >>> TAG_SHIFT);
  }

  // Reading.

  /** Goes on with other code; a copy is read. */
  public void open(byte[] other, int length) {
    if (length > code.length - ROOM) {
      makeRoom(length + (length >> 2) + ROOM);
    }
    System.arraycopy(other, 0, code, 0, length);
    Arrays.fill(code, length, Math.min(length + ROOM, code.length), (byte) 0);
    bytes.asLongBuffer().get(longs, 0, (length + ROOM) / Long.BYTES);
    end = length;
  }

  /**
   * Reads the instruction at an offset of the code.
   *
   * @param offset not less than 0, and less than the length of the code
   * @return how many bytes it has, or 0 if there is none
   */
  public int read(int offset) {
    int bit = offset << 3;
    long window = longs[offset >>> 3] >>> bit | longs[(offset >>> 3) + 1] << 1 << ~bit;
    long head = window & ScanTables.HEADS[(int) window & 0xFF];
    if (head == 0 || (window & 0xFF00) == TWO_BYTES << Byte.SIZE) {
      head = window & ScanTables.headMask(window);
    }
    int at = (int) (head * HASH >>> Long.SIZE - KNOWN_BITS) * KNOWN_FIELDS;
    if (known[at] == ~head) {
      int length = readKnown(offset, window, known[at + 1], known[at + 2]);
      if (length != 0) {
        return length;
      }
    }
    return readInFull(offset, window, head, at);
  }

  /**
   * Reads an instruction whose head is known.
   *
   * @param start what the head is, without what a SIB byte says
   * @return how many bytes it has, or 0 if more than a look is needed
   */
  private int readKnown(int offset, long window, long form, long start) {
    // Here and below, -1 or 0 says whether something is so.
    long hasSib = form << LONG_SIGN - SIB_BIT >> LONG_SIGN;
    int sib = (int) (window >>> (form >>> SIB_PLACE)) & 0xFF | (int) (form >>> EXTENDED_SHIFT) & 0x300;
    long places = ScanTables.INDICES[sib] & hasSib;
    int length = (int) form & LENGTH_MASK;
    long numbers = length > Long.BYTES ? bytes.getLong(offset + ((int) (form >>> HEAD) >>> 3 & 7))
        : window >>> (form >>> HEAD);
    long shift = form >>> DISPLACEMENT;
    int distance = (int) (numbers << shift >> shift) & (int) (form << LONG_SIGN - DISPLACEMENT_BIT >> LONG_SIGN);
    displacement = distance;
    behindAddress = numbers >>> (form >>> SKIPPED);
    word = start | places & ALL_PLACES;
    int above = (int) (places >>> ScanTables.ABOVE);
    int changed = distance ^ (byte) distance & (int) (form << LONG_SIGN - NOT_SHORT_BIT >> LONG_SIGN);
    int doubtful = end - offset - length & Integer.MIN_VALUE
        | above & ((int) form & 1 << NO_BASE_SIB_BIT | ScanTables.REFUSED_SOMEHOW)
        | (int) form & 1 << NOT_ZERO_BIT & ~((changed | -changed) >> SIGN)
        | (int) form & 1 << UNUSUAL_BIT;
    return doubtful == 0 ? length : 0;
  }

  /** Reads an instruction in full, and notes what follows from its head. */
  private int readInFull(int offset, long window, long head, int at) {
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
      return rare(offset);
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
    int bytesOfHead = ((int) (form >>> HEAD) >>> 3 & 7) - (int) (form >>> SIB_BIT & 1);
    long mask = (1L << bytesOfHead * Byte.SIZE) - 1;
    if ((ScanTables.headMask(window) & mask) == mask) {
      known[at] = ~head;
      known[at + 1] = form;
      known[at + 2] = formWord;
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
      return rare(offset);
    }
    int hasModRm = shape << SIGN - ScanTables.MOD_RM_BIT >> SIGN;
    long places = ScanTables.PLACES[(shape & ScanTables.PLACES_MASK) + ((extensions & R) << 7)
        + ((extensions & B) << Byte.SIZE) + (modRm & hasModRm)];
    formWord = words[row] | places & ALL_PLACES;
    form = form(places, shape, behind, extensions);
    long hasSib = places << LONG_SIGN - ScanTables.ABOVE - ScanTables.SIB_BIT >> LONG_SIGN;
    places |= ScanTables.INDICES[((int) rest >>> Byte.SIZE & 0xFF) + ((extensions & (X | B)) << Byte.SIZE)] & hasSib;
    int above = (int) (places >>> ScanTables.ABOVE);
    if ((above & above >> 1 & 1 << ScanTables.NO_BASE_BIT) != 0) {
      places = ScanTables.withoutBase(places);
      above = (int) (places >>> ScanTables.ABOVE) | (extensions & B) * ScanTables.REFUSED;
    }
    int head = behind - hasModRm + (above >> ScanTables.SIB_BIT & 1);
    int length = behind + (shape & ScanTables.BYTES_MASK) + (above & ScanTables.ADDRESS_BYTES);
    long numbers = length > Long.BYTES ? bytes.getLong(offset + head) : window >>> head * Byte.SIZE;
    int shift = above >> ScanTables.DISPLACEMENT_SHIFT;
    int distance = (int) (numbers << shift >> shift) & above << SIGN - ScanTables.DISPLACEMENT_BIT >> SIGN;
    displacement = distance;
    int skipped = (above & ScanTables.ADDRESS_BYTES) - (above >> ScanTables.SIB_BIT & 1);
    behindAddress = numbers >>> skipped * Byte.SIZE;
    word = words[row] | places & ALL_PLACES;

    int useless = (above & shape & ScanTables.NEEDS_REX) == 0 ? rex & extensions - 1 : ~rex;
    int changed = distance ^ (byte) distance & above << SIGN - ScanTables.NOT_SHORT_BIT >> SIGN;
    int refused = (useless | end - offset - length) & Integer.MIN_VALUE | above & ScanTables.REFUSED_SOMEHOW
        | extensions & X & ~(int) hasSib
        | above & ~(above >> 4 & ~(above >> 1)) & ScanTables.NOT_ZERO & ~((changed | -changed) >> SIGN);
    if (refused != 0) {
      return 0;
    }
    return (shape & (ScanTables.LONG_IMMEDIATE | ScanTables.FOURTH_OPERAND)) == 0 ? length
        : unusualEnd(offset, length, shape);
  }

  private static long form(long places, int shape, int behind, int extensions) {
    long above = places >>> ScanTables.ABOVE;
    int sib = (int) above >> ScanTables.SIB_BIT & 1;
    int bytes = (int) above & ScanTables.ADDRESS_BYTES;
    int head = behind + (shape >> ScanTables.MOD_RM_BIT & 1) + sib;
    long unusual = (shape & (ScanTables.LONG_IMMEDIATE | ScanTables.FOURTH_OPERAND)) == 0 ? 0 : 1;
    return behind + (shape & ScanTables.BYTES_MASK) + bytes
        | ((above & ScanTables.NOT_ZERO) == 0 ? 0 : 1) << NOT_ZERO_BIT | unusual << UNUSUAL_BIT
        | (above >> ScanTables.NO_BASE_BIT & 1) << NO_BASE_SIB_BIT
        | (long) (extensions & (X | B)) << EXTENDED_SHIFT + Byte.SIZE | (long) sib << SIB_BIT
        | (above >> ScanTables.DISPLACEMENT_BIT & 1) << DISPLACEMENT_BIT
        | (above >> ScanTables.NOT_SHORT_BIT & 1) << NOT_SHORT_BIT
        | (long) head * Byte.SIZE << HEAD | (above >> ScanTables.DISPLACEMENT_SHIFT & 0x3F) << DISPLACEMENT
        | (long) (bytes - sib) * Byte.SIZE << SKIPPED | (long) (head * Byte.SIZE - Byte.SIZE) << SIB_PLACE;
  }

  /** The end of an instruction with an immediate of 8 bytes, or with a register in its last byte. */
  private int unusualEnd(int offset, int length, int shape) {
    behindAddress = bytes.getLong(offset + length - ((shape & ScanTables.LONG_IMMEDIATE) != 0 ? Long.BYTES : 1));
    if ((shape & ScanTables.FOURTH_OPERAND) == 0) {
      return length;
    }
    word |= (behindAddress & 0xF0) >> 4 << shift(OPERANDS - 1);
    return (behindAddress & 0xF) == 0 ? length : 0;
  }

  /** As {@link #read(int)}, of anything. */
  private int rare(int offset) {
    Instruction instruction = new Decoder(code, end).at(offset);
    if (instruction == null) {
      return 0;
    }
    int row = instruction.row().id();
    word = row | immediateKind(ScanTables.immediateKind(instruction.row())) | (long) tags[row] << TAG_SHIFT;
    displacement = 0;
    behindAddress = 0;
    long places = NO_PLACES;
    for (int i = 0; i < OPERANDS; i++) {
      int number = NONE;
      if (i < instruction.operands().size()) {
        Operand operand = instruction.operands().get(i);
        if (operand instanceof Mem memory) {
          if (memory.segment() != Segment.NONE) {
            return 0;
          }
          number = MEMORY;
          displacement = memory.displacement();
          places = places(memory.base() == null ? NONE : memory.base().ordinal(),
              memory.index() == null ? NONE : memory.index().ordinal(), Integer.numberOfTrailingZeros(memory.scale()));
        } else {
          number = number(operand);
        }
      }
      word |= (long) number << shift(i);
    }
    word |= places;
    return instruction.length();
  }

  private int number(Operand operand) {
    if (operand instanceof Gpr gpr) {
      return gpr.ordinal();
    }
    if (operand instanceof Xmm xmm) {
      return xmm.ordinal();
    }
    if (operand instanceof Rip place) {
      displacement = place.displacement();
      return RIP;
    }
    behindAddress = operand instanceof Rel distance ? distance.displacement() : ((Imm) operand).value();
    return IMMEDIATE;
  }
}
