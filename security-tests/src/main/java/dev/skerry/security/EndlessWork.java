package dev.skerry.security;

import dev.skerry.origin.AgentReport;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.Verdict;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Work without end in a page, from wherever a guest's code is run. The limits end the attacker's agent, and a neighbour
 * in the same host notes how late its own tasks ran. The control has no limits, and goes on.
 */
final class EndlessWork implements Attack {

  private static final String EVIL = "evil.localhost";
  private static final long LIMIT_MILLIS = 300;
  private static final Duration GOAL = Duration.ofSeconds(1);

  private final Shape shape;

  /** Where the work comes from; the guest knows those after the first by their number. */
  enum Shape {
    START_FUNCTION("endless-start-function", "in a start function", Limit.TASK_CPU),
    START("endless-start", "when it is started", Limit.TASK_CPU),
    TIMER("endless-timer", "in a timer", Limit.TASK_CPU),
    MICROTASKS("endless-microtasks", "by microtasks that queue microtasks", Limit.TASK_CPU),
    LISTENER("endless-listener", "in the listener of an event", Limit.TASK_CPU),
    MESSAGES("breeding-messages", "by messages of which each posts two", Limit.AGENT_CPU),
    TIMERS("timer-flood", "by five hundred timers", Limit.AGENT_CPU),
    GROWTH("endless-growth", "by growing page after page", Limit.TASK_CPU),
    GIGABYTES("endless-filling", "by filling and copying gigabytes", Limit.TASK_CPU);

    private final String attack;
    private final String how;
    private final Limit limit;

    Shape(String attack, String how, Limit limit) {
      this.attack = attack;
      this.how = how;
      this.limit = limit;
    }
  }

  EndlessWork(Shape shape) {
    this.shape = shape;
  }

  @Override
  public Card card() {
    return new Card(shape.attack, Target.PAGE, "keep a processor for longer than is allowed, " + shape.how,
        Invariant.A_GUEST_ENDS_ONLY_ITSELF, "the limit of " + shape.limit.sentence(), AttackClass.ENDLESS_WORK);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites(); PageHost host = setting.newHost().limits(limits(setting, sites)).build();
         Neighbour neighbour = new Neighbour(host, sites)) {
      boolean isFirst = shape == Shape.START_FUNCTION;
      sites.wasm(EVIL, "/work.wasm", Guests.bytes(isFirst ? "endless-start" : "endless-work"), null)
          .html(EVIL, "/", "<!doctype html><body data-shape=" + (shape.ordinal() - 1)
              + "><script type=module src=/work.wasm></script>");
      long begin = System.nanoTime();
      try (Page page = host.open(sites.origin(EVIL) + "/")) {
        long patience = begin + (setting.isUp() ? Observer.PATIENCE : GOAL).toNanos();
        while (!isEnded(page) && System.nanoTime() < patience) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        boolean ended = isEnded(page);
        Outcome outcome = new Outcome(!ended, "the attacker's agent " + (ended ? "ended: " + page.agents().get(0)
            .verdict().detail() : "still ran after " + time.toMillis() + " ms"));
        return outcome.with(neighbour.strain(time));
      }
    }
  }

  /** Those of the attacker's origin alone. */
  private Limits limits(Setting setting, Sites sites) {
    String evil = sites.origin(EVIL);
    Limits none = Limits.defaults().with(evil, Limit.TASK_WALL, 600_000).with(evil, Limit.TASK_CPU, 600_000)
        .with(evil, Limit.AGENT_CPU, 600_000);
    return setting.isUp() ? none.with(evil, shape.limit, LIMIT_MILLIS) : none;
  }

  private static boolean isEnded(Page page) {
    return page.agents().stream().map(AgentReport::verdict)
        .anyMatch(verdict -> verdict.kind() == Verdict.Kind.ENDED_BY_LIMIT);
  }
}
