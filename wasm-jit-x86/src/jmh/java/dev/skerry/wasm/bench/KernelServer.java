package dev.skerry.wasm.bench;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.ExperimentalEngine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.testing.Kernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the kernels in one engine on the JVM, which the argument names: a tier of this engine, or one of its ways to
 * keep accesses within memory as machine code; machine code without any check of accesses ({@code unchecked}), or
 * without polls ({@code unpolled}), {@code auto} without profiles ({@code unprofiled}); {@code chicory} or
 * {@code chicory-interp}. Reads lines of a kernel, a size and a number of calls; answers each with the checksum and the
 * nanoseconds of CPU time that all calls took, or with a sentence.
 */
public final class KernelServer {

  private final String engine;
  private final Map<Kernel, Guest> guests = new EnumMap<>(Kernel.class);

  private KernelServer(String engine) {
    this.engine = engine;
  }

  /** One exported function, ready to be called. */
  @FunctionalInterface
  private interface Guest {
    int call(int size);
  }

  private Guest load(Kernel kernel) throws IOException, CompileError, LinkError {
    byte[] binary = Kernel.binary(kernel.group.module());
    if (engine.startsWith("chicory")) {
      WasmModule module = Parser.parse(binary);
      var builder = com.dylibso.chicory.runtime.Instance.builder(module);
      if (engine.equals("chicory")) {
        builder.withMachineFactory(MachineFactoryCompiler.compile(module));
      }
      ExportFunction function = builder.build().export(kernel.export());
      return size -> (int) function.apply(size)[0];
    }
    Engine skerry = switch (engine) {
      case "unchecked" -> ExperimentalEngine.unchecked();
      case "unpolled" -> ExperimentalEngine.unpolled();
      case "unprofiled" -> ExperimentalEngine.without(options("AUTO"), "profiles");
      default -> Engine.create(options(engine.toUpperCase(Locale.ROOT)));
    };
    Func function = new Linker(skerry.newStore()).instantiate(Module.compile(skerry, binary)).func(kernel.export())
        .orElseThrow();
    long[] slots = new long[1];
    return size -> {
      slots[0] = size;
      function.invoke(slots);
      return (int) slots[0];
    };
  }

  private static EngineOptions options(String name) {
    EngineOptions usual = EngineOptions.fromProperties();
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      if (memory.name().equals(name)) {
        return usual.withTier(Tier.JIT).withMemory(memory);
      }
    }
    return usual.withTier(Tier.valueOf(name));
  }

  private String serve(String line) throws IOException, CompileError, LinkError {
    String[] words = line.split(" ");
    Kernel kernel = Kernel.valueOf(words[0].toUpperCase(Locale.ROOT));
    int size = Integer.parseInt(words[1]);
    int calls = Integer.parseInt(words[2]);
    Guest guest = guests.get(kernel);
    if (guest == null) {
      guest = load(kernel);
      guests.put(kernel, guest);
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int answer = 0;
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) {
      answer = guest.call(size);
    }
    return answer + " " + (threads.getCurrentThreadCpuTime() - start);
  }

  /** Serves until the input ends. */
  public static void main(String[] arguments) throws IOException {
    KernelServer server = new KernelServer(arguments[0]);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String reply;
      try {
        reply = server.serve(line);
      } catch (CompileError | LinkError | RuntimeException e) {
        reply = "no: " + e.toString().lines().findFirst().orElse("");
      }
      System.out.println(reply);
    }
  }
}
