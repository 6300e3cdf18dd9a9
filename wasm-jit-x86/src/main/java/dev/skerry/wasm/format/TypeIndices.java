package dev.skerry.wasm.format;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The types of a module while it is read: adds recursion groups, and finds for each the first one that is equal
 * (WASM core 3.1.3). A type may name earlier types and those of its own group.
 */
public final class TypeIndices {

  private FuncType[] types = {};
  private int[] starts = {};
  private int[] canonical = {};
  private int count;
  private int visible;
  private final Map<GroupKey, Integer> groups = new HashMap<>();

  /** Makes room for a group that begins now and has so many members; they may be named from now on. */
  void open(int members) {
    visible = count + members;
    if (visible > types.length) {
      int room = Math.max(visible, types.length * 2);
      types = Arrays.copyOf(types, room);
      starts = Arrays.copyOf(starts, room);
      canonical = Arrays.copyOf(canonical, room);
    }
    for (int i = count; i < visible; i++) {
      canonical[i] = i;
      starts[i] = count;
    }
  }

  /** Closes the group that was opened last; false if it is equal to an earlier one. */
  boolean close(FuncType[] members) {
    int start = count;
    GroupKey key = new GroupKey(
        List.of(members), number -> number >= start ? GroupKey.member(number - start) : number);
    Integer first = groups.putIfAbsent(key, start);
    for (int i = 0; i < members.length; i++) {
      types[count] = members[i];
      if (first != null) {
        canonical[count] = canonical[first + i];
        types[count] = types[first + i];
      }
      count++;
    }
    return first == null;
  }

  /** The canonical index of a type that may be named now. */
  int canonical(int index, long offset) throws CompileError {
    if (Integer.compareUnsigned(index, visible) >= 0) {
      throw new CompileError(Kind.INVALID, "unknown type " + Integer.toUnsignedString(index), offset);
    }
    return canonical[index];
  }

  public FuncType[] types() {
    return Arrays.copyOf(types, count);
  }

  public RecursionGroups groups() {
    return new RecursionGroups(Arrays.copyOf(starts, count), Arrays.copyOf(canonical, count));
  }
}
