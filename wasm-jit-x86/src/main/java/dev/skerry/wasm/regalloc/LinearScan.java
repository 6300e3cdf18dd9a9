package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.ir.CompilationRefused;
import java.util.Arrays;

/**
 * Gives each part of an interval a machine register or the stack.
 *
 * <p>Linear scan with live-range splitting (Wimmer and Mössenböck, "Optimized Interval Splitting in a Linear Scan
 * Register Allocator", 2005): intervals are taken in the order of their starts; one that finds no register free to its
 * end is split where the register stops being free, one that finds none at all takes that of the interval whose next
 * use is farthest, or goes to the stack until its own next use. Splits move out of loops. A value that is used in a
 * loop counts as used at the loop's end, so what a loop needs stays in registers around it.
 *
 * <p>Chosen over graph colouring and over backtracking with weights, because intervals have many holes here but seldom
 * conflict twice: each is looked at a small number of times, and what the loops of Wasm need most (values around inner
 * loops on the stack, values of inner loops in registers, moves at back edges gone) falls out of next uses, holes and
 * hints. Instead of lists of active and inactive intervals each machine register has one sorted list of the ranges that
 * are still ahead, so the state of a register is found at the head of its list.
 */
final class LinearScan {

  /** In place of a machine register. */
  static final int STACK = -1;
  private static final int UNDECIDED = -2;
  private static final int NONE = Intervals.NONE;
  private static final int NEVER = Integer.MAX_VALUE;

  /** Steps over lists for each slot and interval, beyond which a function is refused. */
  private static final int STEPS = 512;
  private static final int STEPS_AT_LEAST = 1 << 22;

  private static final int GENERAL = 0b0011_0111_1110_1111;
  private static final int VECTORS = 0x7FFF;
  /** First those whose encoding is short in 32 bits; and first those whose is no longer in 64. */
  private static final int[] NARROW = {0, 2, 6, 7, 3, 1, 5, 8, 9, 10, 13, 12};
  private static final int[] WIDE = {8, 9, 10, 6, 7, 3, 2, 0, 1, 5, 13, 12};
  private static final int[] VECTOR = {16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30};

  private final Lir lir;
  private final Flow flow;
  private final Intervals intervals;
  /** By interval: a machine register, or {@link #STACK}. */
  int[] location;
  /** By virtual register: the register that a part of it was given last. */
  private final int[] lastRegister;
  /** By virtual register: whether some part is on the stack. */
  final boolean[] onStack;

  /** By machine register: first of the ranges ahead; by such range: from, to, interval, next. */
  private final int[] ahead = new int[Lir.FIRST_VIRTUAL];
  private int[] aheadFrom = new int[256];
  private int[] aheadTo = new int[256];
  private int[] aheadInterval = new int[256];
  private int[] aheadNext = new int[256];
  private int aheadCount;
  private int freeAhead = NONE;

  private final int[] freeUntil = new int[Lir.FIRST_VIRTUAL];
  private final int[] blockedFrom = new int[Lir.FIRST_VIRTUAL];
  private final int[] holders = new int[16];
  private int holderCount;
  /** Parts that are still to be given a place, by their starts. */
  private final PositionHeap waiting = new PositionHeap();
  private int nextCall;
  private long stepsLeft;
  private int position;

  LinearScan(Intervals intervals) {
    this.intervals = intervals;
    this.flow = intervals.flow;
    this.lir = flow.lir;
    location = new int[intervals.register.length];
    Arrays.fill(location, UNDECIDED);
    lastRegister = new int[lir.virtualCount];
    Arrays.fill(lastRegister, NONE);
    onStack = new boolean[lir.virtualCount];
    Arrays.fill(ahead, NONE);
    stepsLeft = STEPS_AT_LEAST + (long) STEPS * (flow.slotCount() + intervals.count);
    run();
  }

  private void run() {
    int live = 0;
    long[] initial = new long[intervals.count];
    for (int i = 0; i < initial.length; i++) {
      if (!intervals.isEmpty(i)) {
        initial[live++] = (long) intervals.start(i) << Integer.SIZE | i;
      }
    }
    Arrays.sort(initial, 0, live);
    int next = 0;
    while (next < live || !waiting.isEmpty()) {
      boolean isPart = !waiting.isEmpty() && (next == live || waiting.first() < initial[next]);
      int current = isPart ? waiting.remove() : (int) initial[next++];
      position = intervals.start(current);
      while (nextCall < intervals.callCount && intervals.calls[nextCall] + Flow.OUTPUT < position) {
        nextCall++;
      }
      allocate(current);
    }
  }

