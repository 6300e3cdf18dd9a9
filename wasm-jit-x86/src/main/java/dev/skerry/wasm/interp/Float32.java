package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getFloat;
import static dev.skerry.memory.NativeAccess.putLong;

/** Operations on f32 slots, which hold bits zero-extended. */
final class Float32 {

  private static final long U32 = 0xffff_ffffL;

  private Float32() {
  }

  static long brEq(long a, long b, long pc, long store) {
    return getFloat(a) == getFloat(b) ? Branches.take(pc, store) : pc;
  }

  static long brNe(long a, long b, long pc, long store) {
    return getFloat(a) != getFloat(b) ? Branches.take(pc, store) : pc;
  }

  static long brLt(long a, long b, long pc, long store) {
    return getFloat(a) < getFloat(b) ? Branches.take(pc, store) : pc;
  }

  static long brNlt(long a, long b, long pc, long store) {
    return !(getFloat(a) < getFloat(b)) ? Branches.take(pc, store) : pc;
  }

  static long brLe(long a, long b, long pc, long store) {
    return getFloat(a) <= getFloat(b) ? Branches.take(pc, store) : pc;
  }

  static long brNle(long a, long b, long pc, long store) {
    return !(getFloat(a) <= getFloat(b)) ? Branches.take(pc, store) : pc;
  }

  static void add(long d, long a, long b) {
    putLong(d, Float.floatToRawIntBits(getFloat(a) + getFloat(b)) & U32);
  }

  static void sub(long d, long a, long b) {
    putLong(d, Float.floatToRawIntBits(getFloat(a) - getFloat(b)) & U32);
  }

  static void mul(long d, long a, long b) {
    putLong(d, Float.floatToRawIntBits(getFloat(a) * getFloat(b)) & U32);
  }

  static void div(long d, long a, long b) {
    putLong(d, Float.floatToRawIntBits(getFloat(a) / getFloat(b)) & U32);
  }

  static void eq(long d, long a, long b) {
    putLong(d, getFloat(a) == getFloat(b) ? 1 : 0);
  }

  static void ne(long d, long a, long b) {
    putLong(d, getFloat(a) != getFloat(b) ? 1 : 0);
  }

  static void lt(long d, long a, long b) {
    putLong(d, getFloat(a) < getFloat(b) ? 1 : 0);
  }

  static void nlt(long d, long a, long b) {
    putLong(d, !(getFloat(a) < getFloat(b)) ? 1 : 0);
  }

  static void le(long d, long a, long b) {
    putLong(d, getFloat(a) <= getFloat(b) ? 1 : 0);
  }

  static void nle(long d, long a, long b) {
    putLong(d, !(getFloat(a) <= getFloat(b)) ? 1 : 0);
  }
}
