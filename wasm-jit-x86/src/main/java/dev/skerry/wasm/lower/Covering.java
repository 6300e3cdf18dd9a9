package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;

/**
 * Which instructions of a graph are computed by the instruction that uses them: those with a single use, in the same
 * block, that no effect separates from the place where they are then computed.
 */
final class Covering {

  /** What an instruction does besides making its value. */
  enum Effect {
    NONE,
    /** It may trap, so that what was written before is seen by others. */
    TRAPS,
    /** It writes what traps leave behind, but no memory. */
    WRITES_CONTEXT,
    /** It writes memory, or lets others write it. */
    WRITES_MEMORY
  }

  private final Graph graph;
  private final CpuFeatures features;
  private final Accesses accesses;
  private final int[] uses;
  /** The instruction where this one is computed: itself, or the root of what took it. */
  private final int[] site;
  /** By instruction: how many writes to memory came before in its block, and how much that a trap would show. */
  private final int[] writes;
  private final int[] events;
  private final byte[] taken;

  /** Taken as it is: what it uses is in registers. */
  private static final byte PLAIN = 1;
  /** Taken by its own rule, which may take more. */
  private static final byte BY_RULE = 2;

  Covering(Graph graph, Target target, Accesses accesses) {
    this.graph = graph;
    this.features = target.features();
    this.accesses = accesses;
    int count = graph.instructionCount();
    uses = new int[count];
    site = new int[count];
    writes = new int[count];
    events = new int[count];
    taken = new byte[count];
    for (int block : graph.order()) {
      count(block);
    }
    for (int block : graph.order()) {
      cover(block);
    }
  }

  private void count(int block) {
    int writesSoFar = 0;
    int eventsSoFar = 0;
    for (int i = graph.first(block); i != Graph.NONE; i = graph.next(i)) {
      use(graph.a(i));
      use(graph.b(i));
      use(graph.c(i));
      for (int k = 0; k < graph.listSize(i); k++) {
        use(graph.listValue(i, k));
      }
      Effect effect = Rules.effect(graph, i, accesses);
      // Reads that trap count for themselves, writes only for what follows: they may take what they overwrite.
      if (effect == Effect.TRAPS) {
        eventsSoFar++;
      }
      site[i] = i;
      writes[i] = writesSoFar;
      events[i] = eventsSoFar;
      if (effect.compareTo(Effect.TRAPS) > 0) {
        eventsSoFar++;
        writesSoFar += effect == Effect.WRITES_MEMORY ? 1 : 0;
      }
    }
    for (int e = graph.firstEdge(block); e < graph.firstEdge(block) + graph.edgeCount(block); e++) {
      for (int k = 0; k < graph.argumentCount(e); k++) {
        use(graph.argument(e, k));
      }
    }
  }

  private void use(int value) {
    if (value != Graph.NONE) {
      uses[value]++;
    }
  }

  private void cover(int block) {
    for (int i = graph.last(block); i != Graph.NONE; i = graph.previous(i)) {
      if (uses[i] == 0 && Rules.effect(graph, i, accesses) == Effect.NONE && !graph.isTerminator(i)) {
        taken[i] = PLAIN;
      } else if (taken[i] != PLAIN) {
        Rules.of(graph, i).cover(this, i);
      }
    }
  }

  Graph graph() {
    return graph;
  }

  Accesses accesses() {
    return accesses;
  }

  CpuFeatures features() {
    return features;
  }

  /** How often the value is used. */
  int uses(int value) {
    return uses[value];
  }

  /** Whether the instruction is not computed where it stands. */
  boolean isTaken(int instruction) {
    return taken[instruction] != 0;
  }

  /** Whether the value is not needed after the user, as far as is known without looking further. */
  boolean diesAt(int value, int user) {
    return uses[value] == 1 && graph.block(value) == graph.block(user);
  }

  /** Whether the next instruction that is computed chooses or branches by whether this value is zero, or its sign. */
  boolean isTestedNext(int value) {
    int next = graph.next(value);
    while (next != Graph.NONE && (taken[next] != 0 || graph.is(next, IrOp.CONST))) {
      next = graph.next(next);
    }
    if (next == Graph.NONE) {
      return false;
    }
    int condition = graph.is(next, IrOp.BRANCH) ? graph.a(next)
        : graph.is(next, Opcode.SELECT) ? graph.c(next) : Graph.NONE;
    while (condition != Graph.NONE && taken[condition] != 0 && ConditionRules.isTestOfZero(graph, condition)) {
      condition = graph.a(condition);
    }
    return condition == value;
  }

  /** Takes a value into its user, if it has no other: one without effects, whose own operands are in registers. */
  boolean take(int user, int value) {
    return take(user, value, PLAIN);
  }

  private boolean take(int user, int value, byte how) {
    if (uses[value] != 1 || taken[value] != 0 || graph.block(value) != graph.block(user)) {
      return false;
    }
    taken[value] = how;
    site[value] = site[user];
    return true;
  }

  /** Takes an operand of that kind into its user. */
  boolean take(int user, int value, Opcode opcode) {
    return graph.is(value, opcode) && take(user, value, PLAIN);
  }

  /** Takes a load of that kind into its user, if nothing between the two could tell. */
  boolean takeLoad(int user, int value, Opcode load) {
    return graph.is(value, load) && isUndisturbed(value, user) && take(user, value, BY_RULE);
  }

  /** Takes the length or the mask of a memory into its user. */
  boolean takeLength(int user, int value) {
    return (graph.is(value, IrOp.MEMORY_LENGTH) || graph.is(value, IrOp.MEMORY_MASK))
        && graph.block(value) == graph.block(user)
        && writes[value] == writes[site[user]] && take(user, value, PLAIN);
  }

  /** Whether a load gives the same, and traps as well, where the user is computed. */
  boolean isUndisturbed(int load, int user) {
    int root = site[user];
    return graph.block(load) == graph.block(root)
        && (accesses.mayFault(graph, load) ? events[load] == events[root] : writes[load] == writes[root]);
  }

  /** Takes what makes the condition of a user: a comparison, a test of bits, or the negation of such. */
  boolean takeCondition(int user, int value) {
    return Rules.of(graph, value) instanceof ConditionRule && take(user, value, BY_RULE);
  }
}
