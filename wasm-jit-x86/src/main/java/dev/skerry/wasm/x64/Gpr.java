package dev.skerry.wasm.x64;

import java.util.List;
import java.util.Locale;

/** A general-purpose register; the row says how many of its bits are used. AH, CH, DH and BH do not exist here. */
public enum Gpr implements Operand {
  RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15;

  private static final List<Gpr> ALL = List.of(values());
  private static final String[] LOW_BYTES = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};

  /** The register with that number in the encoding, 0 to 15. */
  public static Gpr of(int number) {
    return ALL.get(number);
  }

  /** Its name in Intel's syntax at a width of 8, 16, 32 or 64 bits. */
  public String name(int bits) {
    String wide = name().toLowerCase(Locale.ROOT);
    boolean numbered = ordinal() >= 8;
    return switch (bits) {
      case 8 -> numbered ? wide + "b" : LOW_BYTES[ordinal()];
      case 16 -> numbered ? wide + "w" : wide.substring(1);
      case 32 -> numbered ? wide + "d" : "e" + wide.substring(1);
      case 64 -> wide;
      default -> throw new IllegalArgumentException("no register has " + bits + " bits");
    };
  }
}
