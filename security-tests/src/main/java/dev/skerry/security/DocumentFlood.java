package dev.skerry.security;

import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Documents whose trees are far larger than their bytes let one expect: elements by the hundred thousand, side by side
 * or one in the other, comments, tables that are torn apart. The control may hold as many nodes as it likes.
 */
final class DocumentFlood implements Attack {

  private static final int WANTED = 15_000;
  private static final int ALLOWED = 500;
  private static final Map<String, String> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("siblings", "<b>x");
    SHAPES.put("nesting", "<div>");
    SHAPES.put("comments", "<!---->");
    SHAPES.put("formatting", "<p><i><a>");
    SHAPES.put("tables", "<table><td>");
  }

  @Override
  public Card card() {
    return new Card("document-flood", Target.PAGE,
        "make the host hold " + WANTED + " nodes of a document that may have " + ALLOWED,
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the limit of nodes, counted while the document is parsed", AttackClass.PARSER_BOMBS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    List<String> held = new ArrayList<>();
    List<String> stopped = new ArrayList<>();
    Limits limits = setting.isUp() ? Limits.defaults().with(Limit.DOM_NODES, ALLOWED)
        : Limits.defaults().with(Limit.DOM_NODES, Integer.MAX_VALUE).with(Limit.TASK_CPU, 600_000)
            .with(Limit.TASK_WALL, 600_000).with(Limit.FETCH_TIME, 600_000);
    try (Sites sites = new Sites(); PageHost host = setting.newHost().limits(limits).build();
         Neighbour neighbour = new Neighbour(setting)) {
      long begin = System.nanoTime();
      for (Map.Entry<String, String> shape : SHAPES.entrySet()) {
        sites.html("evil.localhost", "/", "<!doctype html>" + shape.getValue().repeat(WANTED));
        try (Page page = host.open(sites.origin("evil.localhost") + "/", Duration.ofMinutes(5))) {
          int nodes = page.document().nodeStream().mapToInt(node -> 1).sum();
          (nodes > 10 * ALLOWED ? held : stopped).add(shape.getKey() + " " + nodes);
        } catch (LoadError refused) {
          stopped.add(shape.getKey());
        }
      }
      boolean reached = setting.isUp() ? !held.isEmpty() : stopped.isEmpty();
      return new Outcome(reached, "held " + held + ", stopped " + stopped)
          .with(neighbour.strain(Duration.ofNanos((System.nanoTime() - begin) / SHAPES.size())));
    }
  }
}
