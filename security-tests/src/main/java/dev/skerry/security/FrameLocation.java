package dev.skerry.security;

/**
 * Embeds the bank's front door, which redirects a customer to an address that only the customer may know, and asks the
 * frame's window where it is now. The control stands at the bank's own origin.
 */
final class FrameLocation implements Attack {

  private static final String SECRET = "account-4711";

  @Override
  public Card card() {
    return new Card("frame-location", Target.PAGE,
        "learn the address that another origin's frame was redirected to",
        Invariant.NOTHING_IS_LEARNT,
        "the comparison of origins before a window tells its location (HTML 7.2.4)",
        AttackClass.FRAMES_AND_MESSAGES, AttackClass.HOST_OBJECTS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String bank = "bank.localhost";
      String attacker = setting.isDown() ? bank : "evil.localhost";
      sites.redirect(bank, "/front", sites.origin(bank) + "/home?" + SECRET)
          .html(bank, "/home", Spy.page("bank", "*", "<script type=module src=/spy.wasm></script>"))
          .wasm(bank, "/spy.wasm", Spy.module("the module of the bank.."), null)
          .wasm(attacker, "/thief.wasm", Spy.module("the module of the thief."), null)
          .html(attacker, "/", Spy.page("thief", "*", "<script type=module src=/thief.wasm></script><iframe src='"
              + sites.origin(bank) + "/front'></iframe>"));
      return Observer.consoleOf(setting, sites.origin(attacker) + "/", line -> line.startsWith("thief|")
          && line.contains(SECRET), line -> line.startsWith("thief|msg|bank"));
    }
  }
}
