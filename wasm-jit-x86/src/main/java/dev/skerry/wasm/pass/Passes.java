package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphVerifier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The passes over a graph, in the order in which they run. Each but those that are needed can be left out. */
public enum Passes {

  /** Removes parameters that are not needed: see {@link Parameters}. */
  PARAMETERS(Parameters::run),
  /** Computes what is constant, and rewrites by rules: see {@link Folding}. */
  FOLDING(Folding::run),
  /** Divides by constants: see {@link DivisionByConstant}. */
  DIVISIONS(DivisionByConstant::run),
  /** Leaves out checks of what is small by arithmetic: see {@link Elision}. */
  ELISION(Elision::run),
  /** Moves reads out of loops: see {@link Hoisting}. */
  HOISTING(Hoisting::run),
  /** Straightens control flow: see {@link BlockMerging}. */
  MERGING(BlockMerging::run),
  /** Copies an i64 by halves where it was stored in parts: see {@link SplitCopies}. */
  SPLIT_COPIES(SplitCopies::run),
  /** Computes nothing twice: see {@link ValueNumbering}. */
  VALUE_NUMBERING(ValueNumbering::run),
  /** Does several turns of loops at once on vectors: see {@link Vectorisation}. */
  VECTORISATION(Vectorisation::run),
  /** Compares addresses in loops with limits made before: see {@link Limits}. */
  LIMITS(Limits::run),
  /** Polls by a register in small loops: see {@link PollContexts}. */
  POLL_CONTEXTS(PollContexts::run),
  /** Leaves out what nothing needs: see {@link DeadCode}. */
  DEAD_CODE(DeadCode::run),
  /** Orders blocks: see {@link Layout}. */
  LAYOUT(Layout::run),
  /** Splits critical edges: see {@link EdgeSplitting}. */
  EDGE_SPLITTING(EdgeSplitting::run),
  /** Makes long constants of loops before them: see {@link SharedConstants}. */
  SHARED_CONSTANTS(SharedConstants::run);

  /** What follows relies on these. */
  public static final Set<Passes> NEEDED = Collections.unmodifiableSet(EnumSet.of(LAYOUT, EDGE_SPLITTING));

  private static final Set<Passes> CLEANING = EnumSet.of(PARAMETERS, FOLDING, MERGING, DEAD_CODE);
  private static final boolean VERIFY = Boolean.getBoolean("skerry.verify.ir");

  private final Consumer<Graph> pass;

  Passes(Consumer<Graph> pass) {
    this.pass = pass;
  }

  /** Leaves out of a graph what would count for nothing. */
  static void clean(Graph graph, Set<Passes> passes) {
    for (Passes pass : CLEANING) {
      if (passes.contains(pass)) {
        pass.pass.accept(graph);
      }
    }
  }

  /** Runs all passes. */
  public static void run(Graph graph) {
    run(graph, EnumSet.allOf(Passes.class), (pass, after) -> { });
  }

  /**
   * Runs passes.
   *
   * @param after is given each pass and the graph behind it
   */
  public static void run(Graph graph, Set<Passes> passes, BiConsumer<Passes, Graph> after) {
    for (Passes pass : values()) {
      if (passes.contains(pass)) {
        pass.pass.accept(graph);
        if (VERIFY) {
          GraphVerifier.verify(graph, pass.name());
        }
        after.accept(pass, graph);
      }
    }
  }
}
