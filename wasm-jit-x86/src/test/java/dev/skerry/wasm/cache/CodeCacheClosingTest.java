package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache is closed at any moment, whatever others do with it just then. */
class CodeCacheClosingTest {

  private static final String FLAVOUR = "any";
  private static final int MODULES = 100;
  /** Bins of a hash table, at least as many as one for so many modules has. */
  private static final int BINS = 1 << 8;
  private static final int ROUNDS = 2_000;
  private static final int PATIENCE_SECONDS = 60;

  @TempDir
  private Path home;

  private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  });

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  /** Digests of modules that share one bin of a hash table: whoever reads one of them into it locks all of them. */
  private static List<byte[]> inOneBin() {
    List<byte[]> digests = new ArrayList<>();
    for (int i = 0; digests.size() < MODULES; i++) {
      byte[] digest = ByteBuffer.allocate(Digests.BYTES).putInt(i).array();
      int hash = new CacheKey(digest, CachePartition.NONE, FLAVOUR).hashCode();
      if (((hash ^ hash >>> 16) & BINS - 1) == 0) {
        digests.add(digest);
      }
    }
    return digests;
  }

  @Test
  void givenModulesThatAreReadIntoACacheWhenItIsClosedThenBothEndAndTheCacheHasNothing() throws Exception {
    List<byte[]> digests = inOneBin();
    for (int round = 0; round < ROUNDS; round++) {
      CodeCache cache = CodeCache.inMemory(1 << 20);
      cache.module(digests.get(0), CachePartition.NONE, FLAVOUR);
      cache.module(digests.get(1), CachePartition.NONE, FLAVOUR);
      AtomicInteger read = new AtomicInteger();
      int before = round % MODULES;
      Future<?> reader = threads.submit(() -> {
        for (byte[] digest : digests) {
          assertFalse(cache.module(digest, CachePartition.NONE, FLAVOUR).isHit());
          read.incrementAndGet();
        }
      });
      Future<?> closer = threads.submit(() -> {
        while (read.get() < before && !reader.isDone() && !Thread.currentThread().isInterrupted()) {
          Thread.onSpinWait();
        }
        cache.close();
      });
      closer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertEquals(0, cache.statistics().rejected());
    }
  }

  /** What a thread does once it waits for a lock, or has ended. */
  private static Thread.State settled(Thread thread) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (thread.getState() != Thread.State.BLOCKED && thread.getState() != Thread.State.TERMINATED
        && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return thread.getState();
  }

  private static Thread flushing(CodeCache cache) {
    Thread thread = new Thread(cache::flush);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void givenSomebodyWhoWritesWhenAnotherFlushesThenThatDoesNotReturnBeforeAllIsWritten() throws Exception {
    try (CodeCache cache = CodeCache.open(home.resolve("code"), home.resolve("key"), 1 << 20)) {
      CachedModule module = cache.module(new byte[Digests.BYTES], CachePartition.NONE, FLAVOUR);
      module.valid();
      Thread first;
      Thread second;
      synchronized (module) {
        first = flushing(cache);
        assertEquals(Thread.State.BLOCKED, settled(first), "writes what is locked");
        second = flushing(cache);
        assertEquals(Thread.State.BLOCKED, settled(second), "returned before it was written");
      }
      first.join();
      second.join();
      assertEquals(1, cache.statistics().writtenFiles());
    }
  }
}
