package dev.skerry.wasm.verify.campaign;

import java.util.Random;

/** Values that break things: edges of words and memories, addresses of what is secret, and plain noise. */
final class Adversary {

  private static final long[] EDGES = {0, 1, -1, 2, 7, 8, 15, 16, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFFL, 0x8000_0000L,
      0xFFFF_FFFFL, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, 0xFFFF_FFF0L, 0x1_0000_0010L, -8, -16, -65_536};

  private final World world;

  Adversary(World world) {
    this.world = world;
  }

  /** Any 64 bits. */
  long value(Random random) {
    return switch (random.nextInt(9)) {
      case 0, 1 -> EDGES[random.nextInt(EDGES.length)];
      case 2 -> random.nextInt(64);
      case 3 -> nearEnd(random);
      case 4 -> world.somewhere(random);
      case 5 -> random.nextInt(World.PAGE);
      case 6 -> random.nextInt() & 0xFFFF_FFFFL;
      case 7 -> -random.nextInt(64);
      default -> random.nextLong();
    };
  }

  /** A value of 32 bits, the upper half zero. */
  long word(Random random) {
    return value(random) & 0xFFFF_FFFFL;
  }

  private long nearEnd(Random random) {
    if (world.memories() == 0) {
      return random.nextInt();
    }
    return world.memoryLength(random.nextInt(world.memories())) - random.nextInt(20) + random.nextInt(3);
  }

  /** What memory holds: mostly small numbers and zeroes, so that loops end and pointers stay inside. */
  long content(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1 << 12) | (long) random.nextInt(1 << 12) << Integer.SIZE;
      case 2 -> random.nextInt(256);
      default -> random.nextLong();
    };
  }
}
