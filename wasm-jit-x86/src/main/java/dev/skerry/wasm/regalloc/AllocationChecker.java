package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.ir.CompilationRefused;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Proves of one allocation that each instruction reads what its registers were given last, on every path.
 *
 * <p>Independent of how the allocation was found: it follows which registers' values each machine register and each
 * frame slot holds, through all instructions and copies, to a fixed point over the control flow (symbolic execution;
 * where paths meet, what both say holds). A value that may be made again anywhere has a second symbol for being made.
 */
final class AllocationChecker {

  /** Whether every allocation is checked: {@code -Dskerry.verify.allocation=true}. */
  static final boolean ENABLED = Boolean.getBoolean("skerry.verify.allocation");

  private static final int NONE = -1;
  private static final int MANY = -2;
  private static final int R11 = 11;

  private final Allocation allocation;
  private final Lir lir;
  private final Flow flow;
  private final Holdings holdings;
  /** By virtual register: the symbol for its being made again, or NONE. */
  private final int[] madeSymbol;
  private final Map<Integer, Integer> constantSymbols = new HashMap<>();
  /** By block: what is held where it begins; null before anything came there. */
  private final long[][] known;
  private boolean reporting;

  private AllocationChecker(Allocation allocation) {
    this.allocation = allocation;
    lir = allocation.lir();
    flow = allocation.flow();
    holdings = new Holdings(Lir.FIRST_VIRTUAL + allocation.slots().count);
    madeSymbol = madeSymbols();
    known = new long[flow.blockCount][];
  }

  /**
   * Checks.
   *
   * @throws CompilationRefused naming the instruction, if the allocation is wrong
   */
  static void check(Allocation allocation) {
    new AllocationChecker(allocation).run();
  }

  private void run() {
    int[][] wanted = new int[flow.blockCount][];
    Liveness liveness = new Liveness(flow);
    for (int b = 0; b < flow.blockCount; b++) {
      wanted[b] = wanted(liveness, b);
    }
    known[0] = new long[0];
    ArrayDeque<Integer> work = new ArrayDeque<>(List.of(0));
    while (!work.isEmpty()) {
      int block = work.poll();
      walk(block);
      for (int s = flow.successorStart[block]; s < flow.successorStart[block + 1]; s++) {
        int target = flow.successors[s];
        long[] arriving = holdings.pairs(wanted[target]);
        arriving = flow.isLanding(target) ? inFrame(arriving) : arriving;
        long[] met = known[target] == null ? arriving : intersection(known[target], arriving);
        if (known[target] == null || met.length != known[target].length) {
          known[target] = met;
          work.add(target);
        }
      }
    }
    reporting = true;
    for (int b = 0; b < flow.blockCount; b++) {
      if (known[b] != null) {
        walk(b);
      }
    }
  }

  /** What is left when an exception comes out of a call: places are in the upper halves, sorted. */
  private static long[] inFrame(long[] pairs) {
    int registers = 0;
    while (registers < pairs.length && pairs[registers] >>> Integer.SIZE < Lir.FIRST_VIRTUAL) {
      registers++;
    }
    return Arrays.copyOfRange(pairs, registers, pairs.length);
  }

  private int[] wanted(Liveness liveness, int block) {
    int[] symbols = new int[16];
    int count = 0;
    for (int pair = liveness.head[block]; pair != NONE; pair = liveness.next[pair]) {
      if (count + 2 > symbols.length) {
        symbols = Arrays.copyOf(symbols, 2 * count);
      }
      int v = liveness.register[pair];
      symbols[count++] = v;
      if (madeSymbol[v] != NONE) {
        symbols[count++] = madeSymbol[v];
      }
    }
    Arrays.sort(symbols, 0, count);
    return Arrays.copyOf(symbols, count);
  }

