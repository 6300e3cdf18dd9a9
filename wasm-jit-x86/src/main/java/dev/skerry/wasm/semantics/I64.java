package dev.skerry.wasm.semantics;

import dev.skerry.wasm.Trap;
import java.util.List;

/** The operators on i64 (WASM core 4.3.2) that are more than one Java operator. Comparisons answer booleans. */
public final class I64 {

  private I64() {
  }

  /** Signed division. */
  public static long divS(long a, long b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    if (b == -1 && a == Long.MIN_VALUE) {
      throw new Trap(Trap.Kind.INTEGER_OVERFLOW, null, List.of());
    }
    return a / b;
  }

  /** Unsigned division. */
  public static long divU(long a, long b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    return Long.divideUnsigned(a, b);
  }

  /** Signed remainder; the sign is the dividend's. */
  public static long remS(long a, long b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    return b == -1 ? 0 : a % b;
  }

  /** Unsigned remainder. */
  public static long remU(long a, long b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    return Long.remainderUnsigned(a, b);
  }

  /** Unsigned less than. Written without compareUnsigned, whose intrinsic is faulty in C2 (JDK-8376400). */
  public static boolean ltU(long a, long b) {
    return a + Long.MIN_VALUE < b + Long.MIN_VALUE;
  }

  public static boolean gtU(long a, long b) {
    return a + Long.MIN_VALUE > b + Long.MIN_VALUE;
  }

  public static boolean leU(long a, long b) {
    return a + Long.MIN_VALUE <= b + Long.MIN_VALUE;
  }

  public static boolean geU(long a, long b) {
    return a + Long.MIN_VALUE >= b + Long.MIN_VALUE;
  }

  public static long rotl(long a, long count) {
    return Long.rotateLeft(a, (int) count);
  }

  public static long rotr(long a, long count) {
    return Long.rotateRight(a, (int) count);
  }
}
