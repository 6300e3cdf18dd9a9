package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.cache.CachedModule;
import dev.skerry.wasm.cache.CodeCache;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a former run found out is relied on as long as this one does the same. */
class ModuleProgressTest {

  private static final int FUNCTIONS = 1000;

  private final ModuleProgress progress = new ModuleProgress(FUNCTIONS);

  private void formerRun() {
    try (CodeCache cache = CodeCache.inMemory(1 << 20)) {
      CachedModule module = cache.module(new byte[32], CachePartition.NONE, "");
      module.valid();
      progress.cached(module);
    }
  }

  private List<Integer> callMissing(int function) {
    progress.called(function);
    return progress.missing(function);
  }

  @Test
  void withoutAFormerRunAllThatIsCalledIsKept() {
    assertEquals(List.of(7), callMissing(7));
  }

  @Test
  void whatAFormerRunLeftOutIsNotKeptIfThatIsLittle() {
    formerRun();
    IntStream.range(0, 900).forEach(progress::called);
    IntStream.range(900, FUNCTIONS).forEach(function -> assertEquals(List.of(), callMissing(function)));
    assertTrue(progress.isExpected());
  }

  @Test
  void whereAFormerRunDidOtherThingsAllIsKeptThatIsMissing() {
    formerRun();
    IntStream.range(0, 63).forEach(function -> assertEquals(List.of(), callMissing(function)));
    assertEquals(IntStream.range(0, 64).boxed().toList(), callMissing(63));
    assertFalse(progress.isExpected());
    assertEquals(List.of(64), callMissing(64));
  }

  @Test
  void aFunctionIsBegunOnceAndThoseWhoWaitGoOnWhenItIsSettled() {
    assertTrue(progress.begin(1));
    assertFalse(progress.begin(1));
    Thread other = new Thread(() -> progress.settle(1));
    other.start();
    progress.awaitSettled(1, Long.MAX_VALUE);
    assertTrue(progress.isSettled(1));
    assertFalse(progress.begin(1));
  }
}
