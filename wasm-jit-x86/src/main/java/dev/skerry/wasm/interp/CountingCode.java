package dev.skerry.wasm.interp;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A function's code in tier 0 with {@link Op#COUNT} put in, so that it counts which way its branches go. All else is as
 * in the code that it is made from, in the same order and with the same frames: so a run may go on in the one where it
 * stopped in the other. Code that does not count pays nothing for it.
 */
public final class CountingCode {

  /** Of code with more units none is made, for guests wait for it. */
  public static final int MOST_UNITS = 1 << 17;

  private static final int WORDS = 4;
  /** Ints of a row: offset of the branch in the module, what is counted, index of the word that counts. */
  private static final int ROW = 3;
  // What is counted, from 0 on a label of a br_table.
  private static final int ALL = -1;
  private static final int HOLDS = -2;
  private static final int FAILS = -3;
  private static final int CALLEE = -4;

  private final ModuleInfo module;
  private final TranslatedFunction plain;
  /** By unit of the plain code, and for its end: the unit here, which may be a COUNT in front. */
  private final int[] places;
  private int[] words;
  private int[] offsets;
  private int units;
  private int[] rows = new int[16 * ROW];
  private int rowCount;
  private int callees;
  private final TranslatedFunction code;

  private CountingCode(ModuleInfo module, TranslatedFunction plain) {
    this.module = module;
    this.plain = plain;
    places = new int[plain.offsets().length + 1];
    words = new int[plain.words().length + (plain.words().length >> 1)];
    offsets = new int[words.length / WORDS];
    write();
    patch();
    code = new TranslatedFunction(Arrays.copyOf(words, units * WORDS), Arrays.copyOf(offsets, units),
        plain.handlers().moved(places), plain.loops().moved(places));
    words = null;
    offsets = null;
  }

  /** The same function, counting. */
  public static CountingCode of(ModuleInfo module, TranslatedFunction plain) {
    return new CountingCode(module, plain);
  }

  public TranslatedFunction code() {
    return code;
  }

  /** The unit here where a unit of the plain code is. */
  public int place(int plainUnit) {
    return places[plainUnit];
  }

  /** The unit of the plain code that a unit here is or belongs to; -1 of what is behind the plain code. */
  public int plainUnit(int unit) {
    int at = Arrays.binarySearch(places, unit);
    int found = at >= 0 ? at : -at - 2;
    return found < places.length - 1 ? found : -1;
  }

  /** Bytes of heap that this keeps beside its code. */
  public int byteLength() {
    return Integer.BYTES * (places.length + rows.length);
  }

  private void write() {
    int[] from = plain.words();
    int end = plain.offsets().length;
    int detours = 0;
    for (int unit = 0; unit < end; unit++) {
      places[unit] = units;
      int op = from[unit * WORDS];
      int offset = plain.offsets()[unit];
      if (op == Op.BR_TABLE) {
        int labels = from[unit * WORDS + 2] + 1;
        detours += labels;
        copy(unit);
        for (int left = labels; left > 0; left--) {
          places[++unit] = units;
          copy(unit);
        }
      } else if (op != Op.BR && Op.isBranch(op)) {
        count(offset, ALL);
        copy(unit);
        count(offset, isTakenIfFailing(unit) ? HOLDS : FAILS);
      } else {
        if (op == Op.CALL_INDIRECT) {
          countCallee(offset, from[unit * WORDS + 2], from[(unit + 1) * WORDS + 1]);
        }
        copy(unit);
      }
    }
    places[end] = units;
    if (detours > 0) {
      detours(end);
    }
  }

  /**
   * Whether the branch in a unit leads past what it does otherwise: that is so of an {@code if}, and of others behind
   * which the same instruction goes on, to bring values to where it leads.
   */
  private boolean isTakenIfFailing(int unit) {
    int offset = plain.offsets()[unit];
    return module.bytes()[offset] == (byte) Opcode.IF.code
        || unit + 1 < plain.offsets().length && plain.offsets()[unit + 1] == offset;
  }

  /** Behind the end, for each label of a table, what counts it and goes on to it. */
  private void detours(int end) {
    for (int unit = 0; unit < end; unit++) {
      if (plain.words()[unit * WORDS] == Op.BR_TABLE) {
        int labels = plain.words()[unit * WORDS + 2] + 1;
        for (int label = 0; label < labels; label++) {
          int branch = unit + 1 + label;
          int target = branch + 1 + plain.words()[branch * WORDS + 3] / Op.UNIT;
          lead(places[branch], units);
          count(plain.offsets()[unit], label);
          emit(Op.BR, plain.offsets()[branch]);
          lead(units - 1, places[target]);
        }
        unit += labels;
      }
    }
  }

