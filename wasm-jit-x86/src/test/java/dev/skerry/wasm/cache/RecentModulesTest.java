package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Modules stay in memory by when they were used last, and by what they take. */
class RecentModulesTest {

  private static final int MOST = 100;

  private final CodeCache cache = CodeCache.inMemory(MOST);
  private final RecentModules modules = new RecentModules(MOST);

  private CachedModule module(String name) {
    return new CachedModule(cache, new CacheKey(Sha256.of(name.getBytes()), CachePartition.NONE, ""));
  }

  @Test
  void givenTwoModulesWithOneKeyWhenAddedThenTheFirstIsTakenForBoth() {
    CachedModule first = modules.getOrAdd(module("a"));

    assertSame(first, modules.getOrAdd(module("a")));
    assertSame(first, modules.get(first.key()));
    assertEquals(List.of(first), modules.all());
  }

  @Test
  void givenMoreBytesThanMayBeThenWhatWasNotUsedForLongestGoes() {
    CachedModule a = modules.getOrAdd(module("a"));
    CachedModule b = modules.getOrAdd(module("b"));
    modules.weigh(a, 40);
    modules.weigh(b, 40);
    modules.get(a.key());

    CachedModule c = modules.getOrAdd(module("c"));
    modules.weigh(c, 40);

    assertNull(modules.get(b.key()));
    assertEquals(List.of(a, c), modules.all());
  }

  @Test
  void givenAModuleThatIsWeighedAgainThenItCountsOnce() {
    CachedModule a = modules.getOrAdd(module("a"));
    CachedModule b = modules.getOrAdd(module("b"));
    for (int i = 0; i < 10; i++) {
      modules.weigh(a, 45);
      modules.weigh(b, 45);
    }

    assertEquals(List.of(a, b), modules.all());
  }

  @Test
  void givenAModuleThatTakesMoreThanAllMayThenItAloneGoesAndMayComeBack() {
    CachedModule a = modules.getOrAdd(module("a"));
    CachedModule b = modules.getOrAdd(module("b"));

    modules.weigh(b, MOST);

    assertEquals(List.of(a), modules.all());

    modules.weigh(b, 10);

    assertEquals(List.of(a, b), modules.all());
  }
}
