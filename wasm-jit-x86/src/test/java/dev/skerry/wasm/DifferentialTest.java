package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * Random modules leave the same results, traps (at the same instructions), memories, tables, globals and calls of host
 * functions in both tiers, bit for bit, however accesses are kept within memory. {@code -Dskerry.seed} repeats a run,
 * {@code -Dskerry.programs} or {@code -Dskerry.fuzz.seconds} lengthen it.
 */
class DifferentialTest {

  private static final long SEED = Long.getLong("skerry.seed", 5_000_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 2_000);
  private static final long SECONDS = Long.getLong("skerry.fuzz.seconds", 0);
  /** So many are compared even if the time is shorter. */
  private static final int FEWEST = 20;
  /** One part of this many, of the modules or of the time, is for fuel. */
  private static final int FUEL_PART = 5;
  private static final int CALLS = 2;
  private static final int FUEL = 60;
  private static final int NESTING = 3;
  /** Units of fuel for one call, at most: about what the longer half of the calls spends. */
  private static final int MOST_UNITS = 2_000;
  private static final StoreLimits LIMITS = new StoreLimits(1 << 20, 1000, 4, 1 << 20, 2 * NESTING);

  private int results;
  private int traps;

  @Test
  void bothTiersDoTheSame() throws CompileError, LinkError {
    compareAll(usual().withFuel(false), FUEL_PART - 1, PROGRAMS);
  }

  /** With so little fuel that many calls end for want of it; what is left then is part of what is compared. */
  @Test
  void bothTiersSpendTheSameFuel() throws CompileError, LinkError {
    compareAll(usual().withFuel(true), 1, PROGRAMS / FUEL_PART);
  }

