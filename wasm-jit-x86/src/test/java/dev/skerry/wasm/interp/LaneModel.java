package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.Opcode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What vector operators mean, lane by lane and in exact arithmetic, read off their mnemonics; shares no code with the
 * engine. Vectors are two halves, the low one first.
 */
final class LaneModel {

  private static final Pattern SOURCE = Pattern.compile("_([if])(\\d+)x(\\d+)");

  private final String shape;
  private final String name;
  private final int width;
  private final int count;
  private final boolean unsigned;

  LaneModel(Opcode opcode) {
    int dot = opcode.mnemonic.indexOf('.');
    shape = opcode.mnemonic.substring(0, dot);
    name = opcode.mnemonic.substring(dot + 1);
    count = shape.equals("v128") ? 1 : Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
    width = 128 / count;
    unsigned = name.contains("_u");
  }

  boolean isFloat() {
    return shape.startsWith("f");
  }

  /** Whether a NaN in a lane of the result may be any arithmetic one; else bits are passed on. */
  boolean makesNans() {
    return isFloat() && !name.matches("abs|neg|pmin|pmax|splat|replace_lane|extract_lane");
  }

  int width() {
    return width;
  }

  static BigInteger lane(long[] vector, int width, int index, boolean unsigned) {
    BigInteger bits = bits(vector).shiftRight(width * index).and(mask(width));
    return !unsigned && bits.testBit(width - 1) ? bits.subtract(BigInteger.ONE.shiftLeft(width)) : bits;
  }

  private static BigInteger bits(long[] vector) {
    return new BigInteger(Long.toUnsignedString(vector[1])).shiftLeft(64)
        .or(new BigInteger(Long.toUnsignedString(vector[0])));
  }

  private static BigInteger mask(int width) {
    return BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
  }

  private static long[] vector(BigInteger bits) {
    return new long[] {bits.longValue(), bits.shiftRight(64).longValue()};
  }

  private long[] each(IntFunction<BigInteger> lanes) {
    BigInteger all = BigInteger.ZERO;
    for (int i = 0; i < count; i++) {
      all = all.or(lanes.apply(i).and(mask(width)).shiftLeft(width * i));
    }
    return vector(all);
  }

  private BigInteger truth(boolean holds) {
    return holds ? mask(width) : BigInteger.ZERO;
  }

