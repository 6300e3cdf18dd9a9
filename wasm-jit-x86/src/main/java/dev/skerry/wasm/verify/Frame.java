package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * What is known of the stack from below the frame up to the last parameter, in slots of 8 bytes counted downwards from
 * the topmost one. Copies share what neither of them changed.
 */
final class Frame {

  private static final int SHIFT = 5;
  private static final int LAST = Chunk.SLOTS - 1;

  /** Offset of the topmost slot from the stack pointer at entry. */
  private final int top;
  private Chunk[] chunks;
  /** Whether some slot may hold what others may move. */
  private boolean movable;

  Frame(int top) {
    this.top = top;
    chunks = new Chunk[2];
  }

  private Frame(Frame other) {
    top = other.top;
    chunks = other.chunks.clone();
    movable = other.movable;
    for (Chunk chunk : chunks) {
      if (chunk != null) {
        chunk.shared = true;
      }
    }
  }

  Frame copy() {
    return new Frame(this);
  }

  /** The number of the slot with that offset, or -1 if none begins there. */
  int slot(long offset) {
    long distance = top - offset;
    return distance < 0 || (distance & Long.BYTES - 1) != 0 ? Symbols.NONE : (int) (distance / Long.BYTES);
  }

  /** What is in a slot, or {@link Value#ANY}. */
  long value(int slot) {
    Chunk chunk = slot >>> SHIFT < chunks.length ? chunks[slot >>> SHIFT] : null;
    return chunk == null ? Value.ANY : chunk.values[slot & LAST];
  }

  /** Whether only the lower 4 bytes of a slot are known. */
  boolean isWord(int slot) {
    Chunk chunk = slot >>> SHIFT < chunks.length ? chunks[slot >>> SHIFT] : null;
    return chunk != null && chunk.isWord(slot & LAST);
  }

  void set(int slot, long value, boolean word) {
    int at = slot >>> SHIFT;
    if (at >= chunks.length) {
      if (value == Value.ANY) {
        return;
      }
      chunks = Arrays.copyOf(chunks, Math.max(at + 1, chunks.length + (chunks.length >> 1)));
    }
    if (chunks[at] == null) {
      if (value == Value.ANY) {
        return;
      }
      chunks[at] = new Chunk();
    }
    writable(at).set(slot & LAST, value, word);
    movable |= State.isMovable(value);
  }

  private Chunk writable(int at) {
    if (chunks[at].shared) {
      chunks[at] = chunks[at].copy();
    }
    return chunks[at];
  }

  /** Forgets all slots that bytes from one offset up to another touch. */
  void forget(long from, long to) {
    int highest = (int) Math.max(0, (top + Long.BYTES - to) / Long.BYTES);
    int lowest = (int) Math.min(((long) chunks.length << SHIFT) - 1, (top + Long.BYTES - 1 - from) / Long.BYTES);
    for (int slot = highest; slot <= lowest; slot++) {
      int at = slot >>> SHIFT;
      if (chunks[at] == null || (slot & LAST) == 0 && slot + LAST <= lowest) {
        chunks[at] = null;
        slot |= LAST;
      } else {
        writable(at).set(slot & LAST, Value.ANY, false);
      }
    }
  }

  /** Every slot that holds the symbol becomes a number without a name, or unknown. */
  void define(int symbol) {
    long bit = Symbols.mask(symbol);
    for (int at = 0; at < chunks.length; at++) {
      if (chunks[at] == null || (chunks[at].mask & bit) == 0) {
        continue;
      }
      long mask = 0;
      for (int i = 0; i < Chunk.SLOTS; i++) {
        long value = chunks[at].values[i];
        if (Value.hasSymbol(value)) {
          if (Value.symbol(value) == symbol) {
            writable(at).values[i] = State.nameless(value);
          } else {
            mask |= Symbols.mask(Value.symbol(value));
          }
        }
      }
      // What others share is not changed: its mask may have more bits than it needs.
      if (!chunks[at].shared) {
        chunks[at].mask = mask;
      }
    }
  }

