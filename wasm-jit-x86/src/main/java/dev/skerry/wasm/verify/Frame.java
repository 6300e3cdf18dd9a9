package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import java.util.Arrays;

/**
 * What is known of the stack from below the frame up to the last parameter, in slots of 8 bytes counted downwards from
 * the topmost one. Copies share what neither of them changed.
 */
final class Frame {

  /** Slots of a chunk, which is shared by frames until one of them writes; then come its marks. */
  private static final int SLOTS = 16;
  private static final int SHIFT = 4;
  private static final int LAST = SLOTS - 1;
  /** Marks: a bit for each slot of which only the lower 4 bytes are known; whether others have the chunk too. */
  private static final int MARKS = SLOTS;
  private static final long SHARED = 1L << 32;
  private static final long MOVABLE = 1L << 33;
  private static final long[][] NOTHING = {};

  private static final boolean[] IS_MOVABLE = new boolean[Kind.values().length];

  static {
    for (Kind kind : new Kind[] {Kind.TABLE_BASE, Kind.FUNCTIONS, Kind.STACK_LIMIT, Kind.DESCRIPTOR,
        Kind.CALLEE_CONTEXT, Kind.CALLEE_MEMORY, Kind.CALLEE_TYPE}) {
      IS_MOVABLE[kind.ordinal()] = true;
    }
  }

  /** Offset of the topmost slot from the stack pointer at entry. */
  private int top;
  /** By the upper part of a slot's number; null where nothing is known. Shared with other frames if it says so. */
  private long[][] chunks = NOTHING;
  private boolean sharedChunks;

  /** Forgets all. */
  void clear(int parameterBytes) {
    top = parameterBytes;
    chunks = NOTHING;
    sharedChunks = true;
  }

  /** Becomes what the other is. */
  void take(Frame other) {
    top = other.top;
    chunks = other.chunks;
    sharedChunks = true;
    other.sharedChunks = true;
  }

  /** How much work copies and joins are, in chunks. */
  int size() {
    return chunks.length;
  }

  /**
   * Whether the runtime and other activations may make the value wrong while the function waits: places of tables, of
   * memories that move, of functions that may be freed, and the limit of the stack.
   */
  static boolean isMovable(long value) {
    return value > 0 && (IS_MOVABLE[Value.kind(value).ordinal()]
        || Value.is(value, Kind.MEMORY_BASE) && Value.symbol(value) != 0);
  }

  /** The number of the slot with that offset, or -1 if none begins there. */
  private int slot(long offset) {
    long distance = top - offset;
    return distance < 0 || (distance & Long.BYTES - 1) != 0 ? -1 : (int) (distance / Long.BYTES);
  }

  /** What a load of so many bytes gives, or {@link Value#ANY}; a number may be without a name. */
  long load(long offset, int bytes) {
    int slot = slot(offset);
    long[] chunk = slot < 0 || slot >>> SHIFT >= chunks.length ? null : chunks[slot >>> SHIFT];
    if (chunk == null) {
      return Value.ANY;
    }
    long value = chunk[slot & LAST];
    int width = value == Value.ANY || (chunk[MARKS] >>> (slot & LAST) & 1) != 0 ? Integer.BYTES : Long.BYTES;
    return width == bytes || bytes < width && Value.bits(value) <= bytes * Byte.SIZE ? value : Value.ANY;
  }

  /** Writes so many bytes; what they overlap is forgotten. */
  void store(long offset, int bytes, long value) {
    int slot = slot(offset);
    boolean word = bytes == Integer.BYTES;
    boolean keeps = slot >= 0 && value != Value.ANY
        && (bytes == Long.BYTES || word && Value.bits(value) <= Integer.SIZE) && !passes(value);
    if (bytes > Long.BYTES || slot < 0 || !keeps) {
      forget(offset, offset + bytes);
    }
    if (keeps) {
      set(slot, value, word);
    }
  }

  /** Whether the value is not remembered where it is stored. */
  private static boolean passes(long value) {
    return value > 0 && switch (Value.kind(value)) {
      case INTERRUPT, STACK_LIMIT, JUMP_DISTANCE, JUMP_TARGET -> true;
      default -> false;
    };
  }

  private void set(int slot, long value, boolean word) {
    long[] chunk = writable(slot >>> SHIFT);
    chunk[slot & LAST] = value;
    long bit = 1L << (slot & LAST);
    chunk[MARKS] = chunk[MARKS] & ~bit | (word ? bit : 0) | (isMovable(value) ? MOVABLE : 0);
  }

