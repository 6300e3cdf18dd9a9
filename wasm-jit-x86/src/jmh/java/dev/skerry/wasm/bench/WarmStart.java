package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long after its first call a kernel runs at nine tenths of the speed that it gets to, in fresh processes: with an
 * empty code cache, and with what the first process left there. All have a class-data archive, as the launcher's have:
 * so the class path must be of jars.
 */
public final class WarmStart {

  private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int WINDOW = 5;

  private WarmStart() {
  }

  /** A regular expression of kernels; or, in a child, a kernel and the folder of the cache. */
  public static void main(String[] arguments) throws IOException, InterruptedException, CompileError, LinkError {
    if (arguments.length > 1) {
      System.out.println(measure(Kernel.valueOf(arguments[0]), Path.of(arguments[1])));
      return;
    }
    String wanted = arguments.length > 0 ? arguments[0] : ".*";
    List<Kernel> kernels = Arrays.stream(Kernel.values()).filter(kernel -> kernel.export().matches(wanted)).toList();
    double[] warm = new double[kernels.size()];
    String archive = archive();
    for (int i = 0; i < warm.length; i++) {
      Path folder = Files.createTempDirectory("skerry-warm");
      double cold = child(archive, kernels.get(i), folder);
      warm[i] = child(archive, kernels.get(i), folder);
      System.out.printf(Locale.ROOT, "%-12s empty cache %6.1f ms, full %6.1f ms%n", kernels.get(i).export(), cold,
          warm[i]);
    }
    Arrays.sort(warm);
    System.out.printf(Locale.ROOT, "median %.1f ms, longest %.1f ms, within 100 ms %d of %d%n", warm[warm.length / 2],
        warm[warm.length - 1], Arrays.stream(warm).filter(millis -> millis <= 100).count(), warm.length);
  }

  /** An option that names an archive of the classes that a run with a full cache loads, of a kernel with vectors. */
  private static String archive() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("skerry-warm");
    Path file = folder.resolve("classes.jsa");
    child("-Xshare:auto", Kernel.BLUR, folder);
    child("-XX:ArchiveClassesAtExit=" + file, Kernel.BLUR, folder);
    if (!Files.exists(file)) {
      throw new IOException("there is no class-data archive: are there folders on the class path?");
    }
    return "-XX:SharedArchiveFile=" + file;
  }

  private static double child(String option, Kernel kernel, Path folder) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable", option,
        "-cp", System.getProperty("java.class.path"),
        WarmStart.class.getName(), kernel.name(), folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(kernel + " failed");
    }
    return Double.parseDouble(answer.strip());
  }

  private static double measure(Kernel kernel, Path folder) throws IOException, CompileError, LinkError {
    try (CodeCache cache = CodeCache.open(folder.resolve("code"), folder.resolve("key"), CodeCache.USUAL_BYTES)) {
      Engine engine = Engine.createWithCache(EngineOptions.fromProperties().withTier(Tier.AUTO), cache);
      Module module = Module.compile(engine, Kernel.binary(kernel.group.module()));
      try (Store store = engine.newStore()) {
        Func function = new Linker(store).instantiate(module).func(kernel.export()).orElseThrow();
        long[] ends = new long[1 << 20];
        int calls = 0;
        long start = System.nanoTime();
        while (calls < ends.length && (calls == 0 || ends[calls - 1] < RUN_NANOS)) {
          function.call(kernel.size);
          ends[calls++] = System.nanoTime() - start;
        }
        return reachedAfter(Arrays.copyOf(ends, calls)) / 1e6;
      }
    }
  }

  /**
   * When the first of five calls in a row began that took at most ten ninths of what calls take in the end, as did most
   * of the five.
   */
  private static long reachedAfter(long[] ends) {
    long[] lengths = new long[ends.length];
    for (int i = 0; i < ends.length; i++) {
      lengths[i] = ends[i] - (i == 0 ? 0 : ends[i - 1]);
    }
    long peak = median(lengths, lengths.length / 2, lengths.length);
    for (int i = 0; i + WINDOW <= lengths.length; i++) {
      if (lengths[i] * 9 <= peak * 10 && median(lengths, i, i + WINDOW) * 9 <= peak * 10) {
        return i == 0 ? 0 : ends[i - 1];
      }
    }
    return ends[ends.length - 1];
  }

  private static long median(long[] values, int from, int to) {
    long[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
