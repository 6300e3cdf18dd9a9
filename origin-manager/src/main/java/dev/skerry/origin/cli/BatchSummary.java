package dev.skerry.origin.cli;

import dev.skerry.origin.AgentReport;
import dev.skerry.origin.PageReport;
import dev.skerry.origin.Problem;
import dev.skerry.origin.TerminalText;
import java.io.PrintWriter;
import java.util.Locale;

/** Writes what became of several pages for people: a line for each, why those failed that did, and the sum. */
record BatchSummary(Streams streams) {

  private static final int LONGEST_ADDRESS = 60;
  private static final int LONGEST_REASON = 100;

  void write(PageBatch batch) {
    PrintWriter out = streams.outText();
    int width = Math.min(LONGEST_ADDRESS,
        batch.loads().stream().mapToInt(load -> TerminalText.escape(load.url()).length()).max().orElse(0));
    long fine = 0;
    long bytes = 0;
    int requests = 0;
    for (PageBatch.Load load : batch.loads()) {
      fine += load.isFine() ? 1 : 0;
      String address = cut(load.url(), LONGEST_ADDRESS);
      PageReport report = load.page() == null ? null : load.page().report();
      out.println(mark(load.isFine()) + "  " + address + " ".repeat(width - address.length()) + "  "
          + cut(report == null ? load.error().getMessage() : line(load, report), LONGEST_REASON));
      if (report != null) {
        bytes += report.requests().stream().mapToLong(request -> request.bytes()).sum();
        requests += report.requests().size();
      }
    }
    double seconds = batch.elapsed().toNanos() / 1e9;
    out.printf(Locale.ROOT, "%n%d of %s fine in %.2f s (%.1f a second), %s, %.1f KiB%n", fine,
        count(batch.loads().size(), "page"), seconds, batch.loads().size() / seconds, count(requests, "request"),
        bytes / 1024.0);
  }

  private static String line(PageBatch.Load load, PageReport report) {
    int instances = report.agents().stream().mapToInt(AgentReport::instances).sum();
    String numbers = String.format(Locale.ROOT, "%.0f ms, %s, %s, %s",
        report.elapsed().toNanos() / 1e6, count(report.frames().size(), "frame"), count(instances, "instance"),
        count(report.requests().size(), "request"));
    String reason = report.problems().stream().filter(Problem::fatal).map(Problem::message).findFirst()
        .orElse(load.settled() ? "" : "has not settled");
    return reason.isEmpty() ? numbers : numbers + ": " + reason;
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private static String cut(String text, int longest) {
    String safe = TerminalText.escape(text);
    return safe.length() <= longest ? safe : safe.substring(0, longest - 1) + "…";
  }

  private String mark(boolean fine) {
    String word = fine ? "ok  " : "FAIL";
    return streams.wantsColours() ? "\u001b[" + (fine ? 32 : 31) + "m" + word + "\u001b[0m" : word;
  }
}
