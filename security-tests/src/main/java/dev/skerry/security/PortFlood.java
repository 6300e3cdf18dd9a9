package dev.skerry.security;

import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.Verdict;
import dev.skerry.wasm.Trap;
import java.util.List;

/**
 * Two hostile frames send a bank many more message ports than it may hold, which takes and keeps all of them, while a
 * partner sends it one before and one after. In the control the frames are of the partner's origin, and so flood
 * nobody's share but that.
 */
final class PortFlood implements Attack {

  private static final String BANK = "bank.localhost";
  private static final String PARTNER = "partner.localhost";
  private static final List<String> HOSTILE = List.of("evil.localhost", "worse.localhost");
  private static final String WORD = "the word of a friend";
  /** Ports that the bank may hold, the partner's first and both ends of whole channels; and channels of its own. */
  private static final int ROOM = 101;
  private static final int OWN = 50;
  private static final int FLOOD = 10 * ROOM;

  @Override
  public Card card() {
    return new Card("port-flood", Target.PAGE,
        "have an origin lose its friends' messages, or its own channels, by sending it more ports than it may hold",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "ports that a document was sent count apart from its own, and of too many its largest sender's are closed",
        AttackClass.FRAMES_AND_MESSAGES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      StringBuilder frames = new StringBuilder();
      for (String hostile : HOSTILE) {
        frames.append(frame(sites, setting.isDown() ? PARTNER : hostile));
      }
      frames.append(frame(sites, PARTNER));
      sites.wasm(BANK, "/bank.wasm", Guests.bytes("port-flood-bank"), null)
          .html(BANK, "/", "<!doctype html><script type=module src=/bank.wasm></script>" + frames);
      Limits limits = Limits.defaults().with(sites.origin(BANK), Limit.RECEIVED_PORTS, ROOM)
          .with(sites.origin(BANK), Limit.PORTS, 2 * OWN);
      try (PageHost host = setting.newHost().limits(limits).build(); Page page = host.open(sites.origin(BANK) + "/")) {
        settle(page);
        call(page, HOSTILE.size() + 1, "introduce");
        for (int hostile = 1; hostile <= HOSTILE.size(); hostile++) {
          call(page, hostile, "flood", FLOOD / 2);
        }
        call(page, HOSTILE.size() + 1, "introduce");
        call(page, HOSTILE.size() + 1, "tell");
        return judge(page, sites);
      }
    }
  }

  private static String frame(Sites sites, String host) {
    sites.wasm(host, "/porter.wasm", Guests.bytes("port-flood"), null)
        .html(host, "/", "<!doctype html><script type=module src=/porter.wasm></script>");
    return "<iframe src='" + sites.origin(host) + "/'></iframe>";
  }

  private static Outcome judge(Page page, Sites sites) {
    long heard = page.console().stream().filter(line -> line.origin().equals(sites.origin(BANK)))
        .map(ConsoleMessage::text).filter(WORD::equals).count();
    String own = "made";
    try {
      page.call("make own", OWN);
    } catch (Trap refused) {
      own = "refused: " + refused.getMessage();
    }
    boolean isHarmed = page.agents().stream().filter(agent -> agent.origin().equals(sites.origin(BANK)))
        .anyMatch(agent -> agent.verdict().kind() != Verdict.Kind.OK || !agent.limitsReached().isEmpty());
    return new Outcome(heard != 2 || isHarmed, "of 2 ports of its partner the bank heard " + heard
        + ", its own channels: " + own + ", problems: " + page.problems());
  }

  private static void call(Page page, int frame, String export, Object... arguments) {
    page.frame(frame).call(export, arguments);
    settle(page);
  }

  private static void settle(Page page) {
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the page does not settle");
    }
  }
}
