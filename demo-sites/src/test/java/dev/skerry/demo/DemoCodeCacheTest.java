package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.cache.CacheStatistics;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.tier.Compilations;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that is loaded a second time takes its compiled code from the cache, and shares it with no other origin. */
class DemoCodeCacheTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir
  private Path home;

  /** A process that loads a page; what was found hot is compiled before it ends. */
  private CacheStatistics load(String url, Tier tier, Limits limits) throws Exception {
    try (CodeCache cache = CodeCache.open(home.resolve("code"), home.resolve("key"), 1 << 28);
        PageHost host = PageHost.builder().engine(PageHost.usualEngine().withTier(tier)).codeCache(cache)
            .limits(limits).build();
        Page page = host.open(url)) {
      assertTrue(page.settle(PATIENCE), () -> url + " has not settled: " + page.problems());
      assertTrue(Compilations.awaitIdle(PATIENCE), "the compiler has not ended");
      return page.report().codeCache();
    }
  }

  @Test
  void givenThePageWithAllFramesWhenLoadedAgainThenNothingIsCompiled() throws Exception {
    Assumptions.assumeTrue(PageHost.usualEngine().withTier(Tier.AUTO).supported().tier() == Tier.AUTO,
        "no machine code runs here");
    try (DemoServer server = new DemoServer()) {
      server.start();
      // One of the frames runs until it is ended.
      Limits impatient = Limits.defaults().with(Limit.TASK_CPU, 2_000);
      CacheStatistics first = load(server.startPage(), Tier.AUTO, impatient);
      assertTrue(first.storedFunctions() > 0, first::toString);
      CacheStatistics second = load(server.startPage(), Tier.AUTO, impatient);
      assertEquals(0, second.storedFunctions(), () -> first + ", then " + second);
      assertTrue(second.loadedFunctions() > 0, () -> first + ", then " + second);
    }
  }

  @Test
  void givenOneModuleOnTwoOriginsWhenLoadedAgainThenEachFindsItsOwnCode() throws Exception {
    Assumptions.assumeTrue(PageHost.usualEngine().withTier(Tier.JIT).supported().tier() == Tier.JIT,
        "no machine code runs here");
    try (DemoServer server = new DemoServer()) {
      server.start();
      String url = server.origin("x.shop.localhost") + "/";
      CacheStatistics first = load(url, Tier.JIT, Limits.defaults());
      assertEquals(0, first.hits(), () -> "nothing is shared between origins: " + first);
      assertTrue(first.storedFunctions() > 0, first::toString);
      CacheStatistics second = load(url, Tier.JIT, Limits.defaults());
      assertEquals(first.misses(), second.hits(), () -> first + ", then " + second);
      assertEquals(first.storedFunctions(), second.loadedFunctions(), () -> first + ", then " + second);
      assertEquals(0, second.storedFunctions(), () -> first + ", then " + second);
    }
  }
}
