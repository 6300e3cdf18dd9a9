package dev.skerry.security;

import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.FuncType;
import java.util.Locale;

/**
 * A guest of a page looks for a clock that tells a cache from memory: the smallest step of the clock it is given, and a
 * memory that a second thread could count in. The control is the same program with the machine's own clock.
 */
final class GuestClock implements Attack {

  private static final int STEPS = 100;
  /** A load from memory takes some hundred nanoseconds at most; what is coarser sees it only a thousand at a time. */
  private static final double GOAL_MILLIS = 0.05;

  @Override
  public Card card() {
    return new Card("guest-clock", Target.PAGE,
        "have a clock that is fine enough to tell a cache from memory",
        Invariant.NOTHING_IS_LEARNT,
        "clocks in steps of 0.1 ms, and no shared memory in pages", AttackClass.SPECTRE_V1);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    return setting.isUp() ? attack(setting) : control(setting.newEngine());
  }

  private static Outcome attack(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String evil = "evil.localhost";
      sites.wasm(evil, "/clock.wasm", Guests.bytes("guest-clock"), null)
          .wasm(evil, "/counter.wasm", Guests.bytes("counting-thread"), null)
          .html(evil, "/", "<!doctype html><script type=module src=/clock.wasm></script>"
              + "<script type=module src=/counter.wasm></script>");
      try (PageHost host = setting.newHost().build(); Page page = host.open(sites.origin(evil) + "/")) {
        if (!page.settle(Observer.PATIENCE)) {
          throw new IllegalStateException("the page did not settle");
        }
        double step = (Double) page.call("finest step", STEPS)[0];
        boolean counts = !page.console().isEmpty();
        return new Outcome(step < GOAL_MILLIS || counts, seen(step) + (counts
            ? "; a memory that threads share was there" : "; a memory that threads share was refused"));
      }
    }
  }

  private static Outcome control(Engine engine) throws LinkError {
    try (Store store = engine.newStore()) {
      long origin = System.nanoTime();
      double step = (Double) new Linker(store).define("web:performance", "now", FuncType.of("-> f64"),
          (caller, slots) -> slots[0] = Double.doubleToRawLongBits((System.nanoTime() - origin) / 1e6))
          .instantiate(Guests.module(engine, "guest-clock")).func("finest step").orElseThrow().call(STEPS)[0];
      return new Outcome(step < GOAL_MILLIS, seen(step));
    }
  }

  private static String seen(double millis) {
    return String.format(Locale.ROOT, "the finest step of the clock was %.1f us", millis * 1e3);
  }
}
