package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.lower.CpuFeatures;
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
 * SSE4.1. Fewer are welcome: write them down.
 */
class KernelCodeTest {

  private static final Pattern LINE = Pattern.compile(" *(\\p{XDigit}+): (\\S+) ?(.*)");
  private static final ModuleCode KERNELS = kernels();

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
      "kernel_matmul, 217, 0",
      "kernel_floyd, 221, 0",
      "kernel_nbody, 113, 2",
      "kernel_mandelbrot, 91, 0",
      "kernel_collatz, 138, 0",
      "kernel_sieve, 92, 0",
      "kernel_bigint, 278, 0",
      "kernel_modular, 124, 0",
      "digest, 351, 20",
      "checksum, 201, 0",
      "quicksort, 92, 0",
      "kernel_chase, 406, 0",
      "kernel_structs, 287, 0",
      "kernel_parser, 162, 13"})
  void givenAKernelWhenCompiledThenItsInnermostLoopsAreAsShortAsTheyWere(String name, int instructions, int frame) {
    int function = 0;
    while (!KERNELS.describe(function).equals(name)) {
      function++;
    }
    EngineOptions options = new EngineOptions(Tier.JIT, MemoryStrategy.GUARD, false, true);
    String listing = new Compilations(options, CpuFeatures.floor()).dump(KERNELS, function, Dump.ASM);
    List<Instruction> inLoops = innermost(listing);
    long touches = inLoops.stream().filter(instruction -> instruction.operands.contains("[rsp")).count();
    assertAll(
        () -> assertTrue(inLoops.size() <= instructions, () -> inLoops.size() + " instructions\n" + listing),
        () -> assertTrue(touches <= frame, () -> touches + " touch the frame\n" + listing));
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
