package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Traps at the end of chains of tail calls, whose frames are gone, and reads the backtrace (CVE-2024-47763). The
 * control makes the same chains of plain calls, whose frames are there.
 */
final class TailCallTrace implements Attack {

  private static final int[] LENGTHS = {0, 1, 2, 3, 10, 100, 100_001};
  private static final int PLAIN_LENGTH = 50;

  @Override
  public Card card() {
    return new Card("tail-call-trace", Target.ENGINE,
        "have a backtrace read frames that tail calls have replaced",
        Invariant.MEMORY_IS_PRIVATE,
        "that a backtrace is read from the frames that are there, by maps of the code that made them",
        AttackClass.TAIL_CALL_TRACES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Store store = engine.newStore()) {
      Instance guest = new Linker(store).instantiate(Guests.module(engine, "tail-call-trace"));
      Set<List<String>> traces = new LinkedHashSet<>();
      for (int length : LENGTHS) {
        traces.add(setting.isUp() ? trace(guest, "by tail calls", length)
            : trace(guest, "by calls", Math.min(length, PLAIN_LENGTH)));
      }
      boolean clean = traces.equals(Set.of(List.of("last", "outer")));
      return new Outcome(!clean, traces.size() + " different traces, one of them " + traces.iterator().next());
    }
  }

  private static List<String> trace(Instance guest, String export, int length) {
    try {
      guest.func(export).orElseThrow().call(length);
      return List.of("no trap");
    } catch (Trap trap) {
      List<String> names = new ArrayList<>();
      trap.frames().forEach(frame -> names.add(frame.name()));
      return names;
    }
  }
}
