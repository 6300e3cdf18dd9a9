package dev.skerry.origin.example;

import dev.skerry.bindings.Capability;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.Problem;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** Grants capabilities by origin: what a document may not do, its modules cannot even link. */
public final class GrantByOrigin {

  private GrantByOrigin() {
  }

  /** What went wrong where only one origin may keep data. */
  public static List<String> problems(String url, String keeper) throws LoadError {
    try (PageHost host = PageHost.builder().capabilities(frame -> frame.origin().toString().equals(keeper)
        ? Capability.usual() : EnumSet.of(Capability.CONSOLE, Capability.DOM)).build();
        Page page = host.open(url)) {
      page.settle(Duration.ofSeconds(30));
      return page.problems().stream().map(Problem::message).toList();
    }
  }

  /** Takes a URL and the origin that may keep data. */
  public static void main(String[] arguments) throws LoadError {
    problems(arguments[0], arguments[1]).forEach(System.out::println);
  }
}
