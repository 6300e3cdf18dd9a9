package dev.skerry.wasm.tier;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import dev.skerry.wasm.ir.GraphVerifier;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.lower.Lowering;
import dev.skerry.wasm.lower.Target;
import dev.skerry.wasm.pass.GuardedCalls;
import dev.skerry.wasm.pass.Inlinees;
import dev.skerry.wasm.pass.Inlining;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.pass.SeldomBlocks;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.x64.CpuFeature;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Makes machine code of functions: graph, passes, lowering, registers, bytes. What it makes depends on the function,
 * the options and the CPU, on which functions of the module have code already, and on which way branches went in tier 0
 * if that was counted. Not thread-safe.
 */
final class Compiler {

  /** Larger bodies stay in tier 0: compiling takes a second a megabyte. */
  static final int MAX_BODY_BYTES = 1 << 20;

  private static final boolean VERIFY = Boolean.getBoolean("skerry.verify.ir");

  private final EngineOptions options;
  private final CpuFeatures features;
  private final CompileSteps steps;
  private final Lir lir = new Lir();
  private final Inlinees inlinees = new Inlinees();

  /** With all steps that engines have. */
  Compiler(EngineOptions options, CpuFeatures features) {
    this(options, features, CompileSteps.USUAL);
  }

  Compiler(EngineOptions options, CpuFeatures features, CompileSteps steps) {
    this.options = options;
    this.steps = steps;
    this.features = features;
  }

  /**
   * Compiles a function that the module defines.
   *
   * @param function index in the function index space
   * @param loop byte offset in the module of the loop instruction to enter at, or -1 for the function's begin
   * @throws CompilationRefused if the function stays in tier 0
   */
  Compilation compile(ModuleCode module, int function, int loop, CompileTrace trace) {
    long start = System.nanoTime();
    ModuleInfo info = module.info();
    ModuleInfo.FunctionBody body = info.bodies().get(function - info.importedFunctions());
    int bytes = body.end() - body.offset();
    if (bytes > MAX_BODY_BYTES) {
      throw new CompilationRefused(CompilationRefused.Reason.LIMIT,
          "its body has " + bytes + " bytes, more than " + MAX_BODY_BYTES);
    }
    BuildOptions.Entry entry = loop < 0 ? BuildOptions.Entry.FUNCTION
        : new BuildOptions.Entry(loop, module.operandsAt(function));
    BuildOptions how = new BuildOptions(options.memory(), options.canonicalNaN(), options.fuel(), entry);
    IntFunction<BranchProfile> profiles = any -> steps.profiles().apply(module, any);
    BranchProfile profile = profiles.apply(function);
    Graph graph = GraphBuilder.build(info, function, how, profile);
    graph.vectorBits = features.has(CpuFeature.AVX2) ? 256 : 128;
    built("build", graph, trace);
    inlinees.begin(info, how, steps.passes(), profiles);
    SeldomBlocks.mark(graph);
    if (steps.guardedCalls()) {
      GuardedCalls.run(graph, info, inlinees, profile);
      built("guarded_calls", graph, trace);
    }
    if (steps.inlining()) {
      Inlining.run(graph, info, function, inlinees);
      built("inlining", graph, trace);
    }
    inlinees.end();
    steps.change().accept(null, graph);
    Passes.run(graph, steps.passes(), (pass, changed) -> {
      steps.change().accept(pass, changed);
      trace.graph(pass.name().toLowerCase(Locale.ROOT), changed);
    });
    Target target =
        new Target(info, module.layout(), module::typeId, index -> index >= info.importedFunctions(), features);
    FuncType type = info.types()[info.functions()[function]];
    lir.clear();
    lir.at(loop < 0 ? body.offset() : loop);
    new Lowering(target).lower(
        graph, loop < 0 ? type : new FuncType(List.of(ValType.I64), type.results()), lir);
    trace.lowered(lir);
    CompiledFunction code = steps.emission().apply(lir, steps.refinements());
    trace.emitted(code);
    return new Compilation(module.describe(function), loop, bytes, code, System.nanoTime() - start);
  }

  private static void built(String step, Graph graph, CompileTrace trace) {
    trace.graph(step, graph);
    if (VERIFY) {
      GraphVerifier.verify(graph, step);
    }
  }
}
