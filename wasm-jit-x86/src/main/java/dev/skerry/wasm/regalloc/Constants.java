package dev.skerry.wasm.regalloc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What lies behind the code: constants, the long ones first, none twice, then jump tables. */
final class Constants {

  private static final int WIDE = 16;

  private record Pair(long low, long high) {
  }

  private final Map<Pair, Integer> pairs = new HashMap<>();
  private final Map<Long, Integer> singles = new HashMap<>();
  private int tableEntries;
  /** What refers to them: kind and number, and the place of the displacement that is to be filled in. */
  private int[] kinds = new int[32];
  private int[] numbers = new int[32];
  private int[] offsets = new int[32];
  private int[] branches = new int[32];
  private int count;
  /** Of the entries of all jump tables: the label, and the first entry of the table. */
  private int[] labels = new int[32];
  private int[] tableOf = new int[32];
  private int lastTable;

  private static final int PAIR = 0;
  private static final int SINGLE = 1;
  private static final int TABLE = 2;

  /** Says that the displacement at the place leads to a constant. */
  void constant(long[] longs, int word, int offset, int branchesBefore) {
    int index = word >>> Lir.KIND_BITS + 1;
    if ((word >>> Lir.KIND_BITS & 1) != 0) {
      refer(PAIR, number(pairs, new Pair(longs[index], longs[index + 1])), offset, branchesBefore);
    } else {
      refer(SINGLE, number(singles, longs[index]), offset, branchesBefore);
    }
  }

  private static <T> int number(Map<T, Integer> map, T key) {
    Integer known = map.putIfAbsent(key, map.size());
    return known == null ? map.size() - 1 : known;
  }

  /** Begins a jump table, whose entries follow; its number. */
  int newTable() {
    lastTable = tableEntries;
    return lastTable;
  }

  void tableEntry(int label) {
    if (tableEntries == labels.length) {
      labels = Arrays.copyOf(labels, 2 * tableEntries);
      tableOf = Arrays.copyOf(tableOf, 2 * tableEntries);
    }
    tableOf[tableEntries] = lastTable;
    labels[tableEntries++] = label;
  }

  /** Says that the displacement at the place leads to a jump table. */
  void table(int number, int offset, int branchesBefore) {
    refer(TABLE, number, offset, branchesBefore);
  }

  private void refer(int kind, int number, int offset, int branchesBefore) {
    if (count == kinds.length) {
      int room = 2 * count;
      kinds = Arrays.copyOf(kinds, room);
      numbers = Arrays.copyOf(numbers, room);
      offsets = Arrays.copyOf(offsets, room);
      branches = Arrays.copyOf(branches, room);
    }
    kinds[count] = kind;
    numbers[count] = number;
    offsets[count] = offset;
    branches[count++] = branchesBefore;
  }

  /** How many bytes they take behind code of that length, the gap included. */
  int bytes(int codeLength) {
    int size = WIDE * pairs.size() + Long.BYTES * singles.size() + Integer.BYTES * tableEntries;
    return size == 0 ? 0 : size + gap(codeLength);
  }

  private int gap(int codeLength) {
    int alignment = !pairs.isEmpty() ? WIDE : !singles.isEmpty() ? Long.BYTES : Integer.BYTES;
    return -codeLength & alignment - 1;
  }

  /** Writes them behind the code and fills in what refers to them. */
  void write(byte[] code, int codeLength, Branches placed, byte filler) {
    if (count == 0) {
      return;
    }
    ByteBuffer out = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    int start = codeLength + gap(codeLength);
    Arrays.fill(code, codeLength, start, filler);
    int singleStart = start + WIDE * pairs.size();
    int tableStart = singleStart + Long.BYTES * singles.size();
    for (Map.Entry<Pair, Integer> entry : pairs.entrySet()) {
      int at = start + WIDE * entry.getValue();
      out.putLong(at, entry.getKey().low());
      out.putLong(at + Long.BYTES, entry.getKey().high());
    }
    for (Map.Entry<Long, Integer> entry : singles.entrySet()) {
      out.putLong(singleStart + Long.BYTES * entry.getValue(), entry.getKey());
    }
    for (int i = 0; i < count; i++) {
      int at = placed.position(offsets[i], branches[i]);
      int target = switch (kinds[i]) {
        case PAIR -> start + WIDE * numbers[i];
        case SINGLE -> singleStart + Long.BYTES * numbers[i];
        default -> tableStart + Integer.BYTES * numbers[i];
      };
      out.putInt(at, target - (at + Integer.BYTES) - out.getInt(at));
    }
    for (int entry = 0; entry < tableEntries; entry++) {
      int table = tableStart + Integer.BYTES * tableOf[entry];
      out.putInt(tableStart + Integer.BYTES * entry, placed.labelPosition(labels[entry]) - table);
    }
  }
}
