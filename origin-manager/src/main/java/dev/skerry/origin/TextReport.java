package dev.skerry.origin;

import dev.skerry.wasm.Trap;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Writes a page's report for people: a table of its origins, then what they said, asked for and failed in. All text
 * from outside passes {@link TerminalText}.
 */
public final class TextReport {

  /** Places of a backtrace that are shown; a run of equal ones is one. */
  private static final int SHOWN_PLACES = 8;
  private static final int SHOWN_TRAPS = 5;
  /** More requests than these are a sum, but for those that failed. */
  private static final int MOST_REQUESTS = 20;
  private static final int RED = 31;
  private static final int GREEN = 32;
  private static final int YELLOW = 33;
  /** Longer texts, such as data URLs, are cut for people; JSON has them whole. */
  private static final int LONGEST_TEXT = 500;

  private final PrintWriter out;
  private final boolean colours;

  /** Without colours. */
  public TextReport(PrintWriter out) {
    this(out, false);
  }

  /** @param colours whether verdicts are coloured, as on a terminal */
  public TextReport(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  public void write(PageReport page) {
    int modules = page.agents().stream().mapToInt(AgentReport::instances).sum();
    line("%s%s", page.url(), page.title().isEmpty() ? "" : " \"" + page.title() + "\"");
    line("  %s%s after %s: %s, %s, %s", page.failed() ? "failed, " : "",
        page.settled() ? "settled" : "not settled", Limit.duration(page.elapsed()),
        count(page.frames().size(), "frame"), count(modules, "instance"), count(page.requests().size(), "request"));
    agents(new OriginTable(page.agents()));
    section("console", page.console(), this::console);
    if (page.consoleDropped() > 0) {
      line("  (%s over the limit)", count(page.consoleDropped(), "message"));
    }
    requests(page.requests());
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

  private void agents(OriginTable table) {
    out.println();
    out.println(table.head());
    for (AgentReport agent : table.agents()) {
      out.print(table.line(agent));
      verdict(agent.verdict());
      agent.frames().stream().filter(url -> agent.frames().size() > 1 || !url.equals(agent.origin() + "/"))
          .forEach(url -> line("    document %s", url));
      agent.traps().stream().limit(SHOWN_TRAPS).forEach(this::trap);
      if (agent.trapCount() > SHOWN_TRAPS) {
        line("    and %d more traps", agent.trapCount() - SHOWN_TRAPS);
      }
      if (agent.messagesWithheld() > 0) {
        line("    %s withheld (wrong target origin)", count(agent.messagesWithheld(), "message"));
      }
    }
  }

  private void verdict(Verdict verdict) {
    String words = verdict.kind().words();
    int colour = switch (verdict.kind()) {
      case OK -> GREEN;
      case HELD_BY_LIMIT -> YELLOW;
      default -> RED;
    };
    out.print(colours ? "\u001b[" + colour + "m" + words + "\u001b[0m" : words);
    line("%s%s", verdict.detail().isEmpty() ? "" : ": ", verdict.detail());
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

  /** All where they are few, else those that were not answered as their document would have it. */
  private void requests(List<RequestReport> requests) {
    List<RequestReport> shown = requests.size() <= MOST_REQUESTS ? requests : requests.stream()
        .filter(request -> request.status() < 200 || request.status() >= 400 || !request.error().isEmpty()).toList();
    section("requests", shown, this::request);
    if (shown.size() < requests.size()) {
      line("%s%s answered, %s in all (--json and --har have each)", shown.isEmpty() ? "\n" : "  ",
          count(requests.size() - shown.size(), shown.isEmpty() ? "request" : "other"),
          Limit.bytes(requests.stream().mapToLong(RequestReport::bytes).sum()));
    }
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
