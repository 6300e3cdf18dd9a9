package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.jsoup.nodes.Entities;
import org.junit.jupiter.api.Test;

/** Pages of random pieces: whatever they hold, they settle, close, and never meet an error of the host. */
final class RandomPageTest extends PageTest {

  private static final long SEED = 20_260_101;
  private static final int PAGES = 40;
  private static final int MOST_PIECES = 8;
  private static final int MOST_DEPTH = 3;
  private static final List<String> GUESTS = List.of("greet", "writer", "chat", "events", "trap", "user", "bare", "dep",
      "cycle-a", "missing", "unfit", "program", "failing", "reserved-export", "flood", "alarms", "counter", "absent");
  private static final List<String> PIECES = List.of("<p id=out>x</p>", "<base href='/x/'>", "<base href='://'>",
      "<script type=importmap>{\"imports\":{\"dep\":\"/dep.wasm\"}}</script>", "<script type=importmap>[</script>",
      "<iframe>", "<iframe src='/0'></iframe>", "<iframe src='/1?q'></iframe>", "<iframe src='http://['></iframe>",
      "<iframe src='about:srcdoc'></iframe>", "<iframe src='data:text/plain,x'></iframe>", "<frameset>", "</body>",
      "<iframe src='javascript:x'></iframe>", "<template>", "<noscript>", "<table><b>", "<script>x</script>", "<!--");

  private final Random random = new Random(SEED);

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().limits(Limits.defaults().with(Limit.TASK_CPU, 500).with(Limit.SENT_MESSAGES, 100)
        .with(Limit.FRAMES, 20));
  }

  private String site() {
    return List.of("a", "b", "x.b").get(random.nextInt(3));
  }

  private String html(int depth) {
    StringBuilder html = new StringBuilder("<body data-to='" + List.of("*", "/", "?").get(random.nextInt(3)) + "'>");
    for (int pieces = random.nextInt(MOST_PIECES); pieces >= 0; pieces--) {
      html.append(piece(depth));
    }
    return html.toString();
  }

  private String piece(int depth) {
    String sandbox = List.of("", " sandbox", " sandbox=allow-scripts", " sandbox='allow-scripts allow-same-origin'")
        .get(random.nextInt(4));
    return switch (random.nextInt(5)) {
      case 0, 1 -> script(GUESTS.get(random.nextInt(GUESTS.size())));
      case 2 -> PIECES.get(random.nextInt(PIECES.size()));
      case 3 -> "<iframe" + sandbox + " src='" + sites.url(site(), "/" + random.nextInt(PAGES)) + "'></iframe>";
      default -> depth == 0 ? "" : "<iframe" + sandbox + " srcdoc=\"" + Entities.escape(html(depth - 1)).replace("\"",
          "&quot;") + "\"></iframe>";
    };
  }

  @Test
  void givenRandomPagesWhenTheyAreOpenedThenTheySettleAndTheHostIsUnharmed() throws LoadError {
    for (String site : List.of("a", "b", "x.b")) {
      GUESTS.stream().filter(guest -> !guest.equals("absent")).forEach(guest -> sites.answer(site,
          "/" + guest + ".wasm", 200, TestSites.sharedWasm(), TestSites.guest(guest)));
      for (int i = 0; i < PAGES; i++) {
        sites.html(site, "/" + i, html(MOST_DEPTH));
      }
    }
    for (int i = 0; i < PAGES; i++) {
      String name = "seed " + SEED + ", page " + i;
      try (Page page = host.open(sites.url("a", "/" + i))) {
        assertTrue(page.settle(LONG), name);
        assertTrue(page.agents().stream().noneMatch(agent -> agent.verdict().kind() == Verdict.Kind.ENDED_BY_ERROR),
            () -> name + ": " + page.agents());
        assertTrue(messages(page).stream().noneMatch(text -> text.contains("the host failed")),
            () -> name + ": " + messages(page));
        page.report();
      }
    }
    assertEquals(0, host.openPages());
  }
}
