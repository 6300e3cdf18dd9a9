package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getDouble;
import static dev.skerry.memory.NativeAccess.putDouble;
import static dev.skerry.memory.NativeAccess.putLong;

/** Operations on f64 slots. */
final class Float64 {

  private Float64() {
  }

  static long brEq(long a, long b, long pc, long store) {
    return getDouble(a) == getDouble(b) ? Branches.take(pc, store) : pc;
  }

  static long brNe(long a, long b, long pc, long store) {
    return getDouble(a) != getDouble(b) ? Branches.take(pc, store) : pc;
  }

  static long brLt(long a, long b, long pc, long store) {
    return getDouble(a) < getDouble(b) ? Branches.take(pc, store) : pc;
  }

  static long brNlt(long a, long b, long pc, long store) {
    return !(getDouble(a) < getDouble(b)) ? Branches.take(pc, store) : pc;
  }

  static long brLe(long a, long b, long pc, long store) {
    return getDouble(a) <= getDouble(b) ? Branches.take(pc, store) : pc;
  }

  static long brNle(long a, long b, long pc, long store) {
    return !(getDouble(a) <= getDouble(b)) ? Branches.take(pc, store) : pc;
  }

  static void add(long d, long a, long b) {
    putDouble(d, getDouble(a) + getDouble(b));
  }

  static void sub(long d, long a, long b) {
    putDouble(d, getDouble(a) - getDouble(b));
  }

  static void mul(long d, long a, long b) {
    putDouble(d, getDouble(a) * getDouble(b));
  }

  static void div(long d, long a, long b) {
    putDouble(d, getDouble(a) / getDouble(b));
  }

  static void eq(long d, long a, long b) {
    putLong(d, getDouble(a) == getDouble(b) ? 1 : 0);
  }

  static void ne(long d, long a, long b) {
    putLong(d, getDouble(a) != getDouble(b) ? 1 : 0);
  }

  static void lt(long d, long a, long b) {
    putLong(d, getDouble(a) < getDouble(b) ? 1 : 0);
  }

  static void nlt(long d, long a, long b) {
    putLong(d, !(getDouble(a) < getDouble(b)) ? 1 : 0);
  }

  static void le(long d, long a, long b) {
    putLong(d, getDouble(a) <= getDouble(b) ? 1 : 0);
  }

  static void nle(long d, long a, long b) {
    putLong(d, !(getDouble(a) <= getDouble(b)) ? 1 : 0);
  }
}
