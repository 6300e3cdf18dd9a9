package dev.skerry.origin;

import dev.skerry.wasm.Trap;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Writes a page's report for people, one block for each origin. All text from outside passes {@link TerminalText}. */
public final class TextReport {

  /** Places of a backtrace that are shown; a run of equal ones is one. */
  private static final int SHOWN_PLACES = 8;
  private static final int SHOWN_TRAPS = 5;
  /** Longer texts, such as data URLs, are cut for people; JSON has them whole. */
  private static final int LONGEST_TEXT = 500;

  private final PrintWriter out;

  public TextReport(PrintWriter out) {
    this.out = out;
  }

  public void write(PageReport page) {
    int modules = page.agents().stream().mapToInt(AgentReport::instances).sum();
    line("%s%s", page.url(), page.title().isEmpty() ? "" : " \"" + page.title() + "\"");
    line("  %s%s after %s: %s, %s, %s", page.failed() ? "failed, " : "",
        page.settled() ? "settled" : "not settled", Limit.duration(page.elapsed()),
        count(page.frames().size(), "frame"), count(modules, "instance"), count(page.requests().size(), "request"));
    page.agents().forEach(this::agent);
    section("console", page.console(), this::console);
    if (page.consoleDropped() > 0) {
      line("  (%s over the limit)", count(page.consoleDropped(), "message"));
    }
    section("requests", page.requests(), this::request);
    long notRequested = page.subresources().stream().filter(subresource -> !subresource.requested()).count();
    if (notRequested > 0) {
      line("  (images and style sheets not requested, because nothing is rendered: %d)", notRequested);
    }
    section("problems", runs(page.problems().stream().map(TextReport::problem).sorted().toList()),
        problem -> line("  %s", problem));
    section("policy violations", page.violations(), violation -> line("  %s: %s of %s, by %s",
        violation.enforced() ? "blocked" : "reported", violation.blocked(), violation.document(),
        violation.directive()));
    if (page.scriptsNotRun() > 0) {
      line("%nscripts not run: %d in JavaScript", page.scriptsNotRun());
    }
  }

  private void agent(AgentReport agent) {
    line("%norigin %s (site %s)", agent.origin(), agent.site());
    agent.frames().forEach(url -> line("  document   %s", url));
    line("  instances  %d", agent.instances());
    line("  memory     %s%s", Limit.bytes(agent.memoryBytes()), agent.peakMemoryBytes() > agent.memoryBytes()
        ? ", at most " + Limit.bytes(agent.peakMemoryBytes()) : "");
    line("  time       %s in %s", Limit.duration(agent.busyTime()), count(agent.tasks(), "task"));
    line("  traps      %d", agent.trapCount());
    agent.traps().stream().limit(SHOWN_TRAPS).forEach(this::trap);
    if (agent.trapCount() > SHOWN_TRAPS) {
      line("    and %d more", agent.trapCount() - SHOWN_TRAPS);
    }
    line("  messages   %d sent, %d received%s", agent.messagesSent(), agent.messagesReceived(),
        agent.messagesWithheld() == 0 ? "" : ", " + agent.messagesWithheld() + " withheld (wrong target origin)");
    line("  verdict    %s%s", agent.verdict().kind().words(),
        agent.verdict().detail().isEmpty() ? "" : ": " + agent.verdict().detail());
  }

  private void trap(TrapReport trap) {
    line("    %s: %s", trap.activity(), trap.message());
    List<String> places = runs(trap.frames().stream().map(Trap.Frame::describe).toList());
    places.stream().limit(SHOWN_PLACES).forEach(place -> line("      at %s", place));
    if (places.size() > SHOWN_PLACES) {
      line("      and %d more", places.size() - SHOWN_PLACES);
    }
  }

  /** The lines with each run of equal ones as one, which says how many times. */
  private static List<String> runs(List<String> lines) {
    List<String> merged = new ArrayList<>();
    for (int from = 0, to; from < lines.size(); from = to) {
      String line = lines.get(from);
      to = from + 1;
      while (to < lines.size() && lines.get(to).equals(line)) {
        to++;
      }
      merged.add(to - from == 1 ? line : line + ", " + (to - from) + " times");
    }
    return merged;
  }

  private static String problem(Problem problem) {
    return problem.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + problem.message();
  }

  private void console(ConsoleMessage message) {
    line("  %9s  %s  %-5s  %s", Limit.duration(message.time()), message.origin(),
        message.level().name().toLowerCase(Locale.ROOT), message.text());
  }

  private void request(RequestReport request) {
    boolean answered = request.status() != 0;
    line("  %s  %s  %s%s", answered ? request.status() : "---", request.url(),
        answered ? Limit.bytes(request.bytes()) + " in " + Limit.duration(request.time()) : request.reason(),
        request.error().isEmpty() ? "" : ": " + request.error());
    if (request.refusal() != null) {
      line("       blocked by %s", request.refusal().rule().sentence(request.refusal().directive()));
    }
  }

  private <T> void section(String title, List<T> rows, Consumer<T> writer) {
    if (!rows.isEmpty()) {
      line("%n%s", title);
      rows.forEach(writer);
    }
  }

  private static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /** Formats one line; every argument that is text is escaped. */
  private void line(String format, Object... arguments) {
    Object[] safe = arguments.clone();
    for (int i = 0; i < safe.length; i++) {
      if (safe[i] instanceof String text) {
        safe[i] = TerminalText.escape(text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text);
      }
    }
    out.printf(Locale.ROOT, format + "%n", safe);
  }
}
