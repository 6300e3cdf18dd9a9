package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/**
 * Makes of the scan's decisions what is emitted: decides where values are stored to the frame, places copies at splits
 * and on edges, and replaces operands.
 *
 * <p>A value that is on the stack somewhere is stored either after each of its definitions, or wherever it leaves its
 * register, as costs less by loop depth.
 */
final class Rewriting {

  private static final int NONE = Intervals.NONE;
  private static final int STACK = LinearScan.STACK;
  /** The groups of copies of a slot. Those of an edge come first where a block begins and last where one ends. */
  private static final int FIRST_GAP = 0;
  private static final int SECOND_GAP = 1;
  private static final int EDGE = 2;
  private static final int GROUPS = 3;
  private static final int R11 = 11;
  private static final int XMM15 = Lir.FIRST_VECTOR + 15;

  private final Lir lir;
  private final Flow flow;
  private final Liveness liveness;
  private final Intervals intervals;
  private final int[] location;
  private final boolean[] onStack;
  private final int[] words;
  /** By virtual register: the part that the last position asked for lies in. */
  private final int[] cursor;

  /** Copies to place, in lists by slot and group: register, source, destination (machine register or STACK). */
  private final int[] pendingHead;
  private int[] pendingVirtual = new int[256];
  private int[] pendingFrom = new int[256];
  private int[] pendingTo = new int[256];
  private int[] pendingNext = new int[256];
  private int pendingCount;

  private final long[] transitionCost;
  private final boolean[] storedAtDefinition;
  private int[] slotOf;
  private final Slots slots;
  private final Moves moves = new Moves();
  private final ParallelMoves parallel;
  private final int[] moveStart;
  private final boolean[] dropped;

  Rewriting(Flow flow, Liveness liveness, Intervals intervals, LinearScan scan) {
    this.lir = flow.lir;
    this.flow = flow;
    this.liveness = liveness;
    this.intervals = intervals;
    this.location = scan.location;
    this.onStack = scan.onStack;
    words = Arrays.copyOf(lir.words, lir.wordCount);
    cursor = new int[lir.virtualCount];
    pendingHead = new int[GROUPS * flow.slotCount()];
    Arrays.fill(pendingHead, NONE);
    transitionCost = new long[lir.virtualCount];
    storedAtDefinition = new boolean[lir.virtualCount];
    slots = new Slots(lir);
    parallel = new ParallelMoves(moves, slots);
    moveStart = new int[flow.slotCount() + 1];
    dropped = new boolean[lir.instructionCount];
  }

  Allocation allocation() {
    placeSplits();
    placeEdges();
    decideStores();
    resetCursors();
    for (int b = 0; b < flow.blockCount; b++) {
      rewrite(b);
    }
    moveStart[flow.slotCount()] = moves.count;
    return new Allocation(lir, flow, words, moves, moveStart, slots, dropped);
  }

  private void resetCursors() {
    for (int v = 0; v < cursor.length; v++) {
      cursor[v] = v;
    }
  }

  /** Where the register is at a position at which it is live; positions asked for only grow between resets. */
  private int locate(int v, int position) {
    int part = cursor[v];
    while (intervals.end[part] <= position && intervals.sibling[part] != NONE) {
      part = intervals.sibling[part];
    }
    cursor[v] = part;
    return location[part];
  }

  // Copies at splits and on edges.

  private void placeSplits() {
    for (int v = 0; v < lir.virtualCount; v++) {
      if (intervals.isEmpty(v)) {
        continue;
      }
      int part = v;
      for (int next = intervals.sibling[v]; next != NONE; next = intervals.sibling[next]) {
        int position = intervals.start(next);
        if (intervals.end[part] == position && location[part] != location[next]) {
          int block = flow.blockAt(position);
          if (flow.from[block] != position) {
            place(position / Flow.STEP, position % Flow.STEP, v, location[part], location[next], flow.weight[block]);
          }
        }
        part = next;
      }
    }
  }

  private void placeEdges() {
    int[] atStart = new int[liveness.pairCount];
    resetCursors();
    for (int b = 0; b < flow.blockCount; b++) {
      for (int pair = liveness.head[b]; pair != NONE; pair = liveness.next[pair]) {
        atStart[pair] = locate(liveness.register[pair], flow.from[b]);
      }
    }
    resetCursors();
    for (int b = 0; b < flow.blockCount; b++) {
      int first = flow.successorStart[b];
      int end = flow.successorStart[b + 1];
      for (int s = first; s < end; s++) {
        int target = flow.successors[s];
        boolean lands = flow.isLanding(target);
        boolean atEnd = end - first == 1 && !lands;
        int slot = atEnd ? flow.to[b] / Flow.STEP - 1 : flow.from[target] / Flow.STEP;
        int weight = flow.weight[atEnd ? b : target];
        for (int pair = liveness.head[target]; pair != NONE; pair = liveness.next[pair]) {
          int v = liveness.register[pair];
          int from = lands ? STACK : locate(v, flow.to[b] - 1);
          if (from != atStart[pair]) {
            place(slot, EDGE, v, from, atStart[pair], weight);
          }
        }
      }
    }
  }

