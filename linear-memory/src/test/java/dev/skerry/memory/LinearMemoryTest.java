package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Linear memories: bounds, growth, zero on reuse, limits, closing. Runs on both platforms. */
class LinearMemoryTest {

  private static final long PAGE = 64 << 10;
  private static final long GIB = 1L << 30;
  private static final MemoryLayout ROOMY = new MemoryLayout(4 * GIB, 2 * GIB, false);

  @Test
  void givenAFreshMemoryWhenGrownToItsMaximumThenContentsStayNewBytesAreZeroAndNativeAddressesStay() {
    try (LinearMemory memory = LinearMemory.reserve(PAGE, 64 * PAGE)) {
      long address = memory.address();
      for (long length = PAGE; length <= 64 * PAGE; length += PAGE) {
        assertTrue(memory.grow(length));
        assertEquals(length, memory.byteLength());
        assertAll(memory, length - PAGE, PAGE, (byte) 0);
        memory.fill(length - PAGE, PAGE, (byte) (length / PAGE));
      }
      for (long length = PAGE; length <= 64 * PAGE; length += PAGE) {
        assertAll(memory, length - PAGE, PAGE, (byte) (length / PAGE));
      }
      assertTrue(memory.movesOnGrowth() || memory.address() == address);
      assertFalse(memory.grow(65 * PAGE));
      assertEquals(64 * PAGE, memory.byteLength());
    }
  }

  @Test
  void givenMemoriesThatWereFilledAndClosedWhenNewOnesAreReservedThenTheWholeOfThemIsZero() {
    for (int round = 0; round < 20; round++) {
      try (LinearMemory memory = LinearMemory.reserve(16 * PAGE, 32 * PAGE)) {
        assertAll(memory, 0, 16 * PAGE, (byte) 0);
        memory.fill(0, 16 * PAGE, (byte) 0xA5);
        assertTrue(memory.grow(32 * PAGE));
        assertAll(memory, 16 * PAGE, 16 * PAGE, (byte) 0);
        memory.fill(16 * PAGE, 16 * PAGE, (byte) 0xA5);
      }
    }
  }

