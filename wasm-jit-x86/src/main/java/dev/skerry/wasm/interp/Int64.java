package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.semantics.I64;

/** Operations on i64 slots. */
final class Int64 {

  private Int64() {
  }

  static long brEq(long a, long b, long pc, long store) {
    return getLong(a) == getLong(b) ? Branches.take(pc, store) : pc;
  }

  static long brNe(long a, long b, long pc, long store) {
    return getLong(a) != getLong(b) ? Branches.take(pc, store) : pc;
  }

  static long brLtS(long a, long b, long pc, long store) {
    return getLong(a) < getLong(b) ? Branches.take(pc, store) : pc;
  }

  static long brGeS(long a, long b, long pc, long store) {
    return getLong(a) >= getLong(b) ? Branches.take(pc, store) : pc;
  }

  static long brLtU(long a, long b, long pc, long store) {
    return getLong(a) + Long.MIN_VALUE < getLong(b) + Long.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static long brGeU(long a, long b, long pc, long store) {
    return getLong(a) + Long.MIN_VALUE >= getLong(b) + Long.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static long brEqK(long a, long pc, long store) {
    return getLong(a) == (long) getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brNeK(long a, long pc, long store) {
    return getLong(a) != (long) getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brLtSK(long a, long pc, long store) {
    return getLong(a) < (long) getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brGeSK(long a, long pc, long store) {
    return getLong(a) >= (long) getInt(pc - 8) ? Branches.take(pc, store) : pc;
  }

  static long brLtUK(long a, long pc, long store) {
    return getLong(a) + Long.MIN_VALUE < (long) getInt(pc - 8) + Long.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static long brGeUK(long a, long pc, long store) {
    return getLong(a) + Long.MIN_VALUE >= (long) getInt(pc - 8) + Long.MIN_VALUE ? Branches.take(pc, store) : pc;
  }

  static void add(long d, long a, long b) {
    putLong(d, getLong(a) + getLong(b));
  }

  static void sub(long d, long a, long b) {
    putLong(d, getLong(a) - getLong(b));
  }

  static void mul(long d, long a, long b) {
    putLong(d, getLong(a) * getLong(b));
  }

  static void and(long d, long a, long b) {
    putLong(d, getLong(a) & getLong(b));
  }

  static void or(long d, long a, long b) {
    putLong(d, getLong(a) | getLong(b));
  }

  static void xor(long d, long a, long b) {
    putLong(d, getLong(a) ^ getLong(b));
  }

  static void shl(long d, long a, long b) {
    putLong(d, getLong(a) << getLong(b));
  }

  static void shrS(long d, long a, long b) {
    putLong(d, getLong(a) >> getLong(b));
  }

  static void shrU(long d, long a, long b) {
    putLong(d, getLong(a) >>> getLong(b));
  }

  static void addK(long d, long a, long pc) {
    putLong(d, getLong(a) + getInt(pc - 4));
  }

  static void mulK(long d, long a, long pc) {
    putLong(d, getLong(a) * getInt(pc - 4));
  }

  static void andK(long d, long a, long pc) {
    putLong(d, getLong(a) & getInt(pc - 4));
  }

  static void orK(long d, long a, long pc) {
    putLong(d, getLong(a) | getInt(pc - 4));
  }

  static void xorK(long d, long a, long pc) {
    putLong(d, getLong(a) ^ getInt(pc - 4));
  }

  static void shlK(long d, long a, long pc) {
    putLong(d, getLong(a) << getInt(pc - 4));
  }

  static void shrSK(long d, long a, long pc) {
    putLong(d, getLong(a) >> getInt(pc - 4));
  }

  static void shrUK(long d, long a, long pc) {
    putLong(d, getLong(a) >>> getInt(pc - 4));
  }

  static void eq(long d, long a, long b) {
    putLong(d, getLong(a) == getLong(b) ? 1 : 0);
  }

  static void ne(long d, long a, long b) {
    putLong(d, getLong(a) != getLong(b) ? 1 : 0);
  }

  static void ltS(long d, long a, long b) {
    putLong(d, getLong(a) < getLong(b) ? 1 : 0);
  }

  static void geS(long d, long a, long b) {
    putLong(d, getLong(a) >= getLong(b) ? 1 : 0);
  }

  static void ltU(long d, long a, long b) {
    putLong(d, getLong(a) + Long.MIN_VALUE < getLong(b) + Long.MIN_VALUE ? 1 : 0);
  }

  static void geU(long d, long a, long b) {
    putLong(d, getLong(a) + Long.MIN_VALUE >= getLong(b) + Long.MIN_VALUE ? 1 : 0);
  }

  static void eqK(long d, long a, long pc) {
    putLong(d, getLong(a) == (long) getInt(pc - 4) ? 1 : 0);
  }

  static void neK(long d, long a, long pc) {
    putLong(d, getLong(a) != (long) getInt(pc - 4) ? 1 : 0);
  }

  static void ltSK(long d, long a, long pc) {
    putLong(d, getLong(a) < (long) getInt(pc - 4) ? 1 : 0);
  }

  static void geSK(long d, long a, long pc) {
    putLong(d, getLong(a) >= (long) getInt(pc - 4) ? 1 : 0);
  }

  static void ltUK(long d, long a, long pc) {
    putLong(d, getLong(a) + Long.MIN_VALUE < (long) getInt(pc - 4) + Long.MIN_VALUE ? 1 : 0);
  }

  static void geUK(long d, long a, long pc) {
    putLong(d, getLong(a) + Long.MIN_VALUE >= (long) getInt(pc - 4) + Long.MIN_VALUE ? 1 : 0);
  }

  static void divS(long d, long a, long b) {
    putLong(d, I64.divS(getLong(a), getLong(b)));
  }

  static void divU(long d, long a, long b) {
    putLong(d, I64.divU(getLong(a), getLong(b)));
  }

  static void remS(long d, long a, long b) {
    putLong(d, I64.remS(getLong(a), getLong(b)));
  }

  static void remU(long d, long a, long b) {
    putLong(d, I64.remU(getLong(a), getLong(b)));
  }

  static void rotl(long d, long a, long b) {
    putLong(d, Long.rotateLeft(getLong(a), getInt(b)));
  }

  static void rotr(long d, long a, long b) {
    putLong(d, Long.rotateRight(getLong(a), getInt(b)));
  }
}
