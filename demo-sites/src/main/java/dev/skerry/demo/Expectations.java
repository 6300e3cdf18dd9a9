package dev.skerry.demo;

import dev.skerry.origin.Expectation;
import dev.skerry.origin.Verdict;
import java.util.List;
import java.util.function.UnaryOperator;

/** What each site's guest does, and how the report of the start page shows that it did, or was stopped. */
final class Expectations {

  private Expectations() {
  }

  /** @param needs the module of others without which the start page leaves the site out; empty for none */
  private record Row(String host, String deed, boolean hostile, Verdict.Kind verdict, String evidence, String needs) {
  }

  private static final List<Row> ROWS = List.of(
      friendly("skerry", "says hello in C, in text format and in AssemblyScript", "hello from AssemblyScript"),
      friendly("life", "plays forty generations of Life", "generation 40, population 14"),
      friendly("fractal", "draws the Mandelbrot set", "160 x 104 points, 4289 in the set"),
      friendly("news", "renders Markdown", "61 elements from Markdown"),
      friendly("x.shop", "sends messages to the same module on another origin", "token-of-x at"),
      friendly("y.shop", "sends messages to the same module on another origin", "token-of-y at"),
      friendly("filter", "blurs a picture and finds its edges", "48 x 32 points, "),
      friendly("west.halves", "plays its half of Life, trading cells by messages", "generation 40, population "),
      friendly("east.halves", "plays its half of Life, trading cells by messages", "generation 40, population "),
      friendly("ann.chat", "talks with two other origins", "Ann heard 9 lines"),
      friendly("bob.chat", "talks through a channel that Ann gave away", "Bob heard 9 lines"),
      friendly("cid.chat", "talks through a channel that Ann gave away", "Cid heard 9 lines"),
      fetched("prompt", "evaluates JavaScript in QuickJS", "JavaScript: 7 scripts evaluated, 1 of them threw",
          "quickjs.wasm"),
      fetched("sql", "answers SQL with SQLite", "SQL: 7 statements, 7 rows, 1 errors", "sql.wasm"),
      hostile("read", "reads outside its memory", Verdict.Kind.TRAPPED, "28 reads outside, 0 survived"),
      hostile("write", "writes outside its memory", Verdict.Kind.TRAPPED, "22 writes outside, 0 survived"),
      hostile("recurse", "calls itself without end", Verdict.Kind.TRAPPED, "2 recursions, 0 survived"),
      hostile("hunger", "eats all memory", Verdict.Kind.HELD_BY_LIMIT, "pages of 64 KiB, then refused"),
      hostile("loop", "runs for ever", Verdict.Kind.ENDED_BY_LIMIT, "was ended: over the limit"),
      hostile("steal", "takes a module that was not offered", Verdict.Kind.OK, "no Access-Control-Allow-Origin"));

  private static Row friendly(String name, String deed, String evidence) {
    return new Row(name + ".localhost", deed, false, Verdict.Kind.OK, evidence, "");
  }

  private static Row fetched(String name, String deed, String evidence, String needs) {
    return new Row(name + ".localhost", deed, false, Verdict.Kind.OK, evidence, needs);
  }

  private static Row hostile(String name, String deed, Verdict.Kind verdict, String evidence) {
    return new Row(name + ".hostile.localhost", deed, true, verdict, evidence, "");
  }

  /**
   * What the start page must show with the modules that are there.
   *
   * @param origin from a site's host to its origin
   */
  static List<Expectation> of(UnaryOperator<String> origin, FetchedModules fetched) {
    return ROWS.stream().filter(row -> row.needs.isEmpty() || fetched.has(row.needs)).map(row ->
        new Expectation(origin.apply(row.host), row.deed, row.hostile, row.verdict, row.evidence)).toList();
  }
}
