package dev.skerry.wasm.bench;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.tier.CompileStatistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How fast the verifier proves all code of a module, on one thread: MiB of machine code a second, in the first round of
 * a JVM that has proved nothing yet, and in the last. Arguments: the module, rounds (4), strategies (guard hardened).
 */
public final class ProofTimes {

  private static final double MIB = 1 << 20;
  private static final double SECOND = 1e9;

  private ProofTimes() {
  }

  public static void main(String[] arguments) throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    String[] strategies = arguments.length > 2 ? arguments[2].split(",") : new String[] {"guard", "hardened"};
    System.out.printf("%-9s %5s %9s %8s %8s %8s %7s%n", "strategy", "round", "functions", "refused", "MiB", "seconds",
        "MiB/s");
    for (String strategy : strategies) {
      EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withVerify(true)
          .withMemory(MemoryStrategy.valueOf(strategy.toUpperCase(Locale.ROOT)));
      for (int round = 1; round <= rounds; round++) {
        Engine engine = Engine.create(options);
        engine.compileAll(Module.compile(engine, bytes));
        CompileStatistics done = engine.compiled();
        double mib = done.codeBytes() / MIB;
        double seconds = done.proofNanos() / SECOND;
        System.out.printf("%-9s %5d %9d %8d %8.1f %8.2f %7.1f%n", strategy, round, done.functions(),
            engine.refusals().size(), mib, seconds, mib / seconds);
      }
    }
  }
}
