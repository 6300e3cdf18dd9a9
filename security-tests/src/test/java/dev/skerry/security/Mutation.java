package dev.skerry.security;

import java.util.Arrays;
import java.util.SplittableRandom;

/** A copy of a module with one to three small changes behind its header; the lengths of sections stay as they were. */
final class Mutation {

  private static final int HEADER = 8;

  /** Bytes that mean much: constants, blocks, calls, tail calls, accesses, growth, prefixes, type codes. */
  private static final int[] TELLING = {
    0x00, 0x01, 0x02, 0x03, 0x04, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x1a, 0x1b, 0x20, 0x21, 0x22,
    0x25, 0x26, 0x28, 0x29, 0x2c, 0x36, 0x37, 0x3f, 0x40, 0x41, 0x42, 0x45, 0x6a, 0x6d, 0x70, 0x74, 0x7c, 0x7e, 0x7f,
    0x80, 0xa7, 0xac, 0xad, 0xc0, 0xd0, 0xd2, 0xfc, 0xff
  };

  private Mutation() {
  }

  static byte[] of(byte[] module, SplittableRandom random) {
    byte[] mutant = module.clone();
    if (mutant.length <= HEADER) {
      return mutant;
    }
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(HEADER, mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          byte[] piece = Arrays.copyOfRange(mutant, at, Math.min(mutant.length, at + 1 + random.nextInt(6)));
          System.arraycopy(piece, 0, mutant, random.nextInt(HEADER, mutant.length - piece.length + 1), piece.length);
        }
        default -> mutant[at] = (byte) TELLING[random.nextInt(TELLING.length)];
      }
    }
    return mutant;
  }
}