  private static long[] intersection(long[] first, long[] second) {
    long[] both = new long[Math.min(first.length, second.length)];
    int count = 0;
    for (int i = 0, j = 0; i < first.length && j < second.length;) {
      if (first[i] == second[j]) {
        both[count++] = first[i++];
        j++;
      } else if (first[i] < second[j]) {
        i++;
      } else {
        j++;
      }
    }
    return Arrays.copyOf(both, count);
  }

  private int[] madeSymbols() {
    int[] definition = new int[lir.virtualCount];
    Arrays.fill(definition, NONE);
    for (int i = 0; i < lir.instructionCount; i++) {
      for (LirOperand operand : LirOperand.of(lir, i)) {
        if (operand.writes() && operand.isVirtual()) {
          int v = operand.virtual();
          definition[v] = definition[v] == NONE ? i : MANY;
        }
      }
    }
    int[] symbols = new int[lir.virtualCount];
    for (int v = 0; v < symbols.length; v++) {
      boolean repeatable = definition[v] >= 0 && (lir.words[lir.starts[definition[v]]] & Lir.REPEATABLE) != 0;
      symbols[v] = repeatable ? made(definition[v]) : NONE;
    }
    return symbols;
  }

  /** The symbol for what that instruction makes. */
  private int made(int instruction) {
    int at = lir.starts[instruction];
    return (lir.words[at] & Lir.OP) == Pseudo.CONSTANT.op ? constant(lir.words[at + 2])
        : lir.virtualCount + instruction;
  }

  private int constant(int word) {
    return constantSymbols.computeIfAbsent(word,
        key -> lir.virtualCount + lir.instructionCount + constantSymbols.size());
  }

  // One block.

  private void walk(int block) {
    holdings.reset(known[block]);
    int slot = flow.from[block] / Flow.STEP;
    copies(slot, flow.first(block));
    for (int i = flow.first(block); i < flow.end(block); i++) {
      slot++;
      copies(slot, i);
      int op = lir.words[lir.starts[i]] & Lir.OP;
      if (op == Pseudo.MOVE.op || op == Pseudo.PARALLEL_MOVE.op) {
        pairs(i);
      } else {
        instruction(i, op);
      }
    }
  }

  private void copies(int slot, int instruction) {
    Moves moves = allocation.moves();
    for (int m = allocation.moveStart()[slot]; m < allocation.moveStart()[slot + 1]; m++) {
      int destination = moves.destination(m);
      if (moves.kind(m) == Moves.PLACE) {
        require(moves.source(m) < Lir.FIRST_VIRTUAL || destination < Lir.FIRST_VIRTUAL, instruction, "copies memory");
        holdings.copy(moves.source(m), destination);
      } else {
        require(destination < Lir.FIRST_VIRTUAL, instruction, "makes a constant in memory");
        holdings.clear(destination);
        holdings.add(destination,
            moves.kind(m) == Moves.REPEAT ? made(moves.source(m)) : constant(moves.source(m)));
      }
    }
  }

  /** The copies of a parallel move were among those before it: their destinations hold what the sources are. */
  private void pairs(int instruction) {
    int at = lir.starts[instruction];
    int last = at + (lir.words[at] >>> Lir.LENGTH_SHIFT);
    for (int w = at + 1; w < last; w += 2) {
      int source = lir.words[w + 1];
      int place = place(allocation.words()[w], instruction);
      int number = source >>> Lir.NUMBER_SHIFT;
      if ((source & Lir.KIND) != Lir.REGISTER) {
        require(holdings.holds(place, constant(source)), instruction, "does not set its destination");
      } else if (number >= Lir.FIRST_VIRTUAL) {
        requireHeld(place, number - Lir.FIRST_VIRTUAL, instruction);
      }
    }
    for (int w = at + 1; w < last; w += 2) {
      int number = lir.words[w] >>> Lir.NUMBER_SHIFT;
      if (number >= Lir.FIRST_VIRTUAL) {
        holdings.forget(number - Lir.FIRST_VIRTUAL);
      }
    }
    for (int w = at + 1; w < last; w += 2) {
      int number = lir.words[w] >>> Lir.NUMBER_SHIFT;
      if (number >= Lir.FIRST_VIRTUAL) {
        holdings.add(place(allocation.words()[w], instruction), number - Lir.FIRST_VIRTUAL);
      }
    }
  }

