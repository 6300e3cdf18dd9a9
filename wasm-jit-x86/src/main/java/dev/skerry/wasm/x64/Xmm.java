package dev.skerry.wasm.x64;

import java.util.List;

/** A vector register; the row says whether its lower 128 bits (XMM) or all 256 (YMM) are meant. */
public enum Xmm implements Operand {
  XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7, XMM8, XMM9, XMM10, XMM11, XMM12, XMM13, XMM14, XMM15;

  private static final List<Xmm> ALL = List.of(values());

  /** The register with that number in the encoding, 0 to 15. */
  public static Xmm of(int number) {
    return ALL.get(number);
  }

  /** Its name in Intel's syntax at a width of 128 or 256 bits. */
  public String name(int bits) {
    return (bits == 256 ? "ymm" : "xmm") + ordinal();
  }
}