  private void copy(int unit) {
    emit(plain.words()[unit * WORDS], plain.offsets()[unit]);
    System.arraycopy(plain.words(), unit * WORDS, words, (units - 1) * WORDS, WORDS);
  }

  private void emit(int op, int offset) {
    if (units == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * units);
      words = Arrays.copyOf(words, 2 * units * WORDS);
    }
    words[units * WORDS] = op;
    offsets[units++] = offset;
  }

  private void count(int offset, int what) {
    emit(Op.COUNT, offset);
    row(offset, what);
  }

  private void countCallee(int offset, int index, int table) {
    emit(Op.COUNT_CALLEE, offset);
    words[(units - 1) * WORDS + 2] = index;
    words[(units - 1) * WORDS + 3] = table;
    emit(Op.DATA, offset);
    row(offset, CALLEE);
    callees++;
  }

  /** Notes what the first word of the last unit counts. */
  private void row(int offset, int what) {
    if (rowCount * ROW == rows.length) {
      rows = Arrays.copyOf(rows, 2 * rows.length);
    }
    int at = rowCount++ * ROW;
    rows[at] = offset;
    rows[at + 1] = what;
    rows[at + 2] = (units - 1) * WORDS + 1;
  }

  /** Leads the branches to where their targets are now; those of tables were led elsewhere. */
  private void patch() {
    int end = plain.offsets().length;
    for (int unit = 0; unit < end; unit++) {
      int op = plain.words()[unit * WORDS];
      if (op == Op.BR_TABLE) {
        unit += plain.words()[unit * WORDS + 2] + 1;
      } else if (Op.isBranch(op)) {
        int target = unit + 1 + plain.words()[unit * WORDS + 3] / Op.UNIT;
        lead(op == Op.BR ? places[unit] : places[unit] + 1, places[target]);
      }
    }
  }

  private void lead(int branch, int target) {
    words[branch * WORDS + 3] = (target - branch - 1) * Op.UNIT;
  }

  /**
   * Says whether so many branches were counted, or there is none to count.
   *
   * @param word as for {@link #profile}
   */
  public boolean hasCounted(int branches, IntUnaryOperator word) {
    long all = rowCount == 0 ? branches : 0;
    for (int row = 0; row < rowCount * ROW && all < branches; row += ROW) {
      all += rows[row + 1] >= ALL ? Math.max(0, word.applyAsInt(rows[row + 2])) : 0;
    }
    return all >= branches;
  }

  /**
   * What was counted so far.
   *
   * @param word what a word of the code is now, by its index; others may go on counting
   */
  public BranchProfile profile(IntUnaryOperator word) {
    long[] keys = new long[rowCount];
    for (int i = 0; i < rowCount; i++) {
      keys[i] = (long) rows[i * ROW] << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    int[] found = new int[rowCount];
    int[] firsts = new int[rowCount];
    int[] counts = new int[rowCount + 2 * callees];
    int branches = 0;
    int count = 0;
    for (int i = 0; i < rowCount; i++) {
      int row = (int) keys[i] * ROW;
      int counted = Math.max(0, word.applyAsInt(rows[row + 2]));
      if (i == 0 || rows[row] != found[branches - 1]) {
        found[branches] = rows[row];
        firsts[branches++] = count;
      }
      if (rows[row + 1] == ALL) {
        int through = Math.max(0, word.applyAsInt(rows[(int) keys[i + 1] * ROW + 2]));
        boolean holds = rows[(int) keys[i + 1] * ROW + 1] == HOLDS;
        int taken = Math.max(0, counted - through);
        counts[count++] = holds ? through : taken;
        counts[count++] = holds ? taken : through;
        i++;
      } else {
        counts[count++] = counted;
        for (int more = 1; more < WORDS - 1 && rows[row + 1] == CALLEE; more++) {
          counts[count++] = Math.max(0, word.applyAsInt(rows[row + 2] + more));
        }
      }
    }
    return new BranchProfile(Arrays.copyOf(found, branches), Arrays.copyOf(firsts, branches),
        Arrays.copyOf(counts, count));
  }
}
