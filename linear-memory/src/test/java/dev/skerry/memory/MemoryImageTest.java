package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memories that begin with an image see its bytes, never each other's writes. Runs on both platforms. */
class MemoryImageTest {

  private static final long PAGE = 64 << 10;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 100_000, 1 << 20, 3_000_000})
  void givenAnImageOfAnySizeWhenMemoriesBeginWithItThenEachHasItsBytesAndOnlyItsOwnWrites(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    long length = (size + 2 * PAGE) / PAGE * PAGE;
    MemoryImage image;
    try (LinearMemory source = LinearMemory.reserve(length, length)) {
      source.write(0, bytes, 0, size);
      image = MemoryImage.of(source, size);
      source.fill(0, length, (byte) 0xEE);
    }
    NativeUsage before = NativeUsage.current();
    for (int round = 0; round < 3; round++) {
      try (LinearMemory first = LinearMemory.reserve(length, 2 * length, MemoryLayout.CHECKED, image);
          LinearMemory second = LinearMemory.reserve(length, 2 * length, MemoryLayout.CHECKED, image)) {
        assertBegins(first, bytes);
        first.fill(0, length, (byte) 0x77);
        assertBegins(second, bytes);
        assertTrue(second.grow(2 * length));
        assertBegins(second, bytes);
        second.fill(length, length, (byte) 0x77);
      }
      try (LinearMemory plain = LinearMemory.reserve(length, 2 * length)) {
        assertTrue(plain.grow(2 * length));
        assertBegins(plain, new byte[0]);
      }
    }
    assertEquals(before, NativeUsage.current());
    image.close();
    image.close();
    assertEquals(before.images().count() - 1, NativeUsage.current().images().count());
    assertThrows(IllegalStateException.class,
        () -> LinearMemory.reserve(length, length, MemoryLayout.CHECKED, image));
    assertEquals(before.memories(), NativeUsage.current().memories());
  }

  @Test
  void givenAMemoryThatBeganWithAnImageWhenTheImageIsClosedThenTheMemoryKeepsItsBytes() {
    long length = 32 * PAGE;
    try (LinearMemory source = LinearMemory.reserve(length, length)) {
      source.fill(0, length, (byte) 7);
      MemoryImage image = MemoryImage.of(source, length);
      try (LinearMemory memory = LinearMemory.reserve(length, length, MemoryLayout.CHECKED, image)) {
        image.close();
        byte[] expected = new byte[(int) length];
        Arrays.fill(expected, (byte) 7);
        assertBegins(memory, expected);
      }
    }
  }

  @Test
  void givenAnImageLongerThanTheMemoryWhenReservedThenItIsRefused() {
    try (LinearMemory source = LinearMemory.reserve(2 * PAGE, 2 * PAGE);
        MemoryImage image = MemoryImage.of(source, PAGE + 1)) {
      assertThrows(IllegalArgumentException.class,
          () -> LinearMemory.reserve(PAGE, 2 * PAGE, MemoryLayout.CHECKED, image));
      assertThrows(IndexOutOfBoundsException.class, () -> MemoryImage.of(source, 2 * PAGE + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> MemoryImage.of(source, -1));
    }
  }

  private static void assertBegins(LinearMemory memory, byte[] expected) {
    byte[] whole = new byte[(int) memory.byteLength()];
    memory.read(0, whole, 0, whole.length);
    assertArrayEquals(expected, Arrays.copyOf(whole, expected.length));
    for (int i = expected.length; i < whole.length; i++) {
      assertEquals(0, whole[i]);
    }
  }
}