  @Test
  void givenAClosedMemoryWhenItIsUsedThenEveryAccessThrowsAndGrowthIsRefused() {
    LinearMemory memory = LinearMemory.reserve(PAGE, 2 * PAGE);
    memory.close();
    assertEquals(0, memory.byteLength());
    assertEquals(0, memory.address());
    assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(0));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.putLong(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(0, 1, (byte) 1));
    assertFalse(memory.grow(PAGE));
    memory.close();
  }

  @Test
  void givenOffsetsAndLengthsAroundEveryEdgeWhenAccessedThenExactlyThoseInBoundsSucceed() {
    try (LinearMemory memory = LinearMemory.reserve(PAGE, PAGE)) {
      long[] edges = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -PAGE, -8, -1, 0, 1, 7, 8, PAGE - 8, PAGE - 7, PAGE - 4,
          PAGE - 2, PAGE - 1, PAGE, PAGE + 1, 1L << 31, 1L << 32, Long.MAX_VALUE - 8, Long.MAX_VALUE};
      for (long offset : edges) {
        assertAccess(memory, offset, 1, () -> memory.putByte(offset, memory.getByte(offset)));
        assertAccess(memory, offset, 2, () -> memory.putShort(offset, memory.getShort(offset)));
        assertAccess(memory, offset, 4, () -> memory.putInt(offset, memory.getInt(offset)));
        assertAccess(memory, offset, 8, () -> memory.putLong(offset, memory.getLong(offset)));
        for (long length : edges) {
          assertAccess(memory, offset, length, () -> memory.fill(offset, length, (byte) 0));
          assertAccess(memory, offset, length, () -> memory.copy(offset, 0, length));
          assertAccess(memory, offset, length, () -> memory.copy(0, offset, length));
        }
      }
    }
  }

  @Test
  void givenRandomAccessesWhenMirroredInAnArrayThenMemoryAndArrayAgree() {
    long seed = 20_260_101;
    Random random = new Random(seed);
    byte[] mirror = new byte[(int) (4 * PAGE)];
    try (LinearMemory memory = LinearMemory.reserve(4 * PAGE, 4 * PAGE)) {
      byte[] chunk = new byte[5000];
      for (int i = 0; i < 5000; i++) {
        int length = random.nextInt(chunk.length);
        int at = random.nextInt(mirror.length - length + 1);
        int to = random.nextBoolean() ? mirror.length - length : random.nextInt(mirror.length - length + 1);
        switch (random.nextInt(3)) {
          case 0 -> {
            random.nextBytes(chunk);
            memory.write(at, chunk, 0, length);
            System.arraycopy(chunk, 0, mirror, at, length);
          }
          case 1 -> {
            memory.copy(at, to, length);
            System.arraycopy(mirror, at, mirror, to, length);
          }
          default -> {
            memory.read(at, chunk, chunk.length - length, length);
            for (int j = 0; j < length; j++) {
              assertEquals(mirror[at + j], chunk[chunk.length - length + j], "seed " + seed);
            }
          }
        }
      }
      byte[] all = new byte[mirror.length];
      memory.read(0, all, 0, all.length);
      assertArrayEquals(mirror, all, "seed " + seed);
    }
  }

  @Test
  void givenLengthsThatAreNoPagesWhenReservedOrGrownThenTheyAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> LinearMemory.reserve(-PAGE, PAGE));
    assertThrows(IllegalArgumentException.class, () -> LinearMemory.reserve(2 * PAGE, PAGE));
    assertThrows(IllegalArgumentException.class, () -> LinearMemory.reserve(0, PAGE + 1));
    assertThrows(IllegalArgumentException.class, () -> new MemoryLayout(1, 0, false));
    try (LinearMemory memory = LinearMemory.reserve(PAGE, 2 * PAGE)) {
      assertThrows(IllegalArgumentException.class, () -> memory.grow(0));
      assertThrows(IllegalArgumentException.class, () -> memory.grow(PAGE + 1));
      assertTrue(memory.grow(PAGE));
    }
  }

  @Test
  void givenAnEmptyMemoryWhenAccessedThenNothingIsInBoundsButTheEmptyRange() {
    try (LinearMemory memory = LinearMemory.reserve(0, 0)) {
      assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(0));
      memory.fill(0, 0, (byte) 1);
      assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(1, 0, (byte) 1));
      assertFalse(memory.grow(PAGE));
    }
  }

  @Test
  void givenFiveHundredMemoriesOfFourGibibytesAtMostWhenAllAreLiveThenEachWorksAtBothEnds() {
    NativeUsage before = NativeUsage.current();
    List<LinearMemory> memories = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        LinearMemory memory = LinearMemory.reserve(PAGE, 4 * GIB, ROOMY);
        memories.add(memory);
        memory.putInt(PAGE - 4, i);
      }
      for (int i = 0; i < 500; i++) {
        assertEquals(i, memories.get(i).getInt(PAGE - 4));
      }
      assertEquals(before.memories().count() + 500, NativeUsage.current().memories().count());
      assertEquals(before.memories().bytes() + 500 * PAGE, NativeUsage.current().memories().bytes());
    } finally {
      memories.forEach(LinearMemory::close);
    }
    assertEquals(before, NativeUsage.current());
  }

  @Test
  void givenTenThousandGuardedMemoriesWhenAllAreLiveThenTheirMappingsAreWithinTheSystemsLimit() throws IOException {
    NativeSupport support = NativeSupport.current();
    Assumptions.assumeTrue(support.nativeMemory(), "only native memory has mappings of its own");
    int before = MapsLine.all().size();
    List<LinearMemory> memories = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        LinearMemory memory = LinearMemory.reserve(PAGE, 4 * GIB, MemoryLayout.GUARDED);
        memories.add(memory);
        memory.putInt(0, i);
      }
      int more = MapsLine.all().size() - before;
      assertTrue(more <= 2 * 10_000, "10,000 memories took " + more + " mappings");
    } finally {
      memories.forEach(LinearMemory::close);
    }
  }

  @Test
  void givenANativeMemoryWhenGrownToFourGibibytesThenTheLastByteIsThereAndUntouchedPagesCostNothing() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory is backed on first touch");
    try (LinearMemory memory = LinearMemory.reserve(PAGE, 4 * GIB)) {
      assertTrue(memory.grow(4 * GIB));
      memory.putLong(4 * GIB - 8, -1);
      assertEquals(-1, memory.getLong(4 * GIB - 8));
      assertEquals(0, memory.getLong(4 * GIB - 16));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.getLong(4 * GIB - 7));
    }
  }

  @Test
  void givenMoreThanTheAddressSpaceWhenReservedThenOneClearExceptionSaysSo() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory reserves");
    for (long maximum : new long[] {1L << 50, Long.MAX_VALUE & -PAGE}) {
      String message = assertThrows(NativeMemoryException.class,
          () -> LinearMemory.reserve(0, maximum, MemoryLayout.GUARDED)).getMessage();
      assertTrue(message.contains("mmap(") && message.contains("ENOMEM"), message);
    }
  }

  @Test
  void givenMoreThanTheAddressSpaceButNoNeedForAGuardWhenReservedThenTheMemoryMovesAsItGrows() {
    try (LinearMemory memory = LinearMemory.reserve(PAGE, Long.MAX_VALUE & -PAGE)) {
      assertTrue(memory.movesOnGrowth());
      memory.fill(0, PAGE, (byte) 7);
      assertTrue(memory.grow(40 * PAGE));
      assertAll(memory, 0, PAGE, (byte) 7);
      assertAll(memory, PAGE, 39 * PAGE, (byte) 0);
      assertFalse(memory.grow(1L << 55));
      assertEquals(40 * PAGE, memory.byteLength());
    }
  }

  @Test
  void givenMemoryFromTheJdkWhenALayoutNeedsItsGuardThenItIsRefused() {
    Assumptions.assumeFalse(NativeSupport.current().nativeMemory(), "native memory has guards");
    assertThrows(NativeMemoryException.class, () -> LinearMemory.reserve(PAGE, PAGE, MemoryLayout.GUARDED));
  }

  @Test
  void givenManyThreadsWhenAllCloseTheSameMemoriesAtOnceThenEachIsFreedOnce() throws Exception {
    NativeUsage before = NativeUsage.current();
    int threads = 8;
    int rounds = 200;
    List<LinearMemory> memories = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      memories.add(LinearMemory.reserve(PAGE, 4 * PAGE));
    }
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> workers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      boolean grows = t % 2 == 0;
      Thread worker = new Thread(() -> {
        for (LinearMemory memory : memories) {
          await(start);
          if (grows) {
            memory.grow(4 * PAGE);
          }
          memory.close();
        }
      });
      worker.setUncaughtExceptionHandler((thread, thrown) -> {
        synchronized (failures) {
          failures.add(thrown);
        }
      });
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) {
      worker.join();
    }
    assertEquals(List.of(), failures);
    assertEquals(before, NativeUsage.current());
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertAll(LinearMemory memory, long offset, long length, byte value) {
    byte[] bytes = new byte[(int) length];
    memory.read(offset, bytes, 0, bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      assertEquals(value, bytes[i]);
    }
  }

  private static void assertAccess(LinearMemory memory, long offset, long length, Runnable access) {
    boolean inBounds = offset >= 0 && length >= 0 && offset <= memory.byteLength()
        && length <= memory.byteLength() - offset;
    if (inBounds) {
      access.run();
    } else {
      assertThrows(IndexOutOfBoundsException.class, access::run, offset + " + " + length);
    }
  }
}
