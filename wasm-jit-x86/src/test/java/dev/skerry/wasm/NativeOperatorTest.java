package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.semantics.Operators;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every numeric operator as machine code against {@link Operators}: operands in registers, constants, in memory, the
 * same twice; results as values, in branches and in choices; with what this processor has and with the least that
 * compiled code needs; the same bits, any arithmetic NaN for one, the same traps.
 */
class NativeOperatorTest {

  private static final int OTHERS = 6;
  private static final int CONSTANTS = 8;
  private static final long SEED = 42;
  private static final int CELL = 64;

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  static Stream<Opcode> operators() {
    return Arrays.stream(Opcode.values()).filter(opcode -> opcode.immediate == Immediate.NONE
        && opcode.signature != null && !opcode.signature.contains("V") && !opcode.signature.equals(":"));
  }

  /** A function of two parameters, the second one perhaps unused, and what it does with an operator's result. */
  private record Variant(String name, String type, Consumer<Code> body, Long first, Long second, boolean same,
      long ifTrue, long ifFalse) {

    static Variant of(String name, String type, Consumer<Code> body) {
      return new Variant(name, type, body, null, null, false, 1, 0);
    }

    Variant with(Long constantFirst, Long constantSecond) {
      return new Variant(name, type, body, constantFirst, constantSecond, same, ifTrue, ifFalse);
    }

    Variant twice() {
      return new Variant(name, type, body, first, second, true, ifTrue, ifFalse);
    }

    Variant choosing(long onTrue, long onFalse) {
      return new Variant(name, type, body, first, second, same, onTrue, onFalse);
    }

    boolean chooses() {
      return ifTrue != 1 || ifFalse != 0;
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void givenAnOperatorWhenCompiledInAnyShapeThenItDoesWhatTheSemanticsSay(Opcode opcode)
      throws CompileError, LinkError {
    List<String> failures = new ArrayList<>();
    check(opcode, new Pipeline(CpuFeatures.current(), MemoryStrategy.CHECK, false), failures);
    MemoryStrategy best = EngineOptions.fromProperties().withTier(Tier.AUTO).supported().memory();
    check(opcode, new Pipeline(CpuFeatures.current(), best, true), failures);
    check(opcode, new Pipeline(CpuFeatures.floor(), MemoryStrategy.CHECK, true), failures);
    assertEquals(List.of(), failures.subList(0, Math.min(10, failures.size())));
  }

  private static void check(Opcode opcode, Pipeline pipeline, List<String> failures) throws CompileError, LinkError {
    SplittableRandom random = new SplittableRandom(SEED);
    String signature = opcode.signature;
    boolean binary = signature.indexOf(':') == 2;
    long[] as = EdgeValues.of(signature.charAt(0), OTHERS, random);
    long[] bs = binary ? EdgeValues.of(signature.charAt(1), OTHERS, random) : new long[1];
    List<Variant> variants = variants(opcode, as, bs);
    ModuleBuilder builder = new ModuleBuilder().memory(1, 1);
    for (Variant variant : variants) {
      builder.function(variant.name, variant.type, variant.body);
    }
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
    try (Store store = engine.newStore()) {
      Module module = Module.compile(engine, builder.build());
      pipeline.install(module);
      Instance instance = new Linker(store).instantiate(module);
      for (Variant variant : variants) {
        Func function = instance.func(variant.name).orElseThrow();
        for (long a : variant.first == null ? as : new long[] {variant.first}) {
          for (long b : variant.second == null && !variant.same ? bs : new long[] {0}) {
            long second = variant.same ? a : variant.second == null ? b : variant.second;
            compare(opcode, variant, function, a, second, pipeline, failures);
          }
        }
      }
    }
  }

  private static void compare(Opcode opcode, Variant variant, Func function, long a, long b, Pipeline pipeline,
      List<String> failures) {
    String expected;
    long value = 0;
    try {
      value = Operators.evaluate(opcode, a, b);
      if (variant.chooses()) {
        value = value != 0 ? variant.ifTrue : variant.ifFalse;
      }
      expected = Long.toHexString(value);
    } catch (Trap trap) {
      expected = trap.kind().toString();
    }
    String actual;
    long[] slots = {a, b};
    try {
      function.invoke(slots);
      char result = variant.chooses() ? 'I' : opcode.signature.charAt(opcode.signature.length() - 1);
      actual = isSameNaN(opcode, result, value, slots[0]) ? expected : Long.toHexString(slots[0]);
    } catch (Trap trap) {
      actual = trap.kind().toString();
    }
    if (!expected.equals(actual)) {
      failures.add("%s of %x and %x as %s on %s%s: %s instead of %s".formatted(opcode.mnemonic, a, b, variant.name,
          pipeline.features(), pipeline.passes() ? " with passes" : "", actual, expected));
    }
  }

  /** Whether both are arithmetic NaNs, where the operator may choose which. */
  private static boolean isSameNaN(Opcode opcode, char type, long expected, long actual) {
    return switch (opcode) {
      case F32_ABS, F32_NEG, F32_COPYSIGN, F64_ABS, F64_NEG, F64_COPYSIGN, F32_REINTERPRET_I32, F64_REINTERPRET_I64 ->
          false;
      default -> type == 'f' && isArithmeticNaN32(expected) && isArithmeticNaN32(actual)
          || type == 'F' && isArithmeticNaN64(expected) && isArithmeticNaN64(actual);
    };
  }

  private static boolean isArithmeticNaN32(long bits) {
    return (bits & 0x7fc0_0000L) == 0x7fc0_0000L && bits >>> 32 == 0;
  }

  private static boolean isArithmeticNaN64(long bits) {
    return (bits & 0x7ff8L << 48) == 0x7ff8L << 48;
  }

  private static List<Variant> variants(Opcode opcode, long[] as, long[] bs) {
    String signature = opcode.signature;
    char a = signature.charAt(0);
    boolean binary = signature.indexOf(':') == 2;
    char b = binary ? signature.charAt(1) : 'i';
    char result = signature.charAt(signature.length() - 1);
    String parameters = type(a) + " " + type(b) + " -> ";
    String type = parameters + type(result);
    List<Variant> variants = new ArrayList<>();
    Consumer<Code> second = binary ? code -> code.get(1) : code -> { };
    Consumer<Code> plain = code -> {
      code.get(0);
      second.accept(code);
      code.op(opcode);
    };
    variants.add(Variant.of("registers", type, plain));
    variants.add(Variant.of("first loaded", type, code -> {
      code.i32(CELL).get(0).op(store(a), 0, 0).i32(CELL).op(load(a), 0, 0);
      second.accept(code);
      code.op(opcode);
    }));
    if (binary) {
      variants.add(Variant.of("second loaded", type, code ->
          code.i32(CELL).get(1).op(store(b), 0, 0).get(0).i32(CELL).op(load(b), 0, 0).op(opcode)));
      variants.add(Variant.of("second loaded from a register", type, code ->
          code.i32(CELL).get(1).op(store(b), 0, 4).get(0).i32(CELL + 4).op(load(b), 0, 0).op(opcode)));
    }
    if (binary && a == b) {
      variants.add(Variant.of("same", type, code -> code.get(0).get(0).op(opcode)).twice());
      variants.add(Variant.of("in memory", type, code -> code
          .i32(CELL).get(0).op(store(a), 0, 0)
          .i32(CELL).i32(CELL).op(load(a), 0, 0).get(1).op(opcode).op(store(result), 0, 0)
          .i32(CELL).op(load(result), 0, 0)));
    }
    if (result == 'i') {
      conditions(plain, parameters, variants);
    }
    for (int k = 0; k < CONSTANTS; k++) {
      long first = as[k * as.length / CONSTANTS];
      long constant = bs[k * bs.length / CONSTANTS];
      variants.add(Variant.of("first " + k, type, code -> {
        code.op(constant(a), signed(a, first));
        second.accept(code);
        code.op(opcode);
      }).with(first, null));
      if (binary) {
        variants.add(Variant.of("second " + k, type, code ->
            code.get(0).op(constant(b), signed(b, constant)).op(opcode)).with(null, constant));
        for (Consumer<Code> taken : unfolded(b, constant)) {
          variants.add(Variant.of("second " + k + " unfolded " + variants.size(), type, code -> {
            taken.accept(code.get(0));
            code.op(opcode);
          }).with(null, constant));
        }
        if (result == 'i') {
          variants.add(Variant.of("branch on second " + k, parameters + "i64", code ->
              code.get(0).op(constant(b), signed(b, constant)).op(opcode).op(Opcode.IF, -2).i64(7)
                  .op(Opcode.ELSE).i64(9).end()).with(null, constant).choosing(7, 9));
        }
      }
    }
    return variants;
  }

  /** A constant behind what only a compiler that folds nothing leaves for its user to take: two of them or none. */
  private static List<Consumer<Code>> unfolded(char letter, long value) {
    return switch (letter) {
      case 'i' -> List.of(
          code -> code.i64(value).op(Opcode.I32_WRAP_I64),
          code -> code.i32((int) value).i32(-1).op(Opcode.I32_AND));
      case 'I' -> List.of(
          value == (int) value ? code -> code.i32((int) value).op(Opcode.I64_EXTEND_I32_S)
              : code -> code.i32((int) value).op(Opcode.I64_EXTEND_I32_U).i64(value >>> 32 << 32).op(Opcode.I64_OR),
          code -> code.i64(value).i64(-1).op(Opcode.I64_AND));
      default -> List.of();
    };
  }

  /** The result as what branches and choices depend on, itself and negated, in registers and from memory. */
  private static void conditions(Consumer<Code> plain, String parameters, List<Variant> variants) {
    variants.add(Variant.of("if", parameters + "i64", code -> {
      plain.accept(code);
      code.op(Opcode.IF, -2).i64(7).op(Opcode.ELSE).i64(9).end();
    }).choosing(7, 9));
    variants.add(Variant.of("if not", parameters + "i64", code -> {
      plain.accept(code);
      code.op(Opcode.I32_EQZ).op(Opcode.IF, -2).i64(7).op(Opcode.ELSE).i64(9).end();
    }).choosing(9, 7));
    variants.add(Variant.of("not", parameters + "i32", code -> {
      plain.accept(code);
      code.op(Opcode.I32_EQZ);
    }).choosing(0, 1));
    variants.add(Variant.of("select i64", parameters + "i64", code -> {
      code.i64(7).i64(9);
      plain.accept(code);
      code.op(Opcode.SELECT);
    }).choosing(7, 9));
    variants.add(Variant.of("select f64 by not", parameters + "f64", code -> {
      code.f64(7).f64(9);
      plain.accept(code);
      code.op(Opcode.I32_EQZ).op(Opcode.SELECT);
    }).choosing(Double.doubleToRawLongBits(9), Double.doubleToRawLongBits(7)));
    variants.add(Variant.of("select i32 by not", parameters + "i32", code -> {
      code.i32(7).i32(9);
      plain.accept(code);
      code.op(Opcode.I32_EQZ).op(Opcode.SELECT);
    }).choosing(9, 7));
  }

  private static String type(char letter) {
    return switch (letter) {
      case 'i' -> "i32";
      case 'I' -> "i64";
      case 'f' -> "f32";
      default -> "f64";
    };
  }

  private static Opcode load(char letter) {
    return switch (letter) {
      case 'i' -> Opcode.I32_LOAD;
      case 'I' -> Opcode.I64_LOAD;
      case 'f' -> Opcode.F32_LOAD;
      default -> Opcode.F64_LOAD;
    };
  }

  private static Opcode store(char letter) {
    return switch (letter) {
      case 'i' -> Opcode.I32_STORE;
      case 'I' -> Opcode.I64_STORE;
      case 'f' -> Opcode.F32_STORE;
      default -> Opcode.F64_STORE;
    };
  }

  private static Opcode constant(char letter) {
    return switch (letter) {
      case 'i' -> Opcode.I32_CONST;
      case 'I' -> Opcode.I64_CONST;
      case 'f' -> Opcode.F32_CONST;
      default -> Opcode.F64_CONST;
    };
  }

  private static long signed(char letter, long bits) {
    return letter == 'i' ? (int) bits : bits;
  }
}
