package dev.skerry.security;

import dev.skerry.origin.FrameReport;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;

/**
 * A page embeds the bank beside many small documents of an accomplice, and counts how many of these still fit into what
 * a page may have of nodes: so many fewer as the bank's document has more. The control has the bank's documents differ
 * by more than the blocks that are counted.
 */
final class SizeOracle implements Attack {

  private static final String BANK = "bank.localhost";
  private static final String EVIL = "evil.localhost";
  private static final String ACCOMPLICE = "accomplice.localhost";
  private static final int NODES = 40_000;
  private static final int SMALL = 100;
  private static final int LARGER = 290;
  private static final int LARGEST = 12_000;
  private static final int RULERS = 140;

  @Override
  public Card card() {
    return new Card("size-oracle", Target.PAGE,
        "learn how long a document of another origin is from what is left of the page's limits",
        Invariant.NOTHING_IS_LEARNT,
        "limits that other origins share are counted in blocks", AttackClass.CACHE_ORACLES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    int small = rulersBeside(setting, SMALL);
    int large = rulersBeside(setting, setting.isUp() ? LARGER : LARGEST);
    return new Outcome(small != large, "beside a small document of the bank " + small + " others fit, beside a large "
        + "one " + large);
  }

  private static int rulersBeside(Setting setting, int paragraphs) throws LoadError {
    try (Sites sites = new Sites(); PageHost host = setting.newHost().limits(Limits.defaults()
        .with(Limit.DOM_NODES, NODES).with(Limit.FRAMES, 1_000)).build()) {
      sites.html(BANK, "/", "<p>".repeat(paragraphs)).html(ACCOMPLICE, "/", "<p>")
          .html(EVIL, "/rulers", ("<iframe src='" + sites.origin(ACCOMPLICE) + "/'></iframe>").repeat(RULERS))
          .html(EVIL, "/", "<iframe src='" + sites.origin(BANK) + "/'></iframe><iframe></iframe>");
      try (Page page = host.open(sites.origin(EVIL) + "/")) {
        settle(page);
        // The bank is there before anything is measured.
        page.top().children().get(1).navigate(sites.origin(EVIL) + "/rulers", Observer.PATIENCE);
        settle(page);
        return (int) page.top().children().get(1).children().stream()
            .filter(ruler -> ruler.report().state() == FrameReport.State.LOADED).count();
      }
    }
  }

  private static void settle(Page page) {
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the page does not settle: " + page.problems());
    }
  }
}
