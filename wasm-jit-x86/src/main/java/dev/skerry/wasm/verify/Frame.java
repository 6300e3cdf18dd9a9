package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import java.util.Arrays;

/**
 * What is known of the stack from below the frame up to the last parameter, in slots of 8 bytes counted downwards from
 * the topmost one. There is one for a whole proof: what was known before a change is kept in a log, so that the proof
 * can go back to where it was and on elsewhere, and blocks can tell what changed since another one.
 */
final class Frame {

  /** The log has room for so many changes more than it has at any time. */
  static final int SPARE = 8;
  private static final int FIRST_ROOM = 64;
  private static final int SLOT_SHIFT = 3;
  /** Changes that are looked through for a value that is known now. */
  private static final int LOOK_BACK = 64;
  /** Slots of a frame that is kept for the next function. */
  private static final int KEPT = 1 << 15;

  private static final boolean[] IS_MOVABLE = new boolean[Kind.values().length];

  static {
    for (Kind kind : new Kind[] {Kind.TABLE_BASE, Kind.FUNCTIONS, Kind.STACK_LIMIT, Kind.DESCRIPTOR,
        Kind.CALLEE_CONTEXT, Kind.CALLEE_MEMORY, Kind.CALLEE_TYPE}) {
      IS_MOVABLE[kind.ordinal()] = true;
    }
  }

  /** Offset of the topmost slot from the stack pointer at entry. */
  private int top;
  /** Whether slots are known as a whole or not at all, and a load names what is not known: see {@link Outline}. */
  private boolean rough;
  /** By slot: what it holds, and whether only its lower 4 bytes are known. Nothing is known behind those in use. */
  private long[] values = new long[FIRST_ROOM];
  private boolean[] words = new boolean[FIRST_ROOM];
  private int used;
  /** How many slots were looked at to forget them. */
  private long looked;
  /** By slot: whether it is one of those that held something movable; and where it was logged last, if it was. */
  private boolean[] mayMove = new boolean[FIRST_ROOM];
  private int[] logged = new int[FIRST_ROOM];
  private int[] movable = new int[4];
  private int movables;

  /** By change: twice the slot, and one more if only a word was known; what was known; and a number of its own. */
  private int[] slots = new int[FIRST_ROOM];
  private long[] before = new long[FIRST_ROOM];
  private long[] serials = new long[FIRST_ROOM];
  private int changes;
  private long serial;
  /** Changes from here on are told once for each slot. */
  private int segment;

  void setRough(boolean isRough) {
    rough = isRough;
  }

  /** Forgets all. */
  void clear(int parameterBytes) {
    top = parameterBytes;
    if (values.length > KEPT) {
      values = new long[FIRST_ROOM];
      words = new boolean[FIRST_ROOM];
      mayMove = new boolean[FIRST_ROOM];
      logged = new int[FIRST_ROOM];
    } else {
      Arrays.fill(values, 0, used, Value.ANY);
      Arrays.fill(words, 0, used, false);
      Arrays.fill(mayMove, 0, used, false);
    }
    used = 0;
    looked = 0;
    movables = 0;
    changes = 0;
    segment = 0;
    if (slots.length > KEPT) {
      slots = new int[FIRST_ROOM];
      before = new long[FIRST_ROOM];
      serials = new long[FIRST_ROOM];
    }
  }

  // Changes.

  /** What is known now is known from the start. */
  void begin() {
    changes = 0;
    segment = 0;
  }

  /** How many changes there were; those that follow can be taken back. */
  int mark() {
    segment = changes;
    return changes;
  }

  /** How many changes there were. */
  int changes() {
    return changes;
  }

  /** A number that stands for all changes so far: others have others. */
  long serial() {
    return changes == 0 ? 0 : serials[changes - 1];
  }

  /** Whether the first so many changes are those that had that serial number then. */
  boolean begins(int mark, long serialThen) {
    return mark <= changes && (mark == 0 ? 0 : serials[mark - 1]) == serialThen;
  }

