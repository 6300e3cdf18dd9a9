package dev.skerry.wasm.ir;

import java.util.Arrays;

/**
 * Which locals need a value where control flow joins: those that are assigned inside a structured instruction and still
 * used behind its label. Found by two walks backwards over the events of a {@link BodyScan}, the first of which leaves
 * out the branches to loops; what is live at the header of a loop is live all over it then. A set may hold a local that
 * is not used, never lacks one that is.
 */
final class JoinedLocals {

  private static final int KIND = (1 << BodyScan.EVENT_BITS) - 1;

  private final BodyScan scan;
  /** The number in sets of each local, or -1; and the local of each number. */
  private final int[] numbers;
  private final int[] locals;
  private final int words;

  /** What is live at the header, by loop; places in {@link #headers}. */
  private final int[] headerAt;
  private final long[] headers;

  /** Where the list of a structured instruction begins in {@link #pool}; how many there are comes first. */
  private final int[] joined;
  private final int[] others;
  private final int[] guarded;
  private int[] pool = {0, 0, 0, 0};
  private int pooled = 1;
  private long total;

  // Sets of the structured instructions that are open, walking backwards: live behind it, live where else begins or in
  // any catch, assigned in the part that the walk is in, assigned in the parts behind it.
  private long[] live;
  private long[] frames;
  private int[] depths;
  /** The depth whose set of other live ones holds what catches need, -1 for none. */
  private int[] guards;
  private int depth = -1;
  private boolean last;
  /** Whether control comes into a loop that is inside another. */
  private final boolean entersInner;

  private static final int LIVE_BEHIND = 0;
  private static final int LIVE_OTHER = 1;
  private static final int ASSIGNED = 2;
  private static final int ASSIGNED_BEHIND = 3;
  private static final int SETS = 4;

  JoinedLocals(BodyScan scan, int localCount) {
    this.scan = scan;
    boolean inner = false;
    for (int loop = scan.entered(); loop != Graph.NONE; loop = scan.loop(loop)) {
      inner |= loop != scan.entered() && scan.branches(loop) > 0;
    }
    entersInner = inner;
    numbers = new int[localCount];
    int kept = number(localCount);
    locals = new int[kept];
    for (int local = 0; local < localCount; local++) {
      if (numbers[local] >= 0) {
        locals[numbers[local]] = local;
      }
    }
    words = (kept + Long.SIZE - 1) / Long.SIZE;
    if ((long) words * scan.controlEvents() > GraphLimits.SET_WORDS) {
      throw GraphLimits.refused("locals and branches", GraphLimits.SET_WORDS);
    }
    joined = new int[scan.constructs()];
    others = new int[scan.constructs()];
    guarded = new int[scan.constructs()];
    headerAt = new int[scan.constructs()];
    int loops = 0;
    for (int construct = 0; construct < scan.constructs(); construct++) {
      if (scan.kind(construct) == BodyScan.LOOP && scan.branches(construct) > 0) {
        headerAt[construct] = words * loops++;
      } else {
        headerAt[construct] = Graph.NONE;
      }
    }
    if ((long) words * (loops + (long) SETS * scan.deepest()) > GraphLimits.HELD_WORDS) {
      throw GraphLimits.refused("locals and nested blocks", GraphLimits.HELD_WORDS);
    }
    headers = new long[words * loops];
    if (words > 0) {
      live = new long[words];
      frames = new long[SETS * words * 4];
      depths = new int[scan.constructs()];
      guards = new int[4];
      if (loops > 0) {
        walk();
        spread();
      }
      last = true;
      walk();
    }
    live = null;
    frames = null;
    depths = null;
    guards = null;
  }

  /** Numbers the locals that are both read and assigned; how many there are. */
  private int number(int localCount) {
    byte[] used = new byte[localCount];
    int[] events = scan.events();
    for (int i = 0; i < scan.eventCount(); i++) {
      int kind = events[i] & KIND;
      if (kind <= BodyScan.SET) {
        used[events[i] >>> BodyScan.EVENT_BITS] |= 1 << kind;
      } else if (kind == BodyScan.ENTER && entersInner) {
        for (int local = 0; local < localCount; local++) {
          used[local] |= 1 << BodyScan.SET;
        }
      }
    }
    int kept = 0;
    for (int local = 0; local < localCount; local++) {
      numbers[local] = used[local] == 3 ? kept++ : -1;
    }
    return kept;
  }

