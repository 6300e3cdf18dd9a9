package dev.skerry.origin.example;

import dev.skerry.bindings.HostModule;
import dev.skerry.bindings.abi.Binding;
import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a Java program hosts a shop's page: the shop may ring the till, whatever else it embeds may not. */
public final class Checkout implements HostModule {

  private final List<Integer> amounts = new ArrayList<>();

  @Override
  public String name() {
    return "acme:till";
  }

  @Override
  public List<Binding> functions() {
    return List.of(Binding.of("ring", "i32 amount -> i32", "Books an amount; the receipt's number.", call -> {
      amounts.add(call.i32(0));
      call.result(call.i32(0) + 1);
    }));
  }

  /** Loads the page, calls one of its functions, and returns what it wrote. */
  public static List<String> run(String url, String shopOrigin) throws LoadError {
    Checkout till = new Checkout();
    try (PageHost host = PageHost.builder()
        .limits(Limits.defaults().with(Limit.AGENT_MEMORY, 64L << 20).with(Limit.TASK_CPU, 2_000))
        .bindings(frame -> frame.origin().toString().equals(shopOrigin) ? List.of(till) : List.of())
        .build()) {
      Page page = host.open(url);
      page.settle(Duration.ofSeconds(10));
      page.call("ring", 7);
      page.agents().forEach(agent -> System.out.println(agent.origin() + ": " + agent.verdict().kind().words()));
      return page.console().stream().map(ConsoleMessage::text).toList();
    }
  }
}
