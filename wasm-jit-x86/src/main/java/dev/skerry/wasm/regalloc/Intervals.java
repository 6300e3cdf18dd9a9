package dev.skerry.wasm.regalloc;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Where virtual registers are live and used, in positions of {@link Flow}, and the parts that intervals are split into.
 *
 * <p>An interval is a list of ranges (half-open, sorted, with holes between) and a list of uses (sorted). The interval
 * of a register has its number (from 0); parts that are split off have higher numbers, and follow it in
 * {@link #sibling} in the order of their positions, without overlap.
 */
final class Intervals {

  static final int NONE = -1;
  /** Kinds of uses: memory serves as well; memory serves, a register is better; a register it must be. */
  static final int ANY = 0;
  static final int WANTED = 1;
  static final int MUST = 2;
  static final int KIND_BITS = 2;
  static final int KIND = (1 << KIND_BITS) - 1;

  final Flow flow;
  private final Lir lir;
  private final Liveness liveness;
  private final int[] words;

  int count;
  /** By interval: its register, first range, end, first use that is not passed, last use that is, next part. */
  int[] register;
  int[] firstRange;
  int[] end;
  int[] firstUse;
  int[] passedUse;
  int[] sibling;

  int[] rangeFrom = new int[1024];
  int[] rangeTo = new int[1024];
  int[] rangeNext = new int[1024];
  private int rangeCount;

  /** Position and kind. */
  int[] use = new int[1024];
  int[] useNext = new int[1024];
  private int useCount;

  /** By virtual register: the other side of moves (machine register, or {@link Lir#FIRST_VIRTUAL} and up) or NONE. */
  final int[] sourceHint;
  final int[] targetHint;
  private final int[] targetHintWeight;
  /** By virtual register: what all stores after its definitions would cost; the only definition, or NONE, MANY. */
  final long[] definitionCost;
  final int[] definition;
  static final int MANY = -2;
  /** By virtual register: the definition met last while building. */
  private final int[] lastDefinition;
  /** By word: whether the next instruction defines the register that is defined there again. */
  final BitSet redefinedNext = new BitSet();

  /** Fixed ranges by machine register: first; by fixed range: from, to, virtual register that it is for, or NONE. */
  final int[] fixedHead = new int[Lir.FIRST_VIRTUAL];
  int[] fixedFrom = new int[128];
  int[] fixedTo = new int[128];
  int[] fixedOwner = new int[128];
  int[] fixedNext = new int[128];
  private int fixedCount;

  /** By word: whether the register of a fixed definition is ever read. */
  final BitSet usedFixedDefinitions = new BitSet();

  /** Slots of calls, the last first while building, then sorted. */
  int[] calls = new int[16];
  int callCount;

  Intervals(Flow flow, Liveness liveness) {
    this.flow = flow;
    this.lir = flow.lir;
    this.liveness = liveness;
    this.words = lir.words;
    count = lir.virtualCount;
    int room = count + (count >> 1) + 16;
    register = new int[room];
    firstRange = filled(room);
    end = new int[room];
    firstUse = filled(room);
    passedUse = filled(room);
    sibling = filled(room);
    sourceHint = filled(count);
    targetHint = filled(count);
    targetHintWeight = new int[count];
    definitionCost = new long[count];
    definition = filled(count);
    lastDefinition = filled(count);
    Arrays.fill(fixedHead, NONE);
    for (int v = 0; v < count; v++) {
      register[v] = v;
    }
    for (int b = flow.blockCount - 1; b >= 0; b--) {
      build(b);
    }
    for (int i = 0, j = callCount - 1; i < j; i++, j--) {
      int swapped = calls[i];
      calls[i] = calls[j];
      calls[j] = swapped;
    }
  }

  private static int[] filled(int size) {
    int[] array = new int[size];
    Arrays.fill(array, NONE);
    return array;
  }

  int start(int interval) {
    return rangeFrom[firstRange[interval]];
  }

  boolean isEmpty(int interval) {
    return firstRange[interval] == NONE;
  }

  boolean isVector(int interval) {
    return lir.types[register[interval]] >= Lir.F32;
  }

  /** Whether the value can be made again anywhere. */
  boolean isRepeatable(int virtual) {
    return definition[virtual] >= 0 && (words[lir.starts[definition[virtual]]] & Lir.REPEATABLE) != 0;
  }

  /** Whether it can be made again as a constant in memory. */
  boolean isPooled(int virtual) {
    int at = lir.starts[definition[virtual]];
    return (words[at] & Lir.OP) == Pseudo.CONSTANT.op && (words[at + 2] & Lir.KIND) == Lir.POOL;
  }

  // Building, from the last position to the first.

  private void build(int block) {
    int blockFrom = flow.from[block];
    int blockTo = flow.to[block];
    for (int s = flow.successorStart[block]; s < flow.successorStart[block + 1]; s++) {
      for (int pair = liveness.head[flow.successors[s]]; pair != NONE; pair = liveness.next[pair]) {
        int v = liveness.register[pair];
        int first = firstRange[v];
        if (first == NONE || rangeFrom[first] != blockFrom) {
          cover(v, blockFrom, blockTo);
        }
      }
    }
    int firstInstruction = flow.first(block);
    for (int i = flow.end(block) - 1; i >= firstInstruction; i--) {
      int at = lir.starts[i];
      int header = words[at];
      int op = header & Lir.OP;
      int last = at + (header >>> Lir.LENGTH_SHIFT);
      int position = Flow.STEP * flow.slot(block, i);
      if (op == Pseudo.CALL.op) {
        addCall(position);
      }
      if (i > firstInstruction && Roles.isCommutative(op)) {
        swap(i, at, position);
      }
      writes(block, i, op, at, last, position);
      reads(block, op, at, last, position, blockFrom);
      if (op == Pseudo.MOVE.op || op == Pseudo.PARALLEL_MOVE.op) {
        hints(block, at, last);
      }
    }
  }

  /**
   * In "move d, a; op d, b" of a commutative operation a and b change places if b ends there and a does not: then d
   * takes the register of b, and nothing is moved.
   */
  private void swap(int instruction, int at, int position) {
    int before = lir.starts[instruction - 1];
    int second = words[at + 2];
    if ((words[before] & Lir.OP) != Pseudo.MOVE.op || words[before + 1] >>> Lir.NUMBER_SHIFT
        != words[at + 1] >>> Lir.NUMBER_SHIFT) {
      return;
    }
    int first = words[before + 2];
    boolean other = (first & Lir.KIND) == Lir.REGISTER && (first ^ words[at + 1]) >>> Lir.NUMBER_SHIFT != 0;
    if (other && endsAt(second, position) && !endsAt(first, position)) {
      int flags = (1 << Lir.NUMBER_SHIFT) - 1;
      words[at + 2] = first & ~flags | second & flags;
      words[before + 2] = second & ~flags | first & flags;
    }
  }

  /** Whether the operand is a virtual register that nobody needs behind the instruction at the position. */
  private boolean endsAt(int word, int position) {
    int v = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
    return (word & Lir.KIND) == Lir.REGISTER && v >= 0
        && (firstRange[v] == NONE || rangeFrom[firstRange[v]] > position + Flow.STEP);
  }

  private void writes(int block, int instruction, int op, int at, int last, int position) {
    int operand = 0;
    for (int w = at + 1; w <= last; w++) {
      int word = words[w];
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          int role = Roles.of(op, operand++);
          int v = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
          if ((role & Roles.WRITES) != 0 && v >= 0) {
            boolean alsoReads = (role & Roles.READS) != 0 && (word & Lir.FRESH) == 0;
            if (lastDefinition[v] == instruction + 1 && instruction + 1 < flow.end(block)) {
              redefinedNext.set(w);
            }
            define(v, block, instruction, position + Flow.OUTPUT, alsoReads);
            if (!alsoReads) {
              addUse(v, position + Flow.OUTPUT, kind(op, word, role, v));
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
          int v = (words[++w] >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
          addFixed(machine, position + Flow.OUTPUT, position + Flow.STEP, v);
          if (v >= 0) {
            countDefinition(v, block, instruction);
          }
          if (v >= 0 && firstRange[v] != NONE && rangeFrom[firstRange[v]] <= position + Flow.STEP) {
            rangeFrom[firstRange[v]] = position + Flow.STEP;
            usedFixedDefinitions.set(w);
            addUse(v, position + Flow.STEP, ANY);
            sourceHint[v] = machine;
          }
        }
        case Lir.CLOBBER -> addFixed(word >>> Lir.KIND_BITS, position + Flow.OUTPUT, position + Flow.STEP, NONE);
        default -> operand++;
      }
    }
  }

  private void reads(int block, int op, int at, int last, int position, int blockFrom) {
    int operand = 0;
    for (int w = at + 1; w <= last; w++) {
      int word = words[w];
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          int role = Roles.of(op, operand++);
          int v = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
          if ((role & Roles.READS) != 0 && v >= 0 && (word & Lir.FRESH) == 0) {
            boolean late = (word & Lir.LATE) != 0 || (role & Roles.WRITES) != 0;
            cover(v, blockFrom, position + (late ? Flow.STEP : Flow.OUTPUT));
            addUse(v, position + Flow.INPUT, kind(op, word, role, v));
          }
        }
        case Lir.MEMORY -> {
          address(words[w + 1], position, blockFrom);
          address(words[w + 2], position, blockFrom);
          w += 3;
          operand++;
        }
        case Lir.FIXED_USE -> {
          int machine = word >>> Lir.KIND_BITS;
          int register = words[++w];
          int v = (register >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
          addFixed(machine, position + Flow.GAP, position + Flow.OUTPUT, v);
          if (v >= 0) {
            cover(v, blockFrom, position + Flow.GAP);
            addUse(v, position, ANY);
            hintTarget(v, machine, flow.weight[block]);
          }
        }
        case Lir.FIXED_DEF -> w++;
        default -> operand++;
      }
    }
  }

  private void address(int word, int position, int blockFrom) {
    int v = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
    if (word != Lir.NONE && v >= 0) {
      cover(v, blockFrom, position + ((word & Lir.LATE) != 0 ? Flow.STEP : Flow.OUTPUT));
      addUse(v, position + Flow.INPUT, MUST);
    }
  }

  private void hints(int block, int at, int last) {
    for (int w = at + 1; w < last; w += 2) {
      if ((words[w + 1] & Lir.KIND) != Lir.REGISTER) {
        continue;
      }
      int to = words[w] >>> Lir.NUMBER_SHIFT;
      int source = words[w + 1] >>> Lir.NUMBER_SHIFT;
      if (to >= Lir.FIRST_VIRTUAL) {
        sourceHint[to - Lir.FIRST_VIRTUAL] = source;
      }
      if (source >= Lir.FIRST_VIRTUAL) {
        hintTarget(source - Lir.FIRST_VIRTUAL, to, flow.weight[block]);
      }
    }
  }

  private void hintTarget(int v, int target, int weight) {
    if (weight > targetHintWeight[v]) {
      targetHintWeight[v] = weight;
      targetHint[v] = target;
    }
  }

  private int kind(int op, int word, int role, int v) {
    if (Pseudo.is(op) && op != Pseudo.SWITCH.op && op != Pseudo.POLL.op && op != Pseudo.CONSTANT.op
        && op != Pseudo.LOAD_PARAMETER.op) {
      return (role & Roles.WRITES) != 0 || op == Pseudo.STORE_ARGUMENT.op ? WANTED : ANY;
    }
    boolean memory = (word & Lir.OR_STACK) != 0;
    int fits = lir.types[v] == Lir.V256 ? Roles.MEMORY32 : lir.types[v] == Lir.V128 ? Roles.MEMORY16 : Roles.MEMORY8;
    boolean wide = (role & Roles.MEMORY8) == 0 && lir.types[v] < Lir.V128;
    return memory && (role & fits) != 0 && !wide ? WANTED : MUST;
  }

  private void define(int v, int block, int instruction, int position, boolean alsoReads) {
    countDefinition(v, block, instruction);
    int first = firstRange[v];
    if (first == NONE || rangeFrom[first] > position) {
      cover(v, position, position + 1);
    } else if (!alsoReads) {
      rangeFrom[first] = position;
    }
  }

  private void countDefinition(int v, int block, int instruction) {
    if (lastDefinition[v] != instruction + 1 || instruction + 1 == flow.end(block)) {
      definitionCost[v] += flow.weight[block];
    }
    lastDefinition[v] = instruction;
    definition[v] = definition[v] == NONE || definition[v] == instruction ? instruction : MANY;
  }

  /** Adds a range that starts no later than all there are. */
  private void cover(int v, int from, int to) {
    int first = firstRange[v];
    if (first == NONE || rangeFrom[first] > to) {
      firstRange[v] = addRange(from, to, first);
      if (first == NONE) {
        end[v] = to;
      }
      return;
    }
    rangeFrom[first] = Math.min(rangeFrom[first], from);
    if (rangeTo[first] < to) {
      rangeTo[first] = to;
      int next = rangeNext[first];
      while (next != NONE && rangeFrom[next] <= rangeTo[first]) {
        rangeTo[first] = Math.max(rangeTo[first], rangeTo[next]);
        next = rangeNext[next];
      }
      rangeNext[first] = next;
      end[v] = next == NONE ? Math.max(end[v], rangeTo[first]) : end[v];
    }
  }

  private int addRange(int from, int to, int next) {
    if (rangeCount == rangeFrom.length) {
      int room = 2 * rangeCount;
      rangeFrom = Arrays.copyOf(rangeFrom, room);
      rangeTo = Arrays.copyOf(rangeTo, room);
      rangeNext = Arrays.copyOf(rangeNext, room);
    }
    rangeFrom[rangeCount] = from;
    rangeTo[rangeCount] = to;
    rangeNext[rangeCount] = next;
    return rangeCount++;
  }

  private void addUse(int v, int position, int kind) {
    if (useCount == use.length) {
      use = Arrays.copyOf(use, 2 * useCount);
      useNext = Arrays.copyOf(useNext, 2 * useCount);
    }
    use[useCount] = position << KIND_BITS | kind;
    useNext[useCount] = firstUse[v];
    firstUse[v] = useCount++;
  }

  private void addFixed(int machine, int from, int to, int owner) {
    if (fixedCount == fixedFrom.length) {
      int room = 2 * fixedCount;
      fixedFrom = Arrays.copyOf(fixedFrom, room);
      fixedTo = Arrays.copyOf(fixedTo, room);
      fixedOwner = Arrays.copyOf(fixedOwner, room);
      fixedNext = Arrays.copyOf(fixedNext, room);
    }
    fixedFrom[fixedCount] = from;
    fixedTo[fixedCount] = to;
    fixedOwner[fixedCount] = owner;
    fixedNext[fixedCount] = fixedHead[machine];
    fixedHead[machine] = fixedCount++;
  }

  private void addCall(int position) {
    if (callCount == calls.length) {
      calls = Arrays.copyOf(calls, 2 * callCount);
    }
    calls[callCount++] = position;
  }

  // Splitting.

  /**
   * Splits an interval; what is live at the position or later becomes another.
   *
   * @param position a gap, after the interval's start and before its end
   * @return the new interval
   */
  int split(int interval, int position) {
    int tail = newPart(interval);
    int before = NONE;
    int range = firstRange[interval];
    while (rangeTo[range] <= position) {
      before = range;
      range = rangeNext[range];
    }
    if (rangeFrom[range] < position) {
      firstRange[tail] = addRange(position, rangeTo[range], rangeNext[range]);
      rangeTo[range] = position;
      rangeNext[range] = NONE;
      end[interval] = position;
    } else {
      firstRange[tail] = range;
      rangeNext[before] = NONE;
      end[interval] = rangeTo[before];
    }
    splitUses(interval, tail, position);
    return tail;
  }

  private int newPart(int interval) {
    if (count == register.length) {
      int room = 2 * count;
      register = Arrays.copyOf(register, room);
      firstRange = Arrays.copyOf(firstRange, room);
      end = Arrays.copyOf(end, room);
      firstUse = Arrays.copyOf(firstUse, room);
      passedUse = Arrays.copyOf(passedUse, room);
      sibling = Arrays.copyOf(sibling, room);
    }
    int tail = count++;
    register[tail] = register[interval];
    end[tail] = end[interval];
    passedUse[tail] = NONE;
    sibling[tail] = sibling[interval];
    sibling[interval] = tail;
    return tail;
  }

  private void splitUses(int interval, int tail, int position) {
    int before = passedUse[interval];
    int at = firstUse[interval];
    while (at != NONE && use[at] >>> KIND_BITS < position) {
      before = at;
      at = useNext[at];
    }
    firstUse[tail] = at;
    passedUse[tail] = before;
    if (at == firstUse[interval]) {
      firstUse[interval] = NONE;
    }
    if (before != NONE && before != passedUse[interval]) {
      useNext[before] = NONE;
    }
  }

  /** Position and kind of the first use at the position or later, or NONE; positions asked for only grow. */
  int nextUse(int interval, int position) {
    int at = firstUse[interval];
    while (at != NONE && use[at] >>> KIND_BITS < position) {
      passedUse[interval] = at;
      at = useNext[at];
    }
    firstUse[interval] = at;
    return at == NONE ? NONE : use[at];
  }

  /** Position of the last use before the one that {@link #nextUse} gave, or NONE. */
  int lastUse(int interval) {
    return passedUse[interval] == NONE ? NONE : use[passedUse[interval]] >>> KIND_BITS;
  }
}
