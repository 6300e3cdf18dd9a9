package dev.skerry.wasm.bench;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.tier.FinishedCode;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How fast the verifier proves all code of a module, on one thread and on one for each processor: MiB of machine code a
 * second, elapsed. The first round of the first strategy is that of a JVM that has proved nothing yet. Arguments: the
 * module, rounds (6), strategies (guard hardened).
 */
public final class ProofTimes {

  private static final double MIB = 1 << 20;
  private static final double SECOND = 1e9;

  private final FinishedCode code;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  private ProofTimes(FinishedCode code) {
    this.code = code;
  }

  public static void main(String[] arguments) throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 6;
    String[] strategies = arguments.length > 2 ? arguments[2].split(",") : new String[] {"guard", "hardened"};
    System.out.printf("%-9s %7s %5s %9s %8s %8s %8s %7s%n", "strategy", "threads", "round", "functions", "refused",
        "MiB", "seconds", "MiB/s");
    for (String strategy : strategies) {
      FinishedCode code = FinishedCode.of(bytes, MemoryStrategy.valueOf(strategy.toUpperCase(Locale.ROOT)));
      for (int threads : new int[] {1, Runtime.getRuntime().availableProcessors()}) {
        for (int round = 1; round <= rounds; round++) {
          ProofTimes proofs = new ProofTimes(code);
          double seconds = proofs.run(threads) / SECOND;
          double mib = code.bytes() / MIB;
          System.out.printf("%-9s %7d %5d %9d %8d %8.1f %8.2f %7.1f%n", strategy, threads, round,
              code.functions().size(), proofs.refused.get(), mib, seconds, mib / seconds);
        }
      }
    }
  }

  /** Proves all of it on so many threads; nanoseconds until the last one is done. */
  private long run(int threads) throws InterruptedException {
    Thread[] provers = new Thread[threads];
    long start = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      provers[i] = new Thread(this::prove, "prover " + i);
      provers[i].start();
    }
    for (Thread prover : provers) {
      prover.join();
    }
    return System.nanoTime() - start;
  }

  private void prove() {
    for (int i = next.getAndIncrement(); i < code.functions().size(); i = next.getAndIncrement()) {
      try {
        ProvedCode.of(code.functions().get(i), code.contracts().get(i));
      } catch (VerificationError error) {
        refused.incrementAndGet();
        System.err.println(error.getMessage());
      }
    }
  }
}
