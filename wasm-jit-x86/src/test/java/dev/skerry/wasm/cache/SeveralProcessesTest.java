package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes share a folder and a key from before either was there, and write and evict each other's entries: what one
 * finds was written whole, even by one that was ended in the middle of it.
 */
class SeveralProcessesTest {

  private static final int PROCESSES = 3;
  private static final int MODULES = 5;
  private static final int ROUNDS = 100;
  /** Some of the modules' entries fit, not all. */
  private static final int BYTES = 5_000;
  private static final int ENDED = 9;
  private static final int LONGEST_MICROS = 5_000;

  @TempDir
  private Path home;

  private static CodeCache cache(Path home) {
    return CodeCache.open(home.resolve("code"), home.resolve("state").resolve("key"), BYTES);
  }

  /** Runs one module after the other, each time with the cache opened anew; what it found is added up. */
  private static CacheStatistics run(Path home, int module) throws CompileError, LinkError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT);
    try (CodeCache cache = cache(home)) {
      assertEquals(1 + 2 * module, CodeCacheTest.sum(Engine.createWithCache(options, cache),
          CodeCacheTest.module(module), CachePartition.NONE, 1));
      cache.flush();
      return cache.statistics();
    }
  }

  /** One of the processes. */
  static final class User {

    /** @param args the folder, the number of this process, and whether it is ended in the middle of what it does */
    public static void main(String[] args) throws Exception {
      Random random = new Random(Long.parseLong(args[1]));
      boolean isEnded = Boolean.parseBoolean(args[2]);
      long hits = 0;
      long rejected = 0;
      for (int round = 0; isEnded || round < ROUNDS; round++) {
        CacheStatistics found = run(Path.of(args[0]), random.nextInt(MODULES));
        hits += found.hits();
        rejected += found.rejected();
        if (isEnded && round == ROUNDS / 2) {
          new Thread(() -> {
            LockSupport.parkNanos(random.nextInt(LONGEST_MICROS) * 1_000L);
            Runtime.getRuntime().halt(ENDED);
          }).start();
        }
      }
      System.out.println(hits > 0 ? "found code, rejected " + rejected : "found nothing");
    }
  }

  @Test
  void givenProcessesThatWriteAndEvictAtOnceWhenOneIsEndedThenNoneFindsADamagedEntry() throws Exception {
    Assumptions.assumeTrue(EngineOptions.fromProperties().withTier(Tier.JIT).supported().tier() == Tier.JIT,
        "no machine code runs here");
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    try {
      List<Future<ChildJvm>> children = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        List<String> arguments = List.of(home.toString(), String.valueOf(i), String.valueOf(i == 0));
        children.add(threads.submit(() -> ChildJvm.run(User.class, List.of("-Xmx128m", "-XX:+UseSerialGC"),
            arguments.toArray(new String[0]))));
      }
      ChildJvm ended = children.get(0).get();
      assertEquals(ENDED, ended.exitCode(), ended::output);
      for (ChildJvm child : List.of(children.get(1).get(), children.get(2).get())) {
        assertEquals(0, child.exitCode(), child::output);
        assertTrue(child.output().contains("found code, rejected 0"), child::output);
      }
    } finally {
      threads.shutdownNow();
    }
    for (int module = 0; module < MODULES; module++) {
      assertEquals(0, run(home, module).rejected());
    }
    assertEntriesFit();
  }

  private void assertEntriesFit() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("code"))) {
      List<Path> entries = files.filter(file -> file.toString().endsWith(".code")).toList();
      long bytes = 0;
      for (Path entry : entries) {
        bytes += Files.size(entry);
      }
      assertTrue(!entries.isEmpty() && bytes <= BYTES, entries + " have " + bytes + " bytes");
    }
  }
}
