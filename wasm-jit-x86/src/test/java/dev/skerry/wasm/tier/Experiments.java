package dev.skerry.wasm.tier;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.ir.EdgeWeights;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.pass.SeldomBlocks;
import dev.skerry.wasm.regalloc.Refinement;
import dev.skerry.wasm.regalloc.Unpolled;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.Tiering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Locale;
import java.util.stream.IntStream;

/** Compilers that tests and benchmarks compare with the one that engines have; nothing of the product can make one. */
public final class Experiments {

  /** All that can be left out of the compiler, and last all of it at once. */
  public static final List<String> LEFT_OUT = leftOut();

  private static final int NONE = Graph.NONE;

  private Experiments() {
  }

  private static List<String> leftOut() {
    List<String> names = new ArrayList<>(List.of("profiles", "guarded_calls", "inlining"));
    EnumSet.complementOf(EnumSet.copyOf(Passes.NEEDED))
        .forEach(pass -> names.add(pass.name().toLowerCase(Locale.ROOT)));
    for (Refinement refinement : Refinement.values()) {
      names.add(refinement.name().toLowerCase(Locale.ROOT));
    }
    names.add(String.join(",", names));
    return Collections.unmodifiableList(names);
  }

  /** Leaves out the passes and refinements of these names. */
  public static Tiering without(EngineOptions options, String names) {
    return new Compilations(options, CompileSteps.without(names));
  }

  /** Makes code for a processor with nothing but SSE4.1. */
  public static Tiering plain(EngineOptions options) {
    return new Compilations(options, CpuFeatures.floor());
  }

  /** Makes accesses to memory without any check or guard. */
  public static Tiering unchecked(EngineOptions options) {
    return new Compilations(options, CompileSteps.USUAL.changing((pass, graph) -> {
      if (pass == null) {
        uncheck(graph);
      }
    }));
  }

  /** Makes code that does not poll. */
  public static Tiering unpolled(EngineOptions options) {
    CompileSteps usual = CompileSteps.USUAL;
    return new Compilations(options,
        new CompileSteps(usual.profiles(), usual.guardedCalls(), usual.inlining(), usual.passes(), usual.refinements(),
            usual.change(), Unpolled::compile));
  }

  /** Lays code out by profiles that say anything at all. */
  public static Tiering misled(EngineOptions options, long seed) {
    Random random = new Random(seed);
    CompileSteps profiled = CompileSteps.USUAL.profiling((module, function) -> mislead(module, function, random));
    return new Compilations(options, profiled.changing((pass, graph) -> {
      if (pass == null) {
        mislead(graph, random);
      }
    }));
  }

  /** A profile with something at each offset of a body. */
  private static BranchProfile mislead(ModuleCode module, int function, Random random) {
    ModuleInfo info = module.info();
    ModuleInfo.FunctionBody body = info.bodies().get(function - info.importedFunctions());
    int[] offsets = IntStream.range(body.offset(), body.end()).toArray();
    int[] firsts = new int[offsets.length];
    int[] counts = new int[3 * offsets.length];
    int count = 0;
    for (int i = 0; i < offsets.length; i++) {
      firsts[i] = count;
      if (random.nextBoolean()) {
        counts[count++] = random.nextInt(info.functions().length + 3);
        counts[count++] = Integer.MAX_VALUE;
        counts[count++] = Integer.MAX_VALUE - random.nextInt(2);
      } else {
        counts[count++] = random.nextInt() >>> 1;
        counts[count++] = random.nextInt(2);
      }
    }
    return new BranchProfile(offsets, firsts, Arrays.copyOf(counts, count));
  }

  private static void mislead(Graph graph, Random random) {
    for (int block : graph.order()) {
      for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
        graph.weights.set(edge, switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> random.nextInt(1000);
          case 2 -> Integer.MAX_VALUE - random.nextInt(2);
          default -> EdgeWeights.UNKNOWN;
        });
      }
    }
    SeldomBlocks.mark(graph);
  }

  /** Counts in memory 0, in the i64 at an address, how many checks and masks of addresses are executed. */
  public static Tiering counting(EngineOptions options, int address) {
    return new Compilations(options, CompileSteps.USUAL.changing((pass, graph) -> {
      if (pass == Passes.DEAD_CODE) {
        count(graph, address);
      }
    }));
  }

  /** Takes all checks, masks and guards of accesses out of a graph that was just built. */
  static void uncheck(Graph graph) {
    int[] instead = new int[graph.instructionCount()];
    for (int block : graph.order()) {
      int behind;
      for (int at = graph.first(block); at != NONE; at = behind) {
        behind = graph.next(at);
        graph.setA(at, address(graph, instead, graph.a(at)));
        Opcode opcode = graph.opcode(at);
        if (graph.is(at, IrOp.BOUNDS) || graph.is(at, IrOp.MASKED)) {
          instead[at] = graph.is(at, IrOp.MASKED) && graph.imm(at) != 0 ? sum(graph, at) : graph.a(at);
          graph.remove(at);
        } else if (opcode != null && opcode.accessBytes() > 0 && graph.isGuarded(at)) {
          graph.setAux(at, Graph.access(graph.memory(at), graph.lane(at), false));
        }
      }
    }
  }

  private static int address(Graph graph, int[] instead, int value) {
    boolean replaced = value != NONE && value < instead.length && graph.block(value) == NONE
        && (graph.is(value, IrOp.BOUNDS) || graph.is(value, IrOp.MASKED));
    return replaced ? instead[value] : value;
  }

  /** What a mask would have been laid on. */
  private static int sum(Graph graph, int masked) {
    int position = graph.position(masked);
    int wide = graph.make(Opcode.I64_EXTEND_I32_U.ordinal(), IrType.I64, graph.a(masked), NONE, NONE, 0, 0, position);
    int offset = graph.make(IrOp.CONST.code, IrType.I64, NONE, NONE, NONE, graph.imm(masked), 0, position);
    int sum = graph.make(Opcode.I64_ADD.ordinal(), IrType.I64, wide, offset, NONE, 0, 0, position);
    for (int made : new int[] {wide, offset, sum}) {
      graph.insertBefore(masked, made);
    }
    return sum;
  }

  private static void count(Graph graph, int address) {
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (graph.is(at, IrOp.BOUNDS) || graph.is(at, IrOp.MASKED)) {
          count(graph, at, address);
        }
      }
    }
  }

  private static void count(Graph graph, int check, int address) {
    int position = graph.position(check);
    int place = graph.make(IrOp.CONST.code, IrType.I32, NONE, NONE, NONE, address, 0, position);
    int one = graph.make(IrOp.CONST.code, IrType.I64, NONE, NONE, NONE, 1, 0, position);
    int access = Graph.access(0, 0, false);
    int before = graph.make(Opcode.I64_LOAD.ordinal(), IrType.I64, place, NONE, NONE, 0, access, position);
    int sum = graph.make(Opcode.I64_ADD.ordinal(), IrType.I64, before, one, NONE, 0, 0, position);
    int store = graph.make(Opcode.I64_STORE.ordinal(), IrType.VOID, place, sum, NONE, 0, access, position);
    for (int made : new int[] {place, one, before, sum, store}) {
      graph.insertBefore(check, made);
    }
  }
}
