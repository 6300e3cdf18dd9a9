package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/**
 * Puts copies that happen at once in an order in which no source is overwritten before it is read; cycles go through a
 * scratch register. The work is in proportion to the number of copies.
 */
final class ParallelMoves {

  private static final int NONE = -1;
  private static final int R11 = 11;
  private static final int XMM15 = Lir.FIRST_VECTOR + 15;
  private static final int BOTH = 1 << R11 | 1 << XMM15;

  private final Moves out;
  private final Slots slots;
  private int[] kinds = new int[32];
  private int[] types = new int[32];
  private int[] sources = new int[32];
  private int[] destinations = new int[32];
  private boolean[] done = new boolean[32];
  private int[] ready = new int[32];
  private int count;
  /** By place: the copy that writes it, or NONE, and how many that are not done read it. */
  private int[] writer = new int[64];
  private int[] readers = new int[64];
  /** Scratch registers that may be used. */
  private int scratch;
  private int wideSlot = NONE;

  ParallelMoves(Moves out, Slots slots) {
    this.out = out;
    this.slots = slots;
    Arrays.fill(writer, NONE);
  }

  /** Adds a copy; the first that writes a place counts. */
  void add(int kind, int type, int source, int destination) {
    if (kind == Moves.PLACE && source == destination) {
      return;
    }
    reserve(kind == Moves.PLACE ? Math.max(destination, source) : destination);
    if (writer[destination] != NONE) {
      return;
    }
    kinds[count] = kind;
    types[count] = type;
    sources[count] = source;
    destinations[count] = destination;
    done[count] = false;
    writer[destination] = count++;
    if (kind == Moves.PLACE) {
      readers[source]++;
    }
  }

  /**
   * Writes all copies to the sequence and forgets them.
   *
   * @param live set of the scratch registers that hold something
   */
  void flush(int live) {
    if (count == 0) {
      return;
    }
    scratch = BOTH & ~live & ~busy(R11) & ~busy(XMM15);
    int pending = 0;
    for (int m = 0; m < count; m++) {
      if (readers[destinations[m]] == 0) {
        ready[pending++] = m;
      }
    }
    while (pending > 0) {
      int m = ready[--pending];
      emit(kinds[m], types[m], sources[m], destinations[m]);
      done[m] = true;
      if (kinds[m] == Moves.PLACE && --readers[sources[m]] == 0 && writer[sources[m]] != NONE) {
        ready[pending++] = writer[sources[m]];
      }
    }
    for (int m = 0; m < count; m++) {
      if (!done[m]) {
        rotate(m);
      }
    }
    for (int m = 0; m < count; m++) {
      writer[destinations[m]] = NONE;
      if (kinds[m] == Moves.PLACE) {
        readers[sources[m]] = 0;
      }
    }
    count = 0;
  }

  private int busy(int machine) {
    return writer[machine] != NONE || readers[machine] > 0 ? 1 << machine : 0;
  }

  private void rotate(int first) {
    int saved = destinations[first];
    int temporary = temporary(first);
    int reader = first;
    while (sources[reader] != saved) {
      reader = writer[sources[reader]];
    }
    emit(Moves.PLACE, types[reader], saved, temporary);
    if (temporary < Lir.FIRST_VIRTUAL) {
      scratch &= ~(1 << temporary);
    }
    int m = first;
    while (m != reader) {
      emit(Moves.PLACE, types[m], sources[m], destinations[m]);
      done[m] = true;
      m = writer[sources[m]];
    }
    emit(Moves.PLACE, types[m], temporary, destinations[m]);
    done[m] = true;
    if (temporary < Lir.FIRST_VIRTUAL) {
      scratch |= 1 << temporary;
    }
  }

  /** Where a value of the cycle waits: a scratch register, or the frame if one is needed for vectors in the frame. */
  private int temporary(int first) {
    if (types[first] < Lir.F32) {
      return pick(R11, XMM15);
    }
    int m = first;
    boolean inFrame = false;
    do {
      inFrame |= sources[m] >= Lir.FIRST_VIRTUAL && destinations[m] >= Lir.FIRST_VIRTUAL;
      m = writer[sources[m]];
    } while (m != first);
    if (!inFrame) {
      return pick(XMM15, XMM15);
    }
    if (types[first] == Lir.V256) {
      return Lir.FIRST_VIRTUAL + slots.add(4 * Long.BYTES);
    }
    if (wideSlot == NONE) {
      wideSlot = slots.add(2 * Long.BYTES);
    }
    return Lir.FIRST_VIRTUAL + wideSlot;
  }

  private void emit(int kind, int type, int source, int destination) {
    boolean direct = destination < Lir.FIRST_VIRTUAL || kind == Moves.PLACE && source < Lir.FIRST_VIRTUAL;
    if (direct) {
      out.add(kind, type, source, destination);
      return;
    }
    int through = type >= Lir.V128 || kind != Moves.PLACE && type >= Lir.F32 ? pick(XMM15, XMM15)
        : kind != Moves.PLACE ? pick(R11, R11) : pick(R11, XMM15);
    int copied = kind == Moves.PLACE && type < Lir.V128 ? through == R11 ? Lir.I64 : Lir.F64 : type;
    out.add(kind, copied, source, through);
    out.add(Moves.PLACE, copied, through, destination);
  }

  private int pick(int first, int second) {
    if ((scratch >> first & 1) != 0) {
      return first;
    }
    if ((scratch >> second & 1) != 0) {
      return second;
    }
    throw Flow.refused("no scratch register is free for a cycle of copies");
  }

  private void reserve(int place) {
    if (count == kinds.length) {
      int room = 2 * count;
      kinds = Arrays.copyOf(kinds, room);
      types = Arrays.copyOf(types, room);
      sources = Arrays.copyOf(sources, room);
      destinations = Arrays.copyOf(destinations, room);
      done = Arrays.copyOf(done, room);
      ready = Arrays.copyOf(ready, room);
    }
    if (place >= writer.length) {
      int before = writer.length;
      int room = Math.max(2 * before, place + 1);
      writer = Arrays.copyOf(writer, room);
      readers = Arrays.copyOf(readers, room);
      Arrays.fill(writer, before, room, NONE);
    }
  }
}
