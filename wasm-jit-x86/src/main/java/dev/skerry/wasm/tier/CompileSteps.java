package dev.skerry.wasm.tier;

import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Emission;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.regalloc.Refinement;
import dev.skerry.wasm.runtime.ModuleCode;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * Which steps of the compiler run, of those that can be left out. Engines have those that {@code -Dskerry.passes.off}
 * leaves on, a list of names in lower case. Only tests and benchmarks of this package put anything else in.
 *
 * @param profiles what is known of what a function did in tier 0: see {@link #countsBranches}
 * @param guardedCalls whether functions are called in place of elements of tables, before all others
 * @param inlining whether small functions are copied into others before the passes
 * @param change is given each graph when it was built, with null, and after each pass, with that, and may change it;
 *     does nothing in engines
 * @param emission writes machine code
 */
record CompileSteps(BiFunction<ModuleCode, Integer, BranchProfile> profiles, boolean guardedCalls, boolean inlining,
    Set<Passes> passes, Set<Refinement> refinements, BiConsumer<Passes, Graph> change,
    BiFunction<Lir, Set<Refinement>, CompiledFunction> emission) {

  private static final BiFunction<ModuleCode, Integer, BranchProfile> UNKNOWN = (module, any) -> BranchProfile.NONE;
  private static final String GUARDED_CALLS = "GUARDED_CALLS";
  private static final String INLINING = "INLINING";

  /** What engines have. */
  static final CompileSteps USUAL = without(CodeFlavour.STEPS_OFF);

  /**
   * All steps but some.
   *
   * @param names of passes and refinements, with commas between; layout and edge_splitting run in spite of it
   * @throws IllegalArgumentException naming what is none
   */
  static CompileSteps without(String names) {
    EnumSet<Passes> passes = EnumSet.allOf(Passes.class);
    EnumSet<Refinement> refinements = EnumSet.allOf(Refinement.class);
    BiFunction<ModuleCode, Integer, BranchProfile> profiles = ModuleCode::profile;
    boolean guardedCalls = true;
    boolean inlining = true;
    for (String name : names.split(",")) {
      String upper = name.strip().toUpperCase(Locale.ROOT);
      boolean removed = passes.removeIf(pass -> pass.name().equals(upper));
      removed |= refinements.removeIf(refinement -> refinement.name().equals(upper));
      if (upper.equals(CodeFlavour.PROFILES)) {
        profiles = UNKNOWN;
      } else if (upper.equals(INLINING)) {
        inlining = false;
      } else if (upper.equals(GUARDED_CALLS)) {
        guardedCalls = false;
      } else if (!removed && !upper.isEmpty()) {
        throw new IllegalArgumentException("the compiler has no pass '" + name.strip() + "' to leave out");
      }
    }
    passes.addAll(Passes.NEEDED);
    return new CompileSteps(
        profiles, guardedCalls, inlining, passes, refinements, (pass, graph) -> { }, Emission::compile);
  }

  /** Whether branches and calls are counted in tier 0 before a function is compiled. */
  boolean countsBranches() {
    return profiles != UNKNOWN;
  }

  /** The same, with other profiles. */
  CompileSteps profiling(BiFunction<ModuleCode, Integer, BranchProfile> other) {
    return new CompileSteps(other, guardedCalls, inlining, passes, refinements, change, emission);
  }

  /** The same, with graphs changed. */
  CompileSteps changing(BiConsumer<Passes, Graph> other) {
    return new CompileSteps(profiles, guardedCalls, inlining, passes, refinements, other, emission);
  }
}