  /** Takes back what changed since a mark. */
  void undo(int mark) {
    while (changes > mark) {
      changes--;
      int slot = slots[changes] >> 1;
      values[slot] = before[changes];
      words[slot] = (slots[changes] & 1) != 0;
    }
    segment = changes;
  }

  /** By change, twice the slot and one more if only a word was known; {@link #SPARE} more may be read. */
  int[] changedSlots() {
    return slots;
  }

  /** The slot that a change was of. */
  int changedSlot(int change) {
    return slots[change] >> 1;
  }

  /** What was in the slot before a change. */
  long changedValue(int change) {
    return before[change];
  }

  boolean changedWord(int change) {
    return (slots[change] & 1) != 0;
  }

  private void log(int slot) {
    int last = logged[slot];
    if (last >= segment && last < changes && slots[last] >> 1 == slot) {
      return;
    }
    if (changes + SPARE >= slots.length) {
      growLog();
    }
    logged[slot] = changes;
    slots[changes] = slot << 1 | (words[slot] ? 1 : 0);
    before[changes] = values[slot];
    serials[changes++] = ++serial;
  }

  private void growLog() {
    slots = Arrays.copyOf(slots, 2 * slots.length);
    before = Arrays.copyOf(before, 2 * before.length);
    serials = Arrays.copyOf(serials, 2 * serials.length);
  }

  // Slots.

  /**
   * Whether the runtime and other activations may make the value wrong while the function waits: places of tables, of
   * memories that move, of functions that may be freed, and the limit of the stack.
   */
  static boolean isMovable(long value) {
    return value > 0 && (IS_MOVABLE[Value.kind(value).ordinal()]
        || Value.is(value, Kind.MEMORY_BASE) && Value.symbol(value) != 0);
  }

  /** The number of the slot with that offset, or -1 if none begins there. */
  int slot(long offset) {
    long distance = top - offset;
    return distance < 0 || (distance & Long.BYTES - 1) != 0 ? -1 : (int) (distance / Long.BYTES);
  }

  /** How many slots were looked at so far because the stack pointer passed them. */
  long looked() {
    return looked;
  }

  /** How many slots are used: nothing is known of others. */
  int used() {
    return used;
  }

  /** What a load of so many bytes gives, or {@link Value#ANY}; a number may be without a name. */
  long load(long offset, int bytes) {
    int slot = slot(offset);
    if (slot < 0 || slot >= used) {
      return Value.ANY;
    }
    long value = values[slot];
    int width = value == Value.ANY || words[slot] ? Integer.BYTES : Long.BYTES;
    return width == bytes || bytes < width && Value.bits(value) <= bytes * Byte.SIZE ? value : Value.ANY;
  }

  /**
   * What a load of 32 or 64 bits gives where that is a number with a name, or something else that is known; {@link
   * Value#ANY} where more is to be said of it, as of the return address. In a rough proof what is not known becomes a
   * new number, and the slot does not keep it.
   */
  long known(long offset, int bits, Facts facts) {
    // Where no slot begins there, the highest bits say so.
    long slot = Long.rotateRight(top - offset, SLOT_SHIFT);
    if (offset == 0 | slot < 0 | slot >= used) {
      return Value.ANY;
    }
    return rough ? Value.loaded(values[(int) slot], bits, facts.symbol()) : known((int) slot, bits);
  }

  private long known(int slot, int bits) {
    long value = values[slot];
    boolean fits = bits == Integer.SIZE ? Value.isWord(value) : !words[slot];
    return fits && !Value.isAnonymous(value) ? value : Value.ANY;
  }

  /**
   * Writes 64 bits to where a slot begins.
   *
   * @return whether one does; otherwise nothing is done
   */
  boolean put(long offset, long value) {
    long slot = Long.rotateRight(top - offset, SLOT_SHIFT);
    if (slot < 0 | slot > Integer.MAX_VALUE) {
      return false;
    }
    set((int) slot, passes(value) ? Value.ANY : value, false);
    return true;
  }

