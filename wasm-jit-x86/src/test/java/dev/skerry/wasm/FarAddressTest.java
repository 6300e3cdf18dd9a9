package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compiled code is proved where an address of 64 bits, or its static offset, is beyond 2 GiB, and does as tier 0. */
class FarAddressTest {

  private static final int PAGES = 0x1_0002;
  /** The last 16 bytes of the memory: beyond 4 GiB. */
  private static final long LAST = (long) PAGES * Memory.PAGE - 16;
  private static final long[] FAR = {
    Integer.MAX_VALUE - 8, Integer.MAX_VALUE - 7, Integer.MAX_VALUE, 1L << 31, (1L << 32) - 8, 1L << 32, LAST,
    LAST + 8, LAST + 9, LAST + 16, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8, -9};

  @ParameterizedTest
  @EnumSource(MemoryStrategy.class)
  void givenFarAddressesThenTheyAreProvedAndReachWhatTheyName(MemoryStrategy memory) throws CompileError, LinkError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(memory).withVerify(true);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    TestModule module = new TestModule().memory64(PAGES, PAGES).func("set", "i64 i64 ->", """
        local.get 0
        local.get 1
        i64.store 0""").func("get", "i64 -> i64", """
        local.get 0
        i64.load 0""");
    for (long far : FAR) {
      module.func("offset" + far, "i64 -> i64", "local.get 0; i64.load " + Long.toUnsignedString(far))
          .func("nearer" + far, "i64 -> i64", """
              local.get 0
              i64.load %s
              local.get 0
              i64.load 16
              i64.and""".formatted(Long.toUnsignedString(far)))
          .func("constant" + far, "i64 -> i64", "i64.const " + far + "; i64.load 0")
          .func("both" + far, "i64 -> i64", "i64.const " + (far - 8) + "; i64.load 8")
          .func("twice" + far, "i64 -> i64", """
              i64.const %1$d
              local.get 0
              i64.store 0
              i64.const %1$d
              i64.load 0""".formatted(far))
          .func("covered" + far, "f64 -> i64", """
              i64.const %d
              i64.load 0
              local.get 0
              i64.trunc_f64_s
              i64.add""".formatted(far))
          .func("later" + far, "i64 -> i64", """
              i64.const %1$d
              i64.load 0
              local.get 0
              i64.eqz
              if i64
              i64.const %1$d
              i64.load8_u 0
              else
              local.get 0
              end
              i64.or""".formatted(far))
          .func("loop" + far, "i64 -> i64", """
              loop
              local.get 0
              i64.const %1$d
              i64.load 0
              i64.or
              local.tee 0
              i64.eqz
              br_if 0
              end
              local.get 0""".formatted(far));
    }
    Engine engine = Engine.create(options);
    Module compiled = Module.compile(engine, module.bytes());
    engine.compileAll(compiled);
    CompilerFindings.assertComplete(engine);
    try (Store store = engine.newStore(StoreLimits.DEFAULT.withMemoryBytes(2L * PAGES * Memory.PAGE))) {
      Instance instance = new Linker(store).instantiate(compiled);
      for (long far : FAR) {
        boolean within = far >= 0 && far <= LAST + 8;
        if (within) {
          instance.func("set").orElseThrow().call(far, far + 1);
        }
        for (String name : new String[] {"offset", "constant", "both", "twice", "covered", "later", "loop"}) {
          Func function = instance.func(name + far).orElseThrow();
          Object argument = name.equals("covered") ? (Object) 0.0 : name.equals("twice") ? far + 1 : 0L;
          if (within) {
            assertEquals(far + 1, function.call(argument)[0], () -> name + far);
          } else {
            assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS,
                assertThrows(Trap.class, () -> function.call(argument), () -> name + far).kind());
          }
        }
        assertThrows(Trap.class, () -> instance.func("offset" + far).orElseThrow().call(-far + LAST + 9));
      }
    }
  }

  /** Nothing is proved of the upper half of what a caller left on the stack. */
  @ParameterizedTest
  @EnumSource(MemoryStrategy.class)
  void givenAFarOffsetAboveAParameterOnTheStackThenItIsProved(MemoryStrategy memory) throws CompileError, LinkError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(memory).withVerify(true);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    int parameters = 20;
    long bytes = (1L << 31) + Memory.PAGE;
    long[] offsets = {Integer.MAX_VALUE, 1L << 31, bytes - 8, (1L << 32) - 8, (1L << 32) - 1};
    TestModule module = new TestModule().memory((int) (bytes / Memory.PAGE), -1).func("set", "i32 i32 ->", """
        local.get 0
        local.get 1
        i32.store8 0""");
    for (long offset : offsets) {
      module.func("at" + offset, "i32 ".repeat(parameters) + "-> i32", "local.get 19; i32.load8_u " + offset);
    }
    Engine engine = Engine.create(options);
    Module compiled = Module.compile(engine, module.bytes());
    engine.compileAll(compiled);
    CompilerFindings.assertComplete(engine);
    try (Store store = engine.newStore(StoreLimits.DEFAULT.withMemoryBytes(2 * bytes))) {
      Instance instance = new Linker(store).instantiate(compiled);
      instance.func("set").orElseThrow().call((int) (bytes - 1), 7);
      for (long offset : offsets) {
        Func function = instance.func("at" + offset).orElseThrow();
        Object[] arguments = new Object[parameters];
        Arrays.fill(arguments, 0);
        if (offset < bytes) {
          arguments[parameters - 1] = (int) (bytes - 1 - offset);
          assertEquals(7, function.call(arguments)[0], () -> "at" + offset);
        }
        // Masks take other addresses for those outside.
        boolean traps = memory != MemoryStrategy.MASK;
        for (int outside : traps ? new int[] {(int) Math.max(0, bytes - offset), Integer.MIN_VALUE, -1} : new int[0]) {
          arguments[parameters - 1] = outside;
          assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS,
              assertThrows(Trap.class, () -> function.call(arguments), () -> "at" + offset).kind());
        }
      }
    }
  }
}
