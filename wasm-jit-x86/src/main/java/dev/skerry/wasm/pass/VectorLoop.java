package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts a loop on vectors before a loop, as a {@link VectorPlan} says. It runs if nothing that it does could trap or be
 * told from what the loop does, and takes the place of some of its first turns, but never of the last one. Then, or at
 * once where that is not so, the loop begins, as it always did; whoever follows it sees no difference.
 */
final class VectorLoop {

  private static final int NONE = Graph.NONE;
  private static final Opcode[] OPCODES = Opcode.values();
  private static final int[] NOTHING = {};
  private static final int HALF_BITS = 128;
  private static final int HALF_BYTES = HALF_BITS / Byte.SIZE;

  private final Graph graph;
  private final VectorPlan plan;
  private final NaturalLoop loop;
  private final int header;
  private final int parameters;

  private BlockWriter before;
  private BlockWriter body;
  private VectorGuard guard;
  private VectorAccesses once;
  private VectorAccesses each;
  /** By group that is accessed: its parameter in the loop on vectors. */
  private final Map<AccessGroup, Integer> addresses = new HashMap<>();
  private final Map<VectorNode, int[]> made = new HashMap<>();
  /** By node: the parameter of the loop on vectors that stands for it, or begins what it is. */
  private final Map<VectorNode, Integer> carried = new HashMap<>();
  /** By what they hold: constants as vectors. */
  private final Map<String, Integer> constants = new HashMap<>();
  /** By step and factor: the product. */
  private final Map<List<Object>, Integer> steps = new HashMap<>();
  /** By group and turn: the address of a group that has a step. */
  private final Map<List<Object>, Integer> stepped = new HashMap<>();
  /** By reduction: what its lanes are at the end of a turn on vectors. */
  private int[] joined;

  VectorLoop(VectorPlan plan) {
    this.plan = plan;
    graph = plan.graph;
    loop = plan.loop;
    header = loop.header;
    parameters = graph.parameterCount(header);
  }

