package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.RandomProgram;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Random programs give the same results, globals and traps by their graphs as in tier 0. */
class GraphRandomProgramTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_201);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 250);
  private static final List<ValType> GLOBALS = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);

  @Test
  void graphsAgreeWithTierZero() throws CompileError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    int results = 0;
    int traps = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      for (String outcome : compare(engine, new Random(seed), "seed " + seed)) {
        results += outcome.startsWith("[") ? 1 : 0;
        traps += outcome.startsWith("[") ? 0 : 1;
      }
    }
    assertTrue(results > PROGRAMS && traps > PROGRAMS / 20, "only " + results + " results and " + traps + " traps");
  }

  private static List<String> compare(Engine engine, Random random, String what) throws CompileError {
    TestModule module = new TestModule()
        .global(ValType.I32, true, "i32.const 0").global(ValType.I64, true, "i64.const 0")
        .global(ValType.F32, true, "f32.const 0").global(ValType.F64, true, "f64.const 0");
    List<FuncType> types = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FuncType type = i > 0 && random.nextBoolean() ? RandomProgram.similar(random, GLOBALS, types.get(i - 1))
          : RandomProgram.type(random, GLOBALS);
      RandomProgram.write(random, new RandomProgram.Plain(module, List.copyOf(types)), type, "f" + i);
      types.add(type);
      module.export("g" + i, 3, i);
    }
    module.export("g3", 3, 3);
    ModuleInfo info = ModuleReader.read(module.bytes(), Set.of(Feature.TAIL_CALLS));
    GuestState[] states = new GuestState[GraphPipeline.values().length];
    Arrays.setAll(states, i -> new GuestState(info));
    List<String> outcomes = new ArrayList<>();
    try (Store store = engine.newStore()) {
      Instance instance = module.instantiate(store);
      for (int i = 0; i < types.size(); i++) {
        FuncType type = types.get(i);
        long[] args = type.params().stream().mapToLong(param -> argument(random, param)).toArray();
        Func func = instance.func("f" + i).orElseThrow();
        String expected = outcome(() -> {
          long[] slots = Arrays.copyOf(args, Math.max(args.length, type.results().size()));
          func.invoke(slots);
          return Arrays.copyOf(slots, type.results().size());
        }, type.results());
        outcomes.add(expected);
        for (GraphPipeline pipeline : GraphPipeline.values()) {
          int function = i;
          GuestState state = states[pipeline.ordinal()];
          String given = outcome(() -> pipeline.evaluator(state).call(function, args), type.results());
          String where = what + ", function " + function + ", " + pipeline;
          assertEquals(expected, given, where);
          for (int g = 0; g < GLOBALS.size(); g++) {
            assertEquals(show(instance.global("g" + g).orElseThrow().get(), GLOBALS.get(g)),
                show(state.globals[2 * g], GLOBALS.get(g)), where);
          }
        }
      }
    }
    return outcomes;
  }

  private static long argument(Random random, ValType type) {
    return switch (type.toString()) {
      case "i32" -> random.nextInt() & 0xffff_ffffL;
      case "i64" -> random.nextLong();
      case "f32" -> Float.floatToRawIntBits(random.nextFloat()) & 0xffff_ffffL;
      default -> Double.doubleToRawLongBits(random.nextGaussian());
    };
  }

  private static String outcome(Supplier<long[]> call, List<ValType> types) {
    try {
      long[] results = call.get();
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < results.length; i++) {
        shown.add(show(results[i], types.get(i)));
      }
      return shown.toString();
    } catch (Trap trap) {
      return trap.kind().message();
    }
  }

  /** Slots as text; all NaNs of a type look the same, for Java does not fix their payloads. */
  private static String show(long slot, ValType type) {
    boolean nan = type.equals(ValType.F32) ? Float.isNaN(Float.intBitsToFloat((int) slot))
        : type.equals(ValType.F64) && Double.isNaN(Double.longBitsToDouble(slot));
    return nan ? "NaN" : Long.toHexString(slot);
  }
}
