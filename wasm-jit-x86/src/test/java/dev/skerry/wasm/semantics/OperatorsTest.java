package dev.skerry.wasm.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Numeric operators at their edges, and against exact arithmetic. */
class OperatorsTest {

  private static final long F32_SIGNALLING = 0x7fa0_0000L;
  private static final long F64_SIGNALLING = 0x7ff4_0000_0000_0000L;
  private static final int ROUNDS = 20_000;

  static Stream<Opcode> operators() {
    return Arrays.stream(Opcode.values())
        .filter(opcode -> opcode.immediate == Immediate.NONE && opcode.signature != null && opcode.feature == null);
  }

  /** Operands and results as raw slots in hexadecimal; a dash for no second operand. */
  @ParameterizedTest(name = "{0} {1} {2} = {3}")
  @CsvSource(delimiter = ' ', textBlock = """
      i32.add 7fffffff 1 80000000
      i32.sub 0 1 ffffffff
      i32.mul ffffffff ffffffff 1
      i32.div_s fffffffb 2 fffffffe
      i32.div_u fffffffe 2 7fffffff
      i32.rem_s 80000000 ffffffff 0
      i32.rem_s fffffffb 3 fffffffe
      i32.rem_u ffffffff a 5
      i32.shl 1 21 2
      i32.shr_s 80000000 1f ffffffff
      i32.shr_u 80000000 1f 1
      i32.rotl 80000001 1 3
      i32.rotr 3 21 80000001
      i32.clz 0 - 20
      i32.ctz 0 - 20
      i32.popcnt ffffffff - 20
      i32.lt_u 1 ffffffff 1
      i32.lt_s 1 ffffffff 0
      i32.ge_u 80000000 7fffffff 1
      i32.gt_u 0 0 0
      i32.le_u 0 0 1
      i32.eqz 0 - 1
      i32.extend8_s 80 - ffffff80
      i32.extend16_s 18000 - ffff8000
      i64.extend8_s 80 - ffffffffffffff80
      i64.extend32_s 80000000 - ffffffff80000000
      i64.extend_i32_s 80000000 - ffffffff80000000
      i64.extend_i32_u 80000000 - 80000000
      i32.wrap_i64 123456789 - 23456789
      i64.rem_s 8000000000000000 ffffffffffffffff 0
      i64.rotl 8000000000000001 41 3
      i64.lt_u 0 8000000000000000 1
      i64.clz 1 - 3f
      i64.eqz 100000000 - 0
      f32.min 0 80000000 80000000
      f32.max 80000000 0 0
      f32.min 7fc00000 3f800000 7fc00000
      f64.max 3ff0000000000000 7ff8000000000000 7ff8000000000000
      f32.nearest 40200000 - 40000000
      f32.nearest bf000000 - 80000000
      f64.nearest 4004000000000000 - 4000000000000000
      f64.trunc bfe0000000000000 - 8000000000000000
      f32.ceil bf000000 - 80000000
      f64.floor 8000000000000000 - 8000000000000000
      f32.abs ffa00001 - 7fa00001
      f64.neg 7ff4000000000000 - fff4000000000000
      f32.copysign 3f800000 80000000 bf800000
      f32.sqrt bf800000 - ffc00000
      f64.convert_i64_u ffffffffffffffff - 43f0000000000000
      f64.convert_i64_u 8000000000000400 - 43e0000000000000
      f64.convert_i64_u 8000000000000401 - 43e0000000000001
      f32.convert_i64_u ffffffffffffffff - 5f800000
      f32.convert_i64_u 8000008000000001 - 5f000001
      f32.convert_i32_u ffffffff - 4f800000
      i32.trunc_f64_s c1e0000000000000 - 80000000
      i32.trunc_f64_s c1e00000001fffff - 80000000
      i32.trunc_f64_u bfefffffffffffff - 0
      i64.trunc_f64_u 43efffffffffffff - fffffffffffff800
      i32.trunc_sat_f32_u bf800000 - 0
      i32.trunc_sat_f32_s 7fc00000 - 0
      i32.trunc_sat_f64_u 7ff0000000000000 - ffffffff
      i64.trunc_sat_f32_u 5f800000 - ffffffffffffffff
      i64.trunc_sat_f64_s fff0000000000000 - 8000000000000000
      """)
  void givenAnEdgeThenTheResultIsExact(String mnemonic, String a, String b, String result) {
    assertEquals(result, Long.toHexString(Operators.evaluate(named(mnemonic), bits(a), bits(b))));
  }

  private static long bits(String hex) {
    return hex.equals("-") ? 0 : Long.parseUnsignedLong(hex, 16);
  }

