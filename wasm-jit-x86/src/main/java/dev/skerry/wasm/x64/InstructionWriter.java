package dev.skerry.wasm.x64;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes instructions whose operands are numbers, for the compiler's hot path: {@link #begin}, each operand in the
 * order of the row, {@link #end}. The bytes are those of {@link Assembler#emit}. Not for more than one thread;
 * allocates nothing for an instruction.
 */
public final class InstructionWriter {

  /** No base, no index. */
  public static final int NONE = -1;
  /** Numbers of vector registers start here; those of general registers at 0. */
  public static final int FIRST_VECTOR = 16;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_BYTES = 32;
  private static final WritingPlan[] PLANS = WritingPlan.all();

  private byte[] bytes = new byte[1024];
  private int size;

  private WritingPlan plan;
  private int operand;
  private int reg;
  private int rm;
  private int vvvv;
  private int last;
  private boolean memory;
  private boolean relative;
  private int base;
  private int index;
  private int scale;
  private int segment;
  private int displacement;
  private long immediate;
  private boolean rex;
  private int relativeAt;

  /** Bytes written so far. */
  public int size() {
    return size;
  }

  /** Forgets all that was written. */
  public void clear() {
    size = 0;
  }

  /** The bytes written; the array is longer, and replaced when more are written. */
  public byte[] bytes() {
    return bytes;
  }

  /** Starts an instruction of the row with that id. */
  public void begin(int rowId) {
    plan = PLANS[rowId];
    operand = 0;
    reg = plan.digit;
    rm = 0;
    vvvv = 0;
    last = 0;
    memory = false;
    rex = false;
    immediate = 0;
  }

  /** The next operand is a register. */
  public void register(int number) {
    int kind = plan.kinds[operand];
    if ((kind & (number < FIRST_VECTOR ? WritingPlan.GENERAL : WritingPlan.VECTOR)) == 0) {
      throw refused("register " + number);
    }
    int low = number & 15;
    rex |= (kind & WritingPlan.BYTE) != 0 && low >= 4 && low < 8;
    switch (plan.slots[operand++]) {
      case WritingPlan.REG -> reg = low;
      case WritingPlan.RM -> rm = low;
      case WritingPlan.VVVV -> vvvv = low;
      default -> last = low;
    }
  }

  /**
   * The next operand is memory.
   *
   * @param base a general register or {@link #NONE}, index likewise
   * @param scale logarithm to base 2
   * @param segment ordinal of a {@link Segment}
   */
  public void memory(int base, int index, int scale, int segment, int displacement) {
    takeMemory("memory");
    if (base >= FIRST_VECTOR || index >= FIRST_VECTOR || index == Encoder.SIB) {
      throw refused("memory at " + base + " + " + index);
    }
    relative = false;
    this.base = base;
    this.index = index;
    this.scale = scale;
    this.segment = segment;
    this.displacement = displacement;
  }

  /** The next operand is memory relative to RIP; {@link #end} says where its displacement is to be filled in. */
  public void relativeMemory() {
    takeMemory("memory relative to rip");
    relative = true;
    segment = 0;
    base = 0;
    index = 0;
  }

  private void takeMemory(String what) {
    if ((plan.kinds[operand++] & WritingPlan.MEMORY) == 0) {
      throw refused(what);
    }
    memory = true;
  }

  /** The next operand is an immediate. */
  public void immediate(long value) {
    int kind = plan.kinds[operand++];
    int bits = plan.immediateBytes * Byte.SIZE;
    int unused = Long.SIZE - bits;
    if ((kind & WritingPlan.SIGNED) != 0 ? value << unused >> unused != value
        : (kind & WritingPlan.UNSIGNED) == 0 || value >>> bits != 0) {
      throw refused("the immediate " + value);
    }
    immediate = value;
  }

  /**
   * Writes the instruction.
   *
   * @return where the four bytes of a displacement from RIP are, or -1; they count from the instruction's end
   */
  public int end() {
    if (operand != plan.kinds.length) {
      throw refused("only " + operand + " operands");
    }
    if (bytes.length - size < MAX_BYTES) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    relativeAt = NONE;
    int baseBit = memory ? base == NONE ? 0 : base >> 3 : (rm | last) >> 3;
    int indexBit = memory && index != NONE ? index >> 3 : 0;
    int extensions = plan.wide | reg >> 3 << 2 | indexBit << 1 | baseBit;
    if (plan.vex) {
      if (memory && segment != 0) {
        put(segmentPrefix());
      }
      writeVex(memory ? extensions : plan.wide | reg >> 3 << 2 | rm >> 3);
      put(plan.opcode);
    } else {
      writeLegacy(extensions);
    }
    if (plan.modRm) {
      writeModRm();
    }
    if (plan.tailLength > 0) {
      LONGS.set(bytes, size, plan.tail);
      size += plan.tailLength;
    }
    if (plan.hasLast) {
      put(last << 4);
    }
    LONGS.set(bytes, size, immediate);
    size += plan.immediateBytes;
    return relativeAt;
  }

  /** Writes bytes as they are, the lowest first. */
  public void put(long value, int count) {
    if (bytes.length - size < MAX_BYTES) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    LONGS.set(bytes, size, value);
    size += count;
  }

  private int segmentPrefix() {
    return segment == Segment.FS.ordinal() ? Segment.FS.prefix : Segment.GS.prefix;
  }

  private void writeLegacy(int extensions) {
    if (plan.lock) {
      put(Encoder.LOCK);
    }
    if (memory && segment != 0) {
      put(segmentPrefix());
    }
    int opcode = plan.legacyOpcode | (last & 7) << plan.legacyOpcodeShift;
    int length = plan.legacyOpcodeLength;
    if (plan.prefix != 0) {
      put(plan.prefix);
    }
    if (rex || extensions != 0) {
      put(Encoder.REX | extensions);
    }
    INTS.set(bytes, size, opcode);
    size += length;
  }

  private void writeVex(int extensions) {
    int tail = ~vvvv << 3 & 0x78 | plan.vexLast;
    int inverted = ~extensions << 5 & 0xE0;
    if ((extensions & ~4) == 0 && plan.map == 1) {
      put(Encoder.VEX2);
      put(inverted & 0x80 | tail);
    } else {
      put(Encoder.VEX3);
      put(inverted | plan.map);
      put((plan.wide != 0 ? 0x80 : 0) | tail);
    }
  }

  private void writeModRm() {
    int middle = (reg & 7) << 3;
    if (!memory) {
      put(0xC0 | middle | rm & 7);
    } else if (relative) {
      put(middle | Encoder.NO_BASE);
      relativeAt = size;
      INTS.set(bytes, size, 0);
      size += Integer.BYTES;
    } else {
      int low = base == NONE ? Encoder.NO_BASE : base & 7;
      boolean absent = base != NONE && displacement == 0 && low != Encoder.NO_BASE;
      boolean isByte = base != NONE && !absent && displacement == (byte) displacement;
      int mod = absent || base == NONE ? 0 : isByte ? 0x40 : 0x80;
      if (index != NONE || base == NONE || low == Encoder.SIB) {
        put(mod | middle | Encoder.SIB);
        put(scale << 6 | (index == NONE ? Encoder.SIB : index & 7) << 3 | low);
      } else {
        put(mod | middle | low);
      }
      if (isByte) {
        put(displacement);
      } else if (!absent) {
        INTS.set(bytes, size, displacement);
        size += Integer.BYTES;
      }
    }
  }

  private void put(int value) {
    bytes[size++] = (byte) value;
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException(plan.row + ": operand " + operand + " cannot be " + what);
  }
}
