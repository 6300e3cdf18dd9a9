package dev.skerry.security;

/**
 * Loads another site's module as a script of the attacker's own page, where running it would tell its secret. The
 * control lets that site share the module by {@code Access-Control-Allow-Origin}.
 */
final class CrossOriginModule implements Attack {

  @Override
  public Card card() {
    return new Card("cross-origin-module", Target.PAGE,
        "run, and so read, a module that another origin does not share",
        Invariant.NOTHING_IS_LEARNT,
        "the CORS check of module scripts (Fetch 4.10)", AttackClass.CROSS_ORIGIN_READS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String module = "/private.wasm";
      sites.wasm("bank.localhost", module, Guests.bytes("cross-origin-module"),
          setting.isDown() ? "*" : null);
      sites.html("evil.localhost", "/", "<!doctype html><title>evil</title><script type=module src='"
          + sites.origin("bank.localhost") + module + "'></script>");
      return Observer.consoleOf(setting, sites.origin("evil.localhost") + "/", "the secret of bank.localhost");
    }
  }
}
