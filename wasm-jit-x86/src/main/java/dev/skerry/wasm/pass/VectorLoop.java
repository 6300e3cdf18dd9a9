package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private static final int BYTES = VectorPlan.VECTOR_BITS / Byte.SIZE;

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
      carried.put(ramp, body.parameter(IrType.V128));
      int start = starts[(int) graph.imm(ramp.scalar())];
      begin.add(before.op(opcode(ramp.code()), before.product(start, ramp.numbers()[plan.copies])));
    }
    for (VectorNode recurrence : recurrences) {
      carried.put(recurrence, body.parameter(IrType.V128));
      begin.add(before.op(splat(recurrence), starts[(int) graph.imm(recurrence.scalar())]));
    }
    joined = new int[plan.reductions.size()];
    for (int i = 0; i < joined.length; i++) {
      VectorReduction reduction = plan.reductions.get(i);
      joined[i] = body.parameter(IrType.V128);
      begin.add(constants(VectorNode.numbers(reduction.lane(), VectorReduction.neutral(reduction.operator())), 0));
    }
    body.add(IrOp.POLL.code, IrType.VOID, NONE, NONE, NONE, 0, 0);
    values();
    for (AccessGroup group : groups) {
      if (addresses.containsKey(group)) {
        next.add(body.sum(addresses.get(group), plan.turns * group.stride));
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
    return group.stride > 0;
  }

  /** The first group whose address changes from turn to turn. */
  private int first() {
    int first = 0;
    while (!isAccessed(plan.accesses.groups.get(first))) {
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

  /** All nodes of a kind that are needed, each once. */
  private List<VectorNode> nodes(VectorNode.Kind kind) {
    Map<VectorNode, Boolean> seen = new LinkedHashMap<>();
    plan.stores.forEach(store -> collect(store.value(), seen));
    plan.reductions.forEach(reduction -> reduction.joined().forEach(node -> collect(node, seen)));
    for (VectorNode recurrence : plan.recurrences) {
      collect(recurrence, seen);
    }
    return seen.keySet().stream().filter(node -> node.kind() == kind).toList();
  }

  private static void collect(VectorNode node, Map<VectorNode, Boolean> seen) {
    if (node != null && seen.put(node, true) == null) {
      collect(node.a(), seen);
      collect(node.b(), seen);
      collect(node.c(), seen);
    }
  }

  /** All that is loaded and computed, and then what is stored. */
  private void values() {
    for (VectorPlan.Store store : plan.stores) {
      vectors(store.value());
    }
    for (int i = 0; i < joined.length; i++) {
      VectorReduction reduction = plan.reductions.get(i);
      for (VectorNode node : reduction.joined()) {
        for (int vector : vectors(node)) {
          joined[i] = body.op(opcode(reduction.code()), joined[i], vector);
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
      Opcode opcode = bytes == BYTES ? Opcode.V128_STORE
          : bytes == Long.BYTES ? Opcode.V128_STORE64_LANE : Opcode.V128_STORE32_LANE;
      for (int part = 0; part < plan.parts; part++) {
        access(opcode, store.first(), part * bytes, vectors[part]);
      }
    }
  }

  private int access(Opcode opcode, LoopAccess access, long distance, int value) {
    AccessGroup group = access.group();
    long end = group.end() + (plan.turns - 1) * group.stride;
    body.position = graph.position(access.instruction());
    return each.access(opcode, group, addresses.get(group), end, access.offset() + distance, value);
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
        return part > 0 ? vectors[0] : before.op(opcode(node.code()), node.scalar());
      }
      case NUMBERS -> {
        return constants(node, part);
      }
      case UNIFORM -> {
        return part > 0 ? vectors[0] : uniform(node);
      }
      case LOAD -> {
        return access(opcode(node.code()), node.access(), part * (long) node.lane() * plan.lanes / Byte.SIZE, NONE);
      }
      case OPERATOR -> {
        return node.b() == null ? body.op(opcode(node.code()), a[part])
            : node.c() == null ? body.op(opcode(node.code()), a[part], b[part])
            : body.op(opcode(node.code()), a[part], b[part], c[part]);
      }
      case SHIFT -> {
        return body.op(opcode(node.code()), a[part], part > 0 ? graph.b(vectors[0]) : count(node));
      }
      case SHUFFLE -> {
        return shuffle(a[part], b[part], node.numbers()[0], node.numbers()[1]);
      }
      case RAMP -> {
        return ramp(node, part);
      }
      default -> {
        return recurrence(node, part == 0 ? carried.get(node) : a[part - 1], a[part]);
      }
    }
  }

  private int shuffle(int a, int b, long low, long high) {
    return body.add(Opcode.I8X16_SHUFFLE.ordinal(), IrType.V128, a, b, NONE, low, graph.addHigh(high));
  }

  /** Constants as a vector of the loop's, in the lanes of a part. */
  private int constants(VectorNode node, int part) {
    long[] halves = new long[2];
    for (int i = 0; i < VectorPlan.VECTOR_BITS / node.lane(); i++) {
      long number = node.numbers()[(part * plan.lanes + i) % node.numbers().length];
      put(halves, node.lane(), i, number);
    }
    return before.vector(halves[0], halves[1]);
  }

  private static void put(long[] halves, int lane, int index, long number) {
    long mask = lane == Long.SIZE ? -1 : (1L << lane) - 1;
    halves[index * lane / Long.SIZE] |= (number & mask) << index * lane % Long.SIZE;
  }

  private int uniform(VectorNode node) {
    LoopAccess access = node.access();
    int group = plan.accesses.groups.indexOf(access.group());
    before.position = graph.position(access.instruction());
    int loaded = once.access(access.opcode(), access.group(), guard.bases[group], access.group().end(), access.offset(),
        NONE);
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
    long[] halves = new long[2];
    for (int i = 0; i < VectorPlan.VECTOR_BITS / node.lane(); i++) {
      int element = part * plan.lanes + i;
      put(halves, node.lane(), i, step * (element / plan.copies) + node.numbers()[element % plan.copies]);
    }
    int above = before.vector(halves[0], halves[1]);
    return halves[0] == 0 && halves[1] == 0 ? carried.get(node) : body.op(sumOf(node), carried.get(node), above);
  }

  private Opcode sumOf(VectorNode node) {
    return opcode(LaneOperators.of(graph.type(node.scalar()), node.lane(), "ADD"));
  }

  private int nextOf(VectorNode ramp) {
    long step = plan.turns * loop.induction(ramp.scalar()).constant() * ramp.numbers()[plan.copies];
    return body.op(sumOf(ramp), carried.get(ramp), constants(VectorNode.numbers(ramp.lane(), step), 0));
  }

  /** The last lane of one vector and all but the last of another. */
  private int recurrence(VectorNode node, int last, int now) {
    int bytes = node.lane() / Byte.SIZE;
    int from = (plan.lanes - 1) * bytes;
    long[] halves = new long[2];
    for (int i = 0; i < BYTES; i++) {
      put(halves, Byte.SIZE, i, i < bytes ? from + i : BYTES + i - bytes);
    }
    return shuffle(last, now, halves[0], halves[1]);
  }

  /** What the header's parameters are where the loop on vectors ends. */
  private int[] finals(int[] starts, BlockWriter behind) {
    int[] finals = new int[parameters];
    int parameter = graph.first(header);
    for (int i = 0; i < parameters; i++, parameter = graph.next(parameter)) {
      Induction induction = loop.induction(parameter);
      if (induction != null) {
        finals[i] = advanced(induction, starts[i], behind);
      } else if (plan.recurrences[i] != null) {
        int[] vectors = made.get(plan.recurrences[i].a());
        finals[i] = lane(behind, vectors[plan.parts - 1], graph.type(parameter), plan.lanes - 1);
      }
    }
    for (int k = 0; k < joined.length; k++) {
      VectorReduction reduction = plan.reductions.get(k);
      int sum = starts[reduction.parameter()];
      byte type = plan.type(reduction.parameter());
      for (int i = 0; i < plan.lanes; i++) {
        sum = behind.op(reduction.operator(), sum, lane(behind, joined[k], type, i));
      }
      finals[reduction.parameter()] = sum;
    }
    return finals;
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
