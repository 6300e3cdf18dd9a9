package dev.skerry.wasm.ir;

import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;

/**
 * First walk over a body: notes what it does to locals and where it branches, as a list of events, and counts what its
 * graph will hold, so that nothing is built that is over a limit. Structured instructions are numbered in the order in
 * which they open; 0 is the body itself.
 */
final class BodyScan {

  // Events: one of these, and a local or the number of a structured instruction above the lowest bits.
  static final int GET = 0;
  static final int SET = 1;
  static final int OPEN = 2;
  static final int ELSE = 3;
  static final int END = 4;
  static final int BRANCH = 5;
  static final int MAY_BRANCH = 6;
  /** Leaves the function. */
  static final int STOP = 7;
  /** May throw, or throws and stops. */
  static final int MAY_THROW = 8;
  static final int THROW = 9;
  /** The first and each further catch of a legacy try. */
  static final int FIRST_CATCH = 10;
  static final int CATCH = 11;
  /** Locals may be anything here: code for on-stack replacement comes in. */
  static final int ENTER = 12;
  static final int EVENT_BITS = 4;

  // Kinds of structured instructions.
  static final byte BLOCK = 0;
  static final byte LOOP = 1;
  static final byte IF = 2;
  static final byte IF_ELSE = 3;
  static final byte TRY = 4;
  static final byte TRY_TABLE = 5;

  private static final int[] NO_CLAUSES = {};

  private final ModuleInfo module;
  private final InstructionReader reader;
  private final int enterAt;
  private int[] events = new int[64];
  private int eventCount;
  private int controlEvents;

  // By structured instruction.
  private byte[] kinds = new byte[16];
  private int[] branches = new int[16];
  private int[] loops = new int[16];
  private int[][] clauses = new int[16][];
  private int[] outerGuards = new int[16];
  private int[] raising = new int[16];
  private boolean[] rethrown = new boolean[16];
  private int constructs;

  // The open ones.
  private int[] open = new int[16];
  private int[] arities = new int[16];
  private int[] results = new int[16];
  private boolean[] reached = new boolean[16];
  private int[] stamps = new int[16];
  private int depth = -1;
  private int innermostLoop = Graph.NONE;
  private int innermostGuard = Graph.NONE;
  private int tableNumber;
  private boolean reachable = true;

  private int entered = Graph.NONE;
  private int instructions;
  private int deepest;
  private long values;

  /**
   * @param enterAt byte offset in the module of the loop that code for on-stack replacement enters at, or -1
   */
  BodyScan(ModuleInfo module, ModuleInfo.FunctionBody body, FuncType type, int enterAt) {
    this.module = module;
    this.enterAt = enterAt;
    reader = new InstructionReader(module.bytes(), body.offset());
    open(BLOCK, 0, type.results().size(), type.results().size());
    while (depth >= 0) {
      instruction(reader.next());
      if (values > GraphLimits.VALUES) {
        throw GraphLimits.refused("values of calls and branches", GraphLimits.VALUES);
      }
    }
  }

  private void event(int kind, int operand) {
    if (eventCount == events.length) {
      events = Arrays.copyOf(events, 2 * eventCount);
    }
    events[eventCount++] = operand << EVENT_BITS | kind;
    if (kind > SET) {
      controlEvents++;
    }
  }

  private void instruction(Opcode opcode) {
    instructions++;
    switch (opcode) {
      case BLOCK -> openTyped(BLOCK);
      case LOOP -> openTyped(LOOP);
      case IF -> openTyped(IF);
      case TRY -> openTyped(TRY);
      case TRY_TABLE -> openTyped(TRY_TABLE);
      case ELSE -> otherwise();
      case CATCH, CATCH_ALL -> catches(opcode);
      case END, DELEGATE -> end();
      default -> {
        if (reachable) {
          plain(opcode);
        }
      }
    }
  }

  private void plain(Opcode opcode) {
    switch (opcode) {
      case LOCAL_GET -> event(GET, reader.index);
      case LOCAL_SET, LOCAL_TEE -> event(SET, reader.index);
      case BR -> branch(BRANCH, reader.index);
      case BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> branch(MAY_BRANCH, reader.index);
      case BR_TABLE -> table(reader.labels);
      case CALL -> call(module.types()[module.functions()[reader.index]], false);
      case CALL_INDIRECT, CALL_REF -> call(module.types()[reader.index], false);
      case RETURN_CALL -> call(module.types()[module.functions()[reader.index]], true);
      case RETURN_CALL_INDIRECT, RETURN_CALL_REF -> call(module.types()[reader.index], true);
      case RETURN -> {
        values += results[0];
        stop(STOP);
      }
      case UNREACHABLE -> stop(STOP);
      case THROW -> {
        values += module.types()[module.tags()[reader.index]].params().size();
        raise();
      }
      case RETHROW -> {
        rethrown[open[depth - reader.index]] = true;
        raise();
      }
      case THROW_REF -> raise();
      default -> { }
    }
  }

  private void stop(int kind) {
    event(kind, 0);
    reachable = false;
  }

  private void raise() {
    if (innermostGuard != Graph.NONE) {
      raising[innermostGuard]++;
    }
    stop(THROW);
  }

  private void openTyped(byte kind) {
    int index = reader.index;
    int params = index >= 0 ? module.types()[index].params().size() : 0;
    int leaves = index >= 0 ? module.types()[index].results().size() : index == BlockTypes.EMPTY ? 0 : 1;
    open(kind, kind == LOOP ? params : leaves, leaves, params + leaves);
    if (kind == LOOP && reader.offset == enterAt) {
      entered = constructs - 1;
      event(ENTER, 0);
    }
  }

