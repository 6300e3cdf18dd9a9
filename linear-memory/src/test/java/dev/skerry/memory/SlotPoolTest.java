package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slots go from tenant to tenant, and no byte goes with them. */
class SlotPoolTest {

  private static final long PAGE = 4096;
  private static final long MIB = 1 << 20;
  private static final long ROOM = 24 * MIB;
  private static final Slot.Shape SHAPE = new Slot.Shape(ROOM + MIB, 0);

  /** What a tenant leaves behind in a slot of which it has {@link #ROOM} bytes. */
  enum Tenant {
    EVERY_BYTE {
      @Override
      void use(Slot slot) {
        NativeAccess.fill(slot.address(), ROOM, (byte) 0xA5);
      }
    },
    EVERY_OTHER_PAGE {
      @Override
      void use(Slot slot) {
        for (long at = 0; at < ROOM; at += 2 * PAGE) {
          NativeAccess.fill(slot.address() + at, PAGE, (byte) 0xA5);
        }
      }
    },
    FIRST_AND_LAST_BYTE {
      @Override
      void use(Slot slot) {
        NativeAccess.putByte(slot.address(), (byte) 1);
        NativeAccess.putByte(slot.address() + ROOM - 1, (byte) 1);
      }
    },
    PAGES_READ_THEN_SOME_WRITTEN {
      @Override
      void use(Slot slot) {
        for (long at = 0; at < ROOM; at += PAGE) {
          assertEquals(0, NativeAccess.getByte(slot.address() + at));
        }
        NativeAccess.fill(slot.address() + 5 * PAGE, 3 * PAGE, (byte) 0xA5);
      }
    },
    IMAGE_UNTOUCHED {
      @Override
      void use(Slot slot) {
        mapImage(slot);
        assertEquals(0x5A, NativeAccess.getByte(slot.address() + IMAGE_BYTES - 1));
      }
    },
    IMAGE_PARTLY_WRITTEN {
      @Override
      void use(Slot slot) {
        mapImage(slot);
        NativeAccess.fill(slot.address() + PAGE, IMAGE_BYTES, (byte) 0xA5);
      }
    };

    private static final long IMAGE_BYTES = 2 * MIB;

    abstract void use(Slot slot);

    private static void mapImage(Slot slot) {
      try (NativeBlock bytes = NativeBlock.allocate(IMAGE_BYTES)) {
        NativeAccess.fill(bytes.address(), IMAGE_BYTES, (byte) 0x5A);
        ImageContent image = ImageContent.Mapped.from(bytes.address(), IMAGE_BYTES);
        image.putInto(slot);
        image.free();
      }
    }
  }

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory has slots");
  }

  @ParameterizedTest
  @EnumSource
  void givenWhateverATenantLeavesWhenTheSlotIsTakenAgainThenTheWholeOfItIsZero(Tenant tenant) {
    for (long residentBytes : new long[] {0, 3 * PAGE, MIB, 64 * MIB}) {
      assertNothingStays(tenant, SHAPE, residentBytes);
    }
    assertNothingStays(tenant, new Slot.Shape(ROOM + MIB, 0, ROOM), MIB);
  }

  private static void assertNothingStays(Tenant tenant, Slot.Shape shape, long residentBytes) {
    SlotPool pool = new SlotPool(1, residentBytes);
    Slot slot = pool.take(shape, ROOM);
    tenant.use(slot);
    pool.give(slot);
    assertTrue(pool.idleResidentBytes() <= residentBytes);
    assertSame(slot, pool.take(shape, PAGE));
    assertTrue(slot.grow(PAGE, ROOM));
    assertZero(slot, ROOM);
    slot.unmap();
  }

  @ParameterizedTest
  @ValueSource(longs = {PAGE, 16 * PAGE, ROOM - PAGE, ROOM})
  void givenASlotThatHadMoreOrLessWhenItIsTakenAgainThenExactlyWhatWasAskedForIsAccessible(long byteLength)
      throws IOException {
    SlotPool pool = new SlotPool(1, MIB);
    for (long before : new long[] {0, PAGE, 16 * PAGE, ROOM}) {
      pool.give(pool.take(SHAPE, before));
      Slot slot = pool.take(SHAPE, byteLength);
      assertEquals("rw-p", MapsLine.protectionAt(slot.address()));
      assertEquals("rw-p", MapsLine.protectionAt(slot.address() + byteLength - 1));
      assertEquals("---p", MapsLine.protectionAt(slot.address() + byteLength));
      assertEquals("---p", MapsLine.protectionAt(slot.address() + SHAPE.total() - 1));
      pool.give(slot);
    }
    pool.clear();
  }

  @Test
  void givenMoreSlotsThanThePoolHoldsWhenTheyComeBackThenTheRestIsUnmappedAndMemoryStaysInBounds() throws IOException {
    SlotPool pool = new SlotPool(3, MIB);
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Slot slot = pool.take(SHAPE, ROOM);
      NativeAccess.fill(slot.address(), MIB / 2, (byte) 1);
      slots.add(slot);
    }
    slots.forEach(pool::give);
    assertEquals(3, pool.idleSlots());
    assertEquals(MIB, pool.idleResidentBytes());
    assertEquals("none", MapsLine.protectionAt(slots.get(3).address()));
    assertEquals("none", MapsLine.protectionAt(slots.get(4).address()));
    assertNotEquals("none", MapsLine.protectionAt(slots.get(0).address()));
    pool.clear();
    assertEquals(0, pool.idleSlots());
    assertEquals(0, pool.idleResidentBytes());
    assertEquals("none", MapsLine.protectionAt(slots.get(0).address()));
  }

  @Test
  void givenSlotsOfOtherShapesWhenOneIsTakenThenItIsOfItsOwnShape() {
    SlotPool pool = new SlotPool(4, MIB);
    Slot small = pool.take(new Slot.Shape(2 * MIB, 0), PAGE);
    Slot shifted = pool.take(new Slot.Shape(2 * MIB, MIB), PAGE);
    pool.give(small);
    pool.give(shifted);
    assertSame(shifted, pool.take(new Slot.Shape(2 * MIB, MIB), PAGE));
    assertSame(small, pool.take(new Slot.Shape(2 * MIB, 0), PAGE));
    assertThrows(NativeMemoryException.class, () -> pool.take(new Slot.Shape(1L << 50, 0), PAGE));
    small.unmap();
    shifted.unmap();
  }

  @Test
  void givenThreadsThatShareAPoolWhenEachWritesAndGivesBackThenNoneFindsAnothersBytes() throws Exception {
    SlotPool pool = new SlotPool(3, 2 * MIB);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Long>> work = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(t);
        work.add(() -> {
          long found = 0;
          for (int i = 0; i < 500; i++) {
            Slot slot = pool.take(SHAPE, MIB);
            for (long at = 0; at < MIB; at += 512) {
              found |= NativeAccess.getLong(slot.address() + at);
            }
            long start = random.nextInt((int) MIB / 512 - 8) * 512L;
            NativeAccess.fill(slot.address() + start, 8 * 512, (byte) 0xA5);
            pool.give(slot);
          }
          return found;
        });
      }
      for (Future<Long> found : threads.invokeAll(work)) {
        assertEquals(0, found.get());
      }
    } finally {
      threads.shutdownNow();
      pool.clear();
    }
  }

  private static void assertZero(Slot slot, long byteLength) {
    long found = 0;
    for (long at = 0; at < byteLength; at += Long.BYTES) {
      found |= NativeAccess.getLong(slot.address() + at);
    }
    assertEquals(0, found);
  }
}
