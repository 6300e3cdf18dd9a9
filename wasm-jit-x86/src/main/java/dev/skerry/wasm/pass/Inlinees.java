package dev.skerry.wasm.pass;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

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
  /** Functions that a reference is compared with, and their size if they are several. */
  private static final int MOST_CALLEES = 4;
  private static final int SMALL_CALLEE = 20;
  private static final int[] NONE = {};

  private WeakReference<ModuleInfo> module = new WeakReference<>(null);
  private BuildOptions options;
  private Set<Passes> passes = Set.of();
  private IntFunction<BranchProfile> profiles = function -> BranchProfile.NONE;
  private boolean[] isLarge = {};
  private final Map<Integer, Inlinee> kept = new LinkedHashMap<>(64, 0.75f, true);
  private int instructions;
  /** By type: functions that are compared with. */
  private final Map<Integer, int[]> callees = new HashMap<>();

  /**
   * What may be copied into a function, until {@link #end}.
   *
   * @param compiled how the function's graph was built
   * @param run which passes run
   * @param counted which way the branches of a function went
   */
  public void begin(ModuleInfo of, BuildOptions compiled, Set<Passes> run, IntFunction<BranchProfile> counted) {
    passes = run;
    profiles = counted;
    BuildOptions wanted = new BuildOptions(compiled.memory(), compiled.canonicalNaN(), compiled.fuel(),
        BuildOptions.Entry.FUNCTION);
    if (module.get() == of && wanted.equals(options)) {
      return;
    }
    module = new WeakReference<>(of);
    options = wanted;
    isLarge = new boolean[of.functions().length - of.importedFunctions()];
    kept.clear();
    callees.clear();
    instructions = 0;
  }

  /** Forgets what was counted: that belongs to the module, which is not kept. */
  public void end() {
    profiles = function -> BranchProfile.NONE;
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

  /**
   * The functions that an element of a table is, of a type that no more than some have which the module's element
   * segments name; none if there are more, if one is imported, or if they are several and not all small.
   *
   * @param type its index in the module
   */
  int[] callees(ModuleInfo of, int type) {
    int[] known = callees.get(type);
    if (known == null) {
      known = find(of, type);
      callees.put(type, known);
    }
    return known;
  }

  private int[] find(ModuleInfo of, int type) {
    int[] found = new int[MOST_CALLEES];
    int count = 0;
    for (ModuleInfo.ElementSegment segment : of.elements()) {
      int[] functions = segment.inits().functions();
      if (functions == null) {
        return NONE;
      }
      for (int function : functions) {
        boolean isNew = of.functions()[function] == type;
        for (int i = 0; i < count && isNew; i++) {
          isNew = found[i] != function;
        }
        if (isNew && (count == MOST_CALLEES || function < of.importedFunctions())) {
          return NONE;
        }
        if (isNew) {
          found[count++] = function;
        }
      }
    }
    for (int i = 0; i < count && count > 1; i++) {
      Inlinee inlinee = get(of, found[i]);
      if (inlinee == null || inlinee.size() > SMALL_CALLEE) {
        return NONE;
      }
    }
    return Arrays.copyOf(found, count);
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
      Graph graph = GraphBuilder.build(of, function, options, profiles.apply(function));
      Passes.clean(graph, passes);
      Inlinee found = Inlinee.of(function, body, graph);
      return found.isTailCaller() || found.size() > Inlining.LARGEST + graph.parameterCount(0) ? null : found;
    } catch (CompilationRefused | Trap notCompiled) {
      return null;
    }
  }
}
