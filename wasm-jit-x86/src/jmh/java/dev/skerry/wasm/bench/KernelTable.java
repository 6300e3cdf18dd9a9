package dev.skerry.wasm.bench;

import dev.skerry.wasm.testing.Kernel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs the kernels in several engines, sample by sample in turn, each engine in one process of its own, and prints
 * medians of CPU time as ratios, with geometric means. All must answer the same. Arguments: a regular expression of
 * kernels, then the engines; without them all kernels, and every engine that is there.
 */
public final class KernelTable {

  private static final Set<String> ENGINES = Set.of("gcc", "node", "jit", "interp", "chicory", "chicory-interp",
      "guard", "check", "mask", "hardened", "unchecked", "unpolled", "auto", "unprofiled");
  private static final List<String> DEFAULT = List.of("gcc", "node", "jit", "interp", "chicory");
  /** The groups whose kernels are arithmetic on arrays or floats. */
  private static final Set<Kernel.Group> NUMERIC =
      EnumSet.of(Kernel.Group.LINEAR, Kernel.Group.STENCIL, Kernel.Group.NUMERIC);
  private static final int ROUNDS = Integer.getInteger("skerry.bench.rounds", 7);
  /** Whether the least of the samples counts in place of the median: on a machine with other work. */
  private static final boolean LEAST = Boolean.getBoolean("skerry.bench.least");
  private static final long WARMUP_NANOS = Long.getLong("skerry.bench.warmup", 1000) * 1_000_000;

  private final List<Contender> contenders = new ArrayList<>();
  private final Map<Kernel, Map<String, Double>> nanos = new EnumMap<>(Kernel.class);

  private KernelTable() {
  }

  /** What starts an engine's process. */
  static List<String> command(String engine) throws IOException {
    Path guests = Path.of("src/test/resources/guest");
    return switch (engine) {
      case "gcc" -> List.of("target/kernels-native");
      case "node" -> List.of("node", "src/jmh/js/kernels.mjs", guests.resolve("kernels.wasm").toString(),
          guests.resolve("loops.wasm").toString(), guests.resolve("paths.wasm").toString(),
          guests.resolve("simd.wasm").toString());
      default -> {
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElse("java"));
        words.addAll(List.of("-Xmx1g", "-Xss8m", "-cp", System.getProperty("java.class.path")));
        for (String property : new TreeMap<>(System.getProperties()).keySet().stream().map(Object::toString).toList()) {
          if (property.startsWith("skerry.")) {
            words.add("-D" + property + "=" + System.getProperty(property));
          }
        }
        if (Runtime.version().feature() >= 24) {
          words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        words.addAll(List.of(KernelServer.class.getName(), engine));
        yield words;
      }
    };
  }

  private static boolean present(String engine) {
    return switch (engine) {
      case "gcc" -> Files.isExecutable(Path.of("target/kernels-native"));
      case "node" -> onPath("node");
      default -> true;
    };
  }

  private static boolean onPath(String program) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private void measure(Kernel kernel) {
    Map<String, Contender.Run> runs = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      try {
        runs.put(contender.name, contender.new Run(kernel, WARMUP_NANOS));
      } catch (IllegalStateException e) {
        System.out.println(kernel.export() + ": " + e.getMessage());
      }
    }
    long answers = runs.values().stream().mapToInt(run -> run.answer).distinct().count();
    if (answers > 1) {
      StringBuilder all = new StringBuilder();
      runs.forEach((engine, run) -> all.append(' ').append(engine).append(' ').append(run.answer));
      throw new IllegalStateException("not all answer the same for " + kernel + ":" + all);
    }
    for (int round = 0; round < ROUNDS; round++) {
      runs.values().forEach(Contender.Run::measure);
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    runs.forEach((engine, run) -> medians.put(engine, LEAST ? run.least() : run.median()));
    nanos.put(kernel, medians);
  }

  /** A column: how many times as long the first takes as the second. */
  private record Ratio(String engine, String over) {

    String title() {
      return engine + " / " + over;
    }

    Double of(Map<String, Double> medians) {
      Double ours = medians.get(engine);
      Double theirs = medians.get(over);
      return ours == null || theirs == null ? null : (Double) (ours / theirs);
    }
  }

