package dev.skerry.wasm.interp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Code while it is written, with virtual slot numbers. The last instruction may still be changed or taken back, as long
 * as no label was bound behind it.
 */
final class CodeBuffer {

  private static final int WORDS = 4;

  private int[] words = new int[64 * WORDS];
  private int[] offsets = new int[64];
  private int units;
  private int barrier;
  private int offset;
  private final List<Label> bound = new ArrayList<>();

  /** The byte offset in the module of what is emitted from now on. */
  void at(int moduleOffset) {
    offset = moduleOffset;
  }

  int offset() {
    return offset;
  }

  int size() {
    return units;
  }

  void emit(int op, int a, int b, int c) {
    if (units == offsets.length) {
      words = Arrays.copyOf(words, Math.multiplyExact(words.length, 2));
      offsets = Arrays.copyOf(offsets, offsets.length * 2);
    }
    int at = units * WORDS;
    words[at] = op;
    words[at + 1] = a;
    words[at + 2] = b;
    words[at + 3] = c;
    offsets[units++] = offset;
  }

  void emitConstant(int op, int a, long value) {
    emit(op, a, (int) value, (int) (value >>> 32));
  }

  void branch(int op, int a, int b, Label target) {
    target.use(units);
    emit(op, a, b, 0);
  }

  /** Makes the next instruction the label's place. */
  void bind(Label label) {
    label.bind(units);
    bound.add(label);
    barrier = units;
  }

  /** The last instruction's opcode, or -1 where control may join behind it. */
  int lastOp() {
    return units > barrier ? words[(units - 1) * WORDS] : -1;
  }

  int lastA() {
    return words[(units - 1) * WORDS + 1];
  }

  int lastB() {
    return words[(units - 1) * WORDS + 2];
  }

  int lastC() {
    return words[(units - 1) * WORDS + 3];
  }

  void changeLastOp(int op) {
    words[(units - 1) * WORDS] = op;
  }

  void dropLast() {
    units--;
  }

  /** Redirects the last instruction's result, if that is what it writes; says whether it did. */
  boolean retarget(int from, int to) {
    int at = units - 1;
    while (at > barrier && (words[at * WORDS] == Op.EXT || words[at * WORDS] == Op.DATA)) {
      at--;
    }
    if (at < barrier || Op.shape(words[at * WORDS]).charAt(0) != 'd' || words[at * WORDS + 1] != from) {
      return false;
    }
    words[at * WORDS + 1] = to;
    return true;
  }

  void setWord(int unit, int word, int value) {
    words[unit * WORDS + word] = value;
  }

  /** Patches the branches, gives every slot its place in the frame, and hands the code out. */
  int[] finish(FramePlan plan) {
    for (Label label : bound) {
      label.patch(words);
    }
    for (int at = 0; at < units * WORDS; at += WORDS) {
      String shape = Op.shape(words[at]);
      for (int i = 0; i < 3; i++) {
        char role = shape.charAt(i);
        if (role == 'd' || role == 's') {
          words[at + 1 + i] = plan.offset(words[at + 1 + i]);
        }
      }
    }
    return Arrays.copyOf(words, units * WORDS);
  }

  /** The byte offset in the module for each unit. */
  int[] offsets() {
    return Arrays.copyOf(offsets, units);
  }
}
