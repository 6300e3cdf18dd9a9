package dev.skerry.security;

import dev.skerry.origin.Frame;
import dev.skerry.origin.FrameReport;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A frame uses up what a page may have: requests, bytes, nodes, frames. Then the page itself wants a little of that.
 * The control has what is in the frame be of the page's own origin, which may take all of it.
 */
final class CrowdedPage implements Attack {

  private static final String BANK = "bank.localhost";
  private static final String CROWD = "evil.localhost";
  private static final int CROWD_FRAMES = 30;
  private static final Map<Limit, Long> LIMITS = Map.of(Limit.REQUESTS, 20L, Limit.FETCHED_BYTES, 150_000L,
      Limit.DOM_NODES, 20_000L, Limit.FRAMES, 12L);

  @Override
  public Card card() {
    return new Card("crowded-page", Target.PAGE,
        "use up what the page that embeds one's frame may request, fetch, parse and frame",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "what the page's own origin takes of its limits is counted apart from what all others take",
        AttackClass.ENDLESS_WORK);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    List<String> starved = new ArrayList<>();
    for (Limit limit : LIMITS.keySet()) {
      String crowd = setting.isUp() ? CROWD : BANK;
      try (Sites sites = new Sites(); PageHost host = setting.newHost()
          .limits(Limits.defaults().with(limit, LIMITS.get(limit)).with(limit == Limit.FRAMES ? Limit.REQUESTS
              : Limit.FRAMES, 1_000)).build()) {
        sites.html(BANK, "/", "<iframe src='" + sites.origin(crowd) + "/crowd'></iframe><iframe></iframe>")
            .html(crowd, "/crowd", "<p>x".repeat(100) + "<iframe src=/one></iframe>".repeat(CROWD_FRAMES))
            .html(crowd, "/one", "<p>some text</p>".repeat(400))
            .html(BANK, "/in", "<p>more than one</p>".repeat(800) + "<iframe src=/leaf></iframe>")
            .html(BANK, "/leaf", "<p>of the bank");
        if (!isServed(host, sites.origin(BANK))) {
          starved.add(limit.name());
        }
      }
    }
    return new Outcome(setting.isUp() ? !starved.isEmpty() : starved.size() == LIMITS.size(),
        starved.size() + " of " + LIMITS.size() + " limits kept the page from its own " + starved);
  }

  /** Whether the page gets its own document and a frame in it, once its other frame has had what it wants. */
  private static boolean isServed(PageHost host, String bank) throws LoadError {
    try (Page page = host.open(bank + "/")) {
      settle(page);
      List<Frame> frames = page.top().children();
      if (frames.isEmpty() || page.problems().isEmpty()) {
        throw new IllegalStateException("the crowd was not stopped: " + frames.size() + " frames");
      }
      if (frames.size() < 2) {
        return false;
      }
      try {
        frames.get(1).navigate(bank + "/in", Observer.PATIENCE);
      } catch (LoadError refused) {
        return false;
      }
      settle(page);
      List<Frame> leaves = frames.get(1).children();
      return leaves.size() == 1 && leaves.get(0).report().state() == FrameReport.State.LOADED;
    }
  }

  private static void settle(Page page) {
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the page does not settle: " + page.problems());
    }
  }
}