  private static Opcode named(String mnemonic) {
    return operators().filter(opcode -> opcode.mnemonic.equals(mnemonic)).findFirst().orElseThrow();
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource({
    "i32.div_s,1,0,INTEGER_DIVIDE_BY_ZERO", "i32.div_u,1,0,INTEGER_DIVIDE_BY_ZERO",
    "i32.rem_s,1,0,INTEGER_DIVIDE_BY_ZERO", "i32.rem_u,1,0,INTEGER_DIVIDE_BY_ZERO",
    "i64.div_s,1,0,INTEGER_DIVIDE_BY_ZERO", "i64.div_u,1,0,INTEGER_DIVIDE_BY_ZERO",
    "i64.rem_s,1,0,INTEGER_DIVIDE_BY_ZERO", "i64.rem_u,1,0,INTEGER_DIVIDE_BY_ZERO",
    "i32.div_s,80000000,ffffffff,INTEGER_OVERFLOW", "i64.div_s,8000000000000000,ffffffffffffffff,INTEGER_OVERFLOW",
    "i32.trunc_f32_s,4f000000,-,INTEGER_OVERFLOW", "i32.trunc_f32_u,bf800000,-,INTEGER_OVERFLOW",
    "i32.trunc_f64_s,c1e0000000200000,-,INTEGER_OVERFLOW", "i32.trunc_f64_u,41f0000000000000,-,INTEGER_OVERFLOW",
    "i64.trunc_f32_s,5f000000,-,INTEGER_OVERFLOW", "i64.trunc_f64_u,43f0000000000000,-,INTEGER_OVERFLOW",
    "i64.trunc_f32_u,7fc00000,-,INVALID_CONVERSION", "i64.trunc_f64_s,7ff8000000000000,-,INVALID_CONVERSION"
  })
  void givenAnUndefinedResultThenItTraps(String mnemonic, String a, String b, Trap.Kind kind) {
    Trap trap = assertThrows(Trap.class, () -> Operators.evaluate(named(mnemonic), bits(a), bits(b)));
    assertEquals(kind, trap.kind());
  }

  /** Signalling NaNs must come out quiet from arithmetic; abs, neg, copysign and reinterpret keep the bits. */
  @ParameterizedTest
  @MethodSource("operators")
  void givenASignallingNanThenArithmeticMakesItQuiet(Opcode opcode) {
    String signature = opcode.signature;
    char operand = signature.charAt(0);
    char result = signature.charAt(signature.length() - 1);
    boolean keeps = opcode.mnemonic.matches(".*(abs|neg|copysign|reinterpret.*)");
    if (operand != 'f' && operand != 'F' || result != 'f' && result != 'F' || keeps) {
      return;
    }
    long nan = operand == 'f' ? F32_SIGNALLING : F64_SIGNALLING;
    long one = operand == 'f' ? Float.floatToRawIntBits(1) : Double.doubleToRawLongBits(1);
    for (long[] pair : new long[][] {{nan, one}, {one, nan}, {nan, nan}}) {
      boolean unary = signature.indexOf(':') == 1;
      if (unary && pair[0] == one) {
        continue;
      }
      long bits = Operators.evaluate(opcode, pair[0], pair[1]);
      long quiet = result == 'f' ? 0x7fc0_0000L : 0x7ff8_0000_0000_0000L;
      assertEquals(quiet, bits & quiet, opcode.mnemonic);
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void givenAnyOperandsThenNarrowResultsHaveAZeroHighHalf(Opcode opcode) {
    char result = opcode.signature.charAt(opcode.signature.length() - 1);
    if (result != 'i' && result != 'f') {
      return;
    }
    SplittableRandom random = new SplittableRandom(opcode.code);
    for (int i = 0; i < 200; i++) {
      long a = slot(opcode.signature.charAt(0), random);
      long b = slot(opcode.signature.charAt(0), random);
      try {
        assertEquals(0, Operators.evaluate(opcode, a, b) >>> 32, opcode.mnemonic);
      } catch (Trap trap) {
        assertTrue(trap.frames().isEmpty());
      }
    }
  }

  private static long slot(char type, SplittableRandom random) {
    return type == 'i' || type == 'f' ? random.nextInt() & 0xffff_ffffL : random.nextLong();
  }

  @Test
  void givenRandomIntegersThenConversionsRoundLikeExactArithmetic() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROUNDS; i++) {
      long x = random.nextLong() >>> random.nextInt(64);
      BigDecimal exact = new BigDecimal(new BigInteger(Long.toUnsignedString(x)));
      assertEquals(exact.doubleValue(), Conversions.f64ConvertI64U(x), () -> "seed " + seed + ", " + x);
      assertEquals(exact.floatValue(), Conversions.f32ConvertI64U(x), () -> "seed " + seed + ", " + x);
    }
  }

  @Test
  void givenRandomDoublesThenTruncationIsTheExactIntegerPart() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    BigInteger top = BigInteger.ONE.shiftLeft(64);
    for (int i = 0; i < ROUNDS; i++) {
      double x = Math.scalb(random.nextDouble(), random.nextInt(70));
      BigInteger exact = new BigDecimal(x).toBigInteger();
      if (exact.compareTo(top) < 0) {
        assertEquals(exact.longValue(), Conversions.i64TruncF64U(x), () -> "seed " + seed + ", " + x);
      }
      long saturated = exact.compareTo(top) < 0 ? exact.longValue() : -1;
      assertEquals(saturated, Conversions.i64TruncSatF64U(x), () -> "seed " + seed + ", " + x);
    }
  }

  @Test
  void givenAnyNanThenItsCanonicalFormIsTheOne() {
    assertEquals(0x7fc0_0000, Float.floatToRawIntBits(F32.canonical(Float.intBitsToFloat(0xffa0_0001))));
    assertEquals(0x7ff8L << 48, Double.doubleToRawLongBits(F64.canonical(Double.longBitsToDouble(F64_SIGNALLING))));
    assertEquals(1.5, F64.canonical(1.5));
  }
}
