package dev.skerry.wasm.x64;

/**
 * Memory at {@code segment:[base + index * scale + displacement]}, with 64-bit addressing.
 *
 * @param base null for none
 * @param index null for none; never RSP
 * @param scale 1, 2, 4 or 8; 1 without an index
 * @param displacement sign-extended to 64 bits
 */
public record Mem(Segment segment, Gpr base, Gpr index, int scale, int displacement) implements Operand {

  /** @throws IllegalArgumentException if no ModRM and SIB byte can say it */
  public Mem {
    if (index == Gpr.RSP) {
      throw new IllegalArgumentException("rsp cannot be an index");
    }
    if (scale != 1 && (scale != 2 && scale != 4 && scale != 8 || index == null)) {
      throw new IllegalArgumentException("an index cannot be scaled by " + scale + (index == null ? " if absent" : ""));
    }
  }

  /** {@code [base + displacement]}. */
  public static Mem at(Gpr base, int displacement) {
    return new Mem(Segment.NONE, base, null, 1, displacement);
  }

  /** {@code [base + index * scale + displacement]}. */
  public static Mem at(Gpr base, Gpr index, int scale, int displacement) {
    return new Mem(Segment.NONE, base, index, scale, displacement);
  }

  /** The same address, counted from the base of that segment. */
  public Mem in(Segment other) {
    return new Mem(other, base, index, scale, displacement);
  }
}
