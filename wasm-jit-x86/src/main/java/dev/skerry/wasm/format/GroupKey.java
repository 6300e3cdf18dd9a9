package dev.skerry.wasm.format;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;

/**
 * A recursion group as a key: equal groups have equal keys. Its hash depends on a number that differs in each process,
 * so that no module can be made whose types collide.
 */
public final class GroupKey {

  private static final long SEED = ThreadLocalRandom.current().nextLong() | 1;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final int[] codes;
  private final int hash;

  /**
   * The key of a group.
   *
   * @param numbers what stands for the numbers of defined types: members of the group itself by {@link #member}
   */
  public GroupKey(List<FuncType> members, IntUnaryOperator numbers) {
    int length = 0;
    for (FuncType member : members) {
      length += 2 + member.params().size() + member.results().size();
    }
    codes = new int[length];
    int at = 0;
    for (FuncType member : members) {
      at = write(member.params(), numbers, at);
      at = write(member.results(), numbers, at);
    }
    long mixed = SEED;
    for (int code : codes) {
      mixed = Long.rotateLeft((mixed ^ code) * MIX, 29) + SEED;
    }
    hash = (int) (mixed >>> 32);
  }

  private int write(List<ValType> types, IntUnaryOperator numbers, int from) {
    int at = from;
    codes[at++] = types.size();
    for (ValType type : types) {
      codes[at++] = type.isConcrete() ? type.withNumber(numbers.applyAsInt(type.number())).code() : type.code();
    }
    return at;
  }

  /** What stands for the member of that position in the group's own key: counted from the top. */
  public static int member(int position) {
    return ValType.MAX_NUMBER - position;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GroupKey key && hash == key.hash && Arrays.equals(codes, key.codes);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
