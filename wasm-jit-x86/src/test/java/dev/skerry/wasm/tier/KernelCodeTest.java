package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.pass.Inductions;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The innermost loops of some kernels have hardly more instructions (a twentieth), and touch their frame hardly more
 * often, than they once did, all turns counted that are written for a loop: under the guard, for a CPU with nothing but
 * SSE4.1. Where all accesses are compared, they have as many checks, counted once for a loop. Fewer are welcome: write
 * them down. Loops on vectors are counted by themselves.
 */
class KernelCodeTest {

  private static final Pattern LINE = Pattern.compile(" *(\\p{XDigit}+): (\\S+) ?(.*)");
  private static final ModuleCode KERNELS = kernels();
  private static final CompileSteps WITHOUT_VECTORS = CompileSteps.without("vectorisation");

  private record Instruction(int offset, String mnemonic, String operands) {

    int target() {
      return mnemonic.startsWith("j") && operands.startsWith("0x") ? Integer.parseInt(operands.substring(2), 16)
          : Integer.MAX_VALUE;
    }
  }

  private static ModuleCode kernels() {
    try (InputStream in = KernelCodeTest.class.getResourceAsStream("/guest/kernels.wasm")) {
      return new ModuleCode(ModuleReader.read(in.readAllBytes(), Module.FEATURES), new TypeRegistry(), false,
          Allowance.of(Module.FEATURES));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
      "kernel_matmul, 395, 0, 8",
      "kernel_floyd, 418, 0, 9",
      "kernel_nbody, 174, 1, 7",
      "kernel_mandelbrot, 170, 0, 0",
      "kernel_collatz, 268, 0, 0",
      "kernel_sieve, 177, 0, 6",
      "kernel_bigint, 456, 0, 11",
      "kernel_modular, 227, 0, 0",
      "digest, 624, 39, 15",
      "checksum, 337, 0, 5",
      "quicksort, 169, 0, 4",
      "kernel_chase, 684, 0, 23",
      "kernel_structs, 415, 0, 18",
      "kernel_parser, 191, 4, 2",
      "kernel_lu, 428, 0, 8",
      "kernel_jacobi, 458, 8, 11",
      "kernel_heat, 457, 0, 13",
      "kernel_life, 338, 0, 11",
      "kernel_queens, 24, 2, 0",
      "kernel_chacha, 330, 36, 4",
      "kernel_machine, 224, 0, 20",
      "kernel_lz, 600, 0, 24",
      "kernel_search, 226, 40, 8",
      "kernel_count, 472, 0, 13",
      "kernel_bits, 165, 0, 0",
      "kernel_tree, 200, 0, 4"})
  void givenAKernelWhenCompiledThenItsInnermostLoopsAreAsShortAsTheyWere(
      String name, int instructions, int frame, int checks) {
    int function = function(name);
    EngineOptions options = new EngineOptions(Tier.JIT, MemoryStrategy.GUARD, false, true);
    Dump.Recorder recorder = Dump.ASM.recorder();
    new Compiler(options, CpuFeatures.floor(), WITHOUT_VECTORS).compile(KERNELS, function, -1, recorder);
    String listing = recorder.text();
    List<Instruction> inLoops = innermost(listing);
    long touches = inLoops.stream().filter(instruction -> instruction.operands.contains("[rsp")).count();
    assertAll(
        () -> assertTrue(inLoops.size() <= instructions, () -> inLoops.size() + " instructions\n" + listing),
        () -> assertTrue(touches <= frame, () -> touches + " touch the frame\n" + listing),
        () -> assertEquals(checks, checks(function), "checks"));
  }

  @ParameterizedTest
  @CsvSource({
      "kernel_lu, 1, 12, 2",
      "kernel_gemv, 1, 13, 2",
      "kernel_jacobi, 1, 18, 2",
      "kernel_heat, 1, 28, 2",
      "times, 1, 24, 1",
      "transform, 1, 34, 4"})
  void givenAKernelOverArraysWhenCompiledThenItsLoopsOnVectorsAreAsShortAsTheyWere(
      String name, int loops, int instructions, int checks) {
    EngineOptions options = new EngineOptions(Tier.JIT, MemoryStrategy.CHECK, false, true);
    int[] found = new int[3];
    new Compiler(options, CpuFeatures.floor()).compile(KERNELS, function(name), -1, new CompileTrace() {
      @Override
      public void graph(String step, Graph graph) {
        if (step.equals("dead_code")) {
          Inductions.of(graph).loops().forEach(loop -> count(graph, loop.blocks(), found));
        }
      }
    });
    assertAll(
        () -> assertEquals(loops, found[0], "loops on vectors"),
        () -> assertEquals(instructions, found[1], "instructions of the graph in them"),
        () -> assertEquals(checks, found[2], "checks in them"));
  }

  /** Counts a loop, its instructions but constants, and its checks, if anything in it is a vector. */
  private static void count(Graph graph, int[] blocks, int[] found) {
    int instructions = 0;
    boolean vectors = false;
    for (int block : blocks) {
      for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
        vectors |= graph.type(at) == IrType.V128;
        instructions += graph.is(at, IrOp.CONST) || graph.is(at, IrOp.PARAMETER) ? 0 : 1;
      }
    }
    if (vectors) {
      found[0]++;
      found[1] += instructions;
      found[2] += checks(graph, blocks);
    }
  }

  private static int function(String name) {
    int function = 0;
    while (!KERNELS.describe(function).equals(name)) {
      function++;
    }
    return function;
  }

  /** How many checks of addresses are left in innermost loops where all are compared. */
  private static int checks(int function) {
    EngineOptions options = new EngineOptions(Tier.JIT, MemoryStrategy.CHECK, false, true);
    int[] left = new int[1];
    new Compiler(options, CpuFeatures.floor(), WITHOUT_VECTORS).compile(KERNELS, function, -1, new CompileTrace() {
      @Override
      public void graph(String step, Graph graph) {
        if (step.equals("dead_code")) {
          Inductions.of(graph).loops().forEach(loop -> left[0] += checks(graph, loop.blocks()));
        }
      }
    });
    return left[0];
  }

  private static int checks(Graph graph, int[] blocks) {
    int count = 0;
    for (int block : blocks) {
      for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
        count += graph.is(at, IrOp.BOUNDS) ? 1 : 0;
      }
    }
    return count;
  }

  /** What lies between the target of a jump back and the jump, if no other such loop lies within. */
  private static List<Instruction> innermost(String listing) {
    List<Instruction> all = new ArrayList<>();
    for (String line : listing.split("\n")) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        all.add(new Instruction(Integer.parseInt(matcher.group(1), 16), matcher.group(2), matcher.group(3)));
      }
    }
    List<Instruction> found = new ArrayList<>();
    for (Instruction jump : all) {
      boolean isLoop = jump.target() <= jump.offset && all.stream().noneMatch(other -> other != jump
          && other.target() > jump.target() && other.target() <= other.offset && other.offset < jump.offset);
      if (isLoop) {
        all.stream().filter(within -> within.offset >= jump.target() && within.offset <= jump.offset)
            .filter(within -> !found.contains(within)).forEach(found::add);
      }
    }
    return found;
  }
}
