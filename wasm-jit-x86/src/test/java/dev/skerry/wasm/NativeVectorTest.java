package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import dev.skerry.wasm.x64.CpuFeature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every vector instruction as machine code against the interpreter, which {@code semantics.VectorOperators} computes
 * for: each lane, shuffles of all kinds, counts in registers and as constants; with what this processor has, without
 * AVX2, and with the least that compiled code needs. The same bits in memory afterwards; of lanes that are arithmetic
 * NaNs any.
 */
class NativeVectorTest {

  private static final int ROUNDS = 150;
  private static final long SEED = 7;
  private static final int OPERANDS = 48;
  private static final int RESULT = 64;
  private static final int TOUCHED = 128;

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  static Stream<Opcode> instructions() {
    return Arrays.stream(Opcode.values()).filter(opcode -> opcode.code >>> 12 == Opcode.PREFIX_FD);
  }

  private static List<CpuFeatures> processors() {
    EnumSet<CpuFeature> older = EnumSet.copyOf(CpuFeatures.current().all());
    older.removeAll(EnumSet.of(CpuFeature.AVX2, CpuFeature.FMA));
    EnumSet<CpuFeature> oldest = EnumSet.copyOf(older);
    oldest.remove(CpuFeature.AVX);
    return List.of(CpuFeatures.current(), CpuFeatures.of(older), CpuFeatures.of(oldest), CpuFeatures.floor());
  }

  @ParameterizedTest
  @MethodSource("instructions")
  void givenAVectorInstructionWhenCompiledThenMemoryIsAsTheInterpreterLeavesIt(Opcode opcode)
      throws CompileError, LinkError {
    List<Consumer<Code>> bodies = bodies(opcode, new SplittableRandom(SEED));
    ModuleBuilder builder = new ModuleBuilder().memory(1, 1).export("memory", 2, 0);
    for (int i = 0; i < bodies.size(); i++) {
      builder.function("f" + i, " -> ", bodies.get(i));
    }
    byte[] bytes = builder.build();
    Engine interpreter = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    for (CpuFeatures features : processors()) {
      Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
      try (Store plain = interpreter.newStore(); Store store = engine.newStore()) {
        Instance expected = new Linker(plain).instantiate(Module.compile(interpreter, bytes));
        Module module = Module.compile(engine, bytes);
        new Pipeline(features, MemoryStrategy.CHECK, true).install(module);
        compare(opcode, bodies.size(), expected, new Linker(store).instantiate(module), features);
      }
    }
  }

