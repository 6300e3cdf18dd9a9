package dev.skerry.security;

import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.Locale;

/**
 * Documents on which a parser works far longer than on others of their size, with hardly a node to count: attributes,
 * references, names and elements that cross. The limit of a task ends the agent in the middle of its document, and a
 * neighbour in the same host notes how late its own tasks ran. The control has no limit, and gets its time.
 */
final class ParserFlood implements Attack {

  private static final String EVIL = "evil.localhost";
  private static final long LIMIT_MILLIS = 200;
  /** The most that a control waits: it is sharp once the parser had five times the limit. */
  private static final Duration GOAL = Duration.ofMillis(5 * LIMIT_MILLIS);

  private final Shape shape;

  /** What the document is full of. */
  enum Shape {
    ATTRIBUTES("attribute-flood", 4_000_000) {
      @Override
      String piece(int number) {
        return "<html a" + number + "=b>";
      }
    },
    ENTITIES("entity-flood", 16_700_000) {
      @Override
      String piece(int number) {
        return "&lt;&#x" + Integer.toHexString(number & 0xff) + ";&gt;";
      }
    },
    NAME("endless-name", 15_000_000) {
      @Override
      String piece(int number) {
        return number == 0 ? "<a" : "aaaaaaaaaaaaaaaa";
      }
    },
    CROSSING("crossing-elements", 2_000_000) {
      @Override
      String piece(int number) {
        return "<a><div></a>";
      }
    };

    private final String attack;
    private final int size;

    Shape(String attack, int size) {
      this.attack = attack;
      this.size = size;
    }

    abstract String piece(int number);
  }

  ParserFlood(Shape shape) {
    this.shape = shape;
  }

  @Override
  public Card card() {
    return new Card(shape.attack, Target.PAGE,
        "keep the parser of documents for longer than is allowed, by a document full of "
            + shape.name().toLowerCase(Locale.ROOT),
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the limit of " + Limit.TASK_CPU.sentence() + ", which parsing is a part of", AttackClass.PARSER_BOMBS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    StringBuilder html = new StringBuilder(shape.size + 100).append("<!doctype html>");
    for (int i = 0; html.length() < shape.size; i++) {
      html.append(shape.piece(i));
    }
    try (Sites sites = new Sites(); PageHost host = setting.newHost().limits(limits(setting, sites)).build();
         Neighbour neighbour = new Neighbour(host, sites)) {
      sites.html(EVIL, "/", html.toString());
      long begin = System.nanoTime();
      Duration patience = setting.isUp() ? Observer.PATIENCE : GOAL;
      try (Page page = host.open(sites.origin(EVIL) + "/", patience)) {
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        return new Outcome(true, page.url() + " was there after " + time.toMillis() + " ms")
            .with(neighbour.strain(time));
      } catch (LoadError notLoaded) {
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        boolean ended = time.compareTo(patience) < 0;
        return new Outcome(!ended, (ended ? "" : "after " + time.toMillis() + " ms the parser still worked: ")
            + notLoaded.getMessage()).with(neighbour.strain(time));
      }
    }
  }

  /** Those of the attacker's origin alone. */
  private static Limits limits(Setting setting, Sites sites) {
    String evil = sites.origin(EVIL);
    return Limits.defaults().with(evil, Limit.TASK_WALL, 600_000)
        .with(evil, Limit.TASK_CPU, setting.isUp() ? LIMIT_MILLIS : 600_000);
  }
}
