package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.BulkStubs;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code memory.fill} and {@code memory.copy} in machine code do what they say, and nothing where they trap. */
class NativeBulkTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 3);
  private static final int PAGE = 1 << 16;
  private static final int PAGES = 34;
  private static final int BYTES = PAGES * PAGE;
  private static final int MIB = 1 << 20;

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.JIT));
  private final Store store = engine.newStore();
  private final byte[] expected = new byte[BYTES];
  private final Random random = new Random(SEED);
  private Memory memory;

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  @AfterEach
  void close() {
    CompilerFindings.assertSound(engine);
    store.close();
  }

  private static TestModule guest(String index) {
    return new TestModule()
        .func("fill", index + " i32 " + index + " ->", "local.get 0; local.get 1; local.get 2; memory.fill 0")
        .func("copy", index + " " + index + " " + index + " ->",
            "local.get 0; local.get 1; local.get 2; memory.copy 0 0");
  }

  private Instance start(Instance instance) {
    memory = instance.memory("memory").orElseThrow();
    random.nextBytes(expected);
    memory.write(0, expected, 0, BYTES);
    return instance;
  }

  private void fill(Func fill, int to, int value, int length) {
    fill.call(to, value, length);
    Arrays.fill(expected, to, to + length, (byte) value);
  }

  private void copy(Func copy, int to, int from, int length) {
    copy.call(to, from, length);
    System.arraycopy(expected, from, expected, to, length);
  }

  private void assertMemory(String what, int from, int to) {
    assertArrayEquals(Arrays.copyOfRange(expected, from, to), memory.read(from, to - from), what + ", seed " + SEED);
  }

  private void everyLengthAndOverlap(Func fill, Func copy) {
    for (int length = 0; length < 600; length++) {
      int at = 4096 + random.nextInt(64);
      fill(fill, at, random.nextInt(), length);
      assertMemory("fill of " + length, at - 64, at + length + 64);
      for (int distance : new int[] {0, 1, -1, 15, -17, length / 2, -length / 2, length, -length, length + 3, 2000}) {
        byte[] fresh = new byte[2048];
        random.nextBytes(fresh);
        memory.write(at - 1024, fresh, 0, fresh.length);
        System.arraycopy(fresh, 0, expected, at - 1024, fresh.length);
        copy(copy, at + distance, at, length);
        assertMemory("copy of " + length + " by " + distance, at - 1024, at + 3072);
      }
    }
  }

  @Test
  void givenAnyLengthAndOverlapWhenFilledAndCopiedThenBytesAreAsInJava() {
    Instance instance = start(guest("i32").memory(PAGES, PAGES).export("memory", 2, 0).instantiate(store));

    everyLengthAndOverlap(instance.func("fill").orElseThrow(), instance.func("copy").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 4097, MIB - 1, MIB, MIB + 1, MIB + 70_000})
  void givenManyBytesWhenFilledAndCopiedOverEachOtherThenBytesAreAsInJava(int length) {
    Instance instance = start(guest("i32").memory(PAGES, PAGES).export("memory", 2, 0).instantiate(store));
    Func copy = instance.func("copy").orElseThrow();

    copy(copy, 100, 33, length);
    copy(copy, 17, 100, length);
    copy(copy, BYTES - length, 5, length);
    fill(instance.func("fill").orElseThrow(), 7, 0x1fe, length / 2);
    assertMemory("all", 0, BYTES);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenRangesThatEndBehindMemoryWhenFilledOrCopiedThenTheyTrapAndNothingIsWritten(boolean wide) {
    TestModule guest = guest(wide ? "i64" : "i32");
    Instance instance = start((wide ? guest.memory64(PAGES, PAGES) : guest.memory(PAGES, PAGES))
        .export("memory", 2, 0).instantiate(store));
    long[][] ranges = {
        {BYTES - 7, 8}, {BYTES, 1}, {BYTES + 1, 0}, {-1, 1}, {-1, 2}, {0, -1}, {1, BYTES}, {8, -8}, {-8, 8}};
    for (long[] range : ranges) {
      assertTraps(instance, "fill", wide, range[0], 1L, range[1]);
      assertTraps(instance, "copy", wide, range[0], 0L, range[1]);
      assertTraps(instance, "copy", wide, 0L, range[0], range[1]);
    }
    Func copy = instance.func("copy").orElseThrow();
    copy.call(wide ? new Object[] {(long) BYTES, 0L, 0L} : new Object[] {BYTES, 0, 0});
    copy.call(wide ? new Object[] {0L, (long) BYTES, 0L} : new Object[] {0, BYTES, 0});
    assertMemory("all", 0, BYTES);
  }

  private static void assertTraps(Instance instance, String name, boolean wide, long... arguments) {
    Object[] values = new Object[arguments.length];
    for (int i = 0; i < values.length; i++) {
      boolean narrow = !wide || name.equals("fill") && i == 1;
      values[i] = narrow ? (Object) (int) arguments[i] : (Object) arguments[i];
    }
    Func function = instance.func(name).orElseThrow();
    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, assertThrows(Trap.class, () -> function.call(values)).kind());
  }

  /** The stubs stand in for the functions themselves: their operands come where parameters do. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenVectorsOfEitherWidthWhenStubsRunThenBytesAreAsInJavaAndTheRestIsLeftToTheRuntime(boolean wide)
      throws LinkError {
    Assumptions.assumeTrue(!wide || CpuFeatures.current().has(CpuFeature.AVX), "no AVX here");
    Engine plain = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
    try (Store own = plain.newStore()) {
      Module module = guest("i32").memory(PAGES, PAGES).export("memory", 2, 0).compile(plain);
      for (int function = 0; function < 2; function++) {
        HandAssembled stub = new HandAssembled(function, -1, 0);
        Label runtime = stub.code.label();
        BulkStubs stubs = new BulkStubs(stub.code, wide);
        if (function == 0) {
          stubs.fill(runtime);
        } else {
          stubs.copy(runtime);
        }
        stub.code.bind(runtime);
        stub.code.emit(IntegerRows.MOV_RM_IMM.of(32), Mem.at(Gpr.R14, 0), new Imm(77));
        stub.code.emit(ControlRows.RET);
        stub.install(module);
      }
      Instance instance = start(new Linker(own).instantiate(module));
      Func fill = instance.func("fill").orElseThrow();
      Func copy = instance.func("copy").orElseThrow();

      everyLengthAndOverlap(fill, copy);
      memory.write(0, new byte[4], 0, 4);
      copy.call(8, 8, MIB + 1);
      assertEquals(77, memory.read(0, 1)[0]);
      memory.write(0, new byte[4], 0, 4);
      fill.call(BYTES - 3, 0, 4);
      assertEquals(77, memory.read(0, 1)[0]);
    }
  }
}
