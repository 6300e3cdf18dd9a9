package dev.skerry.wasm.pass;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The functions of one module at a time that may be copied into others: those that were asked for last are kept, up to
 * a number of instructions, and for all others whether it is worth to look again. Keeps no module alive. Not for more
 * than one thread.
 */
public final class Inlinees {

  /** Bytes of a body that is looked at. */
  private static final int MAX_BYTES = 500;
  /** Instructions of all graphs that are kept, also of those that were left out of them. */
  private static final int KEPT = 100_000;

  private WeakReference<ModuleInfo> module = new WeakReference<>(null);
  private BuildOptions options;
  private Set<Passes> passes = Set.of();
  private boolean[] isLarge = {};
  private final Map<Integer, Inlinee> kept = new LinkedHashMap<>(64, 0.75f, true);
  private int instructions;

  /**
   * What may be copied into a function.
   *
   * @param compiled how the function's graph was built
   * @param run which passes run
   */
  public void begin(ModuleInfo of, BuildOptions compiled, Set<Passes> run) {
    passes = run;
    BuildOptions wanted = new BuildOptions(compiled.memory(), compiled.canonicalNaN(), compiled.fuel(),
        BuildOptions.Entry.FUNCTION);
    if (module.get() == of && wanted.equals(options)) {
      return;
    }
    module = new WeakReference<>(of);
    options = wanted;
    isLarge = new boolean[of.functions().length - of.importedFunctions()];
    kept.clear();
    instructions = 0;
  }

  /** A function that the module defines, or null if it is not to be copied. */
  Inlinee get(ModuleInfo of, int function) {
    int own = function - of.importedFunctions();
    if (isLarge[own]) {
      return null;
    }
    Inlinee known = kept.get(function);
    if (known == null) {
      known = look(of, function);
      isLarge[own] = known == null;
      if (known != null) {
        keep(known);
      }
    }
    return known;
  }

  private void keep(Inlinee inlinee) {
    kept.put(inlinee.function(), inlinee);
    instructions += inlinee.graph().instructionCount();
    for (Iterator<Inlinee> oldest = kept.values().iterator(); instructions > KEPT && kept.size() > 1;) {
      instructions -= oldest.next().graph().instructionCount();
      oldest.remove();
    }
  }

  private Inlinee look(ModuleInfo of, int function) {
    try {
      ModuleInfo.FunctionBody body = of.bodies().get(function - of.importedFunctions());
      if (body.end() - body.offset() > MAX_BYTES) {
        return null;
      }
      Graph graph = GraphBuilder.build(of, function, options);
      Passes.clean(graph, passes);
      Inlinee found = Inlinee.of(function, body, graph);
      return found.isTailCaller() || found.size() > Inlining.LARGEST + graph.parameterCount(0) ? null : found;
    } catch (CompilationRefused | Trap notCompiled) {
      return null;
    }
  }
}
