package dev.skerry.wasm;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Raw slots of each number type at which operators change what they do. */
final class EdgeValues {

  private static final long[] I32 = {
    0, 1, 2, 3, 5, 8, 9, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x1234_5678,
    0x7fff_ffff, 0x8000_0000L, 0x8000_0001L, 0xffff_7fffL, 0xffff_8000L, 0xffff_ff7fL, 0xffff_ff80L, 0xffff_fffeL,
    0xffff_ffffL
  };
  private static final long[] WIDE = {
    0x8000_0000L, 0xffff_ffffL, 0x1_0000_0000L, 0x7fff_ffff_ffff_fffeL, Long.MAX_VALUE, Long.MIN_VALUE,
    Long.MIN_VALUE + 1, -0x8000_0000L, -0x8000_0001L, -256, -129, -128, -5, -2, -1, 0x0123_4567_89ab_cdefL
  };
  private static final double[] NUMBERS = {
    0.0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3.5, 100.7, 0x1p23 - 0.5, 0x1p23 + 1, 0x1p31 - 1, 0x1p31, 0x1p31 + 1,
    0x1p32 - 1, 0x1p32, 0x1p52 - 0.5, 0x1p53 + 2, 0x1p63 - 1024, 0x1p63, 0x1p63 + 2048, 0x1p64 - 2048, 0x1p64, 1e30,
    Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, Double.POSITIVE_INFINITY, -0x1p31 - 0.5, 0x1.fffffep30,
    0x1.fffffep31, 0x1.fffffep62, 0x1.fffffep63
  };
  private static final double[] ONLY_F64 = {
    Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, 0x1p31 + 0.9, 0x1p31 - 0.1, -0x1p31 - 0.9, 0x1p32 - 0.1,
    -0.999999, 1e300
  };

  private EdgeValues() {
  }

  /** The edges of the type that a signature's letter names, then so many others. */
  static long[] of(char letter, int others, SplittableRandom random) {
    LongStream edges = switch (letter) {
      case 'i' -> LongStream.of(I32);
      case 'I' -> LongStream.concat(LongStream.of(I32), LongStream.of(WIDE));
      case 'f' -> LongStream.concat(
          LongStream.of(0x7fc0_0000L, 0xffc0_0000L, 0x7fa0_0001L, 0xff80_0001L, 0x7fff_ffffL),
          both(NUMBERS).map(bits -> Float.floatToRawIntBits((float) Double.longBitsToDouble(bits)) & 0xffff_ffffL));
      default -> LongStream.concat(
          LongStream.of(0x7ff8L << 48, 0xfff8L << 48, 0x7ff4_0000_0000_0001L, 0xfff0_0000_0000_0001L, Long.MAX_VALUE),
          LongStream.concat(both(NUMBERS), both(ONLY_F64)));
    };
    long mask = letter == 'i' || letter == 'f' ? 0xffff_ffffL : -1;
    return LongStream.concat(edges, random.longs(others).map(bits -> bits & mask)).toArray();
  }

  private static LongStream both(double[] numbers) {
    return Arrays.stream(numbers).flatMap(x -> DoubleStream.of(x, -x))
        .mapToLong(Double::doubleToRawLongBits);
  }
}