  private List<Ratio> ratios() {
    Set<String> there = Set.copyOf(contenders.stream().map(contender -> contender.name).toList());
    return List.of(new Ratio("node", "gcc"), new Ratio("jit", "gcc"), new Ratio("jit", "node"),
            new Ratio("guard", "node"), new Ratio("chicory", "jit"), new Ratio("chicory", "gcc"),
            new Ratio("interp", "gcc"), new Ratio("interp", "jit"),
            new Ratio("chicory-interp", "interp"), new Ratio("guard", "unchecked"),
            new Ratio("check", "unchecked"), new Ratio("mask", "unchecked"), new Ratio("hardened", "unchecked"),
            new Ratio("check", "guard"), new Ratio("mask", "guard"), new Ratio("hardened", "guard"),
            new Ratio("guard", "unpolled"), new Ratio("auto", "unprofiled"), new Ratio("unprofiled", "jit")).stream()
        .filter(ratio -> there.contains(ratio.engine) && there.contains(ratio.over)).toList();
  }

  private void print() {
    List<Ratio> ratios = ratios();
    StringBuilder head = new StringBuilder("| kernel |");
    StringBuilder line = new StringBuilder("|---|");
    for (Contender contender : contenders) {
      head.append(' ').append(contender.name).append(" us |");
      line.append("---|");
    }
    for (Ratio ratio : ratios) {
      head.append(' ').append(ratio.title()).append(" |");
      line.append("---|");
    }
    System.out.println();
    System.out.println(head);
    System.out.println(line);
    List<Kernel> all = new ArrayList<>();
    for (Kernel.Group group : Kernel.Group.values()) {
      List<Kernel> members = nanos.keySet().stream().filter(kernel -> kernel.group == group).toList();
      for (Kernel kernel : members) {
        StringBuilder row = new StringBuilder("| " + kernel.export() + " |");
        for (Contender contender : contenders) {
          Double median = nanos.get(kernel).get(contender.name);
          row.append(median == null ? " - |" : String.format(" %.0f |", median / 1000));
        }
        for (Ratio ratio : ratios) {
          row.append(cell(ratio.of(nanos.get(kernel))));
        }
        System.out.println(row);
      }
      if (!members.isEmpty()) {
        printMeans(group.name(), members, ratios);
      }
      all.addAll(members);
    }
    List<Kernel> numeric = all.stream().filter(kernel -> NUMERIC.contains(kernel.group)).toList();
    if (!numeric.isEmpty()) {
      printMeans("numeric (" + NUMERIC + ")", numeric, ratios);
    }
    printMeans("all", all, ratios);
  }

  private void printMeans(String title, List<Kernel> kernels, List<Ratio> ratios) {
    StringBuilder row = new StringBuilder("| **" + title + "**, geometric mean |");
    contenders.forEach(contender -> row.append(" |"));
    for (Ratio ratio : ratios) {
      double[] logarithms = kernels.stream().map(kernel -> ratio.of(nanos.get(kernel)))
          .filter(value -> value != null).mapToDouble(Math::log).toArray();
      double sum = 0;
      for (double logarithm : logarithms) {
        sum += logarithm;
      }
      row.append(cell(logarithms.length == 0 ? null : (Double) Math.exp(sum / logarithms.length)));
    }
    System.out.println(row);
  }

  private static String cell(Double ratio) {
    return ratio == null ? " - |" : String.format(" %.2f |", ratio);
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException {
    String wanted = arguments.length > 0 ? arguments[0] : ".*";
    List<String> engines = arguments.length > 1 ? List.of(arguments).subList(1, arguments.length)
        : DEFAULT.stream().filter(KernelTable::present).toList();
    if (!ENGINES.containsAll(engines)) {
      throw new IllegalArgumentException("engines are " + ENGINES + ", not " + engines);
    }
    KernelTable table = new KernelTable();
    try {
      for (String engine : engines) {
        table.contenders.add(new Contender(engine, command(engine)));
      }
      for (Kernel kernel : Kernel.values()) {
        if (kernel.export().matches(wanted)) {
          table.measure(kernel);
        }
      }
      table.print();
    } finally {
      for (Contender contender : table.contenders) {
        contender.close();
      }
    }
  }
}