  private BigInteger saturate(BigInteger exact, boolean toUnsigned, int bits) {
    BigInteger most = toUnsigned ? mask(bits) : mask(bits - 1);
    BigInteger least = toUnsigned ? BigInteger.ZERO : most.not();
    return exact.min(most).max(least);
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  /** The result of an operator whose operands are vectors. */
  long[] operator(long[]... v) {
    if (shape.equals("v128")) {
      return bitwise(bits(v[0]), v.length > 1 ? bits(v[1]) : null, v.length > 2 ? bits(v[2]) : null);
    }
    String plain = name.replace("relaxed_", "");
    if (plain.equals("laneselect")) {
      return vector(bits(v[0]).and(bits(v[2])).or(bits(v[1]).andNot(bits(v[2]))));
    }
    if (plain.equals("swizzle")) {
      return each(i -> {
        int index = lane(v[1], 8, i, true).intValue();
        return index < 16 ? lane(v[0], 8, index, true) : BigInteger.ZERO;
      });
    }
    if (isFloat()) {
      return each(i -> plain.matches("(demote|promote|convert).*") ? converted(plain, v[0], i) : floats(plain, v, i));
    }
    Matcher source = SOURCE.matcher(name);
    return source.find() ? widths(plain, source, v) : each(i -> integers(plain, v, i));
  }

  private long[] bitwise(BigInteger a, BigInteger b, BigInteger c) {
    return vector(switch (name) {
      case "not" -> a.xor(mask(128));
      case "and" -> a.and(b);
      case "andnot" -> a.andNot(b);
      case "or" -> a.or(b);
      case "xor" -> a.xor(b);
      case "bitselect" -> a.and(c).or(b.andNot(c));
      default -> throw new IllegalArgumentException(name);
    });
  }

  private BigInteger integers(String plain, long[][] v, int i) {
    BigInteger x = lane(v[0], width, i, unsigned);
    BigInteger y = v.length > 1 ? lane(v[1], width, i, unsigned) : BigInteger.ZERO;
    return switch (plain.replaceAll("_[su]$", "")) {
      case "abs" -> x.abs();
      case "neg" -> x.negate();
      case "popcnt" -> big(lane(v[0], width, i, true).bitCount());
      case "add" -> x.add(y);
      case "sub" -> x.subtract(y);
      case "mul" -> x.multiply(y);
      case "add_sat" -> saturate(x.add(y), unsigned, width);
      case "sub_sat" -> saturate(x.subtract(y), unsigned, width);
      case "min" -> x.min(y);
      case "max" -> x.max(y);
      case "avgr" -> x.add(y).add(BigInteger.ONE).shiftRight(1);
      case "q15mulr_sat", "q15mulr" -> saturate(x.multiply(y).add(big(0x4000)).shiftRight(15), false, width);
      case "eq" -> truth(x.equals(y));
      case "ne" -> truth(!x.equals(y));
      case "lt" -> truth(x.compareTo(y) < 0);
      case "gt" -> truth(x.compareTo(y) > 0);
      case "le" -> truth(x.compareTo(y) <= 0);
      case "ge" -> truth(x.compareTo(y) >= 0);
      default -> throw new IllegalArgumentException(plain);
    };
  }

  /** Operators whose mnemonic names the shape that they read. */
  private long[] widths(String plain, Matcher source, long[][] v) {
    int from = Integer.parseInt(source.group(2));
    int lanes = Integer.parseInt(source.group(3));
    int first = plain.contains("_high") ? lanes / 2 : 0;
    return each(i -> {
      if (plain.startsWith("narrow")) {
        return saturate(lane(v[i / lanes], from, i % lanes, false), unsigned, width);
      } else if (plain.startsWith("trunc")) {
        return i < lanes ? truncated(real(v[0], from, i)) : BigInteger.ZERO;
      } else if (plain.startsWith("extend")) {
        return lane(v[0], from, first + i, unsigned);
      } else if (plain.startsWith("extmul")) {
        return lane(v[0], from, first + i, unsigned).multiply(lane(v[1], from, first + i, unsigned));
      } else if (plain.startsWith("extadd")) {
        return lane(v[0], from, 2 * i, unsigned).add(lane(v[0], from, 2 * i + 1, unsigned));
      }
      return plain.contains("add") ? quad(v, i).add(lane(v[2], width, i, false)) : dot(v, from, i);
    });
  }

  private static BigInteger dot(long[][] v, int from, int pair) {
    return lane(v[0], from, 2 * pair, false).multiply(lane(v[1], from, 2 * pair, false))
        .add(lane(v[0], from, 2 * pair + 1, false).multiply(lane(v[1], from, 2 * pair + 1, false)));
  }

  /** Two dot products of bytes that wrap at 16 bits, added. */
  private static BigInteger quad(long[][] v, int i) {
    return big(dot(v, 8, 2 * i).shortValue()).add(big(dot(v, 8, 2 * i + 1).shortValue()));
  }

  private static double real(long[] vector, int width, int i) {
    long bits = lane(vector, width, i, false).longValue();
    return width == 32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
  }

  private BigInteger pattern(double value) {
    return width == 32 ? big(Float.floatToIntBits((float) value)) : big(Double.doubleToLongBits(value));
  }

  private BigInteger truncated(double x) {
    if (Double.isNaN(x)) {
      return BigInteger.ZERO;
    }
    return Double.isInfinite(x) ? saturate(BigInteger.ONE.shiftLeft(99).multiply(big((long) Math.signum(x))),
        unsigned, width) : saturate(new BigDecimal(x).toBigInteger(), unsigned, width);
  }

  private BigInteger converted(String plain, long[] v, int i) {
    if (plain.startsWith("demote")) {
      return i < 2 ? pattern(real(v, 64, i)) : BigInteger.ZERO;
    }
    if (plain.startsWith("promote")) {
      return pattern(real(v, 32, i));
    }
    BigDecimal exact = new BigDecimal(lane(v, 32, i, unsigned));
    return width == 32 ? big(Float.floatToIntBits(exact.floatValue())) : pattern(exact.doubleValue());
  }

  private double rounded(double x) {
    return width == 32 ? (float) x : x;
  }

  private BigInteger floats(String plain, long[][] v, int i) {
    double x = real(v[0], width, i);
    double y = v.length > 1 ? real(v[1], width, i) : 0;
    double z = v.length > 2 ? real(v[2], width, i) : 0;
    BigInteger first = lane(v[0], width, i, false);
    BigInteger second = v.length > 1 ? lane(v[1], width, i, false) : null;
    return switch (plain) {
      case "abs" -> first.clearBit(width - 1);
      case "neg" -> first.flipBit(width - 1);
      case "sqrt" -> pattern(Math.sqrt(x));
      case "ceil" -> pattern(integer(x, RoundingMode.CEILING));
      case "floor" -> pattern(integer(x, RoundingMode.FLOOR));
      case "trunc" -> pattern(integer(x, RoundingMode.DOWN));
      case "nearest" -> pattern(integer(x, RoundingMode.HALF_EVEN));
      case "add" -> pattern(x + y);
      case "sub" -> pattern(x - y);
      case "mul" -> pattern(x * y);
      case "div" -> pattern(x / y);
      case "min" -> extreme(x, y, first, second, x < y);
      case "max" -> extreme(x, y, first, second, x > y);
      case "pmin" -> y < x ? second : first;
      case "pmax" -> x < y ? second : first;
      case "madd" -> pattern(rounded(x * y) + z);
      case "nmadd" -> pattern(z - rounded(x * y));
      case "eq" -> truth(x == y);
      case "ne" -> truth(x != y);
      case "lt" -> truth(x < y);
      case "gt" -> truth(x > y);
      case "le" -> truth(x <= y);
      case "ge" -> truth(x >= y);
      default -> throw new IllegalArgumentException(plain);
    };
  }

  private BigInteger extreme(double x, double y, BigInteger first, BigInteger second, boolean isFirst) {
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return pattern(Double.NaN);
    }
    if (x == 0 && y == 0) {
      return name.contains("min") ? first.or(second) : first.and(second);
    }
    return isFirst ? first : second;
  }

