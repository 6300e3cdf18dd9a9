package dev.skerry.wasm.ir;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.pass.Passes;
import java.util.EnumSet;
import java.util.Set;

/** Ways to make graphs that tests compare; each step is verified. */
enum GraphPipeline {
  CHECKED(BuildOptions.CHECKED, EnumSet.noneOf(Passes.class)),
  GUARDED(BuildOptions.GUARDED, EnumSet.noneOf(Passes.class)),
  CHECKED_PASSES(BuildOptions.CHECKED, EnumSet.allOf(Passes.class)),
  GUARDED_PASSES(BuildOptions.GUARDED, EnumSet.allOf(Passes.class)),
  HARDENED(BuildOptions.of(MemoryStrategy.HARDENED), EnumSet.noneOf(Passes.class)),
  HARDENED_PASSES(BuildOptions.of(MemoryStrategy.HARDENED), EnumSet.allOf(Passes.class));

  private final BuildOptions options;
  private final Set<Passes> passes;

  GraphPipeline(BuildOptions options, Set<Passes> passes) {
    this.options = options;
    this.passes = passes;
  }

  Graph build(ModuleInfo module, int function) {
    Graph graph = GraphBuilder.build(module, function, options);
    GraphVerifier.verify(graph, "building function " + function);
    Passes.run(graph, passes, (pass, after) -> GraphVerifier.verify(after, pass + " of function " + function));
    return graph;
  }

  GraphEvaluator evaluator(GuestState state) {
    return new GraphEvaluator(state, function -> build(state.module, function));
  }
}
