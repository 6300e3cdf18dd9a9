package dev.skerry.origin.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skerry.origin.AgentReport;
import dev.skerry.origin.Expectation;
import dev.skerry.origin.JsonReport;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.PageReport;
import dev.skerry.origin.SiteServer;
import dev.skerry.origin.TerminalText;
import dev.skerry.origin.TextReport;
import dev.skerry.origin.Verdict;
import dev.skerry.wasm.cache.CodeCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code skerry demo}: serves the demo sites on loopback, loads their start page, and judges what came of it. */
@Command(name = "demo", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Loads the demo sites, friendly and hostile ones on some twenty origins, and prints what each did.",
    footer = {"", "Exit code 1 if anything went otherwise than it must."})
final class DemoCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofSeconds(60);
  /** One of the sites runs for ever, and nobody wants to watch it for as long as a page may usually compute. */
  private static final Limits LIMITS = Limits.defaults().with(Limit.TASK_CPU, 1_000);

  private final Streams streams;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Mixin
  private CodeCacheChoice codeCache = new CodeCacheChoice();

  /** Null where nothing was restarted. */
  private Restart restart;

  @Option(names = "--json", description = "Prints the report as JSON.")
  private boolean json;

  DemoCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (SiteServer sites = find(); ProgressLine progress = new ProgressLine(streams)) {
      progress.show("starting the demo sites");
      sites.start();
      PageReport report = load(sites, progress);
      List<Expectation> expectations = sites.expectations();
      long missed = expectations.stream().filter(expectation -> !expectation.isMetBy(report)).count();
      boolean fine = missed == 0 && report.settled() && !report.failed();
      if (json) {
        writeJson(report, expectations, fine);
      } else {
        new TextReport(streams.outText(), streams.wantsColours()).write(report);
        writeVerdicts(report, expectations);
        writeRestart();
      }
      if (!fine) {
        throw new CommandFailure(ExitCode.FAILED, missed > 0
            ? "the demo did not go as it must: " + missed + " of " + expectations.size() + " verdicts are wrong."
            : "the demo's start page " + (report.failed() ? "failed." : "has not settled within " + LONGEST.toSeconds()
                + " s."));
      }
      return ExitCode.OK;
    }
  }

  private static SiteServer find() {
    return ServiceLoader.load(SiteServer.class).findFirst().orElseThrow(() -> new CommandFailure(ExitCode.FAILED,
        "the demo sites are not on the class path: start with origin-manager/bin/skerry."));
  }

  private PageReport load(SiteServer sites, ProgressLine progress) {
    try (CodeCache cache = codeCache.open(engineChoice.ofPages());
        PageHost host = PageHost.builder().engine(engineChoice.ofPages()).codeCache(cache).limits(LIMITS)
            .observer(progress).build();
        Page page = host.open(sites.startPage())) {
      progress.show("running " + sites.startPage());
      page.settle(LONGEST);
      PageReport report = page.report();
      progress.show("restarting an agent");
      restart = Restart.of(page, report, LONGEST);
      progress.close();
      return report;
    } catch (LoadError error) {
      throw new CommandFailure(ExitCode.FAILED, error.getMessage(), error);
    }
  }

  /**
   * An agent that trapped or was ended, and got a successor with fresh memory.
   *
   * @param neighbours agents of other origins, which went on
   */
  private record Restart(String origin, Verdict before, Verdict after, long neighbours) {

    /** Restarts the first such agent of a frame; null if there is none. */
    static Restart of(Page page, PageReport report, Duration time) throws LoadError {
      for (AgentReport agent : report.agents().subList(1, report.agents().size())) {
        Verdict before = agent.verdict();
        if (before.kind() == Verdict.Kind.TRAPPED || before.kind() == Verdict.Kind.ENDED_BY_LIMIT) {
          page.restart(agent.origin(), time);
          page.settle(time);
          return new Restart(agent.origin(), before, verdict(page, agent.origin()), page.agents().stream()
              .filter(other -> !other.origin().equals(agent.origin()))
              .filter(other -> other.verdict().equals(verdict(report, other.origin()))).count());
        }
      }
      return null;
    }

    private static Verdict verdict(Page page, String origin) {
      return verdict(page.report(), origin);
    }

    private static Verdict verdict(PageReport report, String origin) {
      return report.agents().stream().filter(agent -> agent.origin().equals(origin)).findFirst().orElseThrow()
          .verdict();
    }
  }

  private void writeRestart() {
    if (restart != null) {
      PrintWriter text = streams.outText();
      text.println();
      text.println("restart");
      text.println("  " + restart.origin() + " was " + restart.before().kind().words() + "; its successor, with fresh "
          + "memory, did the same anew: " + restart.after().kind().words() + ". " + restart.neighbours()
          + " agents of other origins went on.");
    }
  }

  private void writeVerdicts(PageReport page, List<Expectation> expectations) {
    PrintWriter text = streams.outText();
    text.println();
    text.println("verdicts");
    for (Expectation expected : expectations) {
      boolean met = expected.isMetBy(page);
      String word = !met ? "WRONG" : expected.hostile() ? "stopped" : "fine";
      String found = expected.found(page);
      text.println("  " + colour(met, word) + " ".repeat(9 - word.length()) + expected.origin() + " " + expected.deed()
          + ": " + TerminalText.escape(found.isEmpty() ? "nothing says '" + expected.evidence() + "'" : found));
    }
  }

  private String colour(boolean met, String word) {
    return streams.wantsColours() ? "\u001b[" + (met ? 32 : 31) + "m" + word + "\u001b[0m" : word;
  }

  private void writeJson(PageReport page, List<Expectation> expectations, boolean fine) throws IOException {
    try (JsonGenerator json = streams.outJson()) {
      json.writeStartObject();
      json.writeBooleanField("ok", fine);
      if (restart != null) {
        json.writeObjectFieldStart("restart");
        json.writeStringField("origin", restart.origin());
        json.writeStringField("before", restart.before().kind().name());
        json.writeStringField("after", restart.after().kind().name());
        json.writeNumberField("neighbours", restart.neighbours());
        json.writeEndObject();
      }
      json.writeArrayFieldStart("verdicts");
      for (Expectation expected : expectations) {
        json.writeStartObject();
        json.writeStringField("origin", expected.origin());
        json.writeStringField("deed", expected.deed());
        json.writeBooleanField("hostile", expected.hostile());
        json.writeBooleanField("ok", expected.isMetBy(page));
        json.writeStringField("found", expected.found(page));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeFieldName("page");
      JsonReport.write(page, json);
      json.writeEndObject();
    }
  }
}
