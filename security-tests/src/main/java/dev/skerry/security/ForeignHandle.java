package dev.skerry.security;

import dev.skerry.bindings.HostModule;
import dev.skerry.bindings.abi.Binding;
import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An embedder lets the guests of all origins share handles, and the bank's guest lays one there: the attacker's guest
 * picks it up and uses it as if it were its own. The control runs both in the bank's own document.
 */
final class ForeignHandle implements Attack {

  private static final String SECRET = "the secret of bank.localhost";

  private final Kind kind;

  /** What the handle leads to. */
  enum Kind {
    NODE("foreign-handle", "read another origin's document", "clipboard"),
    REQUEST("foreign-request", "read the answer to another origin's request", "clipboard-request"),
    PORT("foreign-port", "receive what another origin is sent", "clipboard-port");

    private final String attack;
    private final String goal;
    private final String guests;

    Kind(String attack, String goal, String guests) {
      this.attack = attack;
      this.goal = goal;
      this.guests = guests;
    }
  }

  ForeignHandle(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Card card() {
    return new Card(kind.attack, Target.PAGE, kind.goal + " through a handle that a careless embedder passed on",
        Invariant.NOTHING_IS_LEARNT,
        "the comparison of a handle's document with the caller's, at every call",
        AttackClass.HOST_OBJECTS, AttackClass.CONFUSED_DEPUTY);
  }

  /** What the embedder offers. */
  private record Clipboard(String name, List<Binding> functions) implements HostModule {

    static Clipboard ofAll() {
      AtomicReference<Object> held = new AtomicReference<>();
      return new Clipboard("acme:clipboard", List.of(
          Binding.of("put", "ref handle ->", "Keeps a handle.",
              call -> held.set(call.handle(0, Object.class, "a handle"))),
          Binding.of("take", "-> ref", "The handle, or null.", call -> call.result(held.get()))));
    }
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Clipboard clipboard = Clipboard.ofAll();
    try (Sites sites = new Sites();
         PageHost host = setting.newHost().bindings(frame -> List.of(clipboard)).build()) {
      String bank = "bank.localhost";
      String attacker = setting.isDown() ? bank : "evil.localhost";
      String own = "<p>" + SECRET + "</p><script type=module src=/bank.wasm></script>";
      sites.wasm(bank, "/bank.wasm", Guests.bytes(kind.guests + "-bank"), null)
          .wasm(attacker, "/thief.wasm", Guests.bytes(kind.guests + "-thief"), null)
          .html(bank, "/account", own)
          .html(bank, "/balance", SECRET)
          .html(attacker, "/", "<!doctype html><script type=module src=/thief.wasm></script>" + (setting.isDown() ? own
              : "<iframe src='" + sites.origin(bank) + "/account'></iframe>"));
      return watch(host, sites.origin(attacker) + "/");
    }
  }

  /** The attack is over when the thief has read, or has been trapped at it. */
  private static Outcome watch(PageHost host, String url) throws LoadError {
    try (Page page = host.open(url)) {
      if (!page.settle(Observer.PATIENCE)) {
        throw new IllegalStateException(url + " does not settle");
      }
      List<String> lines = page.console().stream().map(ConsoleMessage::text).toList();
      List<String> traps = page.agents().stream().flatMap(agent -> agent.traps().stream())
          .map(trap -> trap.message()).toList();
      if (lines.isEmpty() && traps.isEmpty()) {
        throw new IllegalStateException("the handle was never read: " + page.problems());
      }
      return new Outcome(lines.stream().anyMatch(line -> line.contains(SECRET)), lines.isEmpty() ? "traps: " + traps
          : "lines: " + lines);
    }
  }
}
