package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.decode.ModuleInfo.CustomSection;
import dev.skerry.wasm.format.ByteReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Source lines of a module's code, from its DWARF sections ("DWARF for WebAssembly": addresses count from the contents
 * of the code section). What is broken in them is left out, and is never an error. Immutable.
 */
public final class LineTable {

  /** More rows than those are left out. */
  private static final int MAX_ROWS = 1_000_000;
  /** Bytes of a row in the table. */
  private static final int ROW_BYTES = 12;

  /** Bytes of all names, at most. */
  private static final int MAX_NAMES = 8 << 20;
  /** What a name takes beside its bytes. */
  private static final int NAME_BYTES = 64;

  private static final String LINES = ".debug_line";
  private static final String STRINGS = ".debug_str";
  private static final String LINE_STRINGS = ".debug_line_str";
  private static final int LENGTH_64 = 0xffff_fff0;

  private final long codeOffset;
  private final List<Sequence> sequences = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private int[] addresses = new int[64];
  private int[] lines = new int[64];
  private int[] fileNumbers = new int[64];
  private int count;

  /** Rows {@code from} to {@code to} are for the code from {@code low} to {@code high}. */
  private record Sequence(int low, int high, int from, int to) {
  }

  private LineTable(long codeOffset) {
    this.codeOffset = codeOffset;
  }

  /** The most bytes that the table of a module takes. */
  public static long mostBytes(ModuleInfo module) {
    CustomSection section = module.customSection(LINES);
    return section == null ? 0 : 3L * ROW_BYTES * Math.min(MAX_ROWS, section.length()) + MAX_NAMES;
  }

  /** Bytes that the table takes. */
  public long byteLength() {
    return (long) count * ROW_BYTES + files.stream().mapToLong(file -> NAME_BYTES + file.length()).sum();
  }

  /** Reads what there is; a table without rows for a module without DWARF. */
  public static LineTable of(ModuleInfo module) {
    LineTable table = new LineTable(module.codeOffset());
    ByteReader in = reader(module, LINES);
    Builder builder = table.new Builder();
    while (in.remaining() > Integer.BYTES && table.count < MAX_ROWS) {
      try {
        int end = in.limit();
        int length = in.fixed32();
        if (Integer.compareUnsigned(length, LENGTH_64) >= 0 || Integer.compareUnsigned(length, in.remaining()) > 0) {
          break;
        }
        int next = in.position() + length;
        in.limit(next);
        try {
          new LineProgram(in, reader(module, STRINGS), reader(module, LINE_STRINGS), builder).read();
        } finally {
          in.limit(end);
          in.position(next);
        }
      } catch (CompileError broken) {
        builder.forget();
      }
    }
    table.sequences.sort(Comparator.comparingInt(Sequence::low));
    table.addresses = Arrays.copyOf(table.addresses, table.count);
    table.lines = Arrays.copyOf(table.lines, table.count);
    table.fileNumbers = Arrays.copyOf(table.fileNumbers, table.count);
    return table;
  }

  private static ByteReader reader(ModuleInfo module, String name) {
    CustomSection section = module.customSection(name);
    ByteReader in = new ByteReader(module.bytes());
    in.position(section == null ? 0 : section.from());
    in.limit(section == null ? 0 : section.from() + section.length());
    return in;
  }

  /** Collects the rows of one sequence after the other. */
  private final class Builder implements LineProgram.Rows {

    private final Map<String, Integer> numbers = new HashMap<>();
    private int first;
    private long names;

    @Override
    public boolean row(long address, String file, int line) {
      if (count == MAX_ROWS) {
        return false;
      }
      if (address > 0 && address <= Integer.MAX_VALUE && (count == first || address >= addresses[count - 1])) {
        if (count == addresses.length) {
          addresses = Arrays.copyOf(addresses, 2 * count);
          lines = Arrays.copyOf(lines, 2 * count);
          fileNumbers = Arrays.copyOf(fileNumbers, 2 * count);
        }
        addresses[count] = (int) address;
        lines[count] = line;
        fileNumbers[count++] = numbers.computeIfAbsent(file, name -> {
          files.add(name);
          return files.size() - 1;
        });
      }
      return true;
    }

    @Override
    public boolean hasRoom(int bytes) {
      names += NAME_BYTES + bytes;
      return names <= MAX_NAMES;
    }

    @Override
    public void end(long address) {
      if (count > first && address >= addresses[count - 1] && address <= Integer.MAX_VALUE) {
        sequences.add(new Sequence(addresses[first], (int) address, first, count));
        first = count;
      } else {
        forget();
      }
    }

    /** Drops the rows of a sequence that has no end. */
    private void forget() {
      count = first;
    }
  }

  /**
   * The source line of the instruction at a byte offset in the module, as in {@code main.c:12}, or an empty string.
   */
  public String at(long offset) {
    long address = offset - codeOffset;
    int low = 0;
    int high = sequences.size();
    while (low < high) {
      int middle = low + high >>> 1;
      if (sequences.get(middle).low() <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    Sequence sequence = low == 0 ? null : sequences.get(low - 1);
    if (sequence == null || address >= sequence.high()) {
      return "";
    }
    int row = lastRow(sequence, (int) address);
    String file = files.get(fileNumbers[row]);
    return file.isEmpty() || lines[row] <= 0 ? "" : file + ":" + lines[row];
  }

  /** The last row of a sequence that is not behind an address in it. */
  private int lastRow(Sequence sequence, int address) {
    int low = sequence.from();
    int high = sequence.to();
    while (low < high) {
      int middle = low + high >>> 1;
      if (addresses[middle] <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