  private void open(byte kind, int arity, int leaves, int count) {
    int construct = constructs++;
    if (construct == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * construct);
      branches = Arrays.copyOf(branches, 2 * construct);
      loops = Arrays.copyOf(loops, 2 * construct);
      clauses = Arrays.copyOf(clauses, 2 * construct);
      outerGuards = Arrays.copyOf(outerGuards, 2 * construct);
      raising = Arrays.copyOf(raising, 2 * construct);
      rethrown = Arrays.copyOf(rethrown, 2 * construct);
    }
    if (++depth == open.length) {
      open = Arrays.copyOf(open, 2 * depth);
      arities = Arrays.copyOf(arities, 2 * depth);
      results = Arrays.copyOf(results, 2 * depth);
      reached = Arrays.copyOf(reached, 2 * depth);
      stamps = Arrays.copyOf(stamps, 2 * depth);
    }
    deepest = Math.max(deepest, depth + 1);
    kinds[construct] = kind;
    loops[construct] = innermostLoop;
    clauses[construct] = NO_CLAUSES;
    open[depth] = construct;
    arities[depth] = arity;
    results[depth] = leaves;
    reached[depth] = reachable;
    stamps[depth] = 0;
    values += reachable ? count : 0;
    event(OPEN, construct);
    if (kind == LOOP) {
      innermostLoop = construct;
    } else if (kind == TRY_TABLE || kind == TRY) {
      outerGuards[construct] = innermostGuard;
      innermostGuard = construct;
      clauses[construct] = kind == TRY ? NO_CLAUSES : clauses(reader.clauses);
    }
  }

  /** The structured instructions that the clauses lead to; their labels are those outside. */
  private int[] clauses(int[] read) {
    int[] targets = new int[read.length / 3];
    for (int i = 0; i < targets.length; i++) {
      int target = depth - 1 - read[3 * i + 2];
      targets[i] = open[target];
      branches[open[target]] += reachable ? 1 : 0;
      values += arities[target];
    }
    return targets;
  }

  private void otherwise() {
    kinds[open[depth]] = IF_ELSE;
    branches[open[depth]] += reachable ? 1 : 0;
    event(ELSE, open[depth]);
    reachable = reached[depth];
  }

  private void catches(Opcode opcode) {
    int construct = open[depth];
    boolean further = kinds[construct] == TRY && clauses[construct] == null;
    event(further ? CATCH : FIRST_CATCH, construct);
    if (!further) {
      clauses[construct] = null;
      innermostGuard = outerGuards[construct];
    }
    branches[construct] += reachable ? 1 : 0;
    values += opcode == Opcode.CATCH ? module.types()[module.tags()[reader.index]].params().size() + 1 : 1;
    reachable = reached[depth];
  }

  private void end() {
    int construct = open[depth];
    byte kind = kinds[construct];
    event(END, construct);
    if (kind == LOOP) {
      innermostLoop = loops[construct];
    } else {
      reachable |= branches[construct] > 0 || kind == IF && reached[depth];
    }
    if (kind == TRY_TABLE || kind == TRY && clauses[construct] != null) {
      innermostGuard = outerGuards[construct];
    }
    depth--;
  }

  private void branch(int kind, int label) {
    target(kind, depth - label);
    if (kind == BRANCH) {
      reachable = false;
    }
  }

  private void target(int kind, int at) {
    event(kind, open[at]);
    branches[open[at]]++;
    values += arities[at];
  }

  /** Each label counts once, however often it is named. */
  private void table(int[] labels) {
    tableNumber++;
    for (int label : labels) {
      if (stamps[depth - label] != tableNumber) {
        stamps[depth - label] = tableNumber;
        target(MAY_BRANCH, depth - label);
      }
    }
    stop(STOP);
  }

  private void call(FuncType type, boolean tail) {
    values += type.params().size() + type.results().size();
    if (tail) {
      stop(STOP);
    } else if (innermostGuard != Graph.NONE) {
      raising[innermostGuard]++;
      event(MAY_THROW, 0);
    }
  }

  /** The events, in the order of the body; there are {@link #eventCount}. */
  int[] events() {
    return events;
  }

  int eventCount() {
    return eventCount;
  }

  /** Events that are no access to a local. */
  int controlEvents() {
    return controlEvents;
  }

  int constructs() {
    return constructs;
  }

  byte kind(int construct) {
    return kinds[construct];
  }

  /** The number of branches that lead to its label from code that can be reached. */
  int branches(int construct) {
    return branches[construct];
  }

  /** The loop that it is in, or {@link Graph#NONE}. */
  int loop(int construct) {
    return loops[construct];
  }

  /** The number of instructions whose exceptions a try is the first to look at. */
  int raising(int construct) {
    return raising[construct];
  }

  /** Says whether a catch of a try throws again what it caught. */
  boolean isRethrown(int construct) {
    return rethrown[construct];
  }

  /** Where the clauses of a try_table lead; of a legacy try with catches null. */
  int[] clauses(int construct) {
    return clauses[construct];
  }

  /** The loop that code for on-stack replacement enters at, or {@link Graph#NONE}. */
  int entered() {
    return entered;
  }

  /** The most structured instructions that are open at one place. */
  int deepest() {
    return deepest;
  }

  int instructions() {
    return instructions;
  }
}
