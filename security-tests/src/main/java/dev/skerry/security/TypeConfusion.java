package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls one function under the types of others, so that integers would pass for references, halves for wholes, and
 * operands would be missing. The control puts a function of exactly the claimed type into the table: every call site
 * then goes through.
 */
final class TypeConfusion implements Attack {

  /** What each export claims the function's type to be. */
  private static final Map<String, String> CLAIMS = new LinkedHashMap<>();

  static {
    CLAIMS.put("i32 for i64", "i32 -> i32");
    CLAIMS.put("null reference for i64", "externref -> i64");
    CLAIMS.put("i64 as reference", "i64 -> externref");
    CLAIMS.put("no operands", "->");
    CLAIMS.put("one operand too many", "i64 i64 -> i64");
  }

  @Override
  public Card card() {
    return new Card("type-confusion", Target.ENGINE,
        "call a function through call_indirect under a type that it does not have",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "the comparison of canonical types at every indirect call, across modules", AttackClass.TWO_SIGNATURES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Surroundings around = new Surroundings(engine); Store store = engine.newStore()) {
      around.add(2);
      Instance victim = new Linker(store).instantiate(Guests.module(engine, "type-confusion-victim"));
      Table table = victim.table("table").orElseThrow();
      Instance attacker = new Linker(store).define("fault-domain", "table", table)
          .instantiate(Guests.module(engine, "type-confusion"));
      requireOwnTypeWorks(attacker);
      around.add(2);
      return around.beside(() -> attack(setting, store, table, attacker));
    }
  }

  private static Outcome attack(Setting setting, Store store, Table table, Instance attacker) {
    List<String> breaches = new ArrayList<>();
    for (Map.Entry<String, String> claim : CLAIMS.entrySet()) {
      if (setting.isDown()) {
        table.set(0, Func.host(store, FuncType.of(claim.getValue()), (caller, slots) -> { }).ref());
      }
      try {
        attacker.func(claim.getKey()).orElseThrow().call();
        breaches.add(claim.getKey());
      } catch (Trap trap) {
        if (trap.kind() != Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH) {
          breaches.add(claim.getKey() + " ended with " + trap.kind());
        }
      }
    }
    if (breaches.isEmpty()) {
      return Outcome.stopped(CLAIMS.size() + " calls under false types trapped");
    }
    boolean all = breaches.size() == CLAIMS.size();
    return new Outcome(setting.isUp() || all, "went through: " + String.join(", ", breaches));
  }

  private static void requireOwnTypeWorks(Instance attacker) {
    Object answer = attacker.func("own").orElseThrow().call()[0];
    if (!answer.equals(0x1_2345_6789L ^ 0x5ec2e7L)) {
      throw new IllegalStateException("the victim's function answered " + answer + " under its own type");
    }
  }
}
