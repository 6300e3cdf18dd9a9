package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.FuncType;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a reference in a table, a global, a local, on the operand stack, below many frames and in an exception, while
 * so many others are made that their numbers are given out again (CVE-2021-39216, CVE-2022-24791). The control keeps
 * the bare number where no mark can see it.
 */
final class CollectedReferences implements Attack {

  private static final int CHURN = 5_000;

  /** A host object that knows its number. */
  private record Thing(long number) {
  }

  @Override
  public Card card() {
    return new Card("collected-references", Target.ENGINE,
        "hold a reference to an object that the guest was never given",
        Invariant.MEMORY_IS_PRIVATE,
        "the mark that finds every reference that guest code holds before its number is given out again",
        AttackClass.COLLECTED_REFERENCES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Store store = engine.newStore()) {
      List<Thing> made = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      Instance guest = new Linker(store)
          .define("host", "make", FuncType.of("-> externref"), (caller, slots) -> {
            made.add(new Thing(made.size()));
            slots[0] = store.refOf(made.get(made.size() - 1));
            numbers.add((int) slots[0]);
          })
          .define("host", "number", FuncType.of("externref -> i64"),
              (caller, slots) -> slots[0] = ((Thing) store.externOf((int) slots[0])).number())
          .instantiate(Guests.module(engine, "collected-references"));
      List<String> confused = new ArrayList<>();
      for (String place : guest.exports().keySet()) {
        int next = made.size();
        long number = kept(guest, place);
        if (setting.isDown()) {
          // The guest has left the object; who remembers its bare number gets what has that number now.
          kept(guest, place);
          number = behind(store, numbers.get(next));
        }
        if (number != next) {
          confused.add(place + " has " + number + " for " + next);
        }
      }
      return new Outcome(!confused.isEmpty(), confused.isEmpty()
          ? made.size() + " objects, and every reference that was kept is to its own" : String.join(", ", confused));
    }
  }

  private static long kept(Instance guest, String place) {
    return (Long) guest.func(place).orElseThrow().call(CHURN)[0];
  }

  private static long behind(Store store, int reference) {
    try {
      return ((Thing) store.externOf(reference)).number();
    } catch (IllegalArgumentException gone) {
      return -1;
    }
  }
}
