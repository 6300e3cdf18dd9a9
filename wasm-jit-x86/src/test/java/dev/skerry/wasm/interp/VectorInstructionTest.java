package dev.skerry.wasm.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every vector operator computes what {@link LaneModel} says, whether its operands are locals, operands at slots of any
 * parity, or constants, and whether its result goes to the stack or back to an operand.
 */
class VectorInstructionTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_401);
  private static final int ROUNDS = 120;
  private static final int OPERATORS = 236 + 20 - 22 - 1;
  private static final long LANES_OF_TWO = 0x1f1f_1f1f_1f1f_1f1fL;
  private static final long[] ZEROS = {0, Long.MIN_VALUE, 0x8000_0000_8000_0000L, 0x8000_0000L};
  private static final int[] EDGES_8 = {0, 1, 0x7f, 0x80, 0x81, 0xff, 0x55, 0x10};
  private static final int[] EDGES_32 = {
    0, 1, -1, 0x8000_0000, 0x7fff_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xffa0_0001, 0x3f00_0000, 0xbf00_0000,
    0x4f00_0000, 0xcf00_0001, 0x4f80_0000, 0x3fc0_0000, 0x4020_0000, 0x4aff_ffff, 0x3f7f_ffff, 0x0000_8000, 0x7f7f_ffff
  };
  private static final long[] EDGES_64 = {
    0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x7ff0L << 48, 0xfff0L << 48, 0x7ff8L << 48, 0x7ff4L << 48 | 1,
    0x3fe0L << 48, 0xbfe0L << 48, 0x4004L << 48, 0x41e0L << 48, 0xc1e0_0000_0010_0000L, 0x41efL << 48 | 0xffffL << 32,
    0x4330L << 48, 0x432f_ffff_ffff_ffffL, 0x3fef_ffff_ffff_ffffL, 0x47ef_ffff_f000_0000L, 0x7fef_ffff_ffff_ffffL
  };

  static Stream<Opcode> operators() {
    return Arrays.stream(Opcode.values()).filter(VectorOp::isVector).filter(opcode ->
        opcode.immediate == Immediate.NONE || opcode.immediate == Immediate.LANE
            || opcode.immediate == Immediate.SHUFFLE);
  }

  @Test
  void allOperatorsAreHere() {
    assertEquals(OPERATORS, operators().count());
  }

  @ParameterizedTest
  @MethodSource("operators")
  void givenRandomAndEdgeLanesThenTheResultIsThatOfTheModel(Opcode opcode) throws CompileError, LinkError {
    Random random = new Random(SEED + opcode.code);
    try (Store store = Engine.create().newStore()) {
      for (int module = 0; module < 3; module++) {
        long[] immediates = immediates(opcode, random);
        Object[] constants = arguments(opcode, random);
        Instance instance = instance(store, opcode, immediates, constants);
        check(opcode, immediates, constants, instance.func("constants").orElseThrow().call());
        for (int round = 0; round < ROUNDS / 3; round++) {
          Object[] args = arguments(opcode, random);
          for (String name : new String[] {"locals", "operands", "back"}) {
            Func function = instance.func(name).orElseThrow();
            check(opcode, immediates, args, function.call(args));
          }
        }
      }
    }
  }

  private static void check(Opcode opcode, long[] immediates, Object[] args, Object[] results) {
    LaneModel model = new LaneModel(opcode);
    long[] expected = expected(model, opcode, immediates, args);
    long[] seen = slots(results[0]);
    assertEquals(expected.length, seen.length);
    boolean same = true;
    int width = expected.length == 1 ? 64 : model.width();
    for (int i = 0; i < 64 * expected.length / width; i++) {
      same &= model.makesNans() && expected.length == 2 ? matches(expected, seen, width, i)
          : lane(expected, width, i).equals(lane(seen, width, i));
    }
    assertEquals(true, same, () -> opcode.mnemonic + Arrays.toString(immediates) + " of " + Arrays.deepToString(args)
        + ", seed " + SEED + ": expected " + Arrays.toString(expected) + ", saw " + Arrays.toString(seen));
  }

  private static BigInteger lane(long[] halves, int width, int i) {
    return LaneModel.lane(halves.length == 2 ? halves : new long[] {halves[0], 0}, width, i, true);
  }

  /** Comparisons give lanes that look like NaNs and have the quiet bit, so they match only themselves here too. */
  private static boolean matches(long[] expected, long[] seen, int width, int i) {
    BigInteger want = lane(expected, width, i);
    BigInteger quiet = BigInteger.valueOf(width == 32 ? 0x7fc0_0000L : 0x7ff8L << 48);
    return want.equals(quiet) ? lane(seen, width, i).and(quiet).equals(quiet) : want.equals(lane(seen, width, i));
  }

  private static long[] slots(Object value) {
    return value instanceof long[] halves ? halves
        : value instanceof Integer number ? new long[] {number & 0xffff_ffffL}
        : value instanceof Float number ? new long[] {Float.floatToRawIntBits(number) & 0xffff_ffffL}
        : value instanceof Double number ? new long[] {Double.doubleToRawLongBits(number)}
        : new long[] {(Long) value};
  }

  private static long[] expected(LaneModel model, Opcode opcode, long[] immediates, Object[] args) {
    if (opcode.immediate == Immediate.SHUFFLE) {
      return LaneModel.shuffled((long[]) args[0], (long[]) args[1], immediates);
    }
    if (opcode == Opcode.V128_ANY_TRUE) {
      long[] halves = (long[]) args[0];
      return new long[] {(halves[0] | halves[1]) != 0 ? 1 : 0};
    }
    return switch (opcode.signature) {
      case "V:V", "VV:V", "VVV:V" -> model.operator(Arrays.stream(args).toArray(long[][]::new));
      case "Vi:V", "VI:V", "Vf:V", "VF:V" -> opcode.immediate == Immediate.LANE
          ? model.replaced((long[]) args[0], (int) immediates[0], slots(args[1])[0])
          : model.shift((long[]) args[0], (Integer) args[1]);
      case "V:i", "V:I", "V:f", "V:F" -> new long[] {opcode.immediate == Immediate.LANE
          ? model.extracted((long[]) args[0], (int) immediates[0]) : model.reduced((long[]) args[0])};
      default -> model.splat(slots(args[0])[0]);
    };
  }

  private static long[] immediates(Opcode opcode, Random random) {
    return switch (opcode.immediate) {
      case LANE -> new long[] {random.nextInt(opcode.lanes())};
      case SHUFFLE -> new long[] {random.nextLong() & LANES_OF_TWO, random.nextLong() & LANES_OF_TWO};
      default -> new long[0];
    };
  }

  private static Object[] arguments(Opcode opcode, Random random) {
    String operands = opcode.signature.substring(0, opcode.signature.indexOf(':'));
    Object[] args = new Object[operands.length()];
    for (int i = 0; i < args.length; i++) {
      args[i] = switch (operands.charAt(i)) {
        case 'i' -> random.nextBoolean() ? random.nextInt(300) : random.nextInt();
        case 'I' -> half(random);
        case 'f' -> Float.intBitsToFloat((int) half(random) & ~0x0040_0000);
        case 'F' -> Double.longBitsToDouble(half(random));
        default -> i > 0 ? related((long[]) args[0], random) : new long[] {half(random), half(random)};
      };
    }
    return args;
  }

  /** Another vector, at times the same one, at times with another sign. */
  private static long[] related(long[] first, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> first;
      case 1 -> new long[] {first[0] ^ Long.MIN_VALUE, first[1] ^ 0x8000_0000_8000_0000L};
      default -> new long[] {half(random), half(random)};
    };
  }

  private static long half(Random random) {
    long lanes = 0;
    switch (random.nextInt(7)) {
      case 0:
        for (int i = 0; i < 8; i++) {
          lanes = lanes << 8 | EDGES_8[random.nextInt(EDGES_8.length)];
        }
        return lanes;
      case 1:
        return (long) edge(random) << 32 | edge(random) & 0xffff_ffffL;
      case 2:
        return EDGES_64[random.nextInt(EDGES_64.length)];
      case 3:
        return (long) Float.floatToIntBits((float) random.nextGaussian() * 100) << 32
            | Float.floatToIntBits((float) Math.scalb(random.nextGaussian(), random.nextInt(40))) & 0xffff_ffffL;
      case 4:
        return Double.doubleToLongBits(Math.scalb(random.nextGaussian(), random.nextInt(40)));
      case 5:
        return ZEROS[random.nextInt(ZEROS.length)];
      default:
        return random.nextLong();
    }
  }

  private static int edge(Random random) {
    return EDGES_32[random.nextInt(EDGES_32.length)];
  }

  private static Instance instance(Store store, Opcode opcode, long[] immediates, Object[] constants)
      throws CompileError, LinkError {
    String operands = opcode.signature.substring(0, opcode.signature.indexOf(':'));
    String params = names(operands);
    String result = names(opcode.signature.substring(opcode.signature.indexOf(':') + 1));
    int back = operands.indexOf(opcode.signature.charAt(opcode.signature.length() - 1));
    ModuleBuilder builder = new ModuleBuilder();
    builder.function("locals", params + " -> " + result, code -> {
      for (int i = 0; i < operands.length(); i++) {
        code.get(i);
      }
      code.op(opcode, immediates);
    });
    builder.function("operands", params + " -> " + result, code -> {
      code.i32(7).block().end();
      for (int i = 0; i < operands.length(); i++) {
        code.get(i).op(Opcode.BLOCK, builder.type(names(operands.substring(i, i + 1)) + " -> "
            + names(operands.substring(i, i + 1)))).end();
      }
      code.op(opcode, immediates).op(Opcode.BLOCK, builder.type("i32 " + result + " -> " + result))
          .op(Opcode.BR, 0).end();
    });
    builder.function("back", params + " -> " + result, code -> {
      for (int i = 0; i < operands.length(); i++) {
        code.get(i);
      }
      code.op(opcode, immediates);
      if (back >= 0) {
        code.set(back).get(back);
      }
    });
    builder.function("constants", " -> " + result, code -> {
      for (Object constant : constants) {
        constant(code, constant);
      }
      code.op(opcode, immediates);
    });
    return new Linker(store).instantiate(Module.compile(store.engine(), builder.build()));
  }

  private static void constant(Code code, Object value) {
    if (value instanceof long[] halves) {
      code.op(Opcode.V128_CONST, halves);
    } else if (value instanceof Integer number) {
      code.i32(number);
    } else if (value instanceof Long number) {
      code.i64(number);
    } else if (value instanceof Float number) {
      code.f32(number);
    } else {
      code.f64((Double) value);
    }
  }

  private static String names(String letters) {
    return letters.replace("V", "v128 ").replace("i", "i32 ").replace("I", "i64 ").replace("f", "f32 ")
        .replace("F", "f64 ").trim();
  }
}
