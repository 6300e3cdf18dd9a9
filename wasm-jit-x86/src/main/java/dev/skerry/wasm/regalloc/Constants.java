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
  /** Labels of the entries of all jump tables, and of each reference to a table its first entry. */
  private int[] labels = new int[32];

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

  /** Says that the displacement at the place leads to a jump table, whose entries follow. */
  void table(int offset, int branchesBefore) {
    refer(TABLE, tableEntries, offset, branchesBefore);
  }

  void tableEntry(int label) {
    if (tableEntries == labels.length) {
      labels = Arrays.copyOf(labels, 2 * tableEntries);
    }
    labels[tableEntries++] = label;
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
    for (int i = 0, entry = 0; i < count; i++) {
      int at = placed.position(offsets[i], branches[i]);
      int target = switch (kinds[i]) {
        case PAIR -> start + WIDE * numbers[i];
        case SINGLE -> singleStart + Long.BYTES * numbers[i];
        default -> tableStart + Integer.BYTES * numbers[i];
      };
      out.putInt(at, target - (at + Integer.BYTES) - out.getInt(at));
      if (kinds[i] == TABLE) {
        int end = nextTable(i);
        for (; entry < end; entry++) {
          out.putInt(tableStart + Integer.BYTES * entry, placed.labelPosition(labels[entry]) - target);
        }
      }
    }
  }

  private int nextTable(int reference) {
    for (int i = reference + 1; i < count; i++) {
      if (kinds[i] == TABLE) {
        return numbers[i];
      }
    }
    return tableEntries;
  }
}
