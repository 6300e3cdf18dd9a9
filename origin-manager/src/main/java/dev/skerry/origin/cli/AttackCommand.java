package dev.skerry.origin.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skerry.origin.AttackCampaign;
import dev.skerry.origin.AttackCampaign.Cost;
import dev.skerry.origin.AttackCampaign.Entry;
import dev.skerry.origin.AttackCampaign.Verdict;
import dev.skerry.origin.TerminalText;
import dev.skerry.wasm.EngineOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry attack}: runs the attack campaign against this very build, on this very machine. */
@Command(name = "attack", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Attacks this build: each attack once against the barrier that has to stop it, and once without, "
        + "where it has to reach its goal.",
    footer = {"", "Where an attack is on what everybody shares, a line below it tells how long until it was stopped, "
        + "and how late a neighbour's tasks ran meanwhile.", "",
        "Exit code 1 if an attack reached its goal, or showed nothing because it is blunt."})
final class AttackCommand implements Callable<Integer> {

  /** What came of an attack. */
  private enum Word {
    STOPPED(32), REACHED(31), BLUNT(33), BROKEN(33), UNSHOWN(33);

    private final int colour;

    Word(int colour) {
      this.colour = colour;
    }

    static Word of(Verdict verdict) {
      return !verdict.stopped() ? REACHED : !verdict.shown() ? UNSHOWN : verdict.sharp() ? STOPPED : BLUNT;
    }
  }

  private record Result(Entry entry, Word word, String seen, String control, Optional<Cost> cost, long millis) {
  }

