package dev.skerry.security;

/**
 * Loads another site's module as a script of the attacker's own page, where running it would tell its secret. The
 * control lets that site share the module by {@code Access-Control-Allow-Origin}.
 */
final class CrossOriginModule implements Attack {

  @Override
  public String name() {
    return "cross-origin-module";
  }

  @Override
  public String goal() {
    return "run, and so read, a module that another origin does not share";
  }

  @Override
  public Invariant invariant() {
    return Invariant.NOTHING_IS_LEARNT;
  }

  @Override
  public String barrier() {
    return "the CORS check of module scripts (Fetch 4.10)";
  }

  @Override
  public Outcome run(Barrier barrier) throws Exception {
    try (Sites sites = new Sites()) {
      String module = "/private.wasm";
      sites.wasm("bank.localhost", module, Guests.bytes("cross-origin-module"),
          barrier == Barrier.DOWN ? "*" : null);
      sites.html("evil.localhost", "/", "<!doctype html><title>evil</title><script type=module src='"
          + sites.origin("bank.localhost") + module + "'></script>");
      return Observer.consoleOf(sites.origin("evil.localhost") + "/", "the secret of bank.localhost");
    }
  }
}
