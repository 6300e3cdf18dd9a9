package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Views show one memory in another, and when they end nothing of it stays. */
class MemoryViewTest {

  private static final long PAGE = 64 << 10;

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory can be mapped a second time");
  }

  @Test
  void givenAWritableViewWhenEitherSideWritesThenTheOtherReadsItAndTheRestIsUntouched() {
    try (LinearMemory source = shareable(4); LinearMemory target = LinearMemory.reserve(4 * PAGE, 8 * PAGE)) {
      target.fill(0, 4 * PAGE, (byte) 9);
      source.putLong(2 * PAGE, 42);
      MemoryView view = target.map(PAGE, source, 2 * PAGE, PAGE, true);
      assertEquals(42, target.getLong(PAGE));
      target.putLong(2 * PAGE - 8, 43);
      assertEquals(43, source.getLong(3 * PAGE - 8));
      assertEquals(0x0909090909090909L, target.getLong(PAGE - 8));
      assertEquals(0x0909090909090909L, target.getLong(2 * PAGE));
      assertTrue(target.grow(8 * PAGE));
      assertTrue(source.grow(8 * PAGE));
      assertEquals(42, target.getLong(PAGE));
      view.close();
      assertEquals(0, target.getLong(PAGE));
      assertEquals(0, target.getLong(2 * PAGE - 8));
      target.fill(PAGE, PAGE, (byte) 7);
      assertEquals(42, source.getLong(2 * PAGE));
      assertEquals(43, source.getLong(3 * PAGE - 8));
      target.putLong(PAGE, 5);
      view.close();
      assertEquals(5, target.getLong(PAGE));
    }
  }

  @Test
  void givenAReadOnlyViewWhenItsMappingIsReadThenStoresFaultUntilItEnds() throws IOException {
    try (LinearMemory source = shareable(2); LinearMemory target = LinearMemory.reserve(4 * PAGE, 4 * PAGE)) {
      MemoryView view = target.map(PAGE, source, 0, 2 * PAGE, false);
      assertEquals("r--s", MapsLine.protectionAt(target.address() + PAGE));
      assertEquals("r--s", MapsLine.protectionAt(target.address() + 3 * PAGE - 1));
      assertEquals("rw-p", MapsLine.protectionAt(target.address() + 3 * PAGE));
      source.putInt(0, 1);
      assertEquals(1, target.getInt(PAGE));
      view.close();
      assertEquals("rw-p", MapsLine.protectionAt(target.address() + PAGE));
    }
  }

  @Test
  void givenAViewWhenItsSourceIsClosedThenItKeepsItsBytesAndTheNextShareableMemoryIsApart() {
    try (LinearMemory target = LinearMemory.reserve(PAGE, PAGE)) {
      LinearMemory source = shareable(1);
      source.putInt(0, 42);
      target.map(0, source, 0, PAGE, true);
      source.close();
      assertEquals(42, target.getInt(0));
      try (LinearMemory next = shareable(1)) {
        assertEquals(0, next.getInt(0));
        next.putInt(0, 1);
        assertEquals(42, target.getInt(0));
      }
    }
  }

  @Test
  void givenAViewWhenItsTargetIsClosedFirstThenTheSourceIsWholeAndClosingTheViewTouchesNobody() {
    try (LinearMemory source = shareable(1)) {
      source.putInt(0, 42);
      LinearMemory target = LinearMemory.reserve(PAGE, PAGE);
      MemoryView view = target.map(0, source, 0, PAGE, true);
      target.close();
      assertEquals(42, source.getInt(0));
      try (LinearMemory next = LinearMemory.reserve(PAGE, PAGE)) {
        assertEquals(0, next.getInt(0));
        next.putInt(0, 7);
        view.close();
        assertEquals(7, next.getInt(0));
      }
    }
  }

  @Test
  void givenAReaderWhenViewsComeAndGoThenItNeverFaultsAndReadsOnlyWhatOneOfThemHas() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (LinearMemory source = shareable(1); LinearMemory target = LinearMemory.reserve(PAGE, PAGE)) {
      source.putInt(0, 42);
      AtomicBoolean done = new AtomicBoolean();
      Future<Long> reads = threads.submit(() -> {
        long seen = 0;
        while (!done.get()) {
          int value = target.getInt(0);
          assertTrue(value == 0 || value == 42, "read " + value);
          seen++;
        }
        return seen;
      });
      for (int i = 0; i < 5000; i++) {
        target.map(0, source, 0, PAGE, i % 2 == 0).close();
      }
      done.set(true);
      assertTrue(reads.get() > 0);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void givenRangesOrMemoriesThatCannotBeShownWhenMappedThenTheyAreRefused() {
    try (LinearMemory source = shareable(2); LinearMemory target = LinearMemory.reserve(2 * PAGE, 2 * PAGE);
        LinearMemory moving = LinearMemory.reserve(PAGE, 1L << 60)) {
      assertThrows(IllegalArgumentException.class, () -> target.map(1, source, 0, PAGE, true));
      assertThrows(IllegalArgumentException.class, () -> target.map(0, source, 100, PAGE, true));
      assertThrows(IllegalArgumentException.class, () -> target.map(0, source, 0, 0, true));
      assertThrows(IllegalArgumentException.class, () -> source.map(0, source, PAGE, PAGE, true));
      assertThrows(IndexOutOfBoundsException.class, () -> target.map(PAGE, source, 0, 2 * PAGE, true));
      assertThrows(IndexOutOfBoundsException.class, () -> target.map(0, source, 2 * PAGE, PAGE, true));
      assertThrows(IndexOutOfBoundsException.class, () -> target.map(0, source, -PAGE, PAGE, true));
      assertThrows(NativeMemoryException.class, () -> source.map(0, target, 0, PAGE, true));
      assertThrows(NativeMemoryException.class, () -> moving.map(0, source, 0, PAGE, true));
      LinearMemory closed = shareable(2);
      closed.close();
      assertThrows(IndexOutOfBoundsException.class, () -> target.map(0, closed, 0, PAGE, true));
    }
  }

  private static LinearMemory shareable(int pages) {
    return LinearMemory.reserveShareable(pages * PAGE, 8 * PAGE, MemoryLayout.CHECKED);
  }
}
