package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/**
 * A sequence of copies between places, as ints: kind and type, source, destination.
 *
 * <p>A place below {@link Lir#FIRST_VIRTUAL} is a machine register; above, it is the frame slot with the number that is
 * left. At most one side of a copy is in the frame.
 */
final class Moves {

  static final int FIELDS = 3;
  /** Kinds: the source is a place; a word of a {@link Lir} (immediate or pool); an instruction to be repeated. */
  static final int PLACE = 0;
  static final int CONSTANT = 1;
  static final int REPEAT = 2;
  static final int KIND_BITS = 2;
  static final int KIND = (1 << KIND_BITS) - 1;

  int[] moves = new int[FIELDS * 256];
  int count;

  void add(int kind, int type, int source, int destination) {
    int at = FIELDS * count++;
    if (at == moves.length) {
      moves = Arrays.copyOf(moves, 2 * at);
    }
    moves[at] = type << KIND_BITS | kind;
    moves[at + 1] = source;
    moves[at + 2] = destination;
  }

  int kind(int move) {
    return moves[FIELDS * move] & KIND;
  }

  int type(int move) {
    return moves[FIELDS * move] >> KIND_BITS;
  }

  int source(int move) {
    return moves[FIELDS * move + 1];
  }

  int destination(int move) {
    return moves[FIELDS * move + 2];
  }
}
