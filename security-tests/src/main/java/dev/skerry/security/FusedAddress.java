package dev.skerry.security;

import java.util.List;

/** Indices that are sums with constants, and static offsets behind them, at the edges of both (CVE-2026-34971). */
final class FusedAddress extends AddressAttack {

  @Override
  public Card card() {
    return new Card("fused-address", Target.ENGINE,
        "have a sum of parts reach past the 32 bits in which it must wrap",
        Invariant.MEMORY_IS_PRIVATE,
        "that a sum is fused into an address only where it cannot differ from the wrapped one",
        AttackClass.FUSED_ADDRESSES);
  }

  @Override
  String guest() {
    return "fused-address";
  }

  @Override
  List<Trick> tricks() {
    return List.of(
        new Trick("a + b", (a, b) -> a + b),
        new Trick("a - b", (a, b) -> a - b),
        new Trick("a + 16", (a, b) -> a + 16),
        new Trick("a - 16", (a, b) -> a - 16),
        new Trick("a + max", (a, b) -> a + Integer.MAX_VALUE),
        new Trick("a + b + 65536", (a, b) -> a + b + 65_536),
        new Trick("(a - 16) offset 16", (a, b) -> a - 16, 16),
        new Trick("(a + b) offset 8", (a, b) -> a + b, 8),
        new Trick("(a + 16) offset 65528", (a, b) -> a + 16, 65_528),
        new Trick("a offset 0x7ffffff0", (a, b) -> a, 0x7fff_fff0L),
        new Trick("(a + b) offset 0xffffff00", (a, b) -> a + b, 0xffff_ff00L),
        new Trick("a & b", (a, b) -> a & b),
        new Trick("a | b", (a, b) -> a | b));
  }
}
