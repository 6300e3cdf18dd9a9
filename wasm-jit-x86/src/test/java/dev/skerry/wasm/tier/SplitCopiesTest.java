package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
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
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An i64 that is copied is copied by halves where parts of it were stored before, and nowhere else; memory holds the
 * same behind it as in tier 0, and if a copy traps, nothing of it was written. {@code -Dskerry.seed} and
 * {@code -Dskerry.programs} repeat or lengthen a run of random functions.
 */
class SplitCopiesTest {

  private static final long SEED = Long.getLong("skerry.seed", 8_100_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 40);
  private static final String COPY = "local.get 1; local.get 0; i64.load; i64.store";
  private static final String TYPE = "i32 i32 i32 -> ";

  @ParameterizedTest
  @CsvSource({
      "one half, true, local.get 0; local.get 2; i32.store; " + COPY,
      "a byte, true, local.get 0; local.get 2; i32.store8 3; " + COPY,
      "bits that are 0 in the address, true, local.get 0; i32.const 4; i32.or; local.get 2; i32.store; " + COPY,
      "a half later in the turn, true, loop; " + COPY + "; local.get 0; local.get 2; i32.store 4; local.get 2; "
          + "i32.const 1; i32.sub; local.tee 2; br_if 0; end",
      "all of it, false, local.get 0; local.get 2; i64.extend_i32_u; i64.store; " + COPY,
      "what lies beside it, false, local.get 0; local.get 2; i32.store 8; " + COPY,
      "what lies elsewhere, false, local.get 1; local.get 2; i32.store; " + COPY,
      "a half behind it, false, " + COPY + "; local.get 0; local.get 2; i32.store",
      "what is used otherwise, false, local.get 0; local.get 2; i32.store; local.get 1; local.get 0; i64.load; "
          + "i64.const 1; i64.add; i64.store",
      "what is loaded whole, false, loop; local.get 0; local.get 2; i32.store; " + COPY + "; local.get 0; local.get 1; "
          + "i64.load; i32.wrap_i64; i32.store 20; local.get 2; i32.const 1; i32.sub; local.tee 2; br_if 0; end"})
  void givenACopyOfWhatWasStoredInPartsThenItIsSplit(String what, boolean split, String body) throws CompileError {
    byte[] module = new TestModule().memory(1, 1).func("f", TYPE, "", body).bytes();
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      assertEquals(split, isSplit(module, memory), () -> what + ", " + memory);
    }
  }

  private static boolean isSplit(byte[] module, MemoryStrategy memory) throws CompileError {
    return stores(module, memory, "split_copies") < stores(module, memory, "merging");
  }

  /** How many i64 the function stores behind a pass. */
  private static int stores(byte[] module, MemoryStrategy memory, String pass) throws CompileError {
    ModuleCode code = new ModuleCode(ModuleReader.read(module, Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
    int[] found = new int[1];
    new Compiler(usual(Tier.JIT, memory), CpuFeatures.floor()).compile(code, 0, -1, new CompileTrace() {
      @Override
      public void graph(String step, Graph graph) {
        if (step.equals(pass)) {
          for (int block : graph.order()) {
            for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
              found[0] += graph.is(at, Opcode.I64_STORE) ? 1 : 0;
            }
          }
        }
      }
    });
    return found[0];
  }

  @ParameterizedTest
  @EnumSource(value = MemoryStrategy.class, names = "MASK", mode = EnumSource.Mode.EXCLUDE)
  void givenACopyBeyondTheEndThenNothingIsWritten(MemoryStrategy memory) throws CompileError, LinkError {
    byte[] module = new TestModule().memory(1, 1)
        .func("f", TYPE, "", "local.get 0; local.get 2; i32.store; " + COPY).export("memory", 2, 0).bytes();
    for (int from : new int[] {64, Memory.PAGE - 4}) {
      for (int to = Memory.PAGE - 7; to < Memory.PAGE; to++) {
        Engine engine = Engine.create(usual(Tier.JIT, memory));
        try (Store store = engine.newStore()) {
          Instance instance = new Linker(store).instantiate(Module.compile(engine, module));
          Func function = instance.func("f").orElseThrow();
          int end = to;
          assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS,
              assertThrows(Trap.class, () -> function.call(from, end, -1)).kind());
          byte[] tail = instance.memory("memory").orElseThrow().read(Memory.PAGE - 16, 16);
          byte[] expected = new byte[16];
          if (from >= Memory.PAGE - 16) {
            Arrays.fill(expected, 12, 16, (byte) -1);
          }
          assertArrayEquals(expected, tail);
          CompilerFindings.assertSound(engine);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MemoryStrategy.class)
  void givenRandomCopiesThenBothTiersLeaveTheSame(MemoryStrategy memory) throws CompileError, LinkError {
    int split = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      byte[] module = module(new Random(seed));
      split += isSplit(module, memory) ? 1 : 0;
      assertEquals(memoryBehind(usual(Tier.INTERP, memory), module), memoryBehind(usual(Tier.JIT, memory), module),
          () -> "seed " + seed + ", " + memory);
    }
    int some = split;
    assertTrue(some > PROGRAMS / 4, () -> "only " + some + " have copies that were split");
  }

  /** Stores and copies over each other, in a row or in a loop. */
  private static byte[] module(Random random) {
    boolean loop = random.nextBoolean();
    StringBuilder body = new StringBuilder(loop ? "loop; " : "");
    for (int i = 4 + random.nextInt(8); i > 0; i--) {
      String place = "local.get " + random.nextInt(2) + "; "
          + (random.nextInt(4) == 0 ? "i32.const " + (1 << random.nextInt(4)) + "; i32.or; " : "");
      String[] widths = {"i32.store8", "i32.store16", "i32.store", "i32.store"};
      if (random.nextInt(3) == 0) {
        body.append(place).append("local.get 2; i32.const ").append(random.nextInt()).append("; i32.add; ")
            .append(widths[random.nextInt(widths.length)]).append(' ').append(random.nextInt(16)).append("; ");
      } else {
        body.append(place).append("local.get ").append(random.nextInt(2)).append("; i64.load ")
            .append(random.nextInt(16)).append("; i64.store ").append(random.nextInt(16)).append("; ");
      }
    }
    body.append(loop ? "local.get 2; i32.const 1; i32.sub; local.tee 2; br_if 0; end" : "nop");
    return new TestModule().memory(1, 1).func("f", TYPE, "", body.toString()).export("memory", 2, 0).bytes();
  }

  private static int memoryBehind(EngineOptions options, byte[] module) throws CompileError, LinkError {
    Engine engine = Engine.create(options);
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(Module.compile(engine, module));
      Memory memory = instance.memory("memory").orElseThrow();
      byte[] content = new byte[256];
      new Random(SEED).nextBytes(content);
      memory.write(0, content, 0, content.length);
      for (int apart = 0; apart < 24; apart++) {
        instance.func("f").orElseThrow().call(64, 64 + apart, 5);
      }
      CompilerFindings.assertSound(engine);
      return Arrays.hashCode(memory.read(0, 256));
    }
  }

  private static EngineOptions usual(Tier tier, MemoryStrategy memory) {
    return new EngineOptions(tier, memory, false, true);
  }
}
