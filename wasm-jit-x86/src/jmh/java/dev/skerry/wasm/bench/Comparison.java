package dev.skerry.wasm.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks and prints them as tables: interpreters with their ratio and its geometric mean, and, where its
 * file is given, validation in MB a second. An argument is a regular expression of the benchmarks to run.
 */
public final class Comparison {

  private Comparison() {
  }

  /** Runs the benchmarks. */
  public static void main(String[] arguments) throws RunnerException {
    ChainedOptionsBuilder options = new OptionsBuilder().addProfiler(CpuTime.class).shouldFailOnError(true);
    for (String argument : arguments) {
      options.include(argument);
    }
    Path file = System.getProperty(ValidationBenchmark.FILE) == null ? null
        : Path.of(System.getProperty(ValidationBenchmark.FILE));
    if (file == null || !Files.exists(file)) {
      System.out.println("No validation benchmark: -D" + ValidationBenchmark.FILE + " names no file.");
      options.exclude(ValidationBenchmark.class.getSimpleName());
    }
    Map<Kernel, Map<Tier, RunResult>> runs = new EnumMap<>(Kernel.class);
    for (RunResult run : new Runner(options.build()).run()) {
      if (run.getParams().getBenchmark().contains(ValidationBenchmark.class.getName())) {
        print(run, file.toFile().length());
      } else {
        runs.computeIfAbsent(Kernel.valueOf(run.getParams().getParam("kernel")), kernel -> new EnumMap<>(Tier.class))
            .put(Tier.valueOf(run.getParams().getParam("tier")), run);
      }
    }
    print(runs);
  }

  private static double elapsed(RunResult run) {
    return run.getPrimaryResult().getStatistics().getPercentile(50);
  }

  private static double cpu(RunResult run) {
    return run.getSecondaryResults().get(CpuTime.CPU).getStatistics().getPercentile(50);
  }

  private static void print(RunResult run, long bytes) {
    System.out.printf("%nvalidation of %d bytes: elapsed %.1f ms, %.0f MB/s; CPU %.1f ms, %.0f MB/s%n", bytes,
        elapsed(run) / 1e3, bytes / elapsed(run), cpu(run) / 1e3, bytes / cpu(run));
  }

  private static void print(Map<Kernel, Map<Tier, RunResult>> runs) {
    if (runs.isEmpty()) {
      return;
    }
    System.out.printf("%n| kernel | Skerry, CPU us | Chicory, CPU us | CPU ratio | elapsed ratio |%n");
    System.out.printf("|---|---|---|---|---|%n");
    double cpu = 0;
    double elapsed = 0;
    for (Map.Entry<Kernel, Map<Tier, RunResult>> row : runs.entrySet()) {
      RunResult ours = Objects.requireNonNull(row.getValue().get(Tier.SKERRY));
      RunResult theirs = Objects.requireNonNull(row.getValue().get(Tier.CHICORY));
      System.out.printf("| %s | %.0f | %.0f | %.2f | %.2f |%n", row.getKey().export(), cpu(ours), cpu(theirs),
          cpu(theirs) / cpu(ours), elapsed(theirs) / elapsed(ours));
      cpu += Math.log(cpu(theirs) / cpu(ours));
      elapsed += Math.log(elapsed(theirs) / elapsed(ours));
    }
    System.out.printf("| geometric mean | | | %.2f | %.2f |%n", Math.exp(cpu / runs.size()),
        Math.exp(elapsed / runs.size()));
  }
}
