package dev.skerry.bindings.wasi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random bytes come whatever becomes of the device. */
class SystemRandomTest {

  private static final int BYTES = 64;

  private static void assertRandom(SystemRandom random) {
    byte[] first = new byte[BYTES];
    byte[] second = new byte[BYTES];
    random.nextBytes(first);
    random.nextBytes(second);
    assertFalse(Arrays.equals(first, new byte[BYTES]));
    assertFalse(Arrays.equals(first, second));
  }

  @Test
  void givenTheSystemsDeviceThenEachCallGivesOtherBytes() {
    assertRandom(SystemRandom.current());
  }

  @Test
  void givenADeviceThenItsBytesAreGiven(@TempDir Path folder) throws IOException {
    byte[] known = new byte[BYTES];
    Arrays.fill(known, (byte) 7);
    byte[] bytes = new byte[BYTES];
    new SystemRandom(Files.write(folder.resolve("device"), known).toString()).nextBytes(bytes);
    assertArrayEquals(known, bytes);
  }

  @Test
  void givenNoDeviceThenTheJdkGivesThem(@TempDir Path folder) {
    assertRandom(new SystemRandom(folder.resolve("none").toString()));
  }

  @Test
  void givenADeviceThatEndsThenNothingOfItIsGiven(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("short"), new byte[BYTES - 1]);
    byte[] bytes = new byte[BYTES];
    new SystemRandom(file.toString()).nextBytes(bytes);
    boolean any = false;
    for (int i = 0; i < BYTES / 2; i++) {
      any |= bytes[i] != 0;
    }
    assertTrue(any, "the file's zeros were taken for random bytes");
  }
}
