package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import java.util.Arrays;

/**
 * Values by what they compute, in scopes: what was added since a mark is forgotten again. A key is an operator, its
 * operands and immediates, and the version of what it reads.
 */
final class ValueTable {

  private static final int NONE = Graph.NONE;

  private int[] heads = new int[64];
  private int[] next = new int[64];
  private int[] bucket = new int[64];
  private int[] ops = new int[64];
  private int[] operands = new int[3 * 64];
  private long[] imms = new long[64];
  private int[] auxes = new int[64];
  private int[] versions = new int[64];
  private long[] values = new long[64];
  private int count;

  ValueTable() {
    Arrays.fill(heads, NONE);
  }

  /** What {@link #forget} goes back to. */
  int mark() {
    return count;
  }

  /** Forgets all that was added since a mark. */
  void forget(int mark) {
    while (count > mark) {
      count--;
      heads[bucket[count]] = next[count];
    }
  }

  private static int hash(int op, int a, int b, int c, long imm, int aux, int version) {
    int hash = op * 31 + a;
    hash = hash * 0x9e37_79b1 + b;
    hash = hash * 0x9e37_79b1 + c;
    hash = hash * 0x9e37_79b1 + Long.hashCode(imm);
    hash = hash * 0x9e37_79b1 + aux * 31 + version;
    return hash ^ hash >>> 15;
  }

  /** The entry with a key that was added last, or NONE. */
  int find(int op, int a, int b, int c, long imm, int aux, int version) {
    int at = heads[hash(op, a, b, c, imm, aux, version) & heads.length - 1];
    while (at != NONE && !(ops[at] == op && operands[3 * at] == a && operands[3 * at + 1] == b
        && operands[3 * at + 2] == c && imms[at] == imm && auxes[at] == aux && versions[at] == version)) {
      at = next[at];
    }
    return at;
  }

  /** What an entry holds. */
  long value(int entry) {
    return values[entry];
  }

  void add(int op, int a, int b, int c, long imm, int aux, int version, long value) {
    if (count == next.length) {
      grow();
    }
    int at = count++;
    ops[at] = op;
    operands[3 * at] = a;
    operands[3 * at + 1] = b;
    operands[3 * at + 2] = c;
    imms[at] = imm;
    auxes[at] = aux;
    versions[at] = version;
    values[at] = value;
    link(at);
  }

  private void link(int at) {
    bucket[at] = hash(ops[at], operands[3 * at], operands[3 * at + 1], operands[3 * at + 2], imms[at], auxes[at],
        versions[at]) & heads.length - 1;
    next[at] = heads[bucket[at]];
    heads[bucket[at]] = at;
  }

  private void grow() {
    int room = 2 * count;
    next = Arrays.copyOf(next, room);
    bucket = Arrays.copyOf(bucket, room);
    ops = Arrays.copyOf(ops, room);
    operands = Arrays.copyOf(operands, 3 * room);
    imms = Arrays.copyOf(imms, room);
    auxes = Arrays.copyOf(auxes, room);
    versions = Arrays.copyOf(versions, room);
    values = Arrays.copyOf(values, room);
    heads = new int[room];
    Arrays.fill(heads, NONE);
    for (int at = 0; at < count; at++) {
      link(at);
    }
  }
}
