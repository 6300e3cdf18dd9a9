package dev.skerry.wasm.bench;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.tier.CompileMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How fast one warm thread compiles a module with all passes, and what it takes of Java's heap, under each strategy.
 * Arguments: the module, and how many bytes of bodies to compile at most, every so manieth function.
 */
public final class CompileTable {

  private CompileTable() {
  }

  private static double run(ModuleCode module, CompileMemory compiler, int step, int from) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    int first = module.info().importedFunctions();
    for (int f = first + from; f < module.info().functions().length; f += step) {
      compiler.compile(f);
    }
    return (threads.getCurrentThreadCpuTime() - start) / 1e9;
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws Exception {
    byte[] binary = Files.readAllBytes(Path.of(arguments[0]));
    long most = arguments.length > 1 ? Long.parseLong(arguments[1]) : 3_000_000;
    ModuleCode module = new ModuleCode(ModuleReader.read(binary, Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
    int step = (int) Math.max(1, binary.length / most);
    System.out.println("| strategy | MB of bodies | MB/s | heap for a byte of body | most for one function |");
    System.out.println("|---|---|---|---|---|");
    EngineOptions usual = EngineOptions.fromProperties();
    run(module, new CompileMemory(module, usual), step, 0);
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      CompileMemory compiler = new CompileMemory(module, usual.withMemory(memory));
      double seconds = run(module, compiler, step, step / 2);
      System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %d B | %.1f MB for %d KB |%n", memory,
          compiler.bodyBytes() / 1e6, compiler.bodyBytes() / 1e6 / seconds, compiler.heapBytes() / compiler.bodyBytes(),
          compiler.mostHeapBytes() / 1e6, compiler.mostBodyBytes() / 1000);
    }
  }
}
