package dev.skerry.bindings.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs programs of others, warm, in several engines, each in a process of its own, sample by sample in turn, and prints
 * medians of CPU time with their ratios. Arguments: the folder of npm's packages, then programs ({@code quickjs},
 * {@code ruby}) and engines ({@code node}, {@code auto}, {@code chicory}); where none of a kind is named, all of it. {@code unprofiled}
 * is {@code auto} without profiles of branches, and adds a line.
 */
public final class ProgramTable {

  private static final Map<String, String> PROGRAMS = new TreeMap<>(Map.of(
      "quickjs", "quickjs-wasi/quickjs.wasm", "ruby", "@ruby/3.4-wasm-wasi/dist/ruby.wasm"));
  private static final List<String> ENGINES = List.of("node", "auto", "chicory");
  private static final String UNPROFILED = "unprofiled";
  private static final int ROUNDS = Integer.getInteger("skerry.bench.rounds", 7);
  private static final long WARMUP_NANOS = Long.getLong("skerry.bench.warmup", 15_000) * 1_000_000;
  /** What a sample should take, so that clocks weigh nothing. */
  private static final double SAMPLE_NANOS = 50e6;
  /** Ruby's code takes Chicory that much. */
  private static final String HEAP = "-Xmx4g";

  private ProgramTable() {
  }

  /** An engine that runs a program. */
  private static final class Contender implements AutoCloseable {

    private final String engine;
    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final List<Double> samples = new ArrayList<>();
    private long calls = 1;

    /** Starts it and warms it up for that long. */
    Contender(String engine, List<String> command) throws IOException {
      this.engine = engine;
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      ask();
      long start = System.nanoTime();
      do {
        calls = (long) Math.max(1, Math.min(8.0 * calls, SAMPLE_NANOS / ask()));
      } while (System.nanoTime() - start < WARMUP_NANOS);
    }

    /** One sample: nanoseconds of CPU time for each run of the work. */
    double ask() throws IOException {
      questions.write("repeat(" + calls + ")\n");
      questions.flush();
      String line = answers.readLine();
      if (line == null || !line.matches("\\d+")) {
        throw new IllegalStateException(engine + ": " + line);
      }
      return Math.max(1, Double.parseDouble(line)) / calls;
    }

    void measure() throws IOException {
      samples.add(ask());
    }

    double median() {
      Collections.sort(samples);
      return samples.get(samples.size() / 2);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  private static List<String> command(String engine, String program, Path module) {
    List<String> words = new ArrayList<>();
    String work = "src/jmh/js/work." + (program.equals("ruby") ? "rb" : "js");
    if (engine.equals("node")) {
      words.addAll(List.of("node", "--no-warnings", "src/jmh/js/programs.mjs"));
    } else {
      words.add(ProcessHandle.current().info().command().orElse("java"));
      words.addAll(List.of(HEAP, "-Xss8m", "-cp", System.getProperty("java.class.path")));
      for (String property : new TreeMap<>(System.getProperties()).keySet().stream().map(Object::toString).toList()) {
        if (property.startsWith("skerry.")) {
          words.add("-D" + property + "=" + System.getProperty(property));
        }
      }
      if (Runtime.version().feature() >= 24) {
        words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
      }
      if (engine.equals(UNPROFILED)) {
        words.add("-Dskerry.passes.off=profiles");
      }
      words.addAll(List.of(ProgramServer.class.getName(), engine.equals(UNPROFILED) ? "auto" : engine));
    }
    words.addAll(List.of(program, module.toString(), work));
    return words;
  }

  private static Map<String, Double> measure(String program, List<String> engines, Path module) throws IOException {
    List<Contender> contenders = new ArrayList<>();
    Map<String, Double> medians = new LinkedHashMap<>();
    try {
      for (String engine : engines) {
        contenders.add(new Contender(engine, command(engine, program, module)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Contender contender : contenders) {
          contender.measure();
        }
      }
      contenders.forEach(contender -> medians.put(contender.engine, contender.median()));
    } finally {
      contenders.forEach(Contender::close);
    }
    return medians;
  }

  private static void print(String title, Map<String, Double> nanos) {
    StringBuilder row = new StringBuilder("| " + title + " |");
    for (String engine : ENGINES) {
      row.append(cell(" %.0f |", ratio(nanos.get(engine), 1000.0)));
    }
    row.append(cell(" %.2f |", ratio(nanos.get("auto"), nanos.get("node"))));
    row.append(cell(" %.1f |", ratio(nanos.get("chicory"), nanos.get("auto"))));
    System.out.println(row);
    if (nanos.containsKey(UNPROFILED)) {
      System.out.printf("%s: machine code with a profile takes %.3f of the time of that without%n", title,
          ratio(nanos.get("auto"), nanos.get(UNPROFILED)));
    }
  }

  private static String cell(String format, Double value) {
    return value == null ? " - |" : String.format(format, value);
  }

  private static Double ratio(Double value, Double over) {
    return value == null || over == null ? null : (Double) (value / over);
  }

  private static List<String> chosen(Iterable<String> all, List<String> wanted) {
    List<String> chosen = new ArrayList<>();
    all.forEach(name -> {
      if (wanted.contains(name)) {
        chosen.add(name);
      }
    });
    if (chosen.isEmpty()) {
      all.forEach(chosen::add);
    }
    return chosen;
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException {
    List<String> wanted = List.of(arguments).subList(1, arguments.length);
    for (String word : wanted) {
      if (!PROGRAMS.containsKey(word) && !ENGINES.contains(word) && !word.equals(UNPROFILED)) {
        throw new IllegalArgumentException(
            "programs are " + PROGRAMS.keySet() + ", engines " + ENGINES + ", not " + word);
      }
    }
    List<String> engines = chosen(ENGINES, wanted);
    if (wanted.contains(UNPROFILED)) {
      engines.add(UNPROFILED);
    }
    System.out.println("| program | V8 us | machine code us | Chicory us "
        + "| machine code / V8 | Chicory / machine code |");
    System.out.println("|---|---|---|---|---|---|");
    List<String> programs = chosen(PROGRAMS.keySet(), wanted);
    Map<String, Double> means = new LinkedHashMap<>();
    for (String program : programs) {
      Map<String, Double> nanos = measure(program, engines, Path.of(arguments[0], PROGRAMS.get(program)));
      print(program, nanos);
      nanos.forEach((engine, median) -> means.merge(engine, Math.pow(median, 1.0 / programs.size()),
          (left, right) -> left * right));
    }
    print("**geometric mean**", means);
  }
}
