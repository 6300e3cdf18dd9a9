package dev.skerry.wasm.semantics;

import dev.skerry.wasm.format.Opcode;
import java.util.regex.Pattern;

/**
 * Which instructions are floating-point arithmetic, whose NaNs the standard leaves open (WASM core 4.3.3, NaN
 * propagation): what {@code canonicalNaN} makes the same everywhere. Negation, absolute value, copied signs and
 * pseudo-minimum and -maximum are defined to the bit, and keep payloads.
 */
public final class FloatArithmetic {

  private static final Pattern NAMES = Pattern.compile("f(32|64)(x[24])?\\."
      + "(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest|demote.*|promote.*"
      + "|relaxed_n?madd|relaxed_min|relaxed_max)");
  private static final boolean[] ROWS = new boolean[Opcode.values().length];

  static {
    for (Opcode opcode : Opcode.values()) {
      ROWS[opcode.ordinal()] = NAMES.matcher(opcode.mnemonic).matches();
    }
  }

  private FloatArithmetic() {
  }

  public static boolean contains(Opcode opcode) {
    return ROWS[opcode.ordinal()];
  }
}