  private void place(int slot, int group, int v, int from, int to, int weight) {
    if (pendingCount == pendingFrom.length) {
      int room = 2 * pendingCount;
      pendingVirtual = Arrays.copyOf(pendingVirtual, room);
      pendingFrom = Arrays.copyOf(pendingFrom, room);
      pendingTo = Arrays.copyOf(pendingTo, room);
      pendingNext = Arrays.copyOf(pendingNext, room);
    }
    pendingVirtual[pendingCount] = v;
    pendingFrom[pendingCount] = from;
    pendingTo[pendingCount] = to;
    pendingNext[pendingCount] = pendingHead[GROUPS * slot + group];
    pendingHead[GROUPS * slot + group] = pendingCount++;
    if (to == STACK) {
      transitionCost[v] += weight;
    }
  }

  private void decideStores() {
    boolean[] needed = new boolean[onStack.length];
    for (int v = 0; v < onStack.length; v++) {
      needed[v] = onStack[v] && !intervals.isRepeatable(v);
      storedAtDefinition[v] = needed[v] && intervals.definitionCost[v] <= transitionCost[v];
    }
    slotOf = slots.assign(intervals, needed);
  }

  // The instructions.

  private void rewrite(int block) {
    int slot = flow.from[block] / Flow.STEP;
    moveStart[slot] = moves.count;
    pending(slot, EDGE);
    parallel.flush(0);
    pending(slot, SECOND_GAP);
    parallel.flush(0);
    int end = flow.end(block);
    int before = NONE;
    for (int i = flow.first(block); i < end; i++) {
      slot++;
      moveStart[slot] = moves.count;
      int live = scratchRead(i);
      if (before != NONE) {
        afterwards(before, slot);
      }
      pending(slot, FIRST_GAP);
      parallel.flush(live);
      pending(slot, SECOND_GAP);
      rewrite(i, slot, live);
      if (i == end - 1) {
        pending(slot, EDGE);
        parallel.flush(0);
      }
      before = i;
    }
  }

  /** Adds the copies of a group. */
  private void pending(int slot, int group) {
    for (int at = pendingHead[GROUPS * slot + group]; at != NONE; at = pendingNext[at]) {
      int v = pendingVirtual[at];
      int to = pendingTo[at];
      if (to != STACK) {
        load(v, lir.types[v], pendingFrom[at], to);
      } else if (slotOf[v] != NONE && !storedAtDefinition[v]) {
        parallel.add(Moves.PLACE, lir.types[v], pendingFrom[at], Lir.FIRST_VIRTUAL + slotOf[v]);
      }
    }
  }

  /** Adds a copy of the register's value, wherever it is, to a place. */
  private void load(int v, int type, int from, int to) {
    if (from != STACK) {
      parallel.add(Moves.PLACE, type, from, to);
    } else if (slotOf[v] != NONE) {
      parallel.add(Moves.PLACE, type, Lir.FIRST_VIRTUAL + slotOf[v], to);
    } else {
      int definition = intervals.definition[v];
      int at = lir.starts[definition];
      if ((lir.words[at] & Lir.OP) == Pseudo.CONSTANT.op) {
        parallel.add(Moves.CONSTANT, type, lir.words[at + 2], to);
      } else {
        parallel.add(Moves.REPEAT, type, definition, to);
      }
    }
  }