  /** Writes so many bytes; what they overlap is forgotten. */
  void store(long offset, int bytes, long value) {
    int slot = slot(offset);
    boolean word = bytes == Integer.BYTES;
    if (word && rough) {
      forget(offset, offset + bytes);
      return;
    }
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

  /**
   * Puts something into a slot.
   *
   * @param word whether only its lower 4 bytes are known
   */
  void set(int slot, long value, boolean word) {
    if (slot >= used) {
      use(slot);
    } else if (values[slot] == value && words[slot] == word) {
      return;
    }
    log(slot);
    values[slot] = value;
    words[slot] = word;
    if (value > 0 && isMovable(value)) {
      addMovable(slot);
    }
  }

  private void addMovable(int slot) {
    if (!mayMove[slot]) {
      mayMove[slot] = true;
      if (movables == movable.length) {
        movable = Arrays.copyOf(movable, 2 * movables);
      }
      movable[movables++] = slot;
    }
  }

  private void use(int slot) {
    if (slot >= values.length) {
      grow(Math.max(slot + 1, 2 * values.length));
    }
    used = slot + 1;
  }

  private void grow(int room) {
    values = Arrays.copyOf(values, room);
    words = Arrays.copyOf(words, room);
    mayMove = Arrays.copyOf(mayMove, room);
    logged = Arrays.copyOf(logged, room);
  }

  /**
   * Forgets slots, in a rough proof.
   *
   * @param listed twice each slot, and perhaps one more
   */
  void forget(int[] listed, int count) {
    while (slots.length < changes + count + SPARE) {
      growLog();
    }
    int at = changes;
    for (int i = 0; i < count; i++) {
      int slot = listed[i] >> 1;
      long known = values[slot];
      values[slot] = Value.ANY;
      logged[slot] = at;
      slots[at] = slot << 1;
      before[at] = known;
      serials[at] = ++serial;
      // A number or its negative has the highest bit, but for 0: what was not known is no change.
      at += (int) ((known | -known) >>> Long.SIZE - 1);
    }
    changes = at;
  }

  /** Forgets all slots that bytes from one offset up to another touch. */
  void forget(long from, long to) {
    long highest = Math.max(0, (top + Long.BYTES - to) / Long.BYTES);
    long lowest = Math.min(used - 1, (top + Long.BYTES - 1 - from) / Long.BYTES);
    looked += Math.max(0, lowest - highest + 1);
    for (int slot = (int) highest; slot <= lowest; slot++) {
      if (values[slot] != Value.ANY) {
        set(slot, Value.ANY, false);
      }
    }
  }

  /** How many slots are looked at to forget what others may move. */
  int movables() {
    return movables;
  }

  /** Forgets what others may move while the function waits. */
  void forgetMovable() {
    for (int i = 0; i < movables; i++) {
      if (isMovable(values[movable[i]])) {
        set(movable[i], Value.ANY, false);
      }
    }
  }

  /** Slots that were given that symbol lately, with nothing added, hold a value instead. */
  void replace(long symbol, long value) {
    int last = changes - 1;
    for (int i = last; i >= Math.max(0, last - LOOK_BACK); i--) {
      int slot = slots[i] >> 1;
      if (values[slot] == symbol) {
        set(slot, value, false);
      }
    }
  }

  /** Replaces what is in a slot, whatever its width. */
  void weaken(int slot, long value) {
    set(slot, value, value != Value.ANY && slot < used && words[slot]);
  }

  /** What is in a slot. */
  long value(int slot) {
    return slot < used ? values[slot] : Value.ANY;
  }

  /** Whether a slot that was changed holds that, and only a word of it is known, or not. */
  boolean holds(int slot, long value, boolean word) {
    return values[slot] == value && words[slot] == word;
  }

  /** Whether only the lower 4 bytes of a slot are known. */
  boolean isWord(int slot) {
    return slot < used && words[slot];
  }

  /** What is in a slot, if it has as many bytes as somewhere else. */
  long valueAs(boolean word, int slot) {
    return slot < used && words[slot] == word ? values[slot] : Value.ANY;
  }

  /** For people: every slot that holds something known, and what is known of it. */
  void text(StringBuilder text, Facts facts) {
    for (int slot = 0; slot < used; slot++) {
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
