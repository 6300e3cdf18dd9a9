package dev.skerry.security;

import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Loads the attacker's page as a person would, and looks whether a secret came out on its console. */
final class Observer {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Observer() {
  }

  /** The attack reached its goal if a console line of the page holds the secret. */
  static Outcome consoleOf(Setting setting, String url, String secret) throws LoadError {
    return consoleOf(setting, url, line -> line.contains(secret), line -> true);
  }

  /**
   * The attack reached its goal if a console line of the page is such a one.
   *
   * @param sign what some line must be for the attack to have been made at all; any where there is no line
   */
  static Outcome consoleOf(Setting setting, String url, Predicate<String> leak, Predicate<String> sign)
      throws LoadError {
    try (PageHost host = setting.newHost().build(); Page page = host.open(url)) {
      if (!page.settle(PATIENCE)) {
        throw new IllegalStateException(url + " did not settle within " + PATIENCE);
      }
      String seen = page.console().size() + " console lines, problems: " + page.problems();
      List<String> lines = page.console().stream().map(ConsoleMessage::text).toList();
      if (!lines.isEmpty() && lines.stream().noneMatch(sign)) {
        throw new IllegalStateException("the attack was not made: " + lines);
      }
      boolean leaked = lines.stream().anyMatch(leak);
      return new Outcome(leaked, seen);
    }
  }
}
