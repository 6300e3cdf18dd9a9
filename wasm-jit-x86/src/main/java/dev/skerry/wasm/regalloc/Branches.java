package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.InstructionWriter;
import dev.skerry.wasm.x64.Row;
import java.util.Arrays;

/**
 * The branches within a function, which are left out when its instructions are written, then sized, each as short as it
 * can be, and put in.
 *
 * <p>A <em>place</em> is an offset in the code without branches, together with the number of branches before it. Sizes
 * start small and only grow, so sizing ends.
 */
final class Branches {

  /** In place of a condition. */
  static final int ALWAYS = -1;
  /** In place of a condition: no branch, but no-operations up to a multiple of the label. */
  static final int ALIGN = -2;

  /** Rounds after which all that still grow, and all others, are long. */
  private static final int ROUNDS = 16;
  private static final int SHORT = 2;
  private static final int LONG_JUMP = 5;
  private static final int LONG_BRANCH = 6;

  /** By branch: offset, condition, label, size. */
  private int[] offsets = new int[64];
  private int[] conditions = new int[64];
  private int[] labels = new int[64];
  private int[] sizes = new int[64];
  private int count;
  /** By label: its place. */
  private int[] labelOffset = new int[64];
  private int[] labelBranches = new int[64];
  private int labelCount;
  /** By branch: bytes of all branches before it; at the end those of all. */
  private int[] before;

  int label() {
    if (labelCount == labelOffset.length) {
      labelOffset = Arrays.copyOf(labelOffset, 2 * labelCount);
      labelBranches = Arrays.copyOf(labelBranches, 2 * labelCount);
    }
    return labelCount++;
  }

  void bind(int label, int offset) {
    labelOffset[label] = offset;
    labelBranches[label] = count;
  }

  /** How many branches there are so far. */
  int count() {
    return count;
  }

  void add(int offset, int condition, int label) {
    if (count == offsets.length) {
      int room = 2 * count;
      offsets = Arrays.copyOf(offsets, room);
      conditions = Arrays.copyOf(conditions, room);
      labels = Arrays.copyOf(labels, room);
      sizes = Arrays.copyOf(sizes, room);
    }
    offsets[count] = offset;
    conditions[count] = condition;
    labels[count] = label;
    sizes[count++] = condition == ALIGN ? 0 : SHORT;
  }

  /** Finds the size of each. */
  void size() {
    before = new int[count + 1];
    boolean changed = true;
    for (int round = 0; changed; round++) {
      changed = false;
      for (int i = 0; i < count; i++) {
        if (conditions[i] == ALIGN) {
          sizes[i] = -(offsets[i] + before[i]) & labels[i] - 1;
        }
        before[i + 1] = before[i] + sizes[i];
      }
      for (int i = 0; i < count; i++) {
        if (sizes[i] == SHORT && conditions[i] != ALIGN) {
          int distance = labelPosition(labels[i]) - (offsets[i] + before[i] + SHORT);
          if (distance != (byte) distance || round == ROUNDS) {
            sizes[i] = conditions[i] == ALWAYS ? LONG_JUMP : LONG_BRANCH;
            changed = true;
          }
        }
      }
    }
  }

  /** Where a place is in the finished code. */
  int position(int offset, int branchesBefore) {
    return offset + before[branchesBefore];
  }

  int labelPosition(int label) {
    return position(labelOffset[label], labelBranches[label]);
  }

  /** The finished code, without what follows it. */
  byte[] insert(byte[] code, int length, int room) {
    byte[] out = new byte[length + before[count] + room];
    InstructionWriter writer = new InstructionWriter();
    int from = 0;
    int to = 0;
    for (int i = 0; i < count; i++) {
      System.arraycopy(code, from, out, to, offsets[i] - from);
      to += offsets[i] - from;
      from = offsets[i];
      writer.clear();
      if (conditions[i] == ALIGN) {
        pad(writer, sizes[i]);
      } else {
        writer.begin(row(i).id());
        writer.immediate(labelPosition(labels[i]) - (to + sizes[i]));
        writer.end();
      }
      System.arraycopy(writer.bytes(), 0, out, to, sizes[i]);
      to += sizes[i];
    }
    System.arraycopy(code, from, out, to, length - from);
    return out;
  }

  private Row row(int branch) {
    boolean isShort = sizes[branch] == SHORT;
    if (conditions[branch] == ALWAYS) {
      return isShort ? ControlRows.JMP_REL8 : ControlRows.JMP_REL32;
    }
    Condition condition = Condition.values()[conditions[branch]];
    return isShort ? ControlRows.JCC_REL8.of(condition) : ControlRows.JCC_REL32.of(condition);
  }

  private static void pad(InstructionWriter writer, int bytes) {
    for (int left = bytes; left > 0;) {
      int length = Math.min(left, ControlRows.NOPS.size());
      writer.begin(ControlRows.NOPS.get(length - 1).id());
      writer.end();
      left -= length;
    }
  }
}
