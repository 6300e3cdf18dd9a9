package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Calls and copies through a table at indices outside of it and at holes in it. The control hands the guest the
 * victim's own table, where one of those indices holds a function that answers with a secret.
 */
final class TableReach implements Attack {

  private static final int SECRET = 0x5ec2e7;
  private static final int[] INDICES = {0, 1, 2, 3, 7, 8, 1 << 16, Integer.MAX_VALUE, Integer.MIN_VALUE, -1};
  private static final Set<Trap.Kind> STOPS = EnumSet.of(
      Trap.Kind.UNDEFINED_ELEMENT, Trap.Kind.UNINITIALIZED_ELEMENT, Trap.Kind.TABLE_OUT_OF_BOUNDS);

  @Override
  public Card card() {
    return new Card("table-reach", Target.ENGINE,
        "call a function that the guest's own table does not hold",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "the check of every table index against the table's length, and of every element against null",
        AttackClass.MISSING_REFERENCES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Surroundings around = new Surroundings(engine); Store store = engine.newStore()) {
      around.add(2);
      Instance victim = new Linker(store).instantiate(Guests.module(engine, "type-confusion-victim"));
      Table table = setting.isDown()
          ? victim.table("answers").orElseThrow()
          : Table.create(store, new TableType(ValType.FUNCREF, new Limits(1, 1)), 0);
      Instance attacker = new Linker(store).define("fault-domain", "table", table)
          .instantiate(Guests.module(engine, "table-reach"));
      around.add(2);
      return around.beside(() -> attack(attacker));
    }
  }

  private static Outcome attack(Instance attacker) {
    List<String> breaches = new ArrayList<>();
    int stopped = 0;
    for (int index : INDICES) {
      stopped += attempt(breaches, "call at " + index, attacker, "call", index);
      stopped += attempt(breaches, "copy from " + index, attacker, "copy-then-call", index, 1);
    }
    return breaches.isEmpty()
        ? Outcome.stopped(stopped + " calls and copies trapped")
        : Outcome.reached(String.join(", ", breaches));
  }

  private static int attempt(List<String> breaches, String what, Instance attacker, String export, Object... args) {
    try {
      Object answer = attacker.func(export).orElseThrow().call(args)[0];
      breaches.add(what + " answered " + (answer.equals(SECRET) ? "the secret" : answer));
      return 0;
    } catch (Trap trap) {
      if (!STOPS.contains(trap.kind())) {
        breaches.add(what + " ended with " + trap.kind());
      }
      return 1;
    }
  }
}
