package dev.skerry.wasm.x64;

import java.util.List;
import java.util.Locale;

/** A condition on the flags, in the order of its encoding (Intel SDM, volume 1, appendix B). */
public enum Condition {
  O, NO, B, AE, E, NE, BE, A, S, NS, P, NP, L, GE, LE, G;

  private static final List<Condition> ALL = List.of(values());

  /** The condition that holds exactly when this one does not. */
  public Condition negated() {
    return ALL.get(ordinal() ^ 1);
  }

  /** What mnemonics end in. */
  String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }
}
