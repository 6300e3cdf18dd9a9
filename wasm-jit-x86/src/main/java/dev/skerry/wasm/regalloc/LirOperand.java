package dev.skerry.wasm.regalloc;

import java.util.ArrayList;
import java.util.List;

/**
 * One register operand of an instruction, for readers that need not be quick: the checker and the dump.
 *
 * @param word where it is in the words; base and index of memory count as operands
 * @param number machine register, or {@link Lir#FIRST_VIRTUAL} and up
 * @param machine the machine register of a fixed use or definition, or -1
 * @param reads whether its value before matters
 * @param late whether it is read while the instruction writes
 */
record LirOperand(int word, int number, int machine, boolean reads, boolean writes, boolean late) {

  private static final int NONE = -1;

  boolean isVirtual() {
    return number >= Lir.FIRST_VIRTUAL;
  }

  /** The index of a virtual register, from 0. */
  int virtual() {
    return number - Lir.FIRST_VIRTUAL;
  }

  boolean isFixed() {
    return machine != NONE;
  }

  /** All of an instruction; destroyed registers are written ones with their own number. */
  static List<LirOperand> of(Lir lir, int instruction) {
    List<LirOperand> found = new ArrayList<>();
    int at = lir.starts[instruction];
    int header = lir.words[at];
    int op = header & Lir.OP;
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    int operand = 0;
    for (int w = at + 1; w <= last; w++) {
      int word = lir.words[w];
      int payload = word >>> Lir.KIND_BITS;
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          int role = Roles.of(op, operand++);
          boolean reads = (role & Roles.READS) != 0 && (word & Lir.FRESH) == 0;
          boolean writes = (role & Roles.WRITES) != 0;
          found.add(new LirOperand(w, word >>> Lir.NUMBER_SHIFT, NONE, reads, writes, (word & Lir.LATE) != 0));
        }
        case Lir.MEMORY -> {
          for (int i = w + 1; i <= w + 2; i++) {
            if (lir.words[i] != Lir.NONE) {
              boolean late = (lir.words[i] & Lir.LATE) != 0;
              found.add(new LirOperand(i, lir.words[i] >>> Lir.NUMBER_SHIFT, NONE, true, false, late));
            }
          }
          w += 3;
          operand++;
        }
        case Lir.FIXED_USE ->
            found.add(new LirOperand(++w, lir.words[w] >>> Lir.NUMBER_SHIFT, payload, true, false, false));
        case Lir.FIXED_DEF ->
            found.add(new LirOperand(++w, lir.words[w] >>> Lir.NUMBER_SHIFT, payload, false, true, false));
        case Lir.CLOBBER -> found.add(new LirOperand(w, payload, payload, false, true, false));
        default -> operand++;
      }
    }
    return found;
  }
}