  /** What is live at the header of a loop is live at the headers of those inside. */
  private void spread() {
    for (int construct = 0; construct < scan.constructs(); construct++) {
      int outer = scan.loop(construct);
      while (outer >= 0 && headerAt[outer] < 0) {
        outer = scan.loop(outer);
      }
      if (headerAt[construct] >= 0 && outer >= 0) {
        for (int i = 0; i < words; i++) {
          headers[headerAt[construct] + i] |= headers[headerAt[outer] + i];
        }
      }
    }
  }

  private int set(int at, int which) {
    return (at * SETS + which) * words;
  }

  private void walk() {
    int[] events = scan.events();
    for (int i = scan.eventCount() - 1; i >= 0; i--) {
      int operand = events[i] >>> BodyScan.EVENT_BITS;
      switch (events[i] & KIND) {
        case BodyScan.GET -> {
          int number = numbers[operand];
          if (number >= 0) {
            live[number >> 6] |= 1L << number;
          }
        }
        case BodyScan.SET -> {
          int number = numbers[operand];
          if (number >= 0) {
            live[number >> 6] &= ~(1L << number);
            frames[set(depth, ASSIGNED) + (number >> 6)] |= 1L << number;
          }
        }
        default -> control(events[i] & KIND, operand);
      }
    }
  }

  private void control(int kind, int operand) {
    switch (kind) {
      case BodyScan.OPEN -> opens(operand);
      case BodyScan.END -> ends(operand);
      case BodyScan.ELSE -> {
        copy(live, 0, frames, set(depth, LIVE_OTHER));
        part();
      }
      case BodyScan.BRANCH -> {
        Arrays.fill(live, 0);
        include(operand);
      }
      case BodyScan.MAY_BRANCH -> include(operand);
      case BodyScan.STOP -> Arrays.fill(live, 0);
      case BodyScan.THROW -> {
        Arrays.fill(live, 0);
        includeCatches();
      }
      case BodyScan.MAY_THROW -> includeCatches();
      case BodyScan.CATCH, BodyScan.FIRST_CATCH -> {
        or(live, 0, frames, set(depth, LIVE_OTHER));
        part();
        guards[depth] = kind == BodyScan.FIRST_CATCH ? depth : guards[depth];
      }
      default -> {
        if (entersInner) {
          Arrays.fill(frames, set(depth, ASSIGNED), set(depth, ASSIGNED) + words, -1);
        }
      }
    }
  }

  /** The walk comes from one part of an instruction to the part before: an if, the body of a try, a catch. */
  private void part() {
    or(frames, set(depth, ASSIGNED), frames, set(depth, ASSIGNED_BEHIND));
    Arrays.fill(frames, set(depth, ASSIGNED), set(depth, ASSIGNED) + words, 0);
    copy(frames, set(depth, LIVE_BEHIND), live, 0);
  }

  private void ends(int construct) {
    int outer = depth < 0 ? -1 : guards[depth];
    depth++;
    if ((depth + 1) * SETS * words > frames.length) {
      frames = Arrays.copyOf(frames, 2 * frames.length);
    }
    if (depth == guards.length) {
      guards = Arrays.copyOf(guards, 2 * depth);
    }
    depths[construct] = depth;
    Arrays.fill(frames, set(depth, LIVE_OTHER), set(depth, SETS), 0);
    copy(live, 0, frames, set(depth, LIVE_BEHIND));
    guards[depth] = outer;
    byte kind = scan.kind(construct);
    if (kind == BodyScan.TRY_TABLE || kind == BodyScan.TRY) {
      if (outer >= 0) {
        or(frames, set(outer, LIVE_OTHER), frames, set(depth, LIVE_OTHER));
      }
      if (kind == BodyScan.TRY_TABLE || scan.clauses(construct) != null) {
        guards[depth] = depth;
      }
      if (kind == BodyScan.TRY_TABLE) {
        for (int target : scan.clauses(construct)) {
          or(labels(target), labelAt(target), frames, set(depth, LIVE_OTHER));
        }
      }
    }
  }

