package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.testing.Mutant;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Compiled C with a few bytes changed, run: whatever it does, it ends when it is interrupted, stays within its limits,
 * and fails with the engine's own errors alone. {@code -Dskerry.fuzz.seed} and {@code -Dskerry.fuzz.runs} repeat or
 * lengthen a run.
 */
class MutantRunTest {

  private static final int RUNS = 3000;
  private static final Duration TIME = Duration.ofMinutes(20);
  private static final int SLICE_MILLIS = 5;
  private static final long MEMORY_BYTES = 64L << 20;
  private static final StoreLimits LIMITS = new StoreLimits(MEMORY_BYTES, 100_000, 2, 256 << 10, 4);

  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private int ran;

  @AfterEach
  void stop() {
    watchdog.shutdownNow();
  }

  @Test
  void givenMutatedProgramsWhenTheyRunThenOnlyErrorsOfTheEngineComeOut() throws IOException {
    long seed = Long.getLong("skerry.fuzz.seed", 1);
    int runs = Integer.getInteger("skerry.fuzz.runs", RUNS);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] program = Kernel.binary("kernels");
    Engine engine = Engine.create();
    assertTimeoutPreemptively(TIME, () -> {
      for (int i = 0; i < runs; i++) {
        byte[] mutant = Mutant.of(program, random);
        try {
          run(engine, mutant, random);
        } catch (CompileError | LinkError | Trap | WasmException expected) {
          // Refused, or ended by what the guest did or by the watchdog.
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed " + seed + ", module " + HexFormat.of().formatHex(mutant), e);
        }
      }
    }, () -> "too slow with seed " + seed);
    assertTrue(ran > runs / 50, "only " + ran + " functions ran, seed " + seed);
  }

  private void run(Engine engine, byte[] mutant, SplittableRandom random) throws CompileError, LinkError {
    Module module = Module.compile(engine, mutant);
    try (Store store = engine.newStore(LIMITS)) {
      Future<?> interrupt = watchdog.schedule(store::interrupt, SLICE_MILLIS, TimeUnit.MILLISECONDS);
      Instance instance = new Linker(store).instantiate(module);
      List<Extern> exports = new ArrayList<>(instance.exports().values());
      Collections.shuffle(exports, new Random(random.nextLong()));
      for (Extern export : exports) {
        if (export instanceof Func function) {
          ran++;
          function.call(arguments(function.type(), random));
          assertTrue(store.memoryBytes() <= MEMORY_BYTES, "more memory than allowed");
        }
      }
      interrupt.cancel(false);
    }
  }

  private static Object[] arguments(FuncType type, SplittableRandom random) {
    Object[] arguments = new Object[type.params().size()];
    for (int i = 0; i < arguments.length; i++) {
      ValType wanted = type.params().get(i);
      long value = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(256);
      arguments[i] = wanted.equals(ValType.I32) ? (Object) (int) value
          : wanted.equals(ValType.I64) ? (Object) value
          : wanted.equals(ValType.F32) ? (Object) (float) value
          : wanted.equals(ValType.F64) ? (Object) (double) value
          : wanted.equals(ValType.V128) ? new long[] {value, value} : null;
    }
    return arguments;
  }
}
