package dev.skerry.wasm.bench;

import dev.skerry.wasm.testing.Kernel;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs kernels when it is asked to: lines of a kernel, a size and a number of calls. */
final class Contender implements AutoCloseable {

  /** What a sample should take, so that clocks and calls into the engine weigh nothing. */
  private static final double SAMPLE_NANOS = 20e6;
  private static final int MOST_CALLS = 1 << 20;

  final String name;
  private final Process process;
  private final BufferedReader answers;
  private final Writer questions;

  Contender(String name, List<String> command) throws IOException {
    this.name = name;
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** Returns once the process answers anything: it is asked for a kernel that there is not. */
  void awaitStart() throws IOException {
    questions.write("none 0 0\n");
    questions.flush();
    answers.readLine();
  }

  /** One sample of calls: what they answered, and nanoseconds of CPU time for each. */
  record Sample(int answer, double nanos) {
  }

  Sample ask(Kernel kernel, int calls) {
    try {
      questions.write(kernel.export() + " " + kernel.size + " " + calls + "\n");
      questions.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException(name + " ended at " + kernel.export());
      }
      String[] words = line.split(" ");
      if (!words[0].matches("-?\\d+")) {
        throw new IllegalStateException(name + ": " + line);
      }
      return new Sample(Integer.parseInt(words[0]), Math.max(1, Double.parseDouble(words[1])) / calls);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " went away at " + kernel.export(), e);
    }
  }

  /** A kernel on this contender: warm, and measured sample by sample. */
  final class Run {

    private final Kernel kernel;
    private final List<Double> samples = new ArrayList<>();
    final int answer;
    private int calls = 1;

    /** Warms up for that long. */
    Run(Kernel kernel, long warmupNanos) {
      this.kernel = kernel;
      long start = System.nanoTime();
      Sample sample;
      do {
        sample = ask(kernel, calls);
        calls = (int) Math.min(MOST_CALLS, Math.max(1, Math.min(8.0 * calls, SAMPLE_NANOS / sample.nanos)));
      } while (System.nanoTime() - start < warmupNanos);
      answer = sample.answer;
    }

    void measure() {
      samples.add(ask(kernel, calls).nanos);
    }

    /** Least of the nanoseconds of a call. */
    double least() {
      return Collections.min(samples);
    }

    /** Median of the nanoseconds of a call. */
    double median() {
      Collections.sort(samples);
      int middle = samples.size() / 2;
      return samples.size() % 2 == 1 ? samples.get(middle) : (samples.get(middle - 1) + samples.get(middle)) / 2;
    }
  }

  @Override
  public void close() throws IOException {
    questions.close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
