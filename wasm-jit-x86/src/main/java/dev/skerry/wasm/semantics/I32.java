package dev.skerry.wasm.semantics;

import dev.skerry.wasm.Trap;
import java.util.List;

/** The operators on i32 (WASM core 4.3.2) that are more than one Java operator. Comparisons answer booleans. */
public final class I32 {

  private I32() {
  }

  /** Signed division. */
  public static int divS(int a, int b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    if (b == -1 && a == Integer.MIN_VALUE) {
      throw new Trap(Trap.Kind.INTEGER_OVERFLOW, null, List.of());
    }
    return a / b;
  }

  /** Unsigned division. */
  public static int divU(int a, int b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    return Integer.divideUnsigned(a, b);
  }

  /** Signed remainder; the sign is the dividend's. */
  public static int remS(int a, int b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    return b == -1 ? 0 : a % b;
  }

  /** Unsigned remainder. */
  public static int remU(int a, int b) {
    if (b == 0) {
      throw new Trap(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, null, List.of());
    }
    return Integer.remainderUnsigned(a, b);
  }

  /** Unsigned less than. Written without compareUnsigned, whose intrinsic is faulty in C2 (JDK-8376400). */
  public static boolean ltU(int a, int b) {
    return a + Integer.MIN_VALUE < b + Integer.MIN_VALUE;
  }

  public static boolean gtU(int a, int b) {
    return a + Integer.MIN_VALUE > b + Integer.MIN_VALUE;
  }

  public static boolean leU(int a, int b) {
    return a + Integer.MIN_VALUE <= b + Integer.MIN_VALUE;
  }

  public static boolean geU(int a, int b) {
    return a + Integer.MIN_VALUE >= b + Integer.MIN_VALUE;
  }

  public static int rotl(int a, int count) {
    return Integer.rotateLeft(a, count);
  }

  public static int rotr(int a, int count) {
    return Integer.rotateRight(a, count);
  }
}
