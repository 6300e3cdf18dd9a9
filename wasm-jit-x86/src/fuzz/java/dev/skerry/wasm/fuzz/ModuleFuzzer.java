package dev.skerry.wasm.fuzz;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.ModuleStream;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;

/**
 * What Jazzer calls with bytes of its own making: nothing but the engine's error types may come out, a module in pieces
 * is judged as the whole, and what is accepted runs within its limits. See {@code src/fuzz/run.sh}.
 */
public final class ModuleFuzzer {

  private static final Engine ENGINE = Engine.create();
  private static final StoreLimits LIMITS = new StoreLimits(16 << 20, 10_000, 10, 1 << 16, 4);
  private static final long MOST_POLLS = 2_000;

  private ModuleFuzzer() {
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    String whole = outcome(bytes, Math.max(1, bytes.length));
    String pieces = outcome(bytes, 1 + bytes.length / 7);
    if (!whole.equals(pieces)) {
      throw new AssertionError("as a whole: " + whole + "; in pieces: " + pieces);
    }
    try (Store store = ENGINE.newStore(LIMITS)) {
      run(store, bytes);
    }
  }

  private static String outcome(byte[] bytes, int piece) {
    try (ModuleStream stream = Module.stream(ENGINE, CompileOptions.DEFAULT)) {
      for (int from = 0; from < bytes.length; from += piece) {
        stream.feed(bytes, from, Math.min(piece, bytes.length - from));
      }
      return stream.finish().exports().toString();
    } catch (CompileError refused) {
      return refused.kind() + " " + refused.getMessage();
    }
  }

  private static void run(Store store, byte[] bytes) {
    long[] polls = new long[1];
    CompileOptions options = CompileOptions.DEFAULT.withMemory(store.moduleMemory()).withPoll(() -> {
      if (++polls[0] > MOST_POLLS) {
        throw new AssertionError("it takes too long to validate");
      }
    });
    try {
      Module module = Module.compile(ENGINE, bytes, options);
      store.interrupt();
      new Linker(store).instantiate(module);
    } catch (CompileError | LinkError | Trap | WasmException expected) {
      if (expected.getMessage() == null) {
        throw new AssertionError("an error without words", expected);
      }
    }
    if (store.takenBytes() > LIMITS.memoryBytes()) {
      throw new AssertionError("more memory than the limit: " + store.takenBytes());
    }
  }
}