  /** Adds what is to be done behind an instruction: results leave their fixed registers, stores to the frame. */
  private void afterwards(int instruction, int slot) {
    int at = lir.starts[instruction];
    int header = lir.words[at];
    int op = header & Lir.OP;
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    int operand = 0;
    for (int w = at + 1; w <= last; w++) {
      int word = lir.words[w];
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          int v = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
          if ((Roles.of(op, operand++) & Roles.WRITES) != 0 && v >= 0 && storedAtDefinition[v]) {
            int from = locate(v, Flow.STEP * slot - 1);
            boolean stays = intervals.redefinedNext.get(w)
                && intervals.end[cursor[v]] > Flow.STEP * slot + Flow.INPUT;
            if (from != STACK && !stays) {
              parallel.add(Moves.PLACE, lir.types[v], from, Lir.FIRST_VIRTUAL + slotOf[v]);
            }
          }
        }
        case Lir.MEMORY -> {
          w += 3;
          operand++;
        }
        case Lir.FIXED_USE -> w++;
        case Lir.FIXED_DEF -> {
          int machine = word >>> Lir.KIND_BITS;
          int v = (lir.words[++w] >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
          if (v >= 0 && intervals.usedFixedDefinitions.get(w)) {
            int to = locate(v, Flow.STEP * slot);
            if (to != STACK) {
              parallel.add(Moves.PLACE, lir.types[v], machine, to);
            }
            if (to == STACK && slotOf[v] != NONE || storedAtDefinition[v]) {
              parallel.add(Moves.PLACE, lir.types[v], machine, Lir.FIRST_VIRTUAL + slotOf[v]);
            }
          }
        }
        default -> operand++;
      }
    }
  }

  /** The scratch registers that the instruction reads. */
  private int scratchRead(int instruction) {
    int at = lir.starts[instruction];
    int header = lir.words[at];
    int op = header & Lir.OP;
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    int read = 0;
    int operand = 0;
    for (int w = at + 1; w <= last; w++) {
      int word = lir.words[w];
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          if ((Roles.of(op, operand++) & Roles.READS) != 0) {
            read |= scratch(word);
          }
        }
        case Lir.MEMORY -> {
          read |= scratch(lir.words[w + 1]) | scratch(lir.words[w + 2]);
          w += 3;
          operand++;
        }
        case Lir.FIXED_USE, Lir.FIXED_DEF -> w++;
        default -> operand++;
      }
    }
    return read;
  }

  private static int scratch(int word) {
    int number = word >>> Lir.NUMBER_SHIFT;
    return number == R11 || number == XMM15 ? 1 << number : 0;
  }

  private void rewrite(int instruction, int slot, int live) {
    int at = lir.starts[instruction];
    int header = lir.words[at];
    int op = header & Lir.OP;
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    int position = Flow.STEP * slot;
    for (int w = at + 1; w <= last; w++) {
      int word = lir.words[w];
      if ((word & Lir.KIND) == Lir.FIXED_USE) {
        int v = (lir.words[++w] >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
        if (v >= 0) {
          load(v, lir.types[v], locate(v, position), word >>> Lir.KIND_BITS);
        }
      } else if ((word & Lir.KIND) == Lir.FIXED_DEF) {
        w++;
      } else if ((word & Lir.KIND) == Lir.MEMORY) {
        w += 3;
      }
    }
    parallel.flush(live);
    if (op == Pseudo.MOVE.op || op == Pseudo.PARALLEL_MOVE.op) {
      copies(at, last, position);
      parallel.flush(live);
      return;
    }
    int operand = 0;
    for (int w = at + 1; w <= last; w++) {
      int word = lir.words[w];
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          int role = Roles.of(op, operand++);
          boolean reads = (role & Roles.READS) != 0 && (word & Lir.FRESH) == 0;
          operand(instruction, w, word, position + (reads ? Flow.INPUT : Flow.OUTPUT));
        }
        case Lir.MEMORY -> {
          operand(instruction, w + 1, lir.words[w + 1], position + Flow.INPUT);
          operand(instruction, w + 2, lir.words[w + 2], position + Flow.INPUT);
          w += 3;
          operand++;
        }
        case Lir.FIXED_USE, Lir.FIXED_DEF -> w++;
        default -> operand++;
      }
    }
  }

  /** The pairs of a parallel move. */
  private void copies(int at, int last, int position) {
    for (int w = at + 1; w < last; w += 2) {
      int to = lir.words[w] >>> Lir.NUMBER_SHIFT;
      int word = lir.words[w + 1];
      int source = word >>> Lir.NUMBER_SHIFT;
      boolean isRegister = (word & Lir.KIND) == Lir.REGISTER;
      boolean isVirtual = isRegister && source >= Lir.FIRST_VIRTUAL;
      int from = isVirtual ? locate(source - Lir.FIRST_VIRTUAL, position + Flow.INPUT) : source;
      int place = to < Lir.FIRST_VIRTUAL ? to : place(to - Lir.FIRST_VIRTUAL, position + Flow.OUTPUT);
      // Of 32 bits no more are copied to 64: nothing is proved of the upper half of a parameter on the stack.
      boolean isNarrow = isVirtual && lir.types[source - Lir.FIRST_VIRTUAL] == Lir.I32;
      int type = to >= Lir.FIRST_VIRTUAL && !isNarrow ? lir.types[to - Lir.FIRST_VIRTUAL]
          : isVirtual ? lir.types[source - Lir.FIRST_VIRTUAL] : to < Lir.FIRST_VECTOR ? Lir.I64 : Lir.V128;
      if (!isRegister) {
        parallel.add(Moves.CONSTANT, type, word, place);
      } else if (isVirtual) {
        load(source - Lir.FIRST_VIRTUAL, type, from, place);
      } else {
        parallel.add(Moves.PLACE, type, source, place);
      }
      words[w] = place < Lir.FIRST_VIRTUAL ? place << Lir.NUMBER_SHIFT
          : place - Lir.FIRST_VIRTUAL << Lir.KIND_BITS | Lir.SLOT;
    }
  }

  private int place(int v, int position) {
    int found = locate(v, position);
    return found != STACK ? found : Lir.FIRST_VIRTUAL + slotOf[v];
  }

  private void operand(int instruction, int w, int word, int position) {
    int v = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
    if (word == Lir.NONE || v < 0) {
      return;
    }
    int found = locate(v, position);
    if (found != STACK) {
      words[w] = found << Lir.NUMBER_SHIFT;
    } else if (slotOf[v] != NONE) {
      words[w] = slotOf[v] << Lir.KIND_BITS | Lir.SLOT;
    } else if (intervals.definition[v] == instruction) {
      dropped[instruction] = true;
    } else {
      words[w] = lir.words[lir.starts[intervals.definition[v]] + 2];
    }
  }
}
