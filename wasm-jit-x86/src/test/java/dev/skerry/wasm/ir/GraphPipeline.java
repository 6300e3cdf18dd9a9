package dev.skerry.wasm.ir;

import dev.skerry.wasm.decode.ModuleInfo;

/** Ways to make graphs that tests compare; each step is verified. */
enum GraphPipeline {
  CHECKED(BuildOptions.CHECKED),
  GUARDED(BuildOptions.GUARDED);

  private final BuildOptions options;

  GraphPipeline(BuildOptions options) {
    this.options = options;
  }

  Graph build(ModuleInfo module, int function) {
    Graph graph = GraphBuilder.build(module, function, options);
    GraphVerifier.verify(graph, "building function " + function);
    return graph;
  }

  GraphEvaluator evaluator(GuestState state) {
    return new GraphEvaluator(state, options.guard(), function -> build(state.module, function));
  }
}