  private static void compare(Opcode opcode, int bodies, Instance expected, Instance actual, CpuFeatures features) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int body = 0; body < bodies; body++) {
      Func wanted = expected.func("f" + body).orElseThrow();
      Func found = actual.func("f" + body).orElseThrow();
      for (int round = 0; round < ROUNDS; round++) {
        byte[] operands = operands(random);
        byte[] right = run(expected, wanted, operands);
        byte[] made = run(actual, found, operands);
        if (!Arrays.equals(right, made) && !isSameButForNaNs(opcode, right, made)) {
          assertEquals(hex(right), hex(made), "%s, body %d of operands %s on %s"
              .formatted(opcode.mnemonic, body, hex(operands), features));
        }
      }
    }
  }

  private static byte[] run(Instance instance, Func function, byte[] operands) {
    Memory memory = instance.memory("memory").orElseThrow();
    memory.write(0, Arrays.copyOf(operands, TOUCHED), 0, TOUCHED);
    function.invoke(new long[1]);
    return memory.read(0, TOUCHED);
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      text.append(i % 16 == 0 ? " " : "").append("%02x".formatted(bytes[i]));
    }
    return text.toString();
  }

  /** Lanes at random, of edges, or of few bits; all operands of one width, so that lanes match. */
  private static byte[] operands(SplittableRandom random) {
    ByteBuffer bytes = ByteBuffer.allocate(OPERANDS).order(ByteOrder.LITTLE_ENDIAN);
    int kind = random.nextInt(6);
    long[] singles = EdgeValues.of('f', 4, random);
    long[] doubles = EdgeValues.of('F', 4, random);
    while (bytes.hasRemaining()) {
      switch (kind) {
        case 0 -> bytes.putInt((int) singles[random.nextInt(singles.length)]);
        case 1 -> bytes.putLong(doubles[random.nextInt(doubles.length)]);
        case 2 -> bytes.put((byte) new int[] {0, 1, 0x7f, 0x80, 0xff, 0xfe, 15, 16}[random.nextInt(8)]);
        case 3 -> bytes.putShort((short) new int[] {0, 1, 0x7fff, 0x8000, 0xffff, 0xff, 0x100}[random.nextInt(7)]);
        case 4 -> bytes.putInt(new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xffff}[random.nextInt(6)]);
        default -> bytes.putLong(random.nextLong());
      }
    }
    return bytes.array();
  }

  private static boolean isSameButForNaNs(Opcode opcode, byte[] right, byte[] made) {
    String name = opcode.mnemonic;
    int bytes = name.startsWith("f32x4") ? 4 : name.startsWith("f64x2") ? 8 : 0;
    if (bytes == 0 || name.contains("lane") || name.contains("abs") || name.contains("neg") || name.contains("pm")
        || name.contains("splat")) {
      return false;
    }
    ByteBuffer a = ByteBuffer.wrap(right).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.wrap(made).order(ByteOrder.LITTLE_ENDIAN);
    boolean same = true;
    for (int at = 0; at < right.length; at += bytes) {
      same &= bytes == 4
          ? a.getInt(at) == b.getInt(at) || isQuiet(a.getInt(at)) && isQuiet(b.getInt(at))
          : a.getLong(at) == b.getLong(at) || isQuiet(a.getLong(at)) && isQuiet(b.getLong(at));
    }
    return same;
  }

  private static boolean isQuiet(int bits) {
    return (bits & 0x7fc0_0000) == 0x7fc0_0000;
  }

  private static boolean isQuiet(long bits) {
    return (bits & 0x7ff8L << 48) == 0x7ff8L << 48;
  }

  private static List<Consumer<Code>> bodies(Opcode opcode, SplittableRandom random) {
    List<Consumer<Code>> bodies = new ArrayList<>();
    switch (opcode.immediate) {
      case V128 -> bodies.add(code ->
          code.i32(RESULT).op(opcode, 0x0123_4567_89ab_cdefL, -2).op(Opcode.V128_STORE, 0, 0));
      case LANE -> {
        for (int lane = 0; lane < opcode.lanes(); lane++) {
          long immediate = lane;
          bodies.add(code -> plain(code, opcode, immediate));
        }
      }
      case SHUFFLE -> shuffles(random).forEach(indices -> bodies.add(code -> plain(code, opcode, indices)));
      case MEMARG -> bodies.add(code -> access(code, opcode, 0, 3));
      case MEMARG_LANE -> {
        for (int lane = 0; lane < opcode.lanes(); lane++) {
          long immediate = lane;
          bodies.add(code -> access(code, opcode, 0, 3, immediate));
        }
      }
      default -> {
        bodies.add(code -> plain(code, opcode));
        variants(opcode, bodies);
      }
    }
    return bodies;
  }

  /** The operands from memory, the result to memory. */
  private static void plain(Code code, Opcode opcode, long... immediates) {
    code.i32(RESULT);
    int colon = opcode.signature.indexOf(':');
    for (int i = 0; i < colon; i++) {
      load(code, opcode.signature.charAt(i), 16 * i);
    }
    code.op(opcode, immediates);
    code.op(store(opcode.signature.charAt(colon + 1)), 0, 0);
  }

  private static void access(Code code, Opcode opcode, long... immediates) {
    boolean stores = opcode.signature.endsWith(":");
    if (!stores) {
      code.i32(RESULT);
    }
    code.i32(stores ? RESULT : 8);
    if (opcode.signature.charAt(1) == 'V') {
      load(code, 'V', 16);
    }
    code.op(opcode, immediates);
    if (!stores) {
      code.op(Opcode.V128_STORE, 0, 0);
    }
  }

  private static void variants(Opcode opcode, List<Consumer<Code>> bodies) {
    if (opcode.signature.equals("Vi:V")) {
      for (int count : new int[] {0, 1, 3, 7, 8, 15, 16, 31, 33, 63}) {
        bodies.add(code -> {
          load(code.i32(RESULT), 'V', 0);
          code.i32(count).op(opcode).op(Opcode.V128_STORE, 0, 0);
        });
      }
    } else if (opcode.signature.equals("V:i")) {
      bodies.add(code -> {
        load(code.i32(RESULT), 'V', 0);
        code.op(opcode).op(Opcode.IF, -2).i64(7).op(Opcode.ELSE).i64(9).end().op(Opcode.I64_STORE, 0, 0);
      });
      bodies.add(code -> {
        code.i32(RESULT).i64(7).i64(9);
        load(code, 'V', 0);
        code.op(opcode).op(Opcode.I32_EQZ).op(Opcode.SELECT).op(Opcode.I64_STORE, 0, 0);
      });
    } else if (opcode.signature.equals("VV:V")) {
      bodies.add(code -> {
        load(code.i32(RESULT), 'V', 0);
        load(code, 'V', 0);
        code.op(opcode).op(Opcode.V128_STORE, 0, 0);
      });
    }
  }

  private static void load(Code code, char type, int at) {
    code.i32(at).op(switch (type) {
      case 'i' -> Opcode.I32_LOAD;
      case 'I' -> Opcode.I64_LOAD;
      case 'f' -> Opcode.F32_LOAD;
      case 'F' -> Opcode.F64_LOAD;
      default -> Opcode.V128_LOAD;
    }, 0, 0);
  }

  private static Opcode store(char type) {
    return switch (type) {
      case 'i' -> Opcode.I32_STORE;
      case 'I' -> Opcode.I64_STORE;
      case 'f' -> Opcode.F32_STORE;
      case 'F' -> Opcode.F64_STORE;
      default -> Opcode.V128_STORE;
    };
  }

  /** Indices: interleaved, blended, slid, by lanes of each width, of one operand, of both, at random. */
  private static List<long[]> shuffles(SplittableRandom random) {
    List<long[]> shuffles = new ArrayList<>();
    for (int group = 1; group <= 8; group *= 2) {
      for (int from = 0; from <= 8; from += 8) {
        int[] indices = new int[16];
        int[] turned = new int[16];
        for (int i = 0; i < 16; i++) {
          indices[i] = from + i / (2 * group) * group + i % group + (i / group % 2) * 16;
          turned[i] = indices[i] ^ 16;
        }
        shuffles.add(packed(indices));
        shuffles.add(packed(turned));
      }
    }
    for (int width = 1; width <= 8; width *= 2) {
      for (int sources = 1; sources <= 3; sources++) {
        for (int k = 0; k < 6; k++) {
          int[] indices = new int[16];
          for (int i = 0; i < 16; i += width) {
            int source = sources == 1 ? 0 : sources == 2 ? 16 : random.nextInt(2) * 16;
            int lane = random.nextInt(16 / width) * width + source;
            int from = k == 0 ? i + (lane & 16) : k == 1 ? lane & 15 | (i < 8 ? 0 : 16) : lane;
            for (int j = 0; j < width; j++) {
              indices[i + j] = from + j;
            }
          }
          shuffles.add(packed(indices));
        }
      }
    }
    for (int slide = 0; slide <= 16; slide++) {
      int[] indices = new int[16];
      for (int i = 0; i < 16; i++) {
        indices[i] = slide + i;
      }
      shuffles.add(packed(indices));
    }
    return shuffles;
  }

  private static long[] packed(int[] indices) {
    long[] halves = new long[2];
    for (int i = 0; i < 16; i++) {
      halves[i / 8] |= (long) indices[i] << 8 * (i & 7);
    }
    return halves;
  }
}