  private long[] writable(int at) {
    if (at >= chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(at + 1, chunks.length + (chunks.length >> 1)));
      shareAll();
      sharedChunks = false;
    } else if (sharedChunks) {
      chunks = chunks.clone();
      shareAll();
      sharedChunks = false;
    }
    long[] chunk = chunks[at];
    if (chunk == null) {
      chunk = new long[SLOTS + 1];
      chunks[at] = chunk;
    } else if ((chunk[MARKS] & SHARED) != 0) {
      chunk = chunk.clone();
      chunk[MARKS] &= ~SHARED;
      chunks[at] = chunk;
    }
    return chunk;
  }

  /** The chunks are of two frames now. */
  private void shareAll() {
    for (long[] chunk : chunks) {
      if (chunk != null) {
        chunk[MARKS] |= SHARED;
      }
    }
  }

  /** Forgets all slots that bytes from one offset up to another touch. */
  void forget(long from, long to) {
    long highest = Math.max(0, (top + Long.BYTES - to) / Long.BYTES);
    long lowest = Math.min(((long) chunks.length << SHIFT) - 1, (top + Long.BYTES - 1 - from) / Long.BYTES);
    for (int slot = (int) highest; slot <= lowest; slot++) {
      int at = slot >>> SHIFT;
      if (chunks[at] == null) {
        slot |= LAST;
      } else if (chunks[at][slot & LAST] != Value.ANY) {
        set(slot, Value.ANY, false);
      }
    }
  }

  /** Forgets what others may move while the function waits. */
  void forgetMovable() {
    for (int at = 0; at < chunks.length; at++) {
      if (chunks[at] != null && (chunks[at][MARKS] & MOVABLE) != 0) {
        long[] chunk = writable(at);
        for (int i = 0; i < SLOTS; i++) {
          if (isMovable(chunk[i])) {
            chunk[i] = Value.ANY;
          }
        }
        chunk[MARKS] &= ~MOVABLE;
      }
    }
  }

  /** Every slot that holds that symbol with nothing added holds a value instead. */
  void replace(long symbol, long value) {
    for (int at = 0; at < chunks.length; at++) {
      for (int i = 0; chunks[at] != null && i < SLOTS; i++) {
        if (chunks[at][i] == symbol) {
          set(at << SHIFT | i, value, false);
        }
      }
    }
  }

  /** What two values have in common. */
  interface Join {

    long join(long mine, long theirs);
  }

  /**
   * Leaves what both know.
   *
   * @param join what is left of two values in a slot that differ; it never is more than the first
   */
  void join(Frame other, Join join) {
    for (int at = 0; at < chunks.length; at++) {
      long[] mine = chunks[at];
      long[] theirs = at < other.chunks.length ? other.chunks[at] : null;
      if (mine == null || mine == theirs) {
        continue;
      }
      for (int i = 0; i < SLOTS; i++) {
        long value = mine[i];
        long given = theirs == null ? Value.ANY : theirs[i];
        boolean sameWidth = theirs != null && ((mine[MARKS] ^ theirs[MARKS]) >>> i & 1) == 0;
        if (value != Value.ANY && (value != given || !sameWidth)) {
          long joined = join.join(value, sameWidth ? given : Value.ANY);
          if (joined != value) {
            set(at << SHIFT | i, joined, joined != Value.ANY && (mine[MARKS] >>> i & 1) != 0);
            mine = chunks[at];
          }
        }
      }
    }
  }

  /** What is told of slots that differ. */
  interface Difference {

    void found(long mine, long theirs, int slot);
  }

  /** Tells of every slot of which something is known here and the other does not say the same. */
  void compare(Frame other, Difference difference) {
    for (int at = 0; at < chunks.length; at++) {
      long[] mine = chunks[at];
      long[] theirs = at < other.chunks.length ? other.chunks[at] : null;
      for (int i = 0; mine != null && mine != theirs && i < SLOTS; i++) {
        boolean sameWidth = theirs != null && ((mine[MARKS] ^ theirs[MARKS]) >>> i & 1) == 0;
        long given = sameWidth ? theirs[i] : Value.ANY;
        if (mine[i] != Value.ANY && mine[i] != given) {
          difference.found(mine[i], given, at << SHIFT | i);
        }
      }
    }
  }

  /** Replaces what is in a slot, whatever its width. */
  void weaken(int slot, long value) {
    if (slot >>> SHIFT < chunks.length && chunks[slot >>> SHIFT] != null) {
      boolean word = (chunks[slot >>> SHIFT][MARKS] >>> (slot & LAST) & 1) != 0;
      set(slot, value, word && value != Value.ANY);
    }
  }

  /** What is in a slot. */
  long value(int slot) {
    long[] chunk = slot >>> SHIFT < chunks.length ? chunks[slot >>> SHIFT] : null;
    return chunk == null ? Value.ANY : chunk[slot & LAST];
  }

  /** What is in a slot, if it has as many bytes as in another frame, where something is known of it. */
  long valueAs(Frame other, int slot) {
    int at = slot >>> SHIFT;
    long[] chunk = at < chunks.length ? chunks[at] : null;
    return chunk == null || ((chunk[MARKS] ^ other.chunks[at][MARKS]) >>> (slot & LAST) & 1) != 0 ? Value.ANY
        : chunk[slot & LAST];
  }

  /** For people: every slot that holds something known, and what is known of it. */
  void text(StringBuilder text, Facts facts) {
    for (int slot = 0; slot < chunks.length << SHIFT; slot++) {
      long value = value(slot);
      if (value != Value.ANY) {
        text.append("frame ").append(top - slot * Long.BYTES).append(" = ").append(Value.text(value)).append("; ");
        if (Value.hasSymbol(value)) {
          facts.text(text, Value.symbol(value));
        }
      }
    }
  }
}
