package dev.skerry.security;

import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;

/** Loads the attacker's page as a person would, and looks whether a secret came out on its console. */
final class Observer {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Observer() {
  }

  /** The attack reached its goal if a console line of the page holds the secret. */
  static Outcome consoleOf(Setting setting, String url, String secret) throws LoadError {
    try (PageHost host = setting.newHost().build(); Page page = host.open(url)) {
      if (!page.settle(PATIENCE)) {
        throw new IllegalStateException(url + " did not settle within " + PATIENCE);
      }
      String seen = page.console().size() + " console lines, problems: " + page.problems();
      boolean leaked = page.console().stream().anyMatch(line -> line.text().contains(secret));
      return new Outcome(leaked, seen);
    }
  }
}
