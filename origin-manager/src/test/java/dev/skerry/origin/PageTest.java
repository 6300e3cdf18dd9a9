package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What all tests with real pages share: a server, a host that is closed afterwards, and short questions. */
abstract class PageTest {

  static final Duration LONG = Duration.ofSeconds(60);

  final TestSites sites = TestSites.running();
  PageHost host;

  @BeforeEach
  void startHost() {
    host = builder().build();
  }

  @AfterEach
  void stopAll() {
    host.close();
    sites.close();
  }

  /** How the host of a test is to be. */
  PageHost.Builder builder() {
    return PageHost.builder();
  }

  /** Opens a page of that host and waits until it has settled. */
  Page settled(String site, String path) throws LoadError {
    Page page = host.open(sites.url(site, path));
    assertTrue(page.settle(LONG), () -> "did not settle: " + page.problems());
    return page;
  }

  static List<String> texts(Page page) {
    return page.console().stream().map(ConsoleMessage::text).toList();
  }

  static List<String> messages(Page page) {
    return page.problems().stream().map(Problem::message).toList();
  }

  AgentReport agent(Page page, String site) {
    return page.agents().stream().filter(agent -> agent.origin().equals(sites.origin(site))).findFirst().orElseThrow();
  }

  static String script(String name) {
    return "<script type=module src='/" + name + ".wasm'></script>";
  }

  static void assertMentions(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "'" + part + "' is missing in: " + text);
    }
  }
}