  private final Streams streams;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Option(names = "--list", description = "Lists the attacks, with their goals and barriers, and runs none.")
  private boolean list;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "The attacks to run; all where none is named.")
  private List<String> names = List.of();

  AttackCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    AttackCampaign campaign = ServiceLoader.load(AttackCampaign.class).findFirst().orElseThrow(() ->
        new CommandFailure(ExitCode.FAILED,
            "the attacks are not on the class path: start with origin-manager/bin/skerry."));
    List<Entry> chosen = choose(campaign.entries());
    if (list) {
      list(chosen);
      return ExitCode.OK;
    }
    List<Result> results = run(campaign, chosen, engineChoice.ofPages());
    boolean fine = results.stream().allMatch(result -> result.word == Word.STOPPED || result.word == Word.UNSHOWN);
    if (json) {
      writeJson(results, fine);
    } else {
      writeSummary(results);
    }
    return fine ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Entry> choose(List<Entry> all) {
    for (String name : names) {
      if (all.stream().noneMatch(entry -> entry.name().equals(name))) {
        throw new CommandFailure(ExitCode.USAGE,
            "there is no attack '" + TerminalText.escape(name) + "' (skerry attack --list names them)");
      }
    }
    return all.stream().filter(entry -> names.isEmpty() || names.contains(entry.name())).toList();
  }

  private List<Result> run(AttackCampaign campaign, List<Entry> chosen, EngineOptions engine) {
    List<Result> results = new ArrayList<>();
    int width = chosen.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
    try (ProgressLine progress = new ProgressLine(streams)) {
      for (Entry entry : chosen) {
        progress.show("attack " + (results.size() + 1) + " of " + chosen.size() + ": " + entry.name());
        Result result = run(campaign, entry, engine);
        results.add(result);
        progress.hide();
        if (!json) {
          write(result, width);
        }
      }
    }
    return results;
  }

  private static Result run(AttackCampaign campaign, Entry entry, EngineOptions engine) {
    long start = System.nanoTime();
    Word word;
    String seen;
    String control = "";
    Optional<Cost> cost = Optional.empty();
    try {
      Verdict verdict = campaign.run(entry.name(), engine);
      word = Word.of(verdict);
      seen = verdict.observation();
      control = verdict.control();
      cost = verdict.cost();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted during the attack " + entry.name() + ".", stopped);
    } catch (Exception fault) {
      word = Word.BROKEN;
      seen = "the attack could not be made: " + fault;
    }
    return new Result(entry, word, seen, control, cost, (System.nanoTime() - start) / 1_000_000);
  }

  private void write(Result result, int width) {
    String word = result.word.name().toLowerCase(Locale.ROOT);
    String text = streams.wantsColours() ? "\u001b[" + result.word.colour + "m" + word + "\u001b[0m" : word;
    streams.outText().println(text + " ".repeat(9 - word.length()) + result.entry.name()
        + " ".repeat(width + 2 - result.entry.name().length()) + numbers(result.entry)
        + String.format(Locale.ROOT, "%6.2f s  ", result.millis / 1e3) + explain(result));
    result.cost.ifPresent(cost -> streams.outText().println(" ".repeat(width + 27) + "stopped after "
        + millis(cost.untilStopped()) + "; a neighbour's tasks were late by " + millis(cost.neighbourP99())
        + " (p99), at most " + millis(cost.neighbourMax())));
    streams.flush();
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  /** The numbers of the classes, in a column. */
  private static String numbers(Entry entry) {
    String numbers = entry.classes().stream().map(kind -> kind.substring(0, kind.indexOf(':')))
        .collect(Collectors.joining(","));
    return String.format("%-6s", numbers);
  }

  private static String explain(Result result) {
    return TerminalText.escape(switch (result.word) {
      case STOPPED -> result.entry.barrier();
      case REACHED, BROKEN -> result.seen;
      case UNSHOWN -> "stopped, but this machine cannot show that it would be reached without its barrier: "
          + result.control;
      case BLUNT -> "stopped, but so it is without its barrier: " + result.control;
    });
  }

  private void writeSummary(List<Result> results) {
    long stopped = results.stream().filter(result -> result.word == Word.STOPPED).count();
    streams.outText().println();
    streams.outText().println(stopped + " of " + results.size()
        + " attacks were stopped, and reached their goal where their barrier was taken away.");
    long unshown = results.stream().filter(result -> result.word == Word.UNSHOWN).count();
    if (unshown > 0) {
      streams.outText().println(unshown + " could not be shown to be sharp on this machine.");
    }
  }

  private void list(List<Entry> entries) throws IOException {
    if (json) {
      try (JsonGenerator generator = streams.outJson()) {
        generator.writeStartArray();
        for (Entry entry : entries) {
          generator.writeStartObject();
          write(generator, entry);
          generator.writeEndObject();
        }
        generator.writeEndArray();
      }
      return;
    }
    for (Entry entry : entries) {
      streams.outText().println(entry.name());
      streams.outText().println("  goal       " + entry.goal());
      streams.outText().println("  barrier    " + entry.barrier());
      streams.outText().println("  invariant  " + entry.invariant());
      entry.classes().forEach(kind -> streams.outText().println("  class      " + kind));
    }
  }

  private static void write(JsonGenerator generator, Entry entry) throws IOException {
    generator.writeStringField("attack", entry.name());
    generator.writeStringField("goal", entry.goal());
    generator.writeStringField("barrier", entry.barrier());
    generator.writeStringField("invariant", entry.invariant());
    generator.writeArrayFieldStart("classes");
    for (String kind : entry.classes()) {
      generator.writeString(kind);
    }
    generator.writeEndArray();
  }

  private void writeJson(List<Result> results, boolean fine) throws IOException {
    try (JsonGenerator generator = streams.outJson()) {
      generator.writeStartObject();
      generator.writeBooleanField("ok", fine);
      generator.writeArrayFieldStart("attacks");
      for (Result result : results) {
        generator.writeStartObject();
        write(generator, result.entry);
        generator.writeStringField("verdict", result.word.name().toLowerCase(Locale.ROOT));
        generator.writeStringField("seen", result.seen);
        generator.writeStringField("control", result.control);
        generator.writeNumberField("milliseconds", result.millis);
        if (result.cost.isPresent()) {
          Cost cost = result.cost.get();
          generator.writeObjectFieldStart("cost");
          generator.writeNumberField("untilStoppedMicroseconds", cost.untilStopped().toNanos() / 1_000);
          generator.writeNumberField("neighbourP99Microseconds", cost.neighbourP99().toNanos() / 1_000);
          generator.writeNumberField("neighbourMaxMicroseconds", cost.neighbourMax().toNanos() / 1_000);
          generator.writeEndObject();
        }
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
  }
}
