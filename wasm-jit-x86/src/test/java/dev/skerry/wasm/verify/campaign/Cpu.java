package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import java.util.Random;

/** The registers and flags of a processor that is interpreted; of the flags those that a condition can ask for. */
final class Cpu {

  static final int REGISTERS = 16;

  final long[] gpr = new long[REGISTERS];
  /** Longs of a vector register. */
  static final int VECTOR = 4;
  /** By vector register: its longs, the lowest first; of processors without AVX there are but two of them. */
  final long[] vector = new long[VECTOR * REGISTERS];
  boolean carry;
  boolean zero;
  boolean sign;
  boolean overflow;
  boolean parity;

  private final Random undefined = new Random(0);

  long get(Gpr register) {
    return gpr[register.ordinal()];
  }

  void set(Gpr register, long value) {
    gpr[register.ordinal()] = value;
  }

  /** Writes the lower bits of a register: 32 clear the upper half, 8 and 16 keep what is above. */
  void set(Gpr register, long value, int bits) {
    long mask = mask(bits);
    boolean keeps = bits < Integer.SIZE;
    set(register, keeps ? get(register) & ~mask | value & mask : value & mask);
  }

  static long mask(int bits) {
    return bits == Long.SIZE ? -1L : (1L << bits) - 1;
  }

  /** Sets the flags that the value alone decides. */
  void setResult(long value, int bits) {
    long cut = value & mask(bits);
    zero = cut == 0;
    sign = (cut >>> bits - 1 & 1) != 0;
    parity = Integer.bitCount((int) cut & 0xFF) % 2 == 0;
  }

  /** Flags that the manual leaves undefined: nothing may rely on them. */
  void scrambleFlags() {
    int bits = undefined.nextInt();
    carry = (bits & 1) != 0;
    zero = (bits & 2) != 0;
    sign = (bits & 4) != 0;
    overflow = (bits & 8) != 0;
    parity = (bits & 16) != 0;
  }

  boolean anyBit() {
    return undefined.nextBoolean();
  }

  boolean holds(Condition condition) {
    boolean base = switch (condition) {
      case O, NO -> overflow;
      case B, AE -> carry;
      case E, NE -> zero;
      case BE, A -> carry || zero;
      case S, NS -> sign;
      case P, NP -> parity;
      case L, GE -> sign != overflow;
      case LE, G -> zero || sign != overflow;
    };
    return base == (condition.ordinal() % 2 == 0);
  }
}
