package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.ExperimentalEngine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.x64.CpuFeature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random loops leave the same results, traps and memory, bit for bit, on vectors as in tier 0, as this processor has
 * them and as those with nothing but SSE4.1, wherever their arrays are: apart, over each other, at the end of memory
 * and beyond, about where addresses wrap. {@code -Dskerry.seed} and {@code -Dskerry.programs} repeat or lengthen a run.
 */
class VectorisationTest {

  private static final long SEED = Long.getLong("skerry.seed", 6_400_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 150);
  private static final int CALLS = 16;
  private static final long[] FLOATS = {0, Long.MIN_VALUE, 0x7ff0_0000_0000_0000L, 0xfff0_0000_0000_0000L,
      0x7ff8_0000_0000_0000L, 0x7ff4_0000_0000_1234L, 0xfff8_0000_dead_beefL, 1, 0x3ff0_0000_0000_0000L,
      0x7f80_0000_7fc0_0001L, 0x7fa0_0000_ff80_0000L, 0x8000_0000_0000_0001L, 0x41f0_0000_4f00_0000L};

  /** Work enough for a vector whose lanes are loaded one by one. */
  private static final String LANES =
      "local.get 0; local.get 0; i32.load; local.get 3; i32.add; i32.const 3; i32.shr_u; ";

  private int traps;
  private int vectorised;

