package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Digests are SHA-256, whoever makes them and in whatever pieces the bytes come. */
class Sha256Test {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 20261121);

  private static ShaInstructions instructions() {
    ShaInstructions found = ShaInstructions.current();
    Assumptions.assumeTrue(found != null, "this processor has no instructions for SHA-256, or nothing may be native");
    return found;
  }

  @Test
  void givenTheStandardsExampleThenTheDigestIsItsDigest() {
    assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        HexFormat.of().formatHex(Sha256.of(new byte[] {'a', 'b', 'c'})));
  }

  @Test
  void givenEveryLengthOfAFewBlocksThenTheJdkSaysTheSame() throws NoSuchAlgorithmException {
    ShaInstructions own = instructions();
    Random random = new Random(SEED);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertArrayEquals(expected, new Sha256(own).update(bytes).digest(), "length " + length + ", seed " + SEED);
      assertArrayEquals(expected, new Sha256(null).update(bytes).digest(), "length " + length + ", seed " + SEED);
    }
  }

  @Test
  void givenPiecesOfAnyLengthThenTheDigestIsThatOfTheWhole() throws NoSuchAlgorithmException {
    ShaInstructions own = instructions();
    Random random = new Random(SEED);
    byte[] bytes = new byte[300_001];
    random.nextBytes(bytes);
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
    for (int most : new int[] {1 << 4, 1 << 7, 1 << 12, 1 << 17, 1 << 19}) {
      Sha256 sha = new Sha256(own);
      for (int at = 0; at < bytes.length;) {
        int length = Math.min(random.nextInt(most), bytes.length - at);
        sha.update(bytes, at, length);
        at += length;
      }
      assertArrayEquals(expected, sha.digest(), "pieces of up to " + most + ", seed " + SEED);
    }
  }

  @Test
  void givenModulesOfEveryLengthThenTheirDigestIsThatOfTheDigestsOfTheirHalves() throws NoSuchAlgorithmException {
    ShaInstructions own = instructions();
    Random random = new Random(SEED);
    int longest = 300_001;
    byte[] bytes = new byte[longest];
    random.nextBytes(bytes);
    for (int length = 0; length <= longest; length = length < 600 ? length + 1 : length * 3 / 2) {
      byte[] module = Arrays.copyOf(bytes, length);
      int half = length / 128 * 64;
      MessageDigest jdk = MessageDigest.getInstance("SHA-256");
      byte[] first = jdk.digest(Arrays.copyOf(module, half));
      byte[] second = jdk.digest(Arrays.copyOfRange(module, half, length));
      jdk.update(first);
      byte[] expected = jdk.digest(second);
      Runnable poll = () -> { };
      assertArrayEquals(expected, ModuleDigest.of(module, poll, new Sha256(own), new Sha256(own)),
          "length " + length + ", seed " + SEED);
      assertArrayEquals(expected, ModuleDigest.of(module, poll, new Sha256(null), new Sha256(null)),
          "length " + length + ", seed " + SEED);
    }
  }

  @Test
  void givenThreadsThatHashAtTheSameTimeThenEachGetsItsOwnDigest() throws Exception {
    instructions();
    int count = 4;
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<Boolean>> done = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] bytes = new byte[100_000];
        new Random(SEED + i).nextBytes(bytes);
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(bytes);
        done.add(threads.submit(() -> {
          boolean same = true;
          for (int round = 0; round < 100; round++) {
            same &= Arrays.equals(expected, Sha256.of(bytes));
          }
          return same;
        }));
      }
      for (Future<Boolean> each : done) {
        assertTrue(each.get(), "seed " + SEED);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
