package dev.skerry.security;

import java.util.List;

/** Indices above 2^31 that wait on the stack across calls and among many other values (CVE-2021-32629). */
final class SpilledIndex extends AddressAttack {

  @Override
  public Card card() {
    return new Card("spilled-index", Target.ENGINE,
        "have an index grow an upper half on its way through the stack",
        Invariant.MEMORY_IS_PRIVATE,
        "that every i32 has a zero upper half wherever it is kept", AttackClass.SPILLED_INDEX);
  }

  @Override
  String guest() {
    return "spilled-index";
  }

  @Override
  List<Trick> tricks() {
    return List.of(
        new Trick("across a call", (a, b) -> a + b),
        new Trick("across an indirect call", (a, b) -> a - b),
        new Trick("across a loop of calls", (a, b) -> a ^ b),
        new Trick("among many", (a, b) -> a + b),
        new Trick("on the operand stack", (a, b) -> a * b));
  }
}