  /** Every slot that holds that symbol with nothing added holds a value instead. */
  void replace(int symbol, long value) {
    long bit = Symbols.mask(symbol);
    for (int at = 0; at < chunks.length; at++) {
      if (chunks[at] != null && (chunks[at].mask & bit) != 0) {
        for (int i = 0; i < Chunk.SLOTS; i++) {
          if (State.isExactly(chunks[at].values[i], symbol)) {
            Chunk chunk = writable(at);
            chunk.set(i, value, chunk.isWord(i));
          }
        }
      }
    }
  }

  /** Forgets what others may move while the function waits. */
  void forgetMovable() {
    if (!movable) {
      return;
    }
    movable = false;
    for (int at = 0; at < chunks.length; at++) {
      for (int i = 0; chunks[at] != null && i < Chunk.SLOTS; i++) {
        if (State.isMovable(chunks[at].values[i])) {
          writable(at).set(i, Value.ANY, false);
        }
      }
    }
  }

  /** Marks every symbol that is somewhere in it. */
  void mark(Symbols symbols) {
    for (Chunk chunk : chunks) {
      for (int i = 0; chunk != null && chunk.mask != 0 && i < Chunk.SLOTS; i++) {
        symbols.mark(chunk.values[i]);
      }
    }
  }

  /** Every slot with a symbol of a block whose own place does not hold it any more becomes a number without a name. */
  void renew(State state, int block, Symbols symbols) {
    long bits = symbols.maskOf(block);
    Chunk[] renewed = null;
    for (int at = 0; at < chunks.length; at++) {
      if (chunks[at] == null || (chunks[at].mask & bits) == 0) {
        continue;
      }
      Chunk made = null;
      for (int i = 0; i < Chunk.SLOTS; i++) {
        long value = chunks[at].values[i];
        if (state.isLost(value, block, symbols)) {
          made = made == null ? chunks[at].copy() : made;
          made.values[i] = State.nameless(value);
        }
      }
      if (made != null) {
        renewed = renewed == null ? chunks.clone() : renewed;
        renewed[at] = made;
      }
    }
    chunks = renewed == null ? chunks : renewed;
  }

  /** How two values of the same slot are joined. */
  interface Join {

    long join(long mine, long theirs, int slot);
  }

  /** Whether both know the same. */
  boolean same(Frame other) {
    int length = Math.max(chunks.length, other.chunks.length);
    for (int at = 0; at < length; at++) {
      Chunk mine = at < chunks.length ? chunks[at] : null;
      Chunk theirs = at < other.chunks.length ? other.chunks[at] : null;
      if (mine != theirs && (mine == null || theirs == null || mine.words != theirs.words
          || !Arrays.equals(mine.values, theirs.values))) {
        return false;
      }
    }
    return true;
  }

  /** A frame of which is known what both know; it shares with this one what does not change. */
  Frame join(Frame other, Join join) {
    Frame made = copy();
    for (int at = 0; at < chunks.length; at++) {
      Chunk mine = chunks[at];
      Chunk theirs = at < other.chunks.length ? other.chunks[at] : null;
      if (mine == null || mine == theirs) {
        continue;
      }
      if (theirs == null) {
        made.chunks[at] = null;
        continue;
      }
      for (int i = 0; i < Chunk.SLOTS; i++) {
        long value = mine.values[i];
        if (value == theirs.values[i] && mine.isWord(i) == theirs.isWord(i)) {
          continue;
        }
        long joined = mine.isWord(i) != theirs.isWord(i) ? Value.ANY
            : join.join(value, theirs.values[i], at * Chunk.SLOTS + i);
        if (joined != value) {
          made.writable(at).set(i, joined, mine.isWord(i) && joined != Value.ANY);
        }
      }
    }
    made.movable |= other.movable;
    return made;
  }

  /** For people: every slot that holds something known. */
  void text(StringBuilder text) {
    for (int slot = 0; slot < chunks.length * Chunk.SLOTS; slot++) {
      if (value(slot) != Value.ANY) {
        text.append("frame ").append(top - slot * Long.BYTES).append(" = ").append(Value.text(value(slot)))
            .append("; ");
      }
    }
  }
}