  private static double integer(double x, RoundingMode mode) {
    return Double.isNaN(x) || Double.isInfinite(x) ? x
        : Math.copySign(new BigDecimal(x).setScale(0, mode).doubleValue(), x);
  }

  /** A shift. */
  long[] shift(long[] v, int by) {
    int n = Integer.remainderUnsigned(by, width);
    return each(i -> name.equals("shl") ? lane(v, width, i, true).shiftLeft(n)
        : lane(v, width, i, unsigned).shiftRight(n));
  }

  /** An i32 made of all lanes. */
  long reduced(long[] v) {
    long bits = 0;
    int zeros = 0;
    for (int i = 0; i < count; i++) {
      BigInteger x = lane(v, width, i, false);
      bits |= x.signum() < 0 ? 1L << i : 0;
      zeros += x.signum() == 0 ? 1 : 0;
    }
    return name.equals("bitmask") ? bits : zeros == 0 ? 1 : 0;
  }

  long[] splat(long value) {
    return each(i -> big(value));
  }

  /** A lane as the slot of its type. */
  long extracted(long[] v, int lane) {
    long value = lane(v, width, lane, unsigned).longValue();
    return width == 64 ? value : value & 0xffff_ffffL;
  }

  long[] replaced(long[] v, int lane, long value) {
    return each(i -> i == lane ? big(value) : lane(v, width, i, true));
  }

  static long[] shuffled(long[] a, long[] b, long[] indices) {
    BigInteger all = BigInteger.ZERO;
    for (int i = 0; i < 16; i++) {
      int index = lane(indices, 8, i, true).intValue();
      all = all.or(lane(index < 16 ? a : b, 8, index % 16, true).shiftLeft(8 * i));
    }
    return vector(all);
  }
}