  // One interval.

  private void allocate(int current) {
    int until = Math.min(intervals.end[current], callWithin(current));
    int first = registerUse(current, position);
    if (until <= position || isMadeHere(current)) {
      stay(current);
      return;
    }
    if (first == NONE ? until < intervals.end[current] : first >>> Intervals.KIND_BITS >= until) {
      stay(current);
      return;
    }
    int mask = intervals.isVector(current) ? VECTORS << Lir.FIRST_VECTOR : GENERAL;
    for (int set = mask; set != 0; set &= set - 1) {
      int machine = Integer.numberOfTrailingZeros(set);
      blockedFrom[machine] = Math.min(until, fixedWithin(current, machine, until));
      freeUntil[machine] = Math.min(blockedFrom[machine], aheadWithin(current, machine, blockedFrom[machine]));
    }
    if (!takeFree(current, until, first)) {
      takeBlocked(current, mask, first);
    }
  }

  /** Whether it starts with a definition that is repeated where it is needed instead. */
  private boolean isMadeHere(int current) {
    return position % Flow.STEP == Flow.OUTPUT && intervals.isRepeatable(intervals.register[current]);
  }

  private boolean takeFree(int current, int until, int first) {
    int machine = freeHint(current, until);
    if (machine == NONE) {
      machine = freeRegister(current, until);
    }
    if (machine == NONE) {
      return false;
    }
    int free = freeUntil[machine];
    if (free >= intervals.end[current]) {
      assign(current, machine);
      return true;
    }
    int latest = gapAtOrBefore(free);
    if (first == NONE || latest <= Math.max(first >>> Intervals.KIND_BITS, position)) {
      return false;
    }
    later(split(current, splitPosition(lastUseBefore(current, latest), latest)));
    assign(current, machine);
    return true;
  }

  /** A register that a hint names and that is free as long as any, or NONE. */
  private int freeHint(int current, int until) {
    int virtual = intervals.register[current];
    for (int i = 0; i < 3; i++) {
      int hint = switch (i) {
        case 0 -> lastRegister[virtual];
        case 1 -> machine(intervals.targetHint[virtual]);
        default -> machine(intervals.sourceHint[virtual]);
      };
      if (hint >= 0 && isAllocatable(hint) && freeUntil[hint] >= until && freeUntil[hint] > position) {
        return hint;
      }
    }
    return NONE;
  }

  private int machine(int hint) {
    return hint < Lir.FIRST_VIRTUAL ? hint : lastRegister[hint - Lir.FIRST_VIRTUAL];
  }

  private static boolean isAllocatable(int machine) {
    return ((GENERAL | VECTORS << Lir.FIRST_VECTOR) >> machine & 1) != 0;
  }

  /**
   * A register that is free until then, best one that nobody will come back to (what waits in a hole, as the values of
   * loops do, would find its place taken when its next value is made); else that which is free longest.
   */
  private int freeRegister(int current, int until) {
    int best = NONE;
    int longest = position;
    int shared = NONE;
    for (int machine : preference(current)) {
      if (freeUntil[machine] >= until) {
        if (ahead[machine] == NONE) {
          return machine;
        }
        shared = shared == NONE ? machine : shared;
      }
      if (freeUntil[machine] > longest) {
        longest = freeUntil[machine];
        best = machine;
      }
    }
    return shared != NONE ? shared : best;
  }

  private int[] preference(int current) {
    int type = lir.types[intervals.register[current]];
    return type >= Lir.F32 ? VECTOR : type == Lir.I32 ? NARROW : WIDE;
  }

