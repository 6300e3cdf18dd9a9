package dev.skerry.security;

import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.util.List;

/**
 * Gives the two ends of a channel to two frames of other origins, and goes on using its own ports: listens, posts,
 * gives them away again, closes them, while the ends are on their way and afterwards. In the control it gives each
 * frame an end of another channel, and so stays between them.
 */
final class DetachedPort implements Attack {

  private static final String EVIL = "evil.localhost";
  private static final List<String> FRIENDS = List.of("bank.localhost", "partner.localhost");
  private static final String SECRET = "the secret of two friends";
  private static final String FORGED = "forged";
  /** How often each friend tells the other: when introduced, and after each kind of misuse. */
  private static final int TOLD = 4;

  @Override
  public Card card() {
    return new Card("detached-port", Target.PAGE,
        "overhear, forge or cut off what two other origins tell each other through ports that were given to them",
        Invariant.NOTHING_IS_LEARNT,
        "a port is empty once its end was transferred (HTML 9.4.4, transfer steps)",
        AttackClass.FRAMES_AND_MESSAGES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites(); PageHost host = setting.newHost().build()) {
      StringBuilder frames = new StringBuilder();
      for (String friend : FRIENDS) {
        sites.wasm(friend, "/friend.wasm", Guests.bytes("detached-port-friend"), null)
            .html(friend, "/", "<!doctype html><script type=module src=/friend.wasm></script>");
        frames.append("<iframe src='").append(sites.origin(friend)).append("/'></iframe>");
      }
      sites.wasm(EVIL, "/matchmaker.wasm", Guests.bytes("detached-port"), null)
          .html(EVIL, "/", "<!doctype html><script type=module src=/matchmaker.wasm></script>" + frames);
      try (Page page = host.open(sites.origin(EVIL) + "/")) {
        settle(page);
        page.call("introduce", setting.isDown() ? 1 : 0);
        settle(page);
        page.call("forge");
        tell(page);
        Object givenAgain = page.call("give again")[0];
        tell(page);
        page.call("close");
        tell(page);
        return judge(page, sites, givenAgain);
      }
    }
  }

  private static Outcome judge(Page page, Sites sites, Object givenAgain) {
    long overheard = count(page, sites, EVIL, SECRET);
    long forged = FRIENDS.stream().mapToLong(friend -> count(page, sites, friend, FORGED)).sum();
    List<Long> heard = FRIENDS.stream().map(friend -> count(page, sites, friend, SECRET)).toList();
    boolean reached = overheard > 0 || forged > 0 || !givenAgain.equals(0)
        || heard.stream().anyMatch(times -> times != TOLD);
    return new Outcome(reached, overheard + " overheard, " + forged + " forged, given again in " + givenAgain
        + " of 4 ways; of " + TOLD + " the friends heard " + heard + ", problems: " + page.problems());
  }

  private static void tell(Page page) {
    for (int friend = 1; friend <= FRIENDS.size(); friend++) {
      page.frame(friend).call("tell");
    }
    settle(page);
  }

  private static long count(Page page, Sites sites, String host, String text) {
    return page.console().stream().filter(line -> line.origin().equals(sites.origin(host)))
        .map(ConsoleMessage::text).filter(text::equals).count();
  }

  private static void settle(Page page) {
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the page does not settle");
    }
  }
}
