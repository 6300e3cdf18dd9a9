package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.pass.Induction;
import dev.skerry.wasm.pass.Inductions;
import dev.skerry.wasm.pass.LinearForm;
import dev.skerry.wasm.pass.NaturalLoop;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.pass.TripCount;
import dev.skerry.wasm.semantics.Operators;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of loops is what happens when their graphs run: values of inductions, and how many turns there are. */
class InductionsTest {

  private static final Set<Passes> BEFORE_LAYOUT = EnumSet.range(Passes.PARAMETERS, Passes.DEAD_CODE);
  private static final long[] EDGES = {0, 1, 2, 3, 7, 8, 100, 0x7fff_ffffL, 0x8000_0000L, 0x8000_0001L, 0xffff_fff0L,
      0xffff_ffffL, 0x1_0000_0000L, Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE, -17, -2, -1};
  private static final long[] STEPS = {1, -1, 2, -3, 8, -8, 0x4000_0000L};
  private static final int MOST_TURNS = 300;
  /** One of so many combinations is tried. */
  private static final int SAMPLED = 11;

  /** Values that were found as foretold, and loops whose turns were. */
  private int values;
  private int counted;
  private final Set<String> exact = new HashSet<>();

  /** One loop of a run. */
  private static final class Progress {

    private long turn;
    private final Map<Induction, Long> starts = new HashMap<>();
    private final Map<Induction, Long> steps = new HashMap<>();
    private long first;
    private long limit;
  }

  private static long signed(Graph graph, int value, long number) {
    return graph.type(value) == IrType.I32 ? (int) number : number;
  }

  private static long unsigned(Graph graph, int value, long number) {
    return graph.type(value) == IrType.I32 ? number & 0xffff_ffffL : number;
  }

  private GraphEvaluator.Watch watch(Graph graph) {
    Inductions inductions = Inductions.of(graph);
    Map<NaturalLoop, Progress> running = new HashMap<>();
    return (edge, numbers) -> {
      NaturalLoop from = inductions.innermost(graph.source(edge));
      NaturalLoop to = inductions.innermost(graph.target(edge));
      if (to != null && to.header == graph.target(edge)) {
        if (to.contains(graph.source(edge))) {
          turn(graph, to, running.get(to), numbers);
        } else {
          running.put(to, begin(graph, to, numbers));
        }
      } else if (from != null && from.isInnermost() && from != to) {
        end(graph, from, running.get(from), edge);
      }
    };
  }

  private static Progress begin(Graph graph, NaturalLoop loop, long[] numbers) {
    Progress progress = new Progress();
    for (Induction induction : loop.inductions()) {
      long start = numbers[induction.parameter()];
      if (induction.start() != Graph.NONE) {
        assertEquals(start, numbers[induction.start()]);
      }
      progress.starts.put(induction, start);
      progress.steps.put(induction, induction.constant() + (induction.isConstant() ? 0 : numbers[induction.step()]));
    }
    TripCount count = loop.tripCount();
    if (count != null) {
      progress.first = progress.starts.get(count.induction()) + count.offset();
      progress.limit = count.limit() == Graph.NONE ? 0
          : graph.is(count.limit(), IrOp.CONST) ? graph.imm(count.limit()) : numbers[count.limit()];
    }
    return progress;
  }

  private void turn(Graph graph, NaturalLoop loop, Progress progress, long[] numbers) {
    progress.turn++;
    for (Induction induction : loop.inductions()) {
      long expected = progress.starts.get(induction) + progress.turn * progress.steps.get(induction);
      assertEquals(unsigned(graph, induction.parameter(), expected), numbers[induction.parameter()],
          () -> induction + " in turn " + progress.turn + " of\n" + GraphText.of(graph));
      values++;
    }
    TripCount count = loop.tripCount();
    if (count != null && count.turns() >= 0) {
      assertTrue(progress.turn < count.turns(),
          () -> count + " in turn " + progress.turn + " of\n" + GraphText.of(graph));
    }
  }

  private void end(Graph graph, NaturalLoop loop, Progress progress, int edge) {
    TripCount count = loop.tripCount();
    if (count == null) {
      return;
    }
    String what = count + " of\n" + GraphText.of(graph);
    assertEquals(count.exit(), edge, what);
    if (count.turns() >= 0) {
      assertEquals(count.turns(), progress.turn + 1, what);
      counted++;
    }
    if (count.exact()) {
      int parameter = count.induction().parameter();
      long step = count.induction().constant();
      long first = unsigned(graph, parameter, progress.first);
      boolean goesOn = Operators.evaluate(count.relation(), first,
          unsigned(graph, parameter, progress.limit)) != 0;
      long distance = unsigned(graph, parameter, step > 0 ? progress.limit - first : first - progress.limit);
      assertEquals(goesOn ? 1 + Long.divideUnsigned(distance, Math.abs(step)) : 1, progress.turn + 1, what);
      exact.add(what);
    }
  }