  private void takeBlocked(int current, int mask, int first) {
    if (first == NONE) {
      stay(current);
      return;
    }
    int use = first >>> Intervals.KIND_BITS;
    boolean must = kind(current, first) == Intervals.MUST && gapAtOrBefore(use) <= position;
    int gap = gapAtOrBefore(position);
    int own = must ? NONE : nextUse(current, position);
    int farthest = Math.max(own, position | Flow.OUTPUT);
    int best = NONE;
    for (int set = mask; set != 0; set &= set - 1) {
      int machine = Integer.numberOfTrailingZeros(set);
      int blocked = blockedFrom[machine];
      if (blocked >= intervals.end[current] || gapAtOrBefore(blocked) > Math.max(use, position)) {
        int next = nextUseAhead(current, machine, gap, farthest);
        if (next > farthest) {
          farthest = next;
          best = machine;
        }
      }
    }
    if (best == NONE) {
      if (must) {
        throw Flow.refused("no register for v" + intervals.register[current] + " at " + position);
      }
      stay(current);
      return;
    }
    blockedFrom[best] = Math.min(blockedFrom[best], collectHolders(current, best));
    if (blockedFrom[best] < intervals.end[current]) {
      int latest = gapAtOrBefore(blockedFrom[best]);
      if (latest <= Math.max(use, position)) {
        stay(current);
        return;
      }
      later(split(current, splitPosition(lastUseBefore(current, latest), latest)));
    }
    for (int i = 0; i < holderCount; i++) {
      evict(holders[i], best, gap, intervals.start(holders[i]));
    }
    assign(current, best);
  }

  /** The interval stays on the stack up to its next use that is better in a register, but not here. */
  private void stay(int current) {
    int use = registerUse(current, position % Flow.STEP == 0 ? position : (position | Flow.OUTPUT) + 1);
    if (use != NONE) {
      int latest = gapAtOrBefore(use >>> Intervals.KIND_BITS);
      if (latest <= position) {
        throw Flow.refused("v" + intervals.register[current] + " finds no register at " + position);
      }
      later(split(current, splitPosition(position, latest)));
    }
    toStack(current);
  }

  /**
   * Collects the intervals that hold the register where the current one is live.
   *
   * @return where one more holds it than can be collected, or NEVER
   */
  private int collectHolders(int current, int machine) {
    holderCount = 0;
    int range = intervals.firstRange[current];
    for (int at = ahead[machine]; at != NONE && range != NONE;) {
      step();
      if (aheadTo[at] <= intervals.rangeFrom[range]) {
        at = aheadNext[at];
      } else if (intervals.rangeTo[range] <= aheadFrom[at]) {
        range = intervals.rangeNext[range];
      } else {
        int owner = aheadInterval[at];
        int known = 0;
        while (known < holderCount && holders[known] != owner) {
          known++;
        }
        if (known == holders.length) {
          return Math.max(aheadFrom[at], intervals.rangeFrom[range]);
        }
        holders[known] = owner;
        holderCount = Math.max(holderCount, known + 1);
        at = aheadNext[at];
      }
    }
    return NEVER;
  }

  private void evict(int owner, int machine, int gap, int start) {
    int from = rangeAhead(owner, machine);
    if (from > position) {
      forget(owner, machine, from);
      later(split(owner, from));
      return;
    }
    int split = start >= gap ? start : splitPosition(Math.max(intervals.lastUse(owner), start), gap);
    forget(owner, machine, split);
    int part = split == start ? owner : split(owner, split);
    int use = registerUse(part, gap);
    if (use != NONE) {
      int latest = gapAtOrBefore(use >>> Intervals.KIND_BITS);
      if (latest <= position) {
        throw Flow.refused("v" + intervals.register[part] + " is evicted where it is used, at " + position);
      }
      later(split(part, splitPosition(Math.max(position, intervals.start(part)), latest)));
    }
    toStack(part);
  }

  private void toStack(int interval) {
    location[interval] = STACK;
    onStack[intervals.register[interval]] = true;
  }

  private int split(int interval, int at) {
    int tail = intervals.split(interval, at);
    if (location.length < intervals.register.length) {
      location = Arrays.copyOf(location, intervals.register.length);
    }
    location[tail] = UNDECIDED;
    return tail;
  }

  private void assign(int interval, int machine) {
    location[interval] = machine;
    lastRegister[intervals.register[interval]] = machine;
    int before = NONE;
    int at = ahead[machine];
    for (int range = intervals.firstRange[interval]; range != NONE; range = intervals.rangeNext[range]) {
      while (at != NONE && aheadFrom[at] < intervals.rangeFrom[range]) {
        step();
        before = at;
        at = aheadNext[at];
      }
      int made = newAhead();
      aheadFrom[made] = intervals.rangeFrom[range];
      aheadTo[made] = intervals.rangeTo[range];
      aheadInterval[made] = interval;
      aheadNext[made] = at;
      if (before == NONE) {
        ahead[machine] = made;
      } else {
        aheadNext[before] = made;
      }
      before = made;
    }
  }

