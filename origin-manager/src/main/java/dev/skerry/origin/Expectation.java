package dev.skerry.origin;

/**
 * What the report of a {@link SiteServer}'s start page must show of one origin.
 *
 * @param origin serialised
 * @param deed what its guest does or tries, such as {@code "reads outside its memory"}
 * @param hostile whether its guest must be stopped
 * @param verdict what must become of its agent
 * @param evidence a text that one of its console messages or problems must contain
 */
public record Expectation(String origin, String deed, boolean hostile, Verdict.Kind verdict, String evidence) {

  /** Whether the report shows it. */
  public boolean isMetBy(PageReport page) {
    return page.agents().stream().anyMatch(agent -> agent.origin().equals(origin) && agent.verdict().kind() == verdict)
        && !found(page).isEmpty();
  }

  /** The message or problem that holds the evidence; empty where there is none. */
  public String found(PageReport page) {
    for (ConsoleMessage message : page.console()) {
      if (message.origin().equals(origin) && message.text().contains(evidence)) {
        return message.text();
      }
    }
    for (Problem problem : page.problems()) {
      if (problem.document().startsWith(origin + "/") && problem.message().contains(evidence)) {
        return problem.message();
      }
    }
    return "";
  }
}
