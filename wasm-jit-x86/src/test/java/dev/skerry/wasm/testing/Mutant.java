package dev.skerry.wasm.testing;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Modules that are nearly valid: a valid one with a few bytes changed, put in or taken out. */
public final class Mutant {

  /** Bytes that mean much in the format: blocks, ends, prefixes, long numbers, type codes. */
  private static final byte[] TELLING = {
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0e, 0x11, 0x14, 0x18, 0x1c, 0x1f,
    0x28, 0x40, 0x4e, 0x60, 0x63, 0x64, 0x69, 0x6f, 0x70, 0x7b, 0x7f,
    (byte) 0x80, (byte) 0xd0, (byte) 0xd2, (byte) 0xfc, (byte) 0xfd, (byte) 0xff
  };

  private Mutant() {
  }

  /** The sample with one to three changes behind its magic number and version. */
  public static byte[] of(byte[] sample, SplittableRandom random) {
    byte[] mutant = sample.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(8, mutant.length);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] = TELLING[random.nextInt(TELLING.length)];
        case 2 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 3 -> mutant = replaced(mutant, at, 0, TELLING[random.nextInt(TELLING.length)]);
        default -> mutant = replaced(mutant, at, 1);
      }
      if (mutant.length < 9) {
        return mutant;
      }
    }
    return mutant;
  }

  /** The bytes with so many of them removed at a place and others put there. */
  private static byte[] replaced(byte[] bytes, int at, int removed, byte... put) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - removed + put.length);
    System.arraycopy(put, 0, result, at, put.length);
    System.arraycopy(bytes, at + removed, result, at + put.length, bytes.length - at - removed);
    return result;
  }
}