  private int newAhead() {
    if (freeAhead != NONE) {
      int made = freeAhead;
      freeAhead = aheadNext[made];
      return made;
    }
    if (aheadCount == aheadFrom.length) {
      int room = 2 * aheadCount;
      aheadFrom = Arrays.copyOf(aheadFrom, room);
      aheadTo = Arrays.copyOf(aheadTo, room);
      aheadInterval = Arrays.copyOf(aheadInterval, room);
      aheadNext = Arrays.copyOf(aheadNext, room);
    }
    return aheadCount++;
  }

  /** Takes from the register's ranges ahead what the interval has from that position on. */
  private void forget(int interval, int machine, int from) {
    int before = NONE;
    for (int at = ahead[machine]; at != NONE;) {
      step();
      int next = aheadNext[at];
      if (aheadInterval[at] == interval && aheadFrom[at] >= from) {
        if (before == NONE) {
          ahead[machine] = next;
        } else {
          aheadNext[before] = next;
        }
        aheadNext[at] = freeAhead;
        freeAhead = at;
      } else {
        if (aheadInterval[at] == interval && aheadTo[at] > from) {
          aheadTo[at] = from;
        }
        before = at;
      }
      at = next;
    }
  }

  // What is ahead.

  /** Where the first of the interval's ranges ahead begins, which may be behind the position. */
  private int rangeAhead(int owner, int machine) {
    for (int at = ahead[machine]; at != NONE; at = aheadNext[at]) {
      step();
      if (aheadInterval[at] == owner) {
        return aheadFrom[at];
      }
    }
    throw Flow.refused("v" + intervals.register[owner] + " has lost a range at " + position);
  }

  private int aheadWithin(int current, int machine, int limit) {
    while (ahead[machine] != NONE && aheadTo[ahead[machine]] <= position) {
      int passed = ahead[machine];
      ahead[machine] = aheadNext[passed];
      aheadNext[passed] = freeAhead;
      freeAhead = passed;
    }
    int at = ahead[machine];
    int range = intervals.firstRange[current];
    while (at != NONE && range != NONE && aheadFrom[at] < limit) {
      step();
      if (aheadTo[at] <= intervals.rangeFrom[range]) {
        at = aheadNext[at];
      } else if (intervals.rangeTo[range] <= aheadFrom[at]) {
        range = intervals.rangeNext[range];
      } else {
        return Math.max(aheadFrom[at], intervals.rangeFrom[range]);
      }
    }
    return NEVER;
  }

  /**
   * The nearest next use of those that hold the register where the current one is live.
   *
   * @param enough what is not farther need not be exact
   */
  private int nextUseAhead(int current, int machine, int gap, int enough) {
    int nearest = NEVER;
    int range = intervals.firstRange[current];
    for (int at = ahead[machine]; at != NONE && range != NONE && nearest > enough;) {
      step();
      if (aheadTo[at] <= intervals.rangeFrom[range]) {
        at = aheadNext[at];
      } else if (intervals.rangeTo[range] <= aheadFrom[at]) {
        range = intervals.rangeNext[range];
      } else {
        nearest = Math.min(nearest, Math.max(nextUse(aheadInterval[at], gap), aheadFrom[at]));
        at = aheadNext[at];
      }
    }
    return nearest;
  }

  private int fixedWithin(int current, int machine, int limit) {
    int[] to = intervals.fixedTo;
    int at = intervals.fixedHead[machine];
    while (at != NONE && to[at] <= position) {
      at = intervals.fixedNext[at];
    }
    intervals.fixedHead[machine] = at;
    int range = intervals.firstRange[current];
    int owner = intervals.register[current];
    while (at != NONE && range != NONE && intervals.fixedFrom[at] < limit) {
      step();
      if (to[at] <= intervals.rangeFrom[range] || intervals.fixedOwner[at] == owner) {
        at = intervals.fixedNext[at];
      } else if (intervals.rangeTo[range] <= intervals.fixedFrom[at]) {
        range = intervals.rangeNext[range];
      } else {
        return Math.max(intervals.fixedFrom[at], intervals.rangeFrom[range]);
      }
    }
    return NEVER;
  }

  /** Where the interval first is live across a call. */
  private int callWithin(int current) {
    int[] calls = intervals.calls;
    int call = nextCall;
    for (int range = intervals.firstRange[current]; range != NONE; range = intervals.rangeNext[range]) {
      int from = intervals.rangeFrom[range];
      if (call < intervals.callCount && calls[call] + Flow.OUTPUT < from) {
        step();
        call = firstCallFrom(call, from);
      }
      if (call == intervals.callCount) {
        return NEVER;
      }
      if (calls[call] + Flow.GAP < intervals.rangeTo[range]) {
        return Math.max(from, calls[call] + Flow.GAP);
      }
    }
    return NEVER;
  }

