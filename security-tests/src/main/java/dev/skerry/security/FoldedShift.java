package dev.skerry.security;

import java.util.List;

/** Indices that are shifted, multiplied and added up on their way into an address (CVE-2023-26489). */
final class FoldedShift extends AddressAttack {

  @Override
  public Card card() {
    return new Card("folded-shift", Target.ENGINE,
        "have a shifted index keep the bits that the shift pushed out",
        Invariant.MEMORY_IS_PRIVATE,
        "that addresses are folded only where 32 bits wrap as the standard says", AttackClass.FOLDED_SHIFT);
  }

  @Override
  String guest() {
    return "folded-shift";
  }

  @Override
  List<Trick> tricks() {
    return List.of(
        new Trick("shl 1", (a, b) -> a << 1),
        new Trick("shl 2", (a, b) -> a << 2),
        new Trick("shl 3", (a, b) -> a << 3),
        new Trick("shl 4", (a, b) -> a << 4),
        new Trick("shl 35", (a, b) -> a << 35),
        new Trick("shl by b", (a, b) -> a << b),
        new Trick("a + (b shl 3)", (a, b) -> a + (b << 3)),
        new Trick("(a shl 2) + b", (a, b) -> (a << 2) + b),
        new Trick("(a + b) shl 1", (a, b) -> a + b << 1),
        new Trick("a * 8", (a, b) -> a * 8),
        new Trick("a * 9", (a, b) -> a * 9),
        new Trick("(a shl 3) + b shl 1", (a, b) -> (a << 3) + (b << 1)));
  }
}
