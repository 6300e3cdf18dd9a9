package dev.skerry.wasm.bench;

import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long engines take until a kernel runs at 90 % of the speed that it has in the end: elapsed milliseconds from
 * when a fresh process is asked for it first, reading and compiling the module included. Arguments: a regular
 * expression of kernels, then engines; node and auto without them.
 */
public final class WarmupTable {

  private static final long NANOS = Long.getLong("skerry.bench.warmup", 1500) * 1_000_000;
  private static final double PEAK = 0.9;
  /** The part of the samples that is faster than what counts as the end speed. */
  private static final int FASTER = 10;

  private WarmupTable() {
  }

  /** Milliseconds until the first call from which on that speed was reached for once. */
  private static double millisToPeak(String engine, Kernel kernel) throws IOException {
    List<Double> calls = new ArrayList<>();
    List<Double> elapsed = new ArrayList<>();
    try (Contender contender = new Contender(engine, KernelTable.command(engine))) {
      contender.awaitStart();
      long start = System.nanoTime();
      while (System.nanoTime() - start < NANOS) {
        calls.add(contender.ask(kernel, 1).nanos());
        elapsed.add((System.nanoTime() - start) / 1e6);
      }
    }
    List<Double> sorted = new ArrayList<>(calls);
    sorted.sort(null);
    double peak = sorted.get(sorted.size() / FASTER);
    int first = 0;
    while (calls.get(first) > peak / PEAK) {
      first++;
    }
    return elapsed.get(first);
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException {
    String wanted = arguments.length > 0 ? arguments[0] : ".*";
    List<String> engines = arguments.length > 1 ? List.of(arguments).subList(1, arguments.length)
        : List.of("node", "auto");
    System.out.println("| kernel | " + String.join(" ms | ", engines) + " ms |");
    System.out.println("|---" + "|---".repeat(engines.size()) + "|");
    double[] logarithms = new double[engines.size()];
    int kernels = 0;
    for (Kernel kernel : Kernel.values()) {
      if (kernel.export().matches(wanted)) {
        StringBuilder row = new StringBuilder("| " + kernel.export() + " |");
        for (int i = 0; i < logarithms.length; i++) {
          double millis = millisToPeak(engines.get(i), kernel);
          logarithms[i] += Math.log(millis);
          row.append(String.format(" %.0f |", millis));
        }
        kernels++;
        System.out.println(row);
      }
    }
    StringBuilder means = new StringBuilder("| **all**, geometric mean |");
    for (double logarithm : logarithms) {
      means.append(String.format(" %.0f |", Math.exp(logarithm / kernels)));
    }
    System.out.println(means);
  }
}
