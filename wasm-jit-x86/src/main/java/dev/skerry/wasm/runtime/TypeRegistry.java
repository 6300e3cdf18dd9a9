package dev.skerry.wasm.runtime;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GroupKey;
import dev.skerry.wasm.format.ValType;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The canonical function types of one engine, by recursion groups. A number is never given twice; a group that no
 * module and no function uses any more is forgotten. Thread-safe.
 */
public final class TypeRegistry {

  private final Map<GroupKey, Entry> entries = new HashMap<>();
  private final ReferenceQueue<Group> dropped = new ReferenceQueue<>();
  private int last;

  /** The types of one recursion group, and what they need to stay known. */
  static final class Group {

    private final List<CanonicalType> members = new ArrayList<>();
    private final List<CanonicalType> named = new ArrayList<>();

    CanonicalType member(int position) {
      return members.get(position);
    }
  }

  /** The type of a host function, in a group of its own; references name types by their numbers in the engine. */
  public CanonicalType of(FuncType type) {
    return group(List.of(type), -1, null).member(0);
  }

  /**
   * The canonical types of a group; whoever keeps a number keeps its type.
   *
   * @param start number of the group's first member as the members name it; -1 where numbers are the engine's already
   * @param outside the canonical types of the numbers below {@code start}
   */
  synchronized Group group(List<FuncType> members, int start, IntFunction<CanonicalType> outside) {
    for (Reference<?> gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      Entry entry = (Entry) gone;
      entries.remove(entry.key, entry);
    }
    GroupKey key = new GroupKey(members, number -> start < 0 ? number
        : number >= start ? GroupKey.member(number - start) : outside.apply(number).id());
    Entry known = entries.get(key);
    Group group = known == null ? null : known.get();
    if (group == null) {
      group = make(members, start, outside);
      entries.put(key, new Entry(key, group, dropped));
    }
    return group;
  }

  private Group make(List<FuncType> members, int start, IntFunction<CanonicalType> outside) {
    int first = last + 1;
    if (members.size() > ValType.MAX_NUMBER - first) {
      throw new IllegalStateException("the engine has no numbers left for function types");
    }
    last += members.size();
    Group group = new Group();
    for (FuncType member : members) {
      FuncType type = member.renumbered(number -> {
        if (start < 0) {
          return number;
        }
        if (number >= start) {
          return first + number - start;
        }
        CanonicalType named = outside.apply(number);
        group.named.add(named);
        return named.id();
      });
      group.members.add(new CanonicalType(first + group.members.size(), type, group));
    }
    return group;
  }

  private static final class Entry extends WeakReference<Group> {

    private final GroupKey key;

    Entry(GroupKey key, Group group, ReferenceQueue<Group> queue) {
      super(group, queue);
      this.key = key;
    }
  }
}
