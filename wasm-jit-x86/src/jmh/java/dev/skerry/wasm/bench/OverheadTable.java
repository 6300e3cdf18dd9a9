package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.ExperimentalEngine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What keeping accesses within memory costs: each strategy over code without any check, as measured and as predicted
 * from the checks that a kernel executes and what one costs in a loop of loads; and what polls cost. Each is the least
 * CPU time of several samples, taken in turn. Argument: a regular expression of kernels.
 */
public final class OverheadTable {

  private static final int ROUNDS = Integer.getInteger("skerry.bench.rounds", 9);
  private static final long WARMUP_NANOS = Long.getLong("skerry.bench.warmup", 300) * 1_000_000;
  /** Linkers put data from 1024 on. */
  private static final int COUNTER = 64;
  private static final int LOADS = 6;
  private static final int TURNS = 1000;
  private static final int CALLS = 100;

  private OverheadTable() {
  }

  private static String name(MemoryStrategy memory) {
    return memory.name().toLowerCase(Locale.ROOT);
  }

  /** A loop of loads by addresses that have nothing to do with each other, each of which needs a check of its own. */
  private static byte[] loads() {
    return new ModuleBuilder().memory(4, 4).local("i32 " + "i32 ".repeat(LOADS) + "-> i64",
        Collections.nCopies(1, ValType.I64), code -> {
          code.loop();
          for (int i = 1; i <= LOADS; i++) {
            code.get(i).op(Opcode.I64_LOAD, 3, 0).get(LOADS + 1).op(Opcode.I64_ADD).set(LOADS + 1);
            code.get(i).i32(8).op(Opcode.I32_ADD).set(i);
          }
          code.get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 0).brIf(0).end().get(LOADS + 1);
        }).export("loads", 0, 0).build();
  }

  /** For each engine nanoseconds of a load in the loop of loads, engines taken in turn. */
  private static double[] nanosOfLoads(List<Engine> engines) throws CompileError, LinkError {
    List<Func> loads = new ArrayList<>();
    for (Engine engine : engines) {
      loads.add(new Linker(engine.newStore()).instantiate(Module.compile(engine, loads())).func("loads").orElseThrow());
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] slots = new long[1 + LOADS];
    double[] least = new double[engines.size()];
    Arrays.fill(least, Double.MAX_VALUE);
    for (int sample = 0; sample < 200; sample++) {
      for (int engine = 0; engine < least.length; engine++) {
        long start = threads.getCurrentThreadCpuTime();
        for (int call = 0; call < CALLS; call++) {
          for (int i = 0; i < LOADS; i++) {
            slots[1 + i] = i * 8256L;
          }
          slots[0] = TURNS;
          loads.get(engine).invoke(slots);
        }
        least[engine] = Math.min(least[engine], threads.getCurrentThreadCpuTime() - start);
      }
    }
    return Arrays.stream(least).map(nanos -> nanos / ((double) CALLS * TURNS * LOADS)).toArray();
  }

  private static long checks(Map<String, Instance> guests, MemoryStrategy memory, Kernel kernel)
      throws IOException, CompileError, LinkError {
    String key = memory + kernel.group.module();
    if (!guests.containsKey(key)) {
      Engine engine = ExperimentalEngine.counting(memory, COUNTER);
      guests.put(key, new Linker(engine.newStore()).instantiate(
          Module.compile(engine, Kernel.binary(kernel.group.module()))));
    }
    Instance guest = guests.get(key);
    long before = count(guest);
    guest.func(kernel.export()).orElseThrow().call(kernel.size);
    return count(guest) - before;
  }

  private static long count(Instance guest) {
    return ByteBuffer.wrap(guest.memory("memory").orElseThrow().read(COUNTER, Long.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException, CompileError, LinkError {
    String wanted = arguments.length > 0 ? arguments[0] : ".*";
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT);
    List<Engine> engines = new ArrayList<>(List.of(ExperimentalEngine.unchecked()));
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      engines.add(Engine.create(options.withMemory(memory)));
    }
    double[] loads = nanosOfLoads(engines);
    Map<MemoryStrategy, Double> costs = new LinkedHashMap<>();
    StringBuilder head = new StringBuilder("| kernel |");
    System.out.printf("A load takes %.3f ns without a check; a check", loads[0]);
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      costs.put(memory, Math.max(0, loads[1 + memory.ordinal()] - loads[0]));
      System.out.printf(" %.3f ns under %s", costs.get(memory), name(memory));
      head.append(' ').append(name(memory)).append(" | predicted |");
    }
    System.out.println("\n\n" + head + " polls |\n|---" + "|---".repeat(2 * costs.size() + 1) + "|");
    Map<String, Contender> contenders = new LinkedHashMap<>();
    try {
      contenders.put("unchecked", new Contender("unchecked", KernelTable.command("unchecked")));
      for (MemoryStrategy memory : costs.keySet()) {
        contenders.put(name(memory), new Contender(name(memory), KernelTable.command(name(memory))));
      }
      contenders.put("unpolled", new Contender("unpolled", KernelTable.command("unpolled")));
      double[] logarithms = new double[2 * costs.size() + 1];
      int kernels = 0;
      Map<String, Instance> guests = new LinkedHashMap<>();
      for (Kernel kernel : Kernel.values()) {
        if (kernel.export().matches(wanted)) {
          double[] ratios = measure(kernel, contenders, costs, guests);
          for (int i = 0; i < ratios.length; i++) {
            logarithms[i] += Math.log(ratios[i]);
          }
          kernels++;
          print(kernel.export(), ratios);
        }
      }
      for (int i = 0; i < logarithms.length; i++) {
        logarithms[i] = Math.exp(logarithms[i] / kernels);
      }
      print("**all**, geometric mean", logarithms);
    } finally {
      for (Contender contender : contenders.values()) {
        contender.close();
      }
    }
  }

  /** Measured and predicted for each strategy in turn, over code without checks; then polls. */
  private static double[] measure(Kernel kernel, Map<String, Contender> contenders, Map<MemoryStrategy, Double> costs,
      Map<String, Instance> guests) throws IOException, CompileError, LinkError {
    Map<String, Contender.Run> runs = new LinkedHashMap<>();
    contenders.forEach((name, contender) -> runs.put(name, contender.new Run(kernel, WARMUP_NANOS)));
    for (int round = 0; round < ROUNDS; round++) {
      runs.values().forEach(Contender.Run::measure);
    }
    double base = runs.get("unchecked").least();
    double[] ratios = new double[2 * costs.size() + 1];
    int column = 0;
    for (MemoryStrategy memory : costs.keySet()) {
      ratios[column++] = runs.get(name(memory)).least() / base;
      ratios[column++] = 1 + checks(guests, memory, kernel) * costs.get(memory) / base;
    }
    ratios[column] = runs.get("guard").least() / runs.get("unpolled").least();
    return ratios;
  }

  private static void print(String title, double[] ratios) {
    StringBuilder row = new StringBuilder("| " + title + " |");
    for (double ratio : ratios) {
      row.append(String.format(" %.2f |", ratio));
    }
    System.out.println(row);
  }
}
