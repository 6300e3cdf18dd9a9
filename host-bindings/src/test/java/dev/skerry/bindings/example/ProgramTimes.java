package dev.skerry.bindings.example;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Module;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long one run of {@code src/test/node/work.js} takes in QuickJS, or of {@code work.rb} in Ruby, warm: the least
 * CPU time of nine samples. Arguments: {@code quickjs} or {@code ruby}, the program's module, the script.
 * {@code src/test/node/times.mjs} does the same in node.
 */
public final class ProgramTimes {

  private static final int WARM = 1500;
  private static final int SETTLED = 500;
  private static final int SAMPLES = 9;
  private static final int RUNS = 50;
  /** The compiler has that long to finish what was found hot. */
  private static final long SETTLING_SECONDS = Long.getLong("skerry.settle", 8);

  private ProgramTimes() {
  }

  /** Prints the time. */
  public static void main(String[] arguments) throws IOException, CompileError, LinkError, InterruptedException {
    boolean isRuby = arguments[0].equals("ruby");
    String script = Files.readString(Path.of(arguments[2]));
    Engine engine = Engine.create();
    Module module = Module.compile(engine, Files.readAllBytes(Path.of(arguments[1])));
    if (isRuby) {
      try (RubyProgram program = new RubyProgram(engine, module, System.out, System.err)) {
        measure(program::evaluate, script, "%d.times { work }");
      }
    } else {
      try (QuickJsProgram program = new QuickJsProgram(engine, module, System.out, System.err)) {
        measure(program::evaluate, script, "for (let i = 0; i < %d; i++) work()");
      }
    }
  }

  private static void measure(Consumer<String> evaluate, String script, String loop) throws InterruptedException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    evaluate.accept(script);
    evaluate.accept(loop.formatted(WARM));
    TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
    evaluate.accept(loop.formatted(SETTLED));
    long best = Long.MAX_VALUE;
    for (int sample = 0; sample < SAMPLES; sample++) {
      long start = threads.getCurrentThreadCpuTime();
      evaluate.accept(loop.formatted(RUNS));
      best = Math.min(best, threads.getCurrentThreadCpuTime() - start);
    }
    System.out.println(best / RUNS / 1000 + " us");
  }
}
