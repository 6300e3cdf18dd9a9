package dev.skerry.security;

import java.util.List;

/** Indices that were wider before, or that tables, memories and callees answered (CVE-2026-34987, -34945, -35186). */
final class DirtyUpperHalf extends AddressAttack {

  @Override
  public Card card() {
    return new Card("dirty-upper-half", Target.ENGINE,
        "use as an index what was 64 bits wide, or what the runtime answered",
        Invariant.MEMORY_IS_PRIVATE,
        "that every i32 has a zero upper half, whoever made it", AttackClass.DIRTY_UPPER_HALVES);
  }

  @Override
  String guest() {
    return "dirty-upper-half";
  }

  @Override
  List<Trick> tricks() {
    return List.of(
        new Trick("wrap", (a, b) -> a),
        new Trick("wrap in a callee", (a, b) -> a),
        new Trick("wrap behind a table", (a, b) -> a),
        new Trick("through a table", (a, b) -> a),
        new Trick("through a global", (a, b) -> a),
        new Trick("selected", (a, b) -> a),
        new Trick("a + table.size - 3", (a, b) -> a),
        new Trick("a + table.grow that fails", (a, b) -> a - 1),
        new Trick("a + memory.grow that fails", (a, b) -> a - 1),
        new Trick("extend8", (a, b) -> (byte) a),
        new Trick("remainder", (a, b) -> a % (b | 1)),
        new Trick("from a float", (a, b) -> a),
        new Trick("from a vector", (a, b) -> a),
        new Trick("in the wide memory", (a, b) -> a),
        new Trick("in the wide memory behind a callee", (a, b) -> a),
        new Trick("in the wide memory behind a grow that fails", (a, b) -> -1));
  }
}
