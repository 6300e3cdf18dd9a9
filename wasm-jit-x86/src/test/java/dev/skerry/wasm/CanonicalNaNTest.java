package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.semantics.FloatArithmetic;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With {@code canonicalNaN} arithmetic yields no other NaN than the canonical one, and nothing else is touched. */
class CanonicalNaNTest {

  /** A NaN with sign and payload in lanes of either width. */
  private static final long NAN = 0xfff8_1234_ffc5_6789L;
  private static final long CANONICAL_F32X2 = 0x7fc0_0000_7fc0_0000L;
  private static final long CANONICAL_F64 = 0x7ff8_0000_0000_0000L;

  private static long[] run(Tier tier, String text, boolean vector) throws CompileError, LinkError {
    TestModule module = new TestModule();
    module.func("run", vector ? "-> i64 i64" : "-> i64", "v128", text);
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(tier).withCanonicalNaN(true));
    try (Store store = engine.newStore()) {
      Object[] results = new Linker(store).instantiate(Module.compile(engine, module.bytes())).func("run")
          .orElseThrow().call();
      return Arrays.stream(results).mapToLong(result -> (long) result).toArray();
    }
  }

  private static String operand(char type) {
    return switch (type) {
      case 'f' -> "i64.const " + NAN + "\ni32.wrap_i64\nf32.reinterpret_i32\n";
      case 'F' -> "i64.const " + NAN + "\nf64.reinterpret_i64\n";
      default -> "i64.const " + NAN + "\ni64x2.splat\n";
    };
  }

  private static long[] apply(Tier tier, Opcode opcode) throws CompileError, LinkError {
    StringBuilder text = new StringBuilder();
    int colon = opcode.signature.indexOf(':');
    opcode.signature.substring(0, colon).chars().forEach(type -> text.append(operand((char) type)));
    text.append(opcode.mnemonic).append('\n');
    char result = opcode.signature.charAt(colon + 1);
    text.append(switch (result) {
      case 'f' -> "i32.reinterpret_f32\ni64.extend_i32_u";
      case 'F' -> "i64.reinterpret_f64";
      default -> "local.tee 0\ni64x2.extract_lane 0\nlocal.get 0\ni64x2.extract_lane 1";
    });
    return run(tier, text.toString(), result == 'V');
  }

  private static Stream<Opcode> opcodes(String pattern) {
    return Arrays.stream(Opcode.values()).filter(opcode -> opcode.mnemonic.matches(pattern));
  }

  @ParameterizedTest
  @EnumSource
  void givenNaNsWithPayloadsThenArithmeticYieldsTheCanonicalOne(Tier tier) throws CompileError, LinkError {
    for (Opcode opcode : (Iterable<Opcode>) opcodes("f.*").filter(FloatArithmetic::contains)::iterator) {
      long[] results = apply(tier, opcode);
      boolean single = opcode.mnemonic.startsWith("f32");
      assertEquals(results.length == 1 && single ? CANONICAL_F32X2 & 0xffff_ffffL : single ? CANONICAL_F32X2
          : CANONICAL_F64, results[0], opcode.mnemonic);
      if (results.length == 2) {
        boolean zero = opcode.mnemonic.endsWith("_zero");
        assertEquals(zero ? 0 : single ? CANONICAL_F32X2 : CANONICAL_F64, results[1], opcode.mnemonic);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenNaNsWithPayloadsThenWhatIsDefinedToTheBitKeepsThem(Tier tier) throws CompileError, LinkError {
    for (Opcode opcode : (Iterable<Opcode>) opcodes("f64(x2)?\\.(abs|neg|copysign|pmin|pmax)")::iterator) {
      long expected = opcode.mnemonic.matches(".*(abs|neg)") ? NAN & Long.MAX_VALUE : NAN;
      for (long result : apply(tier, opcode)) {
        assertEquals(expected, result, opcode.mnemonic);
      }
    }
  }

  @Test
  void givenNumbersThenNothingChanges() throws CompileError, LinkError {
    assertEquals(Double.doubleToRawLongBits(-0.0),
        run(Tier.INTERP, "f64.const -0.0\nf64.const 5\nf64.mul\ni64.reinterpret_f64", false)[0]);
    assertEquals(0x3fc0_0000_c000_0000L, run(Tier.INTERP,
        "f32.const -2\nf32x4.splat\nf32.const 1.5\nf32x4.replace_lane 1\nlocal.tee 0\nlocal.get 0\nf32x4.max\n"
            + "i64x2.extract_lane 0", false)[0]);
  }
}