  private void opens(int construct) {
    switch (scan.kind(construct)) {
      case BodyScan.LOOP -> {
        if (headerAt[construct] >= 0) {
          loop(construct);
        }
      }
      case BodyScan.IF -> or(frames, set(depth, LIVE_BEHIND), live, 0);
      case BodyScan.IF_ELSE -> {
        or(frames, set(depth, LIVE_OTHER), live, 0);
        others[construct] = listed(LIVE_OTHER, ASSIGNED, 1);
      }
      case BodyScan.TRY, BodyScan.TRY_TABLE ->
          guarded[construct] = listed(LIVE_OTHER, ASSIGNED, scan.raising(construct) + 1);
      default -> { }
    }
    or(frames, set(depth, ASSIGNED_BEHIND), frames, set(depth, ASSIGNED));
    if (scan.kind(construct) == BodyScan.TRY) {
      others[construct] = listed(LIVE_OTHER, ASSIGNED, 1);
    }
    if (scan.kind(construct) != BodyScan.LOOP && (scan.branches(construct) > 0 || scan.kind(construct) != 0)) {
      joined[construct] = listed(LIVE_BEHIND, ASSIGNED, scan.branches(construct) + 2);
    }
    if (depth > 0) {
      or(frames, set(depth, ASSIGNED), frames, set(depth - 1, ASSIGNED));
    }
    depth--;
  }

  private void loop(int construct) {
    int at = headerAt[construct];
    if (last) {
      copy(headers, at, frames, set(depth, LIVE_OTHER));
      joined[construct] = listed(LIVE_OTHER, ASSIGNED, scan.branches(construct) + 1);
      or(headers, at, live, 0);
    } else {
      copy(live, 0, headers, at);
    }
  }

  /** What is live at the label of a structured instruction that is open. */
  private void include(int construct) {
    if (labelAt(construct) >= 0) {
      or(labels(construct), labelAt(construct), live, 0);
    }
  }

  private long[] labels(int construct) {
    return headerAt[construct] >= 0 ? headers : frames;
  }

  private int labelAt(int construct) {
    return headerAt[construct] >= 0 ? headerAt[construct] : set(depths[construct], LIVE_BEHIND);
  }

  private void includeCatches() {
    if (guards[depth] >= 0) {
      or(frames, set(guards[depth], LIVE_OTHER), live, 0);
    }
  }

  private void or(long[] from, int at, long[] to, int into) {
    for (int i = 0; i < words; i++) {
      to[into + i] |= from[at + i];
    }
  }

  private void copy(long[] from, int at, long[] to, int into) {
    System.arraycopy(from, at, to, into, words);
  }

  /** Lists the locals that are in two sets of the innermost frame, for so many edges; where the list is. */
  private int listed(int one, int other, int edges) {
    if (!last) {
      return 0;
    }
    int at = pooled++;
    for (int i = 0; i < words; i++) {
      long both = frames[set(depth, one) + i] & frames[set(depth, other) + i];
      for (; both != 0; both &= both - 1) {
        int number = i * Long.SIZE + Long.numberOfTrailingZeros(both);
        if (number < locals.length) {
          add(locals[number]);
        }
      }
    }
    add(0);
    pooled--;
    pool[at] = pooled - at - 1;
    total += (long) pool[at] * edges;
    if (total > GraphLimits.JOINED || pooled > GraphLimits.JOINED) {
      throw GraphLimits.refused("locals that branches carry", GraphLimits.JOINED);
    }
    return at;
  }

  private void add(int local) {
    if (pooled + 1 >= pool.length) {
      pool = Arrays.copyOf(pool, 2 * pool.length);
    }
    pool[pooled++] = local;
  }

  /** The lists: at each place how many locals there are, then the locals. */
  int[] pool() {
    return pool;
  }

  /** The place of the list of locals that a branch to the label of a structured instruction carries. */
  int joined(int construct) {
    return joined[construct];
  }

  /** The place of the list of locals that are as before an {@code if} or {@code try} again in its further parts. */
  int restored(int construct) {
    return others[construct];
  }

  /** The place of the list of locals that an exception carries to what catches it. */
  int guarded(int construct) {
    return guarded[construct];
  }
}
