package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Stacks are zero, aligned, guarded where memory is native, and counted. Runs on both platforms. */
class NativeStackTest {

  private static final long SIZE = 1 << 20;

  @Test
  void givenStacksThatWereFilledAndGivenBackWhenNewOnesAreReservedThenEveryByteIsZero() {
    for (int round = 0; round < 5; round++) {
      try (NativeStack stack = NativeStack.reserve(SIZE)) {
        assertEquals(SIZE, stack.byteLength());
        assertEquals(SIZE, stack.top() - stack.limit());
        assertEquals(0, stack.top() % 64);
        for (long address = stack.limit(); address < stack.top(); address += Long.BYTES) {
          assertEquals(0, NativeAccess.getLong(address));
        }
        NativeAccess.fill(stack.limit(), SIZE, (byte) 0xA5);
      }
    }
  }

  @Test
  void givenANativeStackWhenItsMappingsAreReadThenSignalsHaveRoomBelowTheLimitAndGuardsLieAround() throws IOException {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory has guards");
    try (NativeStack stack = NativeStack.reserve(SIZE)) {
      long lowest = stack.limit() - (128 << 10);
      assertEquals("rw-p", MapsLine.protectionAt(stack.top() - 1));
      assertEquals("rw-p", MapsLine.protectionAt(lowest));
      assertEquals("---p", MapsLine.protectionAt(lowest - 1));
      assertEquals("---p", MapsLine.protectionAt(lowest - (1 << 20)));
      assertEquals("---p", MapsLine.protectionAt(stack.top()));
      assertEquals("---p", MapsLine.protectionAt(stack.top() + (1 << 20) - 1));
    }
  }

  @Test
  void givenAStackWhenClosedTwiceThenTheBooksCountItOnce() {
    NativeUsage before = NativeUsage.current();
    NativeStack stack = NativeStack.reserve(SIZE);
    assertEquals(before.stacks().count() + 1, NativeUsage.current().stacks().count());
    assertEquals(before.stacks().bytes() + SIZE, NativeUsage.current().stacks().bytes());
    stack.close();
    stack.close();
    assertEquals(before, NativeUsage.current());
  }

  @Test
  void givenASizeThatNoStackHasWhenReservedThenItIsRefused() {
    for (long size : new long[] {0, -65536, 4096, 65537}) {
      assertThrows(IllegalArgumentException.class, () -> NativeStack.reserve(size));
    }
    assertThrows(NativeMemoryException.class, () -> NativeStack.reserve(1L << 55));
  }
}