  @ParameterizedTest
  @EnumSource(MemoryStrategy.class)
  void givenRandomLoopsThenBothTiersDoTheSame(MemoryStrategy memory) throws CompileError, LinkError {
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      boolean tame = random.nextInt(4) == 0;
      RandomLoop loop = new RandomLoop(random, tame);
      EngineOptions options = EngineOptions.fromProperties().withMemory(memory).withCanonicalNaN(!tame);
      byte[] module = loop.module();
      vectorised += isVectorised(module, options) ? 1 : 0;
      List<String> expected = run(Engine.create(options.withTier(Tier.INTERP)), module, loop, tame, seed);
      EngineOptions compiled = options.withTier(Tier.JIT);
      Engine compiler = i % 2 == 0 ? Engine.create(compiled) : ExperimentalEngine.plain(compiled);
      List<String> given = run(compiler, module, loop, tame, seed);
      for (int k = 0; k < expected.size(); k++) {
        int call = k;
        assertEquals(expected.get(k), given.get(k), () -> "seed " + seed + ", " + memory + ", call " + call);
      }
      CompilerFindings.assertSound(compiler);
    }
    assertTrue(vectorised > PROGRAMS / 4, () -> vectorised + " loops run on vectors");
    assertTrue(memory == MemoryStrategy.MASK || traps > PROGRAMS, () -> traps + " traps");
  }

  /**
   * A loop over arrays at the i32 locals 0 and 1, which grow by a stride; 2 counts turns down, 3 is an invariant or a
   * sum, 4 was loaded in the turn before, 5 is an f32.
   */
  private static byte[] module(String turn, int stride, boolean shared) {
    String step = "i32.const " + stride + "; i32.add; ";
    String body = "loop; " + turn + "; local.get 0; " + step + "local.set 0; local.get 1; " + step + "local.set 1; "
        + "local.get 2; i32.const 1; i32.sub; local.tee 2; br_if 0; end; local.get 3; local.get 4; i32.add; "
        + "local.get 5";
    TestModule module = shared ? new TestModule().sharedMemory(1, 1) : new TestModule().memory(1, 1);
    return module.func("f", "i32 i32 i32 i32 -> i32 f32", "i32 f32", body).export("memory", 2, 0).bytes();
  }

  @ParameterizedTest
  @CsvSource({
      "a sum, 4, local.get 0; local.get 0; i32.load; local.get 1; i32.load; i32.add; i32.store",
      "two copies, 8, local.get 0; local.get 1; i32.load; i32.store; local.get 0; local.get 1; i32.load 4; i32.store 4",
      "a reduction, 4, local.get 3; local.get 0; i32.load; i32.xor; local.set 3",
      "what was loaded before, 4, local.get 1; local.get 4; i32.store; local.get 0; i32.load; local.set 4",
      "what will be stored, 4, local.get 0; local.get 0; i32.load 4; i32.store",
      "what was stored long before, 4, local.get 0; local.get 0; i32.load; i32.store 16",
      "a sum of quotients, 4, local.get 5; f32.const 3; local.get 0; f32.load; f32.div; f32.add; local.set 5",
      "every other element, 4, " + LANES + "local.get 1; i32.const 2; i32.mul; i32.load; i32.xor; i32.store",
      "elements far apart, 4, " + LANES + "i32.const 0; local.get 2; i32.sub; local.get 3; i32.mul; i32.const 4; "
          + "i32.mul; i32.load 20000; i32.xor; i32.store",
      "bytes as bytes, 1, local.get 0; local.get 0; i32.load8_u; local.get 3; i32.add; i32.store8"})
  void givenALoopOfIndependentElementsThenItRunsOnVectors(String what, int stride, String turn) throws CompileError {
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      assertTrue(isVectorised(module(turn, stride, false), usual(memory)), () -> what + ", " + memory);
    }
  }

  @ParameterizedTest
  @CsvSource({
      "what was just stored, 4, local.get 0; local.get 0; i32.load; i32.store 4",
      "every other element, 8, local.get 0; local.get 1; i32.load; i32.store",
      "one place for all, 4, local.get 3; local.get 0; i32.load; i32.store",
      "a sum that takes back, 4, f32.const 3; local.get 0; f32.load; f32.div; local.get 5; f32.sub; local.set 5",
      "lanes loaded for nothing, 4, local.get 0; local.get 1; i32.const 2; i32.mul; i32.load; i32.store",
      "elements far apart downwards, 4, " + LANES + "local.get 2; local.get 3; i32.mul; i32.load; i32.xor; i32.store",
      "a sum of floats, 4, local.get 5; local.get 0; f32.load; f32.add; local.set 5",
      "what traps by itself, 4, local.get 0; local.get 1; i32.load; local.get 3; i32.div_u; i32.store",
      "sums of all before, 4, local.get 0; local.get 4; local.get 0; i32.load; i32.add; local.tee 4; i32.store",
      "backwards, -4, local.get 0; local.get 1; i32.load; i32.store",
      "an address that is loaded, 4, local.get 0; local.get 1; i32.load; i32.load; i32.store",
      "what the runtime does, 4, local.get 0; local.get 3; memory.grow; i32.store",
      "no elements, 4, local.get 3; i32.const 3; i32.mul; local.set 3"})
  void givenAnyOtherLoopThenItStaysAsItIs(String what, int stride, String turn) throws CompileError {
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      assertFalse(isVectorised(module(turn, stride, false), usual(memory)), () -> what + ", " + memory);
    }
  }

  /** Operators on two numbers, on one, shifts by 5, and choices by comparisons, of a type. */
  @ParameterizedTest
  @CsvSource({
      "f64, add sub mul div min max copysign, abs neg sqrt ceil floor trunc nearest, '', eq ne lt gt le ge",
      "f32, add sub mul div min max copysign, abs neg sqrt ceil floor trunc nearest, '', eq ne lt gt le ge",
      "i32, add sub mul and or xor, '', shl shr_s shr_u rotl rotr, eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u",
      "i64, add sub and or xor, '', shl shr_s shr_u rotl rotr, eq ne lt_s gt_s le_s ge_s"})
  void givenAnOperatorThenVectorsOfAllLengthsComputeWhatTierZeroDoes(
      String type, String binary, String unary, String shifts, String comparisons) throws CompileError, LinkError {
    String a = "local.get 0; " + type + ".load; ";
    String b = "local.get 1; " + type + ".load; ";
    for (String name : words(binary)) {
      agrees(type, a + b + type + "." + name);
    }
    for (String name : words(unary)) {
      agrees(type, b + type + "." + name);
    }
    for (String name : words(shifts)) {
      agrees(type, a + type + ".const 5; " + type + "." + name);
    }
    for (String name : words(comparisons)) {
      agrees(type, a + b + b + a + type + "." + name + "; select");
      agrees(type, a + b + a + b + type + "." + name + "; select");
    }
  }

  /** What bytes and halves do not hold all of; {@code A} and {@code B} are what the type loads from both arrays. */
  @ParameterizedTest
  @CsvSource({
      "8_u, A B i32.add i32.const-1 i32.shr_u", "8_u, A B i32.add i32.const-300 i32.lt_u", "8_u, A B i32.lt_s",
      "8_u, A B A B i32.lt_s select", "8_s, A B A B i32.gt_u select", "8_s, A B i32.lt_u", "8_u, A B i32.add i32.eqz",
      "8_u, A B i32.mul", "8_s, A B i32.mul i32.const-7 i32.shr_s", "8_u, A B i32.sub i32.const-0 i32.lt_s",
      "8_u, A i32.const-255 i32.xor B i32.gt_s", "8_s, A i32.const-3 i32.shr_u",
      "8_u, A i32.const-1 i32.shl B i32.gt_u",
      "8_u, local.get-4 A local.set-4", "8_u, A i32.const-128 i32.sub B i32.const-128 i32.sub i32.le_s",
      "16_s, A i32.const-20 i32.shr_s", "16_u, A B i32.lt_s", "16_u, A B i32.mul i32.const-16 i32.shr_u",
      "16_u, A B i32.add i32.eqz", "16_s, A B i32.sub i32.const-1 i32.shr_s", "16_s, A B A B i32.lt_u select",
      "16_u, A i32.const-257 i32.mul B i32.gt_u", "16_u, local.get-4 B local.set-4"})
  void givenMoreThanANarrowLaneHoldsThenVectorsComputeWhatTierZeroDoes(String type, String value)
      throws CompileError, LinkError {
    String turn = "local.get 0; " + value.replace("A", "local.get-0 i32.load" + type)
        .replace("B", "local.get-1 i32.load" + type).replace(" ", "; ").replaceAll("-(\\d)", " $1");
    int bits = Integer.parseInt(type.replaceAll("_.", ""));
    byte[] module = module(turn + "; i32.store" + bits, bits / Byte.SIZE, false);
    EngineOptions options = usual(MemoryStrategy.GUARD);
    assertTrue(isVectorised(module, options), value);
    int expected = memoryBehind(Engine.create(options.withTier(Tier.INTERP)), module);
    assertEquals(expected, memoryBehind(Engine.create(options), module), value);
    assertEquals(expected, memoryBehind(ExperimentalEngine.plain(options), module), value);
  }

  private static List<String> words(String names) {
    return names.isBlank() ? List.of() : List.of(names.split(" "));
  }

  private static void agrees(String type, String value) throws CompileError, LinkError {
    byte[] module = module("local.get 0; " + value + "; " + type + ".store", type.endsWith("64") ? 8 : 4, false);
    EngineOptions options = usual(MemoryStrategy.GUARD).withCanonicalNaN(true);
    // There is no such instruction, and the one step more is not made of 256 bits.
    boolean wide = CpuFeatures.current().has(CpuFeature.AVX2) && !value.endsWith("i64.shr_s");
    assertEquals(wide ? IrType.V256 : IrType.V128, longest(module, options, CpuFeatures.current()), value);
    assertEquals(IrType.V128, longest(module, options, CpuFeatures.floor()), value);
    int expected = memoryBehind(Engine.create(options.withTier(Tier.INTERP)), module);
    assertEquals(expected, memoryBehind(Engine.create(options), module), value);
    assertEquals(expected, memoryBehind(ExperimentalEngine.plain(options), module), value);
  }

  private static int memoryBehind(Engine engine, byte[] module) throws CompileError, LinkError {
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(Module.compile(engine, module));
      Memory memory = instance.memory("memory").orElseThrow();
      memory.write(0, content(new Random(SEED), false), 0, Memory.PAGE);
      instance.func("f").orElseThrow().call(256, 20_000, 1_001, 0);
      CompilerFindings.assertSound(engine);
      return Arrays.hashCode(memory.read(0, Memory.PAGE));
    }
  }

  /** All the while a ticker interrupts what runs; polls call a stub that must keep all of each register. */
  @ParameterizedTest
  @EnumSource(value = Tier.class, names = {"JIT", "AUTO"})
  void givenInterruptsThenALoopOnVectorsKeepsItsRegisters(Tier tier) throws CompileError, LinkError {
    byte[] module = module("local.get 3; local.get 0; i32.load; i32.xor; local.set 3", 4, false);
    EngineOptions options = usual(MemoryStrategy.GUARD);
    Engine engine = Engine.create(options.withTier(tier));
    try (Store store = engine.newStore(); Store other = Engine.create(options.withTier(Tier.INTERP)).newStore()) {
      Func function = loaded(store, module);
      Object expected = loaded(other, module).call(0, 0, 16_000, 9)[0];
      for (int i = 0; i < 10_000; i++) {
        assertEquals(expected, function.call(0, 0, 16_000, 9)[0]);
      }
    }
  }

  private static Func loaded(Store store, byte[] module) throws CompileError, LinkError {
    Instance instance = new Linker(store).instantiate(Module.compile(store.engine(), module));
    instance.memory("memory").orElseThrow().write(0, content(new Random(SEED), false), 0, Memory.PAGE);
    return instance.func("f").orElseThrow();
  }

  @Test
  void givenMemoryThatOthersWriteThenALoopStaysAsItIs() throws CompileError {
    String turn = "local.get 0; local.get 1; i32.load; i32.store";
    assertTrue(isVectorised(module(turn, 4, false), usual(MemoryStrategy.GUARD)));
    assertFalse(isVectorised(module(turn, 4, true), usual(MemoryStrategy.GUARD)));
  }

  @Test
  void givenFuelThenALoopStaysAsItIs() throws CompileError {
    String turn = "local.get 0; local.get 1; i32.load; i32.store";
    assertFalse(isVectorised(module(turn, 4, false), usual(MemoryStrategy.CHECK).withFuel(true)));
  }

  private static EngineOptions usual(MemoryStrategy memory) {
    return new EngineOptions(Tier.JIT, memory, false, true);
  }

  /** What happens in some calls, with what the memory holds behind each of them. */
  private List<String> run(Engine engine, byte[] module, RandomLoop loop, boolean tame, long seed)
      throws CompileError, LinkError {
    List<String> events = new ArrayList<>();
    Random random = new Random(~seed);
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(Module.compile(engine, module));
      Memory memory = instance.memory("memory").orElseThrow();
      for (int call = 0; call < CALLS; call++) {
        memory.write(0, content(random, tame), 0, Memory.PAGE);
        long[] slots = arguments(random, loop.elementBytes(), tame);
        String event;
        try {
          instance.func("f").orElseThrow().invoke(slots);
          event = Arrays.toString(Arrays.copyOf(slots, 4));
        } catch (Trap trap) {
          event = trap.kind() + " at " + trap.frames().get(0).offset();
          traps++;
        }
        events.add(event + " memory " + Arrays.hashCode(memory.read(0, Memory.PAGE)));
      }
    }
    return events;
  }

  private static byte[] content(Random random, boolean tame) {
    ByteBuffer bytes = ByteBuffer.allocate(Memory.PAGE).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (tame) {
        // As doubles and as floats between 1 and 2.
        bytes.putInt(0x3f80_0000 | random.nextInt(1 << 20)).putInt(0x3ff0_0000 | random.nextInt(1 << 20));
      } else {
        bytes.putLong(random.nextBoolean() ? random.nextLong()
            : random.nextBoolean() ? random.nextInt(512) - 256 : FLOATS[random.nextInt(FLOATS.length)]);
      }
    }
    return bytes.array();
  }

  private static long[] arguments(Random random, int bytes, boolean tame) {
    long[] slots = new long[8];
    int place = random.nextInt(6);
    int turns = random.nextInt(20) == 0 ? random.nextInt(600) : random.nextInt(41);
    int first = 256 + 8 * random.nextInt(500);
    for (int i = 0; i < RandomLoop.ARRAYS; i++) {
      int near = random.nextInt(41) - 20;
      long address = switch (place) {
        case 0 -> first + near * (long) bytes;
        case 1 -> i == 0 ? Memory.PAGE - random.nextInt(50) * (long) bytes - near : first + i * 8192L;
        case 2 -> tame || i > 0 ? first + i * 8192L : -random.nextInt(400);
        case 3 -> tame ? first + i * 4096L : random.nextInt(Memory.PAGE);
        default -> first + i * 8192L;
      };
      slots[i] = (tame ? address & -8 : address) & 0xffff_ffffL;
    }
    slots[RandomLoop.TURNS] = turns;
    slots[4] = random.nextInt(3) == 0 ? random.nextInt(40) : random.nextInt() & 0xffff_ffffL;
    slots[5] = random.nextInt(3) == 0 ? random.nextInt(70) : random.nextLong();
    slots[6] = Float.floatToRawIntBits(tame ? 1.25f : random.nextInt(100) * 0.5f - 20);
    slots[7] = Double.doubleToRawLongBits(tame ? 1.25 : random.nextInt(100) * 0.5 - 20);
    return slots;
  }

  /** Says whether vectors come into the function of a module. */
  static boolean isVectorised(byte[] module, EngineOptions options) throws CompileError {
    return longest(module, options, CpuFeatures.floor()) != IrType.VOID;
  }

  /** The type of the longest vectors that come into the function of a module, or VOID. */
  private static byte longest(byte[] module, EngineOptions options, CpuFeatures features) throws CompileError {
    ModuleCode code = new ModuleCode(ModuleReader.read(module, Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
    byte[] found = new byte[1];
    new Compiler(options.supported(), features).compile(code, 0, -1, new CompileTrace() {
      @Override
      public void graph(String step, Graph graph) {
        if (step.equals("vectorisation")) {
          for (int block : graph.order()) {
            for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
              found[0] = graph.type(at) >= IrType.V128 ? (byte) Math.max(found[0], graph.type(at)) : found[0];
            }
          }
        }
      }
    });
    return found[0];
  }
}
