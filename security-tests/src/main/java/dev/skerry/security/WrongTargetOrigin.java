package dev.skerry.security;

/**
 * Embeds another site's frame, which posts a secret to its parent for a partner's origin, and listens. The control has
 * that frame name the attacker's origin.
 */
final class WrongTargetOrigin implements Attack {

  @Override
  public Card card() {
    return new Card("wrong-target-origin", Target.PAGE,
        "receive a message that was posted for another origin",
        Invariant.NOTHING_IS_LEARNT,
        "the comparison of the target origin with the receiver's origin at delivery (HTML 9.3.3)",
        AttackClass.FRAMES_AND_MESSAGES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String target = sites.origin(setting.isDown() ? "evil.localhost" : "partner.localhost");
      sites.wasm("bank.localhost", "/sender.wasm", Guests.bytes("letter-sender"), null);
      sites.html("bank.localhost", "/", "<!doctype html><title>bank</title><body data-target='" + target
          + "'><script type=module src=sender.wasm></script>");
      sites.wasm("evil.localhost", "/thief.wasm", Guests.bytes("letter-thief"), null);
      sites.html("evil.localhost", "/", "<!doctype html><title>evil</title><script type=module src=thief.wasm></script>"
          + "<iframe src='" + sites.origin("bank.localhost") + "/'></iframe>");
      return Observer.consoleOf(setting, sites.origin("evil.localhost") + "/", "the secret of bank.localhost");
    }
  }
}