  private void instruction(int instruction, int op) {
    List<LirOperand> operands = LirOperand.of(lir, instruction);
    boolean dropped = allocation.dropped()[instruction];
    for (LirOperand operand : operands) {
      if (operand.reads() && operand.isVirtual()) {
        read(operand, instruction);
      }
    }
    for (LirOperand operand : operands) {
      if (operand.writes()) {
        apart(operand, operands, instruction);
      }
    }
    if (op == Pseudo.CALL.op) {
      for (int machine = 0; machine < Lir.FIRST_VIRTUAL; machine++) {
        holdings.clear(machine);
      }
    } else if (op == Pseudo.POLL.op || op == Pseudo.FUEL.op || op == Pseudo.SWITCH.op
        || op == Pseudo.STORE_ARGUMENT.op) {
      holdings.clear(R11);
      holdings.clear(Lir.FIRST_VIRTUAL - 1);
    }
    for (LirOperand operand : operands) {
      if (operand.writes()) {
        if (operand.isVirtual()) {
          holdings.forget(operand.virtual());
        }
        if (!dropped) {
          holdings.clear(written(operand, instruction));
        }
      }
    }
    for (LirOperand operand : operands) {
      if (operand.writes() && operand.isVirtual() && !dropped) {
        holdings.add(written(operand, instruction), operand.virtual());
      }
    }
  }

  private void read(LirOperand operand, int instruction) {
    int word = allocation.words()[operand.word()];
    boolean isPlace = (word & Lir.KIND) == Lir.REGISTER || (word & Lir.KIND) == Lir.SLOT;
    if (operand.isFixed()) {
      requireHeld(operand.machine(), operand.virtual(), instruction);
    } else if (isPlace) {
      requireHeld(place(word, instruction), operand.virtual(), instruction);
    } else {
      require(madeSymbol[operand.virtual()] == constant(word), instruction, "reads another constant");
    }
  }

  /** Nothing else is written to the same place, and nothing is read from it late. */
  private void apart(LirOperand operand, List<LirOperand> operands, int instruction) {
    if (!operand.isVirtual() || allocation.dropped()[instruction]) {
      return;
    }
    int place = written(operand, instruction);
    for (LirOperand other : operands) {
      if (other != operand && !other.isFixed() && (other.writes() || other.late()) && other.number() != operand.number()
          && !operand.isFixed()) {
        require(place(allocation.words()[other.word()], instruction) != place, instruction,
            "uses one place for two registers");
      }
    }
  }

  private int written(LirOperand operand, int instruction) {
    return operand.isFixed() ? operand.machine() : place(allocation.words()[operand.word()], instruction);
  }

  private int place(int word, int instruction) {
    int kind = word & Lir.KIND;
    require(kind == Lir.SLOT || kind == Lir.REGISTER && word >>> Lir.NUMBER_SHIFT < Lir.FIRST_VIRTUAL, instruction,
        "has an operand without a place");
    return kind == Lir.SLOT ? Lir.FIRST_VIRTUAL + (word >>> Lir.KIND_BITS) : word >>> Lir.NUMBER_SHIFT;
  }

  private void requireHeld(int place, int v, int instruction) {
    boolean held = holdings.holds(place, v) || madeSymbol[v] != NONE && holdings.holds(place, madeSymbol[v]);
    if (reporting && !held) {
      throw wrong(instruction, "reads v" + v + " where it is not, in place " + place);
    }
  }

  private void require(boolean holds, int instruction, String what) {
    if (reporting && !holds) {
      throw wrong(instruction, what);
    }
  }

  private CompilationRefused wrong(int instruction, String what) {
    return Flow.refused("instruction " + instruction + " (" + LirText.instruction(lir, instruction) + ") " + what);
  }
}
