package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.RandomProgram;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.ReferenceInterpreter;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.runtime.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A graph that enters at a loop goes on from a frame of tier 0 as the function would have gone on. */
class FrameEntryTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_401);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 400);
  private static final int CONSTANTS = 3;
  private static final List<ValType> GLOBALS = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);

  private int entered;
  private int refused;

  /** What there was when a loop began a round. */
  private record Arrival(int loop, long[] locals, long[] operands, long[] globals) {
  }

  @Test
  void givenAnyLoopOfRandomProgramsThenTheRestOfTheRunIsTheSame() throws CompileError {
    for (int i = 0; i < PROGRAMS; i++) {
      compare(new Random(SEED + i), "seed " + (SEED + i));
    }
    assertTrue(entered > PROGRAMS / 4 && refused < entered, entered + " loops entered, " + refused + " refused");
  }

  private void compare(Random random, String what) throws CompileError {
    TestModule module = new TestModule()
        .global(ValType.I32, true, "i32.const 0").global(ValType.I64, true, "i64.const 0")
        .global(ValType.F32, true, "f32.const 0").global(ValType.F64, true, "f64.const 0");
    List<FuncType> types = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      types.add(RandomProgram.type(random, GLOBALS));
      List<FuncType> callees = List.copyOf(types.subList(0, i));
      RandomProgram.write(random, new RandomProgram.Plain(module, callees), types.get(i), "f" + i);
    }
    ModuleInfo info = ModuleReader.read(module.bytes(), Set.of(Feature.TAIL_CALLS));
    ReferenceInterpreter reference = new ReferenceInterpreter(info, 0, 0, 0, 0);
    Map<Integer, Arrival> arrivals = new LinkedHashMap<>();
    reference.listener((function, loop, locals, operands) -> {
      if (function == 1 && (!arrivals.containsKey(loop) || random.nextInt(3) == 0)) {
        arrivals.put(loop, new Arrival(loop, locals, operands, reference.globals.clone()));
      }
    });
    FuncType type = types.get(1);
    long[] args = type.params().stream().mapToLong(param -> param.equals(ValType.I32) || param.equals(ValType.F32)
        ? random.nextInt() & 0xffff_ffffL : random.nextLong()).toArray();
    String expected = outcome(() -> reference.call(1, args), type.results(), reference.globals);
    for (Arrival arrival : arrivals.values()) {
      enter(info, arrival, type, expected, what);
    }
  }

  private void enter(ModuleInfo info, Arrival arrival, FuncType type, String expected, String what) {
    int params = type.params().size();
    int header = Layout.FRAME_HEADER / Long.BYTES;
    int declared = arrival.locals.length - params;
    long[] frame = new long[params + header + declared + CONSTANTS + arrival.operands.length];
    System.arraycopy(arrival.locals, 0, frame, 0, params);
    System.arraycopy(arrival.locals, params, frame, params + header, declared);
    int operands = header + declared + CONSTANTS;
    System.arraycopy(arrival.operands, 0, frame, params + operands, arrival.operands.length);
    BuildOptions options = new BuildOptions(MemoryStrategy.CHECK, false, false,
        new BuildOptions.Entry(arrival.loop, operands * Long.BYTES));
    for (boolean passes : new boolean[] {false, true}) {
      String where = what + ", loop at byte " + arrival.loop + (passes ? ", with passes" : "");
      Graph graph;
      try {
        graph = GraphBuilder.build(info, 1, options);
      } catch (CompilationRefused refusal) {
        assertEquals(CompilationRefused.Reason.UNSUPPORTED, refusal.reason(), where);
        refused++;
        return;
      }
      GraphVerifier.verify(graph, where);
      if (passes) {
        Passes.run(graph, EnumSet.allOf(Passes.class),
            (pass, after) -> GraphVerifier.verify(after, pass + " of " + where));
      }
      GuestState state = new GuestState(info);
      for (int i = 0; i < GLOBALS.size(); i++) {
        state.globals[2 * i] = arrival.globals[i];
      }
      GraphEvaluator evaluator = new GraphEvaluator(state,
          function -> GraphBuilder.build(info, function, BuildOptions.CHECKED));
      long[] left = new long[GLOBALS.size()];
      String given = outcome(() -> {
        try {
          return evaluator.enter(graph, frame, params);
        } finally {
          Arrays.setAll(left, i -> state.globals[2 * i]);
        }
      }, type.results(), left);
      assertEquals(expected, given, where);
      entered++;
    }
  }

  private static String outcome(Supplier<long[]> call, List<ValType> types, long[] globals) {
    List<String> shown = new ArrayList<>();
    try {
      long[] results = call.get();
      for (int i = 0; i < results.length; i++) {
        shown.add(show(results[i], types.get(i)));
      }
    } catch (Trap trap) {
      shown.add(trap.kind().message());
    }
    for (int i = 0; i < GLOBALS.size(); i++) {
      shown.add(show(globals[i], GLOBALS.get(i)));
    }
    return shown.toString();
  }

  private static String show(long slot, ValType type) {
    boolean nan = type.equals(ValType.F32) ? Float.isNaN(Float.intBitsToFloat((int) slot))
        : type.equals(ValType.F64) && Double.isNaN(Double.longBitsToDouble(slot));
    return nan ? "NaN" : Long.toHexString(slot);
  }
}
