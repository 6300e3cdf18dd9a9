package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphText;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Unpolled;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Code without checks or polls, which benchmarks compare with, can neither be asked for nor proved. */
class ExperimentsTest {

  /** Functions that access nothing but by indexes that have few bits, as their code shows. */
  private static final Set<String> BOUNDED = Set.of("kernel_indirect");

  private static final BiConsumer<Passes, Graph> UNCHECKED = (pass, graph) -> {
    if (pass == null) {
      Experiments.uncheck(graph);
    }
  };

  private static ModuleCode kernels() throws Exception {
    return new ModuleCode(ModuleReader.read(Kernel.binary("kernels"), Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
  }

  private static EngineOptions options(MemoryStrategy memory) {
    return new EngineOptions(Tier.JIT, memory, false, true);
  }

  /** What is looked for in a function. */
  private static final class Seen implements CompileTrace {

    private boolean checks;
    private boolean polls;

    @Override
    public void graph(String step, Graph graph) {
      checks = false;
      for (int block : graph.order()) {
        for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
          checks |= graph.is(at, IrOp.BOUNDS) && !graph.is(graph.a(at), IrOp.CONST);
          polls |= graph.is(at, IrOp.POLL);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenUncheckedCodeThenNoStrategyProvesIt(MemoryStrategy memory) throws Exception {
    ModuleCode module = kernels();
    Compiler checking = new Compiler(options(MemoryStrategy.CHECK), CpuFeatures.current());
    Compiler usual = new Compiler(options(memory), CpuFeatures.current());
    Compiler unchecked = new Compiler(options(memory), CpuFeatures.current(), CompileSteps.USUAL.changing(UNCHECKED));
    int refused = 0;
    Set<String> proved = new TreeSet<>();
    for (int f = module.info().importedFunctions(); f < module.info().functions().length; f++) {
      Seen seen = new Seen();
      checking.compile(module, f, -1, seen);
      CompiledFunction checked = usual.compile(module, f, -1, CompileTrace.NONE).code();
      CompiledFunction code = unchecked.compile(module, f, -1, CompileTrace.NONE).code();
      assertNotNull(ProvedCode.of(checked, module.contract(f, false, memory)));
      try {
        ProvedCode.of(code, module.contract(f, false, memory));
        if (seen.checks) {
          proved.add(module.describe(f));
        }
      } catch (VerificationError error) {
        refused++;
      }
    }
    assertEquals(BOUNDED, proved);
    assertTrue(refused > 30, refused + " functions");
  }

  @Test
  void givenCodeWithoutPollsThenItIsNotProved() throws Exception {
    ModuleCode module = kernels();
    CompileSteps usual = CompileSteps.USUAL;
    Compiler unpolled = new Compiler(options(MemoryStrategy.GUARD), CpuFeatures.current(),
        new CompileSteps(usual.profiles(), usual.guardedCalls(), usual.inlining(), usual.passes(), usual.refinements(),
            usual.change(), Unpolled::compile));
    int refused = 0;
    for (int f = module.info().importedFunctions(); f < module.info().functions().length; f++) {
      Seen seen = new Seen();
      CompiledFunction code = unpolled.compile(module, f, -1, seen).code();
      int function = f;
      if (seen.polls) {
        assertThrows(VerificationError.class,
            () -> ProvedCode.of(code, module.contract(function, false, MemoryStrategy.GUARD)), module.describe(f));
        refused++;
      }
    }
    assertTrue(refused > 30, refused + " functions");
  }

  @Test
  void theProductNamesNothingThatMakesSuchCode() throws IOException {
    assertEquals(Set.of("CompileSteps", "Compiler", "Compilations"), naming("dev/skerry/wasm/tier/CompileSteps"));
    assertEquals(Set.of("Emission"), naming("compileWithoutPolls"));
    assertEquals(Set.of(), naming("skerry/wasm/tier/Experiments"));
    assertEquals(List.of(), Stream.of(CompileSteps.class.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getReturnType() == CompileSteps.class).toList());
    assertFalse(Modifier.isPublic(CompileSteps.class.getModifiers()));
  }

  /** The product's classes that have these letters in their constant pools. */
  private static Set<String> naming(String letters) throws IOException {
    Path classes = Path.of("target/classes");
    Set<String> names = new TreeSet<>();
    try (Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".class")).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(letters)) {
          names.add(file.getFileName().toString().replaceAll("[.$].*", ""));
        }
      }
    }
    return names;
  }

  @Test
  void whateverIsLeftOutThereIsNothingThatChangesGraphsAndNoCache() throws Exception {
    ModuleCode module = kernels();
    for (String names : Experiments.LEFT_OUT) {
      CompileSteps steps = CompileSteps.without(names);
      new Compiler(options(MemoryStrategy.CHECK), CpuFeatures.current(), steps).compile(module, 5, -1,
          new CompileTrace() {
            @Override
            public void graph(String step, Graph graph) {
              String before = GraphText.of(graph);
              steps.change().accept(null, graph);
              assertEquals(before, GraphText.of(graph));
            }
          });
      assertFalse(new Compilations(options(MemoryStrategy.CHECK), steps).hasCache());
    }
    assertThrows(IllegalArgumentException.class, () -> CompileSteps.without("checks"));
  }
}
