package dev.skerry.origin;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a page and its agents use of their limits at this moment. */
record UsageReport(PageContext page) {

  /** The page's own first, then those of each agent, in the order in which the page met them. */
  List<Usage> list() {
    List<Usage> all = new ArrayList<>();
    Map<Limit, Long> own = new EnumMap<>(page.fetcher().usage());
    List<WindowAgent> agents = page.agents().all();
    own.put(Limit.PAGE_MEMORY, agents.stream().mapToLong(WindowAgent::takenBytes).sum());
    own.put(Limit.DOM_NODES, page.nodes().used());
    own.put(Limit.FRAMES, page.frames().used());
    add(all, "", page.limits(), own);
    agents.forEach(agent -> all.addAll(of(agent)));
    return all;
  }

  /** Those of one agent. */
  List<Usage> of(WindowAgent agent) {
    Map<Limit, Long> used = agent.usage();
    used.put(Limit.REQUESTS_IN_FLIGHT, (long) page.fetcher().inFlight(agent));
    used.putAll(page.console().usage(agent));
    page.frames().documents(agent).forEach(document -> document.channels().usage()
        .forEach((limit, amount) -> used.merge(limit, amount, Math::max)));
    List<Usage> all = new ArrayList<>();
    add(all, agent.origin().toString(), agent.limits(), used);
    return all;
  }

  private static void add(List<Usage> all, String origin, Limits limits, Map<Limit, Long> used) {
    used.forEach((limit, amount) -> all.add(new Usage(origin, limit, amount, limits.get(limit))));
  }
}
