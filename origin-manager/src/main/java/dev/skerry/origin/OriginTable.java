package dev.skerry.origin;

import dev.skerry.wasm.TierCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The agents of a page as a table for people: a line for each, columns as wide as they need. */
final class OriginTable {

  /** Longer origins are cut: they are data of others, and the line would be no line any more. */
  private static final int WIDEST_ORIGIN = 56;

  /** A column of numbers, which ends at its right edge. */
  private record Column(String title, Function<AgentReport, String> cell) {
  }

  private static final List<Column> COLUMNS = List.of(
      new Column("instances", agent -> Integer.toString(agent.instances())),
      new Column("compiled", agent -> compiled(agent.tiers())),
      new Column("memory", agent -> Limit.bytes(Math.max(agent.memoryBytes(), agent.peakMemoryBytes()))),
      new Column("time", agent -> Limit.duration(agent.busyTime())),
      new Column("tasks", agent -> Long.toString(agent.tasks())),
      new Column("sent", agent -> Long.toString(agent.messagesSent())),
      new Column("received", agent -> Long.toString(agent.messagesReceived())));

  private final List<AgentReport> agents;
  private final int[] widths = new int[COLUMNS.size()];
  private final int originWidth;

  OriginTable(List<AgentReport> agents) {
    this.agents = agents;
    int widest = "origins".length();
    for (AgentReport agent : agents) {
      widest = Math.max(widest, origin(agent).length() + 2);
    }
    originWidth = widest;
    for (int i = 0; i < widths.length; i++) {
      widths[i] = COLUMNS.get(i).title.length();
      for (AgentReport agent : agents) {
        widths[i] = Math.max(widths[i], COLUMNS.get(i).cell.apply(agent).length());
      }
    }
  }

  /** How many of the functions that ran have machine code. */
  private static String compiled(TierCounts tiers) {
    return tiers.compiled() + " of " + (tiers.interpreted() + tiers.compiled());
  }

  private static String origin(AgentReport agent) {
    String origin = TerminalText.escape(agent.origin());
    return origin.length() <= WIDEST_ORIGIN ? origin : origin.substring(0, WIDEST_ORIGIN - 1) + "…";
  }

  /** What the columns are, with the verdict as the last. */
  String head() {
    return line("origins", COLUMNS.stream().map(Column::title).toList()) + "verdict";
  }

  /** Everything of an agent but its verdict, which may be as long as it likes. */
  String line(AgentReport agent) {
    List<String> cells = new ArrayList<>();
    COLUMNS.forEach(column -> cells.add(column.cell.apply(agent)));
    return line("  " + origin(agent), cells);
  }

  List<AgentReport> agents() {
    return agents;
  }

  private String line(String first, List<String> cells) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-" + originWidth + "s  ", first));
    for (int i = 0; i < widths.length; i++) {
      line.append(String.format(Locale.ROOT, "%" + widths[i] + "s  ", cells.get(i)));
    }
    return line.toString();
  }
}
