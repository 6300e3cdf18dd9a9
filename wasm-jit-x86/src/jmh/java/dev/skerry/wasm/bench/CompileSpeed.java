package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.tier.CompileStatistics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Compiles all functions of a module on one thread, several times in one process: the first time in a cold JVM, then
 * warmer. What it says is processor time of the thread, in MB of function bodies a second.
 */
public final class CompileSpeed {

  private CompileSpeed() {
  }

  /** The module's file, and how often. */
  public static void main(String[] arguments) throws IOException, CompileError {
    byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
    for (int run = 1; run <= Integer.parseInt(arguments[1]); run++) {
      Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(MemoryStrategy.GUARD));
      Module module = Module.compile(engine, bytes);
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      engine.compileAll(module);
      double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
      CompileStatistics made = engine.compiled();
      double proof = made.proofNanos() / 1e9;
      System.out.printf(Locale.ROOT, "%-8s %6d functions, %.1f MB to %.1f MB in %5.2f s: %.2f MB/s; "
              + "with the elapsed %.2f s of the proof left out %.2f MB/s%n",
          run == 1 ? "cold" : "run " + run, made.functions(), made.bodyBytes() / 1e6, made.codeBytes() / 1e6, seconds,
          made.bodyBytes() / 1e6 / seconds, proof, made.bodyBytes() / 1e6 / (seconds - proof));
    }
  }
}
