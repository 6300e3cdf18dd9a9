package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.semantics.I32;

/** Operations on i32 slots, which hold their values zero-extended. */
final class Int32 {

  private static final long U32 = 0xffff_ffffL;

  private Int32() {
  }

  static long brEq(long a, long b, long pc, long store) {
    return getInt(a) == getInt(b) ? Branches.take(pc, store) : pc;
  }

  static long brNe(long a, long b, long pc, long store) {
    return getInt(a) != getInt(b) ? Branches.take(pc, store) : pc;
  }

  static long brLtS(long a, long b, long pc, long store) {
    return getInt(a) < getInt(b) ? Branches.take(pc, store) : pc;
  }

  static long brGeS(long a, long b, long pc, long store) {
    return getInt(a) >= getInt(b) ? Branches.take(pc, store) : pc;
  }

  static long brLtU(long a, long b, long pc, long store) {
    return getInt(a) + Integer.MIN_VALUE < getInt(b) + Integer.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static long brGeU(long a, long b, long pc, long store) {
    return getInt(a) + Integer.MIN_VALUE >= getInt(b) + Integer.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static long brEqK(long a, long pc, long store) {
    return getInt(a) == getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brNeK(long a, long pc, long store) {
    return getInt(a) != getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brLtSK(long a, long pc, long store) {
    return getInt(a) < getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brGeSK(long a, long pc, long store) {
    return getInt(a) >= getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brLtUK(long a, long pc, long store) {
    return getInt(a) + Integer.MIN_VALUE < getInt(pc - 8) + Integer.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static long brGeUK(long a, long pc, long store) {
    return getInt(a) + Integer.MIN_VALUE >= getInt(pc - 8) + Integer.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static void add(long d, long a, long b) {
    putLong(d, (getInt(a) + getInt(b)) & U32);
  }

  static void sub(long d, long a, long b) {
    putLong(d, (getInt(a) - getInt(b)) & U32);
  }

  static void mul(long d, long a, long b) {
    putLong(d, (getInt(a) * getInt(b)) & U32);
  }

  static void and(long d, long a, long b) {
    putLong(d, (getInt(a) & getInt(b)) & U32);
  }

  static void or(long d, long a, long b) {
    putLong(d, (getInt(a) | getInt(b)) & U32);
  }

  static void xor(long d, long a, long b) {
    putLong(d, (getInt(a) ^ getInt(b)) & U32);
  }

  static void shl(long d, long a, long b) {
    putLong(d, (getInt(a) << getInt(b)) & U32);
  }

  static void shrS(long d, long a, long b) {
    putLong(d, (getInt(a) >> getInt(b)) & U32);
  }

  static void shrU(long d, long a, long b) {
    putLong(d, (getInt(a) >>> getInt(b)) & U32);
  }

  static void addK(long d, long a, long pc) {
    putLong(d, (getInt(a) + getInt(pc - 4)) & U32);
  }

  static void mulK(long d, long a, long pc) {
    putLong(d, (getInt(a) * getInt(pc - 4)) & U32);
  }

  static void andK(long d, long a, long pc) {
    putLong(d, (getInt(a) & getInt(pc - 4)) & U32);
  }

  static void orK(long d, long a, long pc) {
    putLong(d, (getInt(a) | getInt(pc - 4)) & U32);
  }

  static void xorK(long d, long a, long pc) {
    putLong(d, (getInt(a) ^ getInt(pc - 4)) & U32);
  }

  static void shlK(long d, long a, long pc) {
    putLong(d, (getInt(a) << getInt(pc - 4)) & U32);
  }

  static void shrSK(long d, long a, long pc) {
    putLong(d, (getInt(a) >> getInt(pc - 4)) & U32);
  }

  static void shrUK(long d, long a, long pc) {
    putLong(d, (getInt(a) >>> getInt(pc - 4)) & U32);
  }

  static void eq(long d, long a, long b) {
    putLong(d, getInt(a) == getInt(b) ? 1 : 0);
  }

  static void ne(long d, long a, long b) {
    putLong(d, getInt(a) != getInt(b) ? 1 : 0);
  }

  static void ltS(long d, long a, long b) {
    putLong(d, getInt(a) < getInt(b) ? 1 : 0);
  }

  static void geS(long d, long a, long b) {
    putLong(d, getInt(a) >= getInt(b) ? 1 : 0);
  }

  static void ltU(long d, long a, long b) {
    putLong(d, getInt(a) + Integer.MIN_VALUE < getInt(b) + Integer.MIN_VALUE ? 1 : 0);
  }

  static void geU(long d, long a, long b) {
    putLong(d, getInt(a) + Integer.MIN_VALUE >= getInt(b) + Integer.MIN_VALUE ? 1 : 0);
  }

  static void eqK(long d, long a, long pc) {
    putLong(d, getInt(a) == getInt(pc - 4) ? 1 : 0);
  }

  static void neK(long d, long a, long pc) {
    putLong(d, getInt(a) != getInt(pc - 4) ? 1 : 0);
  }

  static void ltSK(long d, long a, long pc) {
    putLong(d, getInt(a) < getInt(pc - 4) ? 1 : 0);
  }

  static void geSK(long d, long a, long pc) {
    putLong(d, getInt(a) >= getInt(pc - 4) ? 1 : 0);
  }

  static void ltUK(long d, long a, long pc) {
    putLong(d, getInt(a) + Integer.MIN_VALUE < getInt(pc - 4) + Integer.MIN_VALUE ? 1 : 0);
  }

  static void geUK(long d, long a, long pc) {
    putLong(d, getInt(a) + Integer.MIN_VALUE >= getInt(pc - 4) + Integer.MIN_VALUE ? 1 : 0);
  }

  static void divS(long d, long a, long b) {
    putLong(d, I32.divS(getInt(a), getInt(b)) & U32);
  }

  static void divU(long d, long a, long b) {
    putLong(d, I32.divU(getInt(a), getInt(b)) & U32);
  }

  static void remS(long d, long a, long b) {
    putLong(d, I32.remS(getInt(a), getInt(b)) & U32);
  }

  static void remU(long d, long a, long b) {
    putLong(d, I32.remU(getInt(a), getInt(b)) & U32);
  }

  static void rotl(long d, long a, long b) {
    putLong(d, Integer.rotateLeft(getInt(a), getInt(b)) & U32);
  }

  static void rotr(long d, long a, long b) {
    putLong(d, Integer.rotateRight(getInt(a), getInt(b)) & U32);
  }
}
