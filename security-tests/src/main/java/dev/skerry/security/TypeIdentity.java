package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;

/**
 * Two modules whose code is the same to the byte and whose type sections differ: the one's first type takes a number
 * where the other's takes a reference (CVE-2021-39219). Each calls the other's function. The control lets each call
 * its own.
 */
final class TypeIdentity implements Attack {

  private static final int ROUNDS = 50;
  private static final long FORGED = 1;

  @Override
  public Card card() {
    return new Card("type-identity", Target.ENGINE,
        "forge a reference from a number by code that another module shares",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "canonical types, which no code object and no index stands for", AttackClass.TYPE_IDENTITY);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    Module numbers = Guests.module(engine, "type-identity");
    Module references = Guests.module(engine, "type-identity-references");
    List<String> through = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (Store store = engine.newStore()) {
        Table table = Table.create(store, new TableType(ValType.FUNCREF, new Limits(2, 2)), 0);
        Linker linker = new Linker(store).define("fault-domain", "table", table);
        Instance ofNumbers = linker.instantiate(numbers);
        Instance ofReferences = linker.instantiate(references);
        attempt(table, ofNumbers, setting.isUp() ? ofReferences : ofNumbers, FORGED, through);
        attempt(table, ofReferences, setting.isUp() ? ofNumbers : ofReferences, new Object(), through);
      }
    }
    return new Outcome(!through.isEmpty(), through.size() + " of " + 2 * ROUNDS + " calls went through " + (through
        .isEmpty() ? "" : through.get(0)));
  }

  private static void attempt(Table table, Instance caller, Instance callee, Object argument, List<String> through) {
    Func same = callee.func("same").orElseThrow();
    table.set(0, same.ref());
    try {
      Object answer = caller.func("call").orElseThrow().call(argument)[0];
      through.add(same.type() + " answered " + answer);
    } catch (Trap trap) {
      if (trap.kind() != Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH) {
        through.add(same.type() + " ended with " + trap.kind());
      }
    }
  }
}
