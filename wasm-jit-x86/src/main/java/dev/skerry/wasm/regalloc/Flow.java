package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.ir.CompilationRefused;
import java.util.Arrays;

/**
 * The control flow of a {@link Lir}: blocks numbered in the {@link BlockOrder}, slots and positions, edges, loops.
 *
 * <p>Each block takes a slot for its begin and one for each instruction. Slot n has the positions 4n (first gap:
 * results of the instruction before leave their fixed registers), 4n + 1 (second gap: values change places, and go to
 * the fixed registers of the instruction), 4n + 2 (the instruction reads) and 4n + 3 (it writes).
 */
final class Flow {

  static final int STEP = 4;
  static final int GAP = 1;
  static final int INPUT = 2;
  static final int OUTPUT = 3;

  final Lir lir;
  final int blockCount;
  /** By place in the order: positions of begin and end. */
  final int[] from;
  final int[] to;
  final int[] depth;
  final int[] weight;
  /** Edges by source: targets of block b are at successorStart[b] to successorStart[b + 1]; each target once. */
  final int[] successorStart;
  int[] successors;
  final int[] predecessorStart;
  final int[] predecessors;
  /** The innermost loop that a block lies in by place, or -1; and of loops: header, end position, loop around. */
  final int[] loopOf;
  final int[] loopHeader;
  final int[] loopEnd;
  final int[] loopParent;
  /** By place in the order: block id; and the other way round. */
  private final int[] idOf;
  private final int[] placeOf;
  /** By place: whether the block is the landing pad of a call. */
  private final boolean[] landing;
  /** By slot: its block. */
  private final int[] blockOfSlot;

  private static final int MAX_WEIGHTED_DEPTH = 6;

  Flow(Lir lir) {
    this.lir = lir;
    blockCount = lir.orderCount;
    if (blockCount != lir.blockCount || blockCount == 0) {
      throw refused("there are " + lir.blockCount + " blocks, of which " + blockCount + " were begun");
    }
    from = new int[blockCount];
    to = new int[blockCount];
    depth = new int[blockCount];
    weight = new int[blockCount];
    idOf = BlockOrder.of(lir);
    placeOf = new int[blockCount];
    landing = new boolean[blockCount];
    successorStart = new int[blockCount + 1];
    successors = new int[2 * blockCount];
    for (int b = 0, slot = 0; b < blockCount; b++) {
      int id = idOf[b];
      placeOf[id] = b;
      from[b] = STEP * slot;
      slot += lir.ends[id] - lir.firsts[id] + 1;
      to[b] = STEP * slot;
      depth[b] = lir.depths[id];
      weight[b] = (lir.blockFlags[id] & Lir.COLD) != 0 ? 1 : 16 << 3 * Math.min(depth[b], MAX_WEIGHTED_DEPTH);
    }
    blockOfSlot = new int[to[blockCount - 1] / STEP];
    collectSuccessors();
    predecessorStart = new int[blockCount + 1];
    predecessors = new int[successorStart[blockCount]];
    collectPredecessors();
    loopOf = new int[blockCount];
    loopHeader = new int[blockCount];
    loopEnd = new int[blockCount];
    loopParent = new int[blockCount];
    findLoops();
  }

  static CompilationRefused refused(String reason) {
    return new CompilationRefused(CompilationRefused.Reason.INTERNAL, "register allocation: " + reason);
  }

  /** First and last instruction of a block, the latter exclusive. */
  int first(int block) {
    return lir.firsts[idOf[block]];
  }

  int end(int block) {
    return lir.ends[idOf[block]];
  }

  /** The slot of an instruction. */
  int slot(int block, int instruction) {
    return from[block] / STEP + 1 + instruction - first(block);
  }

  int slotCount() {
    return to[blockCount - 1] / STEP;
  }

  boolean isCold(int block) {
    return (lir.blockFlags[idOf[block]] & Lir.COLD) != 0;
  }

  boolean isLoopHeader(int block) {
    return (lir.blockFlags[idOf[block]] & Lir.LOOP_HEADER) != 0;
  }

  /** The block that the position lies in. */
  int blockAt(int position) {
    return blockOfSlot[position / STEP];
  }

  /** The id of the block at that place in the order. */
  int id(int place) {
    return idOf[place];
  }

  /** The place in the order of the block with that id. */
  int place(int id) {
    return placeOf[id];
  }

  /** Whether calls that throw come to the block: what it needs is in no register then. */
  boolean isLanding(int block) {
    return landing[block];
  }

  private void collectSuccessors() {
    int[] stamp = new int[blockCount];
    int count = 0;
    for (int b = 0; b < blockCount; b++) {
      successorStart[b] = count;
      int end = end(b);
      for (int i = first(b); i < end; i++) {
        int at = lir.starts[i];
        int header = lir.words[at];
        if (!Pseudo.is(header & Lir.OP)) {
          continue;
        }
        int last = at + (header >>> Lir.LENGTH_SHIFT);
        for (int w = at + 1; w <= last; w++) {
          int word = lir.words[w];
          if ((word & Lir.KIND) == Lir.BLOCK) {
            int target = placeOf[word >>> Lir.KIND_BITS];
            landing[target] |= (header & Lir.OP) == Pseudo.CALL.op;
            if (stamp[target] != b + 1) {
              stamp[target] = b + 1;
              if (count == successors.length) {
                successors = Arrays.copyOf(successors, 2 * count);
              }
              successors[count++] = target;
            }
          }
        }
      }
      Arrays.fill(blockOfSlot, from[b] / STEP, to[b] / STEP, b);
    }
    successorStart[blockCount] = count;
  }

  private void collectPredecessors() {
    int count = successorStart[blockCount];
    for (int e = 0; e < count; e++) {
      predecessorStart[successors[e] + 1]++;
    }
    for (int b = 0; b < blockCount; b++) {
      predecessorStart[b + 1] += predecessorStart[b];
    }
    int[] next = predecessorStart.clone();
    for (int b = 0; b < blockCount; b++) {
      for (int e = successorStart[b]; e < successorStart[b + 1]; e++) {
        predecessors[next[successors[e]]++] = b;
      }
    }
    for (int b = 0; b < blockCount; b++) {
      if (successorStart[b + 1] - successorStart[b] > 1) {
        for (int e = successorStart[b]; e < successorStart[b + 1]; e++) {
          if (predecessorStart[successors[e] + 1] - predecessorStart[successors[e]] > 1) {
            throw refused("the edge from block " + b + " to block " + successors[e] + " is critical");
          }
        }
      }
    }
  }

  private void findLoops() {
    int loops = 0;
    int current = -1;
    for (int b = 0; b < blockCount; b++) {
      while (current >= 0 && loopEnd[current] <= from[b]) {
        current = loopParent[current];
      }
      if (isLoopHeader(b)) {
        int last = b;
        for (int p = predecessorStart[b]; p < predecessorStart[b + 1]; p++) {
          int latch = predecessors[p];
          if (latch > last && depth[latch] >= depth[b] && (!isCold(latch) || isCold(b))) {
            last = latch;
          }
        }
        loopHeader[loops] = b;
        loopEnd[loops] = current >= 0 ? Math.min(to[last], loopEnd[current]) : to[last];
        loopParent[loops] = current;
        current = loops++;
      }
      loopOf[b] = current;
    }
  }
}
