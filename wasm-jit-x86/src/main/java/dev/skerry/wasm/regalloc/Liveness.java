package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.ir.CompilationRefused;
import java.util.Arrays;

/**
 * Which virtual registers are live where a block begins.
 *
 * <p>Found from each block that reads a register before writing it, backwards over predecessors up to blocks that write
 * it, one register after the other. So the work is in proportion to the result, without bit sets: registers that live
 * within one block, nearly all, cost nothing.
 */
final class Liveness {

  /** The most pairs of block and register that is live there. */
  static final int MAX_PAIRS = 1 << 23;

  private static final int NONE = -1;

  /** By block: first pair; by pair: register (from 0), next pair of the block. */
  final int[] head;
  int[] register = new int[256];
  int[] next = new int[256];
  int pairCount;

  private final Flow flow;
  private final Lir lir;
  /** By register: lists of blocks that write it, and of blocks that read it first. */
  private final int[] writers;
  private final int[] readers;
  private int[] listBlock = new int[512];
  private int[] listNext = new int[512];
  private int listCount;

  Liveness(Flow flow) {
    this.flow = flow;
    this.lir = flow.lir;
    head = new int[flow.blockCount];
    writers = new int[lir.virtualCount];
    readers = new int[lir.virtualCount];
    Arrays.fill(head, NONE);
    Arrays.fill(writers, NONE);
    Arrays.fill(readers, NONE);
    for (int b = 0; b < flow.blockCount; b++) {
      scan(b);
    }
    explore();
    if (head[0] != NONE) {
      throw Flow.refused("v" + register[head[0]] + " is read before it is written");
    }
  }

  private void scan(int block) {
    int[] words = lir.words;
    int end = flow.end(block);
    for (int i = flow.first(block); i < end; i++) {
      int at = lir.starts[i];
      int header = words[at];
      int op = header & Lir.OP;
      int last = at + (header >>> Lir.LENGTH_SHIFT);
      int operand = 0;
      for (int w = at + 1; w <= last; w++) {
        int word = words[w];
        switch (word & Lir.KIND) {
          case Lir.REGISTER -> {
            if ((Roles.of(op, operand++) & Roles.READS) != 0 && (word & Lir.FRESH) == 0) {
              read(word, block);
            }
          }
          case Lir.MEMORY -> {
            read(words[w + 1], block);
            read(words[w + 2], block);
            w += 3;
            operand++;
          }
          case Lir.FIXED_USE -> read(words[++w], block);
          case Lir.FIXED_DEF -> w++;
          default -> operand++;
        }
      }
      operand = 0;
      for (int w = at + 1; w <= last; w++) {
        int word = words[w];
        switch (word & Lir.KIND) {
          case Lir.REGISTER -> {
            if ((Roles.of(op, operand++) & Roles.WRITES) != 0) {
              write(word, block);
            }
          }
          case Lir.MEMORY -> {
            w += 3;
            operand++;
          }
          case Lir.FIXED_USE -> w++;
          case Lir.FIXED_DEF -> write(words[++w], block);
          default -> operand++;
        }
      }
    }
  }

  private void read(int word, int block) {
    int register = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
    if (word == Lir.NONE || register < 0) {
      return;
    }
    if ((writers[register] == NONE || listBlock[writers[register]] != block)
        && (readers[register] == NONE || listBlock[readers[register]] != block)) {
      readers[register] = append(block, readers[register]);
    }
  }

  private void write(int word, int block) {
    int register = (word >>> Lir.NUMBER_SHIFT) - Lir.FIRST_VIRTUAL;
    if (register >= 0 && (writers[register] == NONE || listBlock[writers[register]] != block)) {
      writers[register] = append(block, writers[register]);
    }
  }

  private int append(int block, int before) {
    if (listCount == listBlock.length) {
      listBlock = Arrays.copyOf(listBlock, 2 * listCount);
      listNext = Arrays.copyOf(listNext, 2 * listCount);
    }
    listBlock[listCount] = block;
    listNext[listCount] = before;
    return listCount++;
  }

  private void explore() {
    int[] writes = new int[flow.blockCount];
    int[] live = new int[flow.blockCount];
    int[] stack = new int[flow.blockCount];
    for (int v = 0; v < readers.length; v++) {
      if (readers[v] == NONE) {
        continue;
      }
      for (int at = writers[v]; at != NONE; at = listNext[at]) {
        writes[listBlock[at]] = v + 1;
      }
      int depth = 0;
      for (int at = readers[v]; at != NONE; at = listNext[at]) {
        depth = enter(v, listBlock[at], live, stack, depth);
      }
      while (depth > 0) {
        int block = stack[--depth];
        for (int p = flow.predecessorStart[block]; p < flow.predecessorStart[block + 1]; p++) {
          int before = flow.predecessors[p];
          if (writes[before] != v + 1) {
            depth = enter(v, before, live, stack, depth);
          }
        }
      }
    }
  }

  private int enter(int v, int block, int[] live, int[] stack, int depth) {
    if (live[block] == v + 1) {
      return depth;
    }
    live[block] = v + 1;
    if (pairCount == register.length) {
      if (pairCount >= MAX_PAIRS) {
        throw new CompilationRefused(CompilationRefused.Reason.LIMIT,
            "more than " + MAX_PAIRS + " times a value is live where a block begins");
      }
      register = Arrays.copyOf(register, 2 * pairCount);
      next = Arrays.copyOf(next, 2 * pairCount);
    }
    register[pairCount] = v;
    next[pairCount] = head[block];
    head[block] = pairCount++;
    stack[depth] = block;
    return depth + 1;
  }
}