  @Test
  void givenKernelsThenEveryTurnIsAsForetoldBeforeAndBehindThePasses() throws IOException, CompileError {
    for (Set<Passes> passes : List.of(EnumSet.noneOf(Passes.class), BEFORE_LAYOUT)) {
      values = 0;
      exact.clear();
      for (Kernel kernel : Kernel.values()) {
        if (kernel.group == Kernel.Group.CALLS || kernel.group == Kernel.Group.PROGRAMS) {
          continue;
        }
        ModuleInfo info = ModuleReader.read(Kernel.binary(kernel.group.module()), Module.FEATURES);
        GraphEvaluator evaluator = new GraphEvaluator(new GuestState(info), function -> {
          Graph graph = GraphBuilder.build(info, function, BuildOptions.GUARDED);
          Passes.run(graph, passes, (pass, after) -> { });
          return graph;
        });
        evaluator.watch = this::watch;
        int function = info.exports().stream().filter(export -> export.name().equals(kernel.export())).findFirst()
            .orElseThrow().index();
        assertEquals(kernel.smallAnswer, (int) evaluator.call(function, kernel.smallSize)[0], kernel.export());
      }
      assertTrue(values > 10_000 && exact.size() > 20, values + " values, " + exact.size() + " exact counts");
    }
  }

  @Test
  void givenConstantsThenTurnsAreCountedAsTheyHappen() throws CompileError {
    int claimed = 0;
    int all = 0;
    for (Opcode relation : Opcode.values()) {
      if (!relation.name().matches("I(32|64)_(EQ|NE|L[TE]_.|G[TE]_.)")) {
        continue;
      }
      for (long start : EDGES) {
        for (long limit : EDGES) {
          for (long step : STEPS) {
            if (++all % SAMPLED == 0) {
              claimed += isCounted(relation, start, step, limit) ? 1 : 0;
            }
          }
        }
      }
    }
    String what = claimed + " of " + all / SAMPLED + " foretold, " + counted + " ran";
    assertTrue(claimed > all / SAMPLED / 3 && counted > 500, what);
  }

  /** Runs a loop up to {@link #MOST_TURNS} turns; whether anything was foretold. */
  private boolean isCounted(Opcode relation, long start, long step, long limit) throws CompileError {
    boolean wide = relation.name().startsWith("I64");
    Opcode constant = wide ? Opcode.I64_CONST : Opcode.I32_CONST;
    byte[] bytes = new ModuleBuilder().local("->", List.of(wide ? ValType.I64 : ValType.I32), code -> code
        .op(constant, wide ? start : (int) start).set(0).loop()
        .get(0).op(constant, wide ? step : (int) step).op(wide ? Opcode.I64_ADD : Opcode.I32_ADD)
        .op(Opcode.LOCAL_TEE, 0).op(constant, wide ? limit : (int) limit).op(relation).brIf(0).end()).build();
    ModuleInfo info = ModuleReader.read(bytes, Module.FEATURES);
    Graph graph = GraphBuilder.build(info, 0, BuildOptions.GUARDED);
    List<NaturalLoop> loops = Inductions.of(graph).loops();
    assertEquals(1, loops.size());
    TripCount count = loops.get(0).tripCount();
    if (count.turns() < 0 || count.turns() > MOST_TURNS) {
      return count.turns() >= 0;
    }
    GraphEvaluator evaluator = new GraphEvaluator(new GuestState(info), function -> graph);
    evaluator.watch = this::watch;
    int before = counted;
    evaluator.call(0);
    assertEquals(before + 1, counted, () -> relation + " " + start + " " + step + " " + limit);
    return true;
  }

  @Test
  void givenAnAddressThenItsTermsAndItsDistanceFromAnotherAreTold() throws CompileError {
    byte[] bytes = new ModuleBuilder().memory(1, 1).local("i32 i32 ->", List.of(ValType.I32), code -> code.loop()
        .get(2).i32(3).op(Opcode.I32_SHL).get(0).op(Opcode.I32_ADD).i32(16).op(Opcode.I32_ADD)
        .get(0).get(2).i32(1).op(Opcode.I32_ADD).i32(8).op(Opcode.I32_MUL).op(Opcode.I32_ADD)
        .op(Opcode.I32_LOAD, 2, 0).op(Opcode.I32_STORE, 2, 0)
        .get(2).i32(1).op(Opcode.I32_ADD).op(Opcode.LOCAL_TEE, 2).get(1).op(Opcode.I32_LT_U).brIf(0).end()).build();
    Graph graph = GraphBuilder.build(ModuleReader.read(bytes, Module.FEATURES), 0, BuildOptions.GUARDED);
    NaturalLoop loop = Inductions.of(graph).loops().get(0);
    Induction counter = loop.inductions().get(0);
    int store = Graph.NONE;
    for (int at = graph.first(loop.header); at != Graph.NONE; at = graph.next(at)) {
      store = graph.is(at, Opcode.I32_STORE) ? at : store;
    }
    LinearForm to = LinearForm.of(graph, graph.a(store));
    LinearForm from = LinearForm.of(graph, graph.a(graph.b(store)));

    assertEquals(8, to.factorOf(counter.parameter()));
    assertEquals(2, to.count());
    assertEquals(16, to.constant());
    assertEquals(8, from.constant());
    assertTrue(to.hasTermsOf(from));
    assertTrue(loop.writesMemory() && loop.isInnermost());
    assertFalse(loop.calls() || loop.changesLength());
    assertTrue(loop.tripCount().exact());
    assertEquals(1, loop.exits().length);
  }
}