  /** The first call at or after the one given that is not over at the position. */
  private int firstCallFrom(int call, int from) {
    int low = call;
    int width = 1;
    while (low + width < intervals.callCount && intervals.calls[low + width] + Flow.OUTPUT < from) {
      low += width;
      width *= 2;
    }
    int high = Math.min(low + width, intervals.callCount);
    while (low < high) {
      int middle = low + high >>> 1;
      if (intervals.calls[middle] + Flow.OUTPUT < from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // Uses and places to split.

  /**
   * The first use from the position on that a register is worth being loaded for (position and kind): it must be one,
   * or it is in a loop that begins later, or another use follows before a call. NONE if there is none.
   */
  private int registerUse(int interval, int from) {
    intervals.nextUse(interval, from);
    int wanted = NONE;
    int call = NEVER;
    for (int at = intervals.firstUse[interval]; at != NONE; at = intervals.useNext[at]) {
      step();
      int use = intervals.use[at];
      int place = use >>> Intervals.KIND_BITS;
      int kind = kind(interval, use);
      if (kind == Intervals.MUST) {
        return wanted != NONE && place < call ? wanted : use;
      }
      if (kind == Intervals.WANTED) {
        int loop = flow.loopOf[flow.blockAt(place)];
        if (wanted != NONE && place < call) {
          return wanted;
        }
        if (loop != NONE && flow.from[flow.loopHeader[loop]] > from) {
          return use;
        }
        wanted = use;
        int next = firstCallFrom(nextCall, place);
        call = next < intervals.callCount ? intervals.calls[next] : NEVER;
      }
    }
    return NONE;
  }

  /** What kind of use it is, if what can be made again is never on the stack. */
  private int kind(int interval, int use) {
    int kind = use & Intervals.KIND;
    if (kind == Intervals.ANY || !intervals.isRepeatable(intervals.register[interval])) {
      return kind;
    }
    if ((use >>> Intervals.KIND_BITS) % Flow.STEP == Flow.OUTPUT) {
      return Intervals.ANY;
    }
    return kind == Intervals.WANTED && intervals.isPooled(intervals.register[interval]) ? kind : Intervals.MUST;
  }

  /** Position of the next use; what is used in a loop around the position counts as used at the loop's end. */
  private int nextUse(int interval, int from) {
    int use = intervals.nextUse(interval, from);
    int next = use == NONE ? NEVER : use >>> Intervals.KIND_BITS;
    int last = intervals.lastUse(interval);
    int loop = last == NONE ? NONE : flow.loopOf[flow.blockAt(from)];
    while (loop != NONE && next >= flow.loopEnd[loop]) {
      if (last >= flow.from[flow.loopHeader[loop]] && intervals.end[interval] >= flow.loopEnd[loop]) {
        return flow.loopEnd[loop];
      }
      loop = flow.loopParent[loop];
    }
    return next;
  }

  private int lastUseBefore(int interval, int limit) {
    int last = position;
    for (int at = intervals.firstUse[interval]; at != NONE; at = intervals.useNext[at]) {
      int use = intervals.use[at] >>> Intervals.KIND_BITS;
      if (use >= limit) {
        break;
      }
      step();
      last = use;
    }
    return last;
  }

  /** The last gap that is not behind the position. */
  private static int gapAtOrBefore(int at) {
    return at - Math.max(0, (at & Flow.STEP - 1) - Flow.GAP);
  }

  /**
   * Where to split behind one position and not behind the other: at the latter, unless loops can be left out.
   *
   * @param latest a gap
   */
  private int splitPosition(int after, int latest) {
    int best = latest;
    int loop = flow.loopOf[flow.blockAt(latest)];
    while (loop != NONE && flow.from[flow.loopHeader[loop]] > after) {
      best = flow.from[flow.loopHeader[loop]];
      loop = flow.loopParent[loop];
    }
    return best;
  }

  private void step() {
    if (--stepsLeft < 0) {
      throw new CompilationRefused(CompilationRefused.Reason.LIMIT,
          "register allocation takes more than " + STEPS + " steps for each instruction and value");
    }
  }

  private void later(int interval) {
    waiting.add(intervals.start(interval), interval);
  }
}