  /** Makes it; the new blocks, in the order in which they come before the loop. */
  int[] make() {
    int poll = graph.first(header);
    while (!graph.is(poll, IrOp.POLL)) {
      poll = graph.next(poll);
    }
    int position = graph.position(poll);
    BlockWriter counting = new BlockWriter(graph, position);
    int[] starts = enter(counting);
    BlockWriter checking = new BlockWriter(graph, position);
    before = new BlockWriter(graph, position);
    body = new BlockWriter(graph, position);
    BlockWriter behind = new BlockWriter(graph, position);
    BlockWriter join = new BlockWriter(graph, position);

    guard = new VectorGuard(plan, starts);
    int enough = guard.count(counting);
    if (enough == NONE) {
      counting.jump(checking.block);
    } else {
      counting.branch(enough, checking.block, join.block, starts);
    }
    int memory = plan.accesses.memory();
    int length = checking.add(IrOp.MEMORY_LENGTH.code, IrType.I64, NONE, NONE, NONE, 0, memory);
    int fine = guard.check(checking, length);
    if (fine == NONE) {
      checking.jump(before.block);
    } else {
      checking.branch(fine, before.block, join.block, starts);
    }
    int limit = plan.accesses.kind() == LoopAccesses.Kind.MASKED
        ? before.add(IrOp.MEMORY_MASK.code, IrType.I64, NONE, NONE, NONE, 0, memory) : length;
    once = new VectorAccesses(graph, plan.accesses, before, limit);
    each = new VectorAccesses(graph, plan.accesses, body, limit);
    turn(starts, behind);
    behind.jump(join.block, finals(starts, behind));
    int[] values = new int[parameters];
    for (int i = 0; i < parameters; i++) {
      values[i] = join.parameter(plan.type(i));
    }
    join.jump(header, values);
    int depth = graph.loopDepth(header);
    BlockWriter[] all = {counting, checking, before, body, behind, join};
    int[] order = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      order[i] = all[i].block;
      graph.setLoopDepth(order[i], all[i] == body ? depth : depth - 1);
      graph.setCold(order[i], graph.isCold(header));
    }
    graph.setLoopHeader(body.block, true);
    return order;
  }

  /** Leads what enters the loop to a new block; what the header's parameters are at first. */
  private int[] enter(BlockWriter to) {
    List<Integer> edges = new ArrayList<>();
    for (int edge = graph.firstIn(header); edge != NONE; edge = graph.nextIn(edge)) {
      if (edge != loop.backEdges()[0]) {
        edges.add(edge);
      }
    }
    int[] starts = new int[parameters];
    for (int i = 0; i < parameters; i++) {
      starts[i] = edges.size() == 1 ? graph.argument(edges.get(0), i) : to.parameter(plan.type(i));
    }
    for (int edge : edges) {
      int[] values = new int[edges.size() == 1 ? 0 : parameters];
      for (int i = 0; i < values.length; i++) {
        values[i] = graph.argument(edge, i);
      }
      graph.redirect(edge, to.block, values, 0, values.length);
    }
    return starts;
  }

  /** Writes the loop on vectors, and what is made before it. */
  private void turn(int[] starts, BlockWriter behind) {
    List<AccessGroup> groups = plan.accesses.groups;
    List<Integer> begin = new ArrayList<>();
    List<Integer> next = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      if (isAccessed(groups.get(i))) {
        addresses.put(groups.get(i), body.parameter(IrType.I32));
        begin.add(guard.bases[i]);
      }
    }
    List<VectorNode> ramps = nodes(VectorNode.Kind.RAMP);
    List<VectorNode> recurrences = nodes(VectorNode.Kind.RECURRENCE);
    for (VectorNode ramp : ramps) {
      carried.put(ramp, body.parameter(plan.type(ramp)));
      int start = starts[(int) graph.imm(ramp.scalar())];
      begin.add(both(ramp, before.op(opcode(ramp.code()), before.product(start, ramp.numbers()[plan.copies]))));
    }
    for (VectorNode recurrence : recurrences) {
      carried.put(recurrence, body.parameter(plan.type(recurrence)));
      begin.add(both(recurrence, before.op(splat(recurrence), starts[(int) graph.imm(recurrence.scalar())])));
    }
    joined = new int[plan.reductions.size()];
    for (int i = 0; i < joined.length; i++) {
      VectorReduction reduction = plan.reductions.get(i);
      if (reduction.isOrdered()) {
        joined[i] = body.parameter(plan.type(reduction.parameter()));
        begin.add(starts[reduction.parameter()]);
        continue;
      }
      VectorNode neutral = VectorNode.numbers(reduction.lane(), VectorReduction.neutral(reduction.operator()));
      joined[i] = body.parameter(plan.type(neutral));
      begin.add(constants(neutral, 0));
    }
    body.add(IrOp.POLL.code, IrType.VOID, NONE, NONE, NONE, 0, 0);
    values();
    for (AccessGroup group : groups) {
      if (addresses.containsKey(group)) {
        next.add(later(group, plan.turns));
      }
    }
    for (VectorNode ramp : ramps) {
      next.add(nextOf(ramp));
    }
    for (VectorNode recurrence : recurrences) {
      next.add(made.get(recurrence.a())[plan.parts - 1]);
    }
    for (int join : joined) {
      next.add(join);
    }
    int counting = first();
    int end = before.sum(guard.bases[counting], before.product(guard.turns, groups.get(counting).stride));
    int goesOn = body.op(Opcode.I32_NE, next.get(place(counting)), end);
    before.jump(body.block, array(begin));
    body.branch(goesOn, body.block, array(next), behind.block, NOTHING);
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private boolean isAccessed(AccessGroup group) {
    return !group.isUniform();
  }

  /** The address of a group so many turns later. */
  private int later(AccessGroup group, int turns) {
    int address = addresses.get(group);
    return !group.hasStep() ? body.sum(address, turns * group.stride) : turns == 0 ? address
        : body.sum(address, steps.computeIfAbsent(List.of(group.step, turns * group.factor),
            key -> before.product(group.step, turns * group.factor)));
  }

  /** The first group whose address grows by a constant from turn to turn. */
  private int first() {
    int first = 0;
    while (plan.accesses.groups.get(first).stride == 0) {
      first++;
    }
    return first;
  }

  /** The place of a group among those that have a parameter. */
  private int place(int group) {
    int place = 0;
    for (int i = 0; i < group; i++) {
      place += isAccessed(plan.accesses.groups.get(i)) ? 1 : 0;
    }
    return place;
  }

  private static Opcode opcode(int code) {
    return OPCODES[code];
  }

  private Opcode splat(VectorNode node) {
    return opcode(LaneOperators.of(graph.type(node.scalar()), node.lane(), "SPLAT"));
  }

  private List<VectorNode> nodes(VectorNode.Kind kind) {
    return plan.nodes().stream().filter(node -> node.kind() == kind).toList();
  }

  /** A vector in both halves of a longer one, if the node wants such. */
  private int both(VectorNode node, int half) {
    return plan.isWide(node) ? before.join(half, half) : half;
  }

  /** All that is loaded and computed, and then what is stored. */
  private void values() {
    for (VectorPlan.Store store : plan.stores) {
      vectors(store.value());
    }
    for (int i = 0; i < joined.length; i++) {
      VectorReduction reduction = plan.reductions.get(i);
      if (reduction.isOrdered()) {
        joined[i] = inOrder(reduction, joined[i]);
        continue;
      }
      for (VectorNode node : reduction.joined()) {
        for (int vector : vectors(node)) {
          joined[i] = body.vector(opcode(reduction.code()), graph.type(joined[i]), joined[i], vector);
        }
      }
    }
    for (VectorNode recurrence : plan.recurrences) {
      if (recurrence != null) {
        vectors(recurrence);
      }
    }
    for (VectorPlan.Store store : plan.stores) {
      int[] vectors = vectors(store.value());
      int bytes = store.value().lane() * plan.lanes / Byte.SIZE;
      Opcode opcode = bytes >= HALF_BYTES ? Opcode.V128_STORE
          : bytes == Long.BYTES ? Opcode.V128_STORE64_LANE : Opcode.V128_STORE32_LANE;
      for (int part = 0; part < plan.parts; part++) {
        access(opcode, store.first(), part * bytes, vectors[part], IrType.VOID, bytes);
      }
    }
  }

  /** Joins what was joined so far with all lanes, one after the other. */
  private int inOrder(VectorReduction reduction, int sum) {
    byte type = plan.type(reduction.parameter());
    int each = HALF_BITS / reduction.lane();
    int all = sum;
    int[] halves = new int[reduction.joined().size()];
    for (int i = 0; i < plan.parts * plan.lanes; i++) {
      int lane = i % plan.lanes;
      for (int k = 0; k < halves.length; k++) {
        VectorNode node = reduction.joined().get(k);
        if (lane % each == 0) {
          int vector = vectors(node)[i / plan.lanes];
          halves[k] = plan.isWide(node) ? body.half(vector, lane / each) : vector;
        }
        int next = lane(body, halves[k], type, lane % each);
        all = reduction.last() ? body.op(reduction.operator(), next, all) : body.op(reduction.operator(), all, next);
      }
    }
    return all;
  }

  private int access(Opcode opcode, LoopAccess access, long distance, int value, byte type, long bytes) {
    AccessGroup group = access.group();
    long end = group.end() + (plan.turns - 1) * group.stride;
    body.position = graph.position(access.instruction());
    return each.access(opcode, group, addresses.get(group), end, access.offset() + distance, value, type, bytes, 0);
  }

  /** A vector whose lanes are loaded one after the other. */
  private int gather(VectorNode node, int part) {
    int all = plan.isWide(node) ? 2 : 1;
    int[] halves = new int[all];
    int each = HALF_BITS / node.lane();
    for (int i = 0; i < all * each; i++) {
      int element = part * plan.lanes + i;
      halves[i / each] = lane(node, element / plan.copies, element % plan.copies, i % each, halves[i / each]);
    }
    return all == 1 ? halves[0] : body.join(halves[0], halves[1]);
  }

  /** Loads a lane that a turn's copy of the body has, the first one of a vector with nothing else in it. */
  private int lane(VectorNode node, int turn, int copy, int lane, int vector) {
    LoopAccess access = node.access();
    AccessGroup group = access.group();
    boolean narrow = node.lane() == Integer.SIZE;
    Opcode opcode = lane == 0 ? narrow ? Opcode.V128_LOAD32_ZERO : Opcode.V128_LOAD64_ZERO
        : narrow ? Opcode.V128_LOAD32_LANE : Opcode.V128_LOAD64_LANE;
    body.position = graph.position(access.instruction());
    int address = group.hasStep() ? stepped.computeIfAbsent(List.of(group, turn), key -> later(group, turn))
        : addresses.get(group);
    long end = group.end() + (group.hasStep() ? 0 : (plan.turns - 1) * group.stride);
    return each.access(opcode, group, address, end, access.offset() + node.numbers()[copy] + turn * group.stride,
        lane == 0 ? NONE : vector, IrType.V128, access.bytes(), lane);
  }

  /** The vectors of a node, one for each part. */
  private int[] vectors(VectorNode node) {
    int[] known = made.get(node);
    if (known != null) {
      return known;
    }
    int[] vectors = new int[plan.parts];
    int[] a = node.a() == null ? NOTHING : vectors(node.a());
    int[] b = node.b() == null ? NOTHING : vectors(node.b());
    int[] c = node.c() == null ? NOTHING : vectors(node.c());
    for (int part = 0; part < plan.parts; part++) {
      vectors[part] = vector(node, part, a, b, c, vectors);
    }
    made.put(node, vectors);
    return vectors;
  }

  private int vector(VectorNode node, int part, int[] a, int[] b, int[] c, int[] vectors) {
    switch (node.kind()) {
      case SPLAT -> {
        return part > 0 ? vectors[0] : both(node, before.op(opcode(node.code()), node.scalar()));
      }
      case NUMBERS -> {
        return constants(node, part);
      }
      case UNIFORM -> {
        return part > 0 ? vectors[0] : both(node, uniform(node));
      }
      case LOAD -> {
        long bytes = (long) node.lane() * plan.lanes / Byte.SIZE;
        return access(opcode(node.code()), node.access(), part * bytes, NONE, plan.type(node), bytes);
      }
      case GATHER -> {
        return gather(node, part);
      }
      case OPERATOR -> {
        return operator(node, a[part], b.length == 0 ? NONE : b[part], c.length == 0 ? NONE : c[part]);
      }
      case SHIFT -> {
        int count = part > 0 ? graph.b(vectors[0]) : count(node);
        return body.vector(opcode(node.code()), plan.type(node), a[part], count);
      }
      case SHUFFLE -> {
        boolean wide = plan.isWide(node.a());
        return shuffle(wide ? body.half(a[part], 0) : a[part], wide ? body.half(a[part], 1) : b[part],
            node.numbers()[0], node.numbers()[1]);
      }
      case RAMP -> {
        return ramp(node, part);
      }
      default -> {
        return recurrence(node, part == 0 ? carried.get(node) : a[part - 1], a[part]);
      }
    }
  }

  private int operator(VectorNode node, int a, int b, int c) {
    Opcode opcode = opcode(node.code());
    if (plan.isWide(node.a()) && !plan.isWide(node) && opcode != Opcode.F32X4_DEMOTE_F64X2_ZERO) {
      // Narrower lanes: those of both halves.
      return body.op(opcode, body.half(a, 0), body.half(a, 1));
    }
    byte type = plan.type(node);
    return b == NONE ? body.vector(opcode, type, a) : c == NONE ? body.vector(opcode, type, a, b)
        : body.vector(opcode, type, a, b, c);
  }

  private int shuffle(int a, int b, long low, long high) {
    return body.add(Opcode.I8X16_SHUFFLE.ordinal(), IrType.V128, a, b, NONE, low, graph.addHigh(high));
  }

  /** Constants as a vector of the loop's, in the lanes of a part. */
  private int constants(VectorNode node, int part) {
    long[] halves = new long[4];
    for (int i = 0; i < lanes(node); i++) {
      put(halves, node.lane(), i, node.numbers()[(part * plan.lanes + i) % node.numbers().length]);
    }
    return vector(node, halves);
  }

  /** Lanes of the vectors of a node, those that do not count included. */
  private int lanes(VectorNode node) {
    return (plan.isWide(node) ? 2 * HALF_BITS : HALF_BITS) / node.lane();
  }

  private int vector(VectorNode node, long[] halves) {
    boolean wide = plan.isWide(node);
    return constants.computeIfAbsent(Arrays.toString(halves) + wide, absent -> {
      int low = before.vector(halves[0], halves[1]);
      return wide ? before.join(low, before.vector(halves[2], halves[3])) : low;
    });
  }

  private static void put(long[] halves, int lane, int index, long number) {
    long mask = lane == Long.SIZE ? -1 : (1L << lane) - 1;
    halves[index * lane / Long.SIZE] |= (number & mask) << index * lane % Long.SIZE;
  }

  private int uniform(VectorNode node) {
    LoopAccess access = node.access();
    int group = plan.accesses.groups.indexOf(access.group());
    before.position = graph.position(access.instruction());
    byte type = graph.type(access.instruction());
    int loaded = once.access(access.opcode(), access.group(), guard.bases[group], access.group().end(), access.offset(),
        NONE, type, access.bytes(), 0);
    return before.op(opcode(node.code()), loaded);
  }

  /** The count of a shift, as an i32. */
  private int count(VectorNode node) {
    if (node.numbers() != null) {
      return before.constant(IrType.I32, node.numbers()[0]);
    }
    return graph.type(node.scalar()) == IrType.I32 ? node.scalar() : before.op(Opcode.I32_WRAP_I64, node.scalar());
  }

  /** What each element has more than the first of its turn on vectors. */
  private int ramp(VectorNode node, int part) {
    long step = loop.induction(node.scalar()).constant() * node.numbers()[plan.copies];
    long[] halves = new long[4];
    for (int i = 0; i < lanes(node); i++) {
      int element = part * plan.lanes + i;
      put(halves, node.lane(), i, step * (element / plan.copies) + node.numbers()[element % plan.copies]);
    }
    boolean same = Arrays.stream(halves).allMatch(half -> half == 0);
    return same ? carried.get(node)
        : body.vector(sumOf(node), plan.type(node), carried.get(node), vector(node, halves));
  }

  private Opcode sumOf(VectorNode node) {
    return opcode(LaneOperators.of(graph.type(node.scalar()), node.lane(), "ADD"));
  }

  private int nextOf(VectorNode ramp) {
    long step = plan.turns * loop.induction(ramp.scalar()).constant() * ramp.numbers()[plan.copies];
    return body.vector(sumOf(ramp), plan.type(ramp), carried.get(ramp),
        constants(VectorNode.numbers(ramp.lane(), step), 0));
  }

  /** The last lane of one vector and all but the last of another. */
  private int recurrence(VectorNode node, int last, int now) {
    int bytes = node.lane() / Byte.SIZE;
    if (plan.isWide(node)) {
      return body.add(IrOp.SPLICE.code, IrType.V256, last, now, NONE, bytes, 0);
    }
    int from = (plan.lanes - 1) * bytes;
    long[] halves = new long[2];
    for (int i = 0; i < HALF_BYTES; i++) {
      put(halves, Byte.SIZE, i, i < bytes ? from + i : HALF_BYTES + i - bytes);
    }
    return shuffle(last, now, halves[0], halves[1]);
  }

  /** What the header's parameters are where the loop on vectors ends. */
  private int[] finals(int[] starts, BlockWriter behind) {
    int[] finals = new int[parameters];
    int[] lasts = new int[parameters];
    boolean wide = plan.bits > HALF_BITS;
    for (int i = 0; i < parameters; i++) {
      if (plan.recurrences[i] != null) {
        int last = made.get(plan.recurrences[i].a())[plan.parts - 1];
        lasts[i] = graph.type(last) == IrType.V256 ? behind.half(last, 1) : last;
      }
    }
    int[][] halves = new int[joined.length][];
    for (int k = 0; k < joined.length; k++) {
      halves[k] = plan.reductions.get(k).isOrdered() ? NOTHING : graph.type(joined[k]) == IrType.V256
          ? new int[] {behind.half(joined[k], 0), behind.half(joined[k], 1)} : new int[] {joined[k]};
    }
    if (wide) {
      behind.add(IrOp.END_WIDE.code, IrType.VOID, NONE, NONE, NONE, 0, 0);
    }
    int parameter = graph.first(header);
    for (int i = 0; i < parameters; i++, parameter = graph.next(parameter)) {
      Induction induction = loop.induction(parameter);
      if (induction != null) {
        finals[i] = advanced(induction, starts[i], behind);
      } else if (plan.recurrences[i] != null) {
        int bits = plan.recurrences[i].lane();
        finals[i] = lane(behind, lasts[i], graph.type(parameter), (plan.lanes - 1) % (HALF_BITS / bits));
      }
    }
    for (int k = 0; k < joined.length; k++) {
      VectorReduction reduction = plan.reductions.get(k);
      finals[reduction.parameter()] = reduction.isOrdered() ? joined[k]
          : reduced(reduction, starts[reduction.parameter()], halves[k], behind);
    }
    return finals;
  }

  /** Joins what a reduction was at first with all lanes. */
  private int reduced(VectorReduction reduction, int start, int[] halves, BlockWriter behind) {
    int sum = start;
    int all = halves.length == 1 ? halves[0] : behind.op(opcode(reduction.code()), halves[0], halves[1]);
    for (int i = 0; i < plan.lanes / halves.length; i++) {
      sum = behind.op(reduction.operator(), sum, lane(behind, all, plan.type(reduction.parameter()), i));
    }
    return sum;
  }

  /** What an induction is behind the turns that the loop on vectors took the place of. */
  private int advanced(Induction induction, int start, BlockWriter behind) {
    byte type = graph.type(induction.parameter());
    int turns = type == IrType.I64 ? behind.wide(guard.turns) : guard.turns;
    if (!induction.isConstant()) {
      int step = behind.sum(induction.step(), induction.constant());
      return behind.sum(start, behind.op(type == IrType.I32 ? Opcode.I32_MUL : Opcode.I64_MUL, turns, step));
    }
    return induction.constant() < 0 ? behind.difference(start, behind.product(turns, -induction.constant()))
        : behind.sum(start, behind.product(turns, induction.constant()));
  }

  private int lane(BlockWriter writer, int vector, byte type, int lane) {
    int bits = type == IrType.I32 || type == IrType.F32 ? Integer.SIZE : Long.SIZE;
    Opcode opcode = opcode(LaneOperators.of(type, bits, "EXTRACT_LANE"));
    return writer.add(opcode.ordinal(), type, vector, NONE, NONE, lane, 0);
  }
}