  private void compareAll(EngineOptions options, int parts, int most) throws CompileError, LinkError {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS * parts / FUEL_PART);
    int programs = compare(Engine::create, options, "", SEED,
        done -> done < (SECONDS == 0 ? most : FEWEST) || SECONDS > 0 && System.nanoTime() - deadline < 0);
    System.out.printf("%d random modules%s in both tiers: %d results, %d traps and exceptions, -Dskerry.seed=%d%n",
        programs, options.fuel() ? " with fuel" : "", results, traps, SEED);
    assertTrue(results > programs && traps > programs / 20, "only " + results + " results and " + traps + " traps");
  }

  static EngineOptions usual() {
    return EngineOptions.fromProperties().withCanonicalNaN(true);
  }

  /** Compares random modules in compilers of some kind with tier 0, the strategies in turn; gives how many. */
  int compare(Function<EngineOptions, Engine> compiler, EngineOptions options, String kind, long first,
              IntPredicate more) throws CompileError, LinkError {
    return compare(compiler, options, kind, first, more, instance -> { });
  }

  /** The same with something done to each instance of the compilers before it runs. */
  int compare(Function<EngineOptions, Engine> compiler, EngineOptions options, String kind, long first,
              IntPredicate more, Consumer<Instance> begun) throws CompileError, LinkError {
    List<Engine> interpreters = new ArrayList<>();
    List<Engine> compilers = new ArrayList<>();
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      interpreters.add(Engine.create(options.withTier(Tier.INTERP).withMemory(memory)));
      compilers.add(compiler.apply(options.withTier(Tier.JIT).withMemory(memory)));
    }
    int programs = 0;
    for (; more.test(programs); programs++) {
      int i = programs;
      long seed = first + i;
      RandomModule module = new RandomModule(new Random(seed));
      List<String> expected = run(interpreters.get(i % interpreters.size()), module, seed, instance -> { });
      List<String> given = run(compilers.get(i % compilers.size()), module, seed, begun);
      String what = "seed " + seed + ", " + compilers.get(i % compilers.size()).options().memory() + kind;
      for (int k = 0; k < Math.min(expected.size(), given.size()); k++) {
        int line = k;
        assertEquals(expected.get(k), given.get(k), () -> what + ", event " + line + " of\n" + module.module().text());
      }
      assertEquals(expected.size(), given.size(), what);
    }
    compilers.forEach(CompilerFindings::assertSound);
    return programs;
  }

  /** What happens when all functions are called some times, as lines. */
  private List<String> run(Engine engine, RandomModule module, long seed, Consumer<Instance> begun)
      throws CompileError, LinkError {
    List<String> events = new ArrayList<>();
    try (Store store = engine.newStore(LIMITS)) {
      Instance instance = instantiate(store, module, events);
      begun.accept(instance);
      Random random = new Random(~seed);
      for (int call = 0; call < CALLS; call++) {
        for (int i = 0; i < module.functions().size(); i++) {
          instance.global(RandomModule.FUEL).orElseThrow().set(FUEL);
          if (engine.options().fuel()) {
            store.setFuel(random.nextInt(MOST_UNITS));
          }
          call(instance, module, i, random, events);
          events.add(state(instance, module) + (engine.options().fuel() ? " fuel " + store.fuel() : ""));
        }
      }
    }
    return events;
  }

  private Instance instantiate(Store store, RandomModule module, List<String> events) throws CompileError, LinkError {
    Linker linker = new Linker(store);
    int[] depth = {0};
    for (int i = 0; i < RandomModule.HOSTS.size(); i++) {
      FuncType type = RandomModule.HOSTS.get(i);
      int index = i;
      linker.define("host", "h" + i, type, (caller, slots) -> {
        events.add("host " + index + hex(slots, slotCount(type.params())));
        if (index == 2) {
          nest(caller, module, slots[0], depth, events);
        } else {
          long sum = Arrays.hashCode(Arrays.copyOf(slots, slotCount(type.params())));
          for (int k = 0; k < slotCount(type.results()); k++) {
            slots[k] = index == 1 && k == 0 ? Float.floatToRawIntBits(sum) : sum * (k + 3);
          }
        }
      });
    }
    if (module.provider().isPresent()) {
      linker.define(RandomPlaces.PROVIDER,
          linker.instantiate(Module.compile(store.engine(), module.provider().get().bytes())));
    }
    return linker.instantiate(Module.compile(store.engine(), module.module().bytes()));
  }

  /** The host calls back. */
  private void nest(Instance instance, RandomModule module, long seed, int[] depth, List<String> events) {
    if (depth[0] == NESTING) {
      return;
    }
    depth[0]++;
    try {
      Random random = new Random(seed);
      call(instance, module, random.nextInt(module.functions().size()), random, events);
    } finally {
      depth[0]--;
    }
  }

  private void call(Instance instance, RandomModule module, int function, Random random, List<String> events) {
    FuncType type = module.functions().get(function);
    long[] slots = new long[Math.max(slotCount(type.params()), slotCount(type.results()))];
    int next = 0;
    for (ValType param : type.params()) {
      for (int i = 0; i < param.slots(); i++) {
        long value = random.nextInt(3) == 0 ? random.nextInt(100) : random.nextLong();
        boolean narrow = param.equals(ValType.I32) || param.equals(ValType.F32);
        slots[next++] = param.isReference() ? 0 : narrow ? value & 0xffff_ffffL : value;
      }
    }
    try {
      instance.func("f" + function).orElseThrow().invoke(slots);
      events.add("f" + function + hex(slots, slotCount(type.results())));
      results++;
    } catch (WasmException thrown) {
      events.add("f" + function + " throws " + Arrays.deepToString(thrown.values().toArray()) + " at "
          + places(thrown.frames()));
      traps++;
    } catch (Trap trap) {
      events.add("f" + function + " " + trap.kind() + " at " + places(trap.frames()));
      traps++;
    }
  }

  private static String places(List<Trap.Frame> frames) {
    return frames.stream().map(frame -> frame.function() + ":" + frame.offset()).toList().toString();
  }

  private static int slotCount(List<ValType> types) {
    return types.stream().mapToInt(ValType::slots).sum();
  }

  private static String hex(long[] slots, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(' ').append(Long.toHexString(slots[i]));
    }
    return text.toString();
  }

  private static String state(Instance instance, RandomModule module) {
    StringBuilder text = new StringBuilder("globals");
    for (int i = 0; i < RandomModule.TYPES.size(); i++) {
      long[] slots = instance.global("g" + i).orElseThrow().slots();
      text.append(hex(slots, slots.length)).append(',');
    }
    text.append(" fuel ").append(instance.global(RandomModule.FUEL).orElseThrow().get());
    for (int t = 0; t < RandomModule.TABLES; t++) {
      text.append(", table");
      Table table = instance.table("t" + t).orElseThrow();
      for (int i = 0; i < table.size(); i++) {
        text.append(' ').append(table.get(i));
      }
    }
    for (int i = 0; i < module.memories(); i++) {
      Memory memory = instance.memory("m" + i).orElseThrow();
      byte[] bytes = memory.read(0, (int) memory.byteLength());
      text.append(", memory ").append(bytes.length).append(" bytes ").append(Arrays.hashCode(bytes));
    }
    return text.toString();
  }
}
