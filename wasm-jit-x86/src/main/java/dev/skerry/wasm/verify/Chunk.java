package dev.skerry.wasm.verify;

/** What is known of 32 neighbouring slots of 8 bytes of a frame; shared between states until one of them writes. */
final class Chunk {

  static final int SLOTS = 32;

  /** By slot; {@link Value#ANY} for what is not known. */
  final long[] values;
  /** A bit for each slot of which only the lower 4 bytes are known. */
  int words;
  /** Has the bit of every symbol that is in a slot, and perhaps more. */
  long mask;
  boolean shared;

  Chunk() {
    values = new long[SLOTS];
  }

  private Chunk(Chunk other) {
    values = other.values.clone();
    words = other.words;
    mask = other.mask;
  }

  Chunk copy() {
    return new Chunk(this);
  }

  boolean isWord(int slot) {
    return (words >>> slot & 1) != 0;
  }

  void set(int slot, long value, boolean word) {
    values[slot] = value;
    words = words & ~(1 << slot) | (word ? 1 << slot : 0);
    if (Value.hasSymbol(value)) {
      mask |= Symbols.mask(Value.symbol(value));
    }
  }
}
