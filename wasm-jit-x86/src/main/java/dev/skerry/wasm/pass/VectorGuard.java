package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is found out once before a loop on vectors: how many turns of the loop it takes the place of, and whether all
 * that they access is within memory, without an address that wraps, and what they store apart from all else.
 */
final class VectorGuard {

  private static final int NONE = Graph.NONE;
  private static final int MOST_TURNS_BITS = 31;

  private final Graph graph;
  private final VectorPlan plan;
  private static final int MOST_PAIRS = 24;

  /** By group: its lowest address in the first turn, an i32. */
  final int[] bases;
  /** By group: the address in the first turn, and in the last but one or later, as i64. */
  private final int[] firsts;
  private final int[] lasts;
  /** By address and bytes: what lies so many above it. */
  private final Map<List<Object>, Integer> sums = new HashMap<>();
  /** What each parameter of the header is at first. */
  private final int[] starts;
  /** How many turns the loop on vectors takes the place of, an i32. */
  int turns;

  VectorGuard(VectorPlan plan, int[] starts) {
    this.plan = plan;
    this.starts = starts;
    graph = plan.graph;
    int groups = plan.accesses.groups.size();
    bases = new int[groups];
    firsts = new int[groups];
    lasts = new int[groups];
  }

  /** Says whether turns can be counted by what ends the loop. */
  static boolean canCount(TripCount count) {
    if (count.turns() >= 0) {
      return count.turns() <= Integer.MAX_VALUE;
    }
    long step = count.induction().constant();
    String relation = relation(count);
    boolean up = relation.startsWith("L");
    boolean ordered = up || relation.startsWith("G");
    return Long.bitCount(Math.abs(step)) == 1 && (relation.equals("NE") || ordered && up == step > 0);
  }

  private static String relation(TripCount count) {
    return count.relation().name().substring("I32_".length());
  }

  /**
   * Counts the turns before the last one that whole turns on vectors can take the place of. It is left unless there is
   * at least one such, to where the loop begins.
   *
   * @return the condition by which there are enough, or NONE if there always are
   */
  int count(BlockWriter writer) {
    TripCount count = plan.loop.tripCount();
    if (count.turns() >= 0) {
      turns = writer.constant(IrType.I32, count.turns() - 1 & -plan.turns);
      return count.turns() > plan.turns ? NONE : writer.constant(IrType.I32, 0);
    }
    Induction induction = count.induction();
    byte type = graph.type(induction.parameter());
    boolean up = induction.constant() > 0;
    int first = writer.sum(start(writer, induction.parameter()), count.offset());
    int limit = count.limit() == NONE ? writer.constant(type, 0)
        : writer.isConstant(count.limit()) ? writer.constant(type, graph.imm(count.limit())) : count.limit();
    int distance = up ? writer.difference(limit, first) : writer.difference(first, limit);
    int power = Long.numberOfTrailingZeros(induction.constant());
    boolean narrow = type == IrType.I32;
    int steps = power == 0 ? distance
        : writer.op(narrow ? Opcode.I32_SHR_U : Opcode.I64_SHR_U, distance, writer.constant(type, power));
    int enough = relation(count).equals("NE") ? NONE : writer.op(count.relation(), first, limit);
    if (!narrow) {
      int most = writer.constant(IrType.I64, 1L << MOST_TURNS_BITS);
      enough = and(writer, enough, writer.op(Opcode.I64_LT_U, steps, most));
      steps = writer.op(Opcode.I32_WRAP_I64, steps);
    }
    turns = plan.turns == 1 ? steps
        : writer.op(Opcode.I32_AND, steps, writer.constant(IrType.I32, -plan.turns));
    return and(writer, enough, writer.op(Opcode.I32_NE, turns, writer.constant(IrType.I32, 0)));
  }

  private static int and(BlockWriter writer, int one, int other) {
    return one == NONE ? other : writer.op(Opcode.I32_AND, one, other);
  }

  /** What a value is in the first turn. */
  private int start(BlockWriter writer, int value) {
    if (graph.is(value, IrOp.PARAMETER) && graph.block(value) == plan.loop.header) {
      return starts[(int) graph.imm(value)];
    }
    if (Stride.isProduct(graph, plan.loop, value)) {
      LinearForm changing = LinearForm.of(graph, Stride.changing(graph, plan.loop, value));
      return writer.op(Opcode.I32_MUL, sum(writer, changing, changing.constant()),
          Stride.multiplier(graph, plan.loop, value));
    }
    return value;
  }

  /** Computes where groups are in all turns, and the condition under which nothing is in the way. */
  int check(BlockWriter writer, int length) {
    List<AccessGroup> groups = plan.accesses.groups;
    int wide = writer.wide(turns);
    int fine = NONE;
    for (int i = 0; i < groups.size(); i++) {
      AccessGroup group = groups.get(i);
      bases[i] = sum(writer, group.form, group.lowest);
      firsts[i] = writer.wide(bases[i]);
      int step = group.hasStep() ? writer.product(writer.wide(group.step), group.factor) : NONE;
      if (group.hasStep()) {
        int most = writer.constant(IrType.I64, LoopAccesses.MOST_STRIDE);
        fine = and(writer, fine, writer.op(Opcode.I64_LE_U, step, most));
      }
      lasts[i] = group.isUniform() ? firsts[i] : writer.sum(firsts[i],
          group.hasStep() ? writer.op(Opcode.I64_MUL, wide, step) : writer.product(wide, group.stride));
      // One turn fewer starts there, but the loop itself makes one more.
      int end = above(writer, lasts[i], group.end());
      if (!writer.isConstant(end) || graph.imm(end) > graph.leastLength(plan.accesses.memory())) {
        fine = and(writer, fine, writer.op(Opcode.I64_LE_U, end, length));
      }
    }
    for (Pair pair : pairs(groups)) {
      int below = writer.op(Opcode.I64_LE_U, above(writer, lasts[pair.group], pair.span.end()),
          above(writer, firsts[pair.other], pair.otherSpan.begin()));
      int above = writer.op(Opcode.I64_LE_U, above(writer, lasts[pair.other], pair.otherSpan.end()),
          above(writer, firsts[pair.group], pair.span.begin()));
      fine = and(writer, fine, writer.op(Opcode.I32_OR, below, above));
    }
    return fine;
  }

  /** So many bytes above an address, made once. */
  private int above(BlockWriter writer, int address, long bytes) {
    return sums.computeIfAbsent(List.of(address, bytes), absent -> writer.sum(address, bytes));
  }

  /** Bytes of two groups that must be apart. */
  private record Pair(int group, AccessSpan span, int other, AccessSpan otherSpan) {
  }

  /** What must be apart, as one of them stores: arrays by themselves, or groups whole if those are too many. */
  private static List<Pair> pairs(List<AccessGroup> groups) {
    List<Pair> pairs = apart(groups.stream().map(AccessGroup::spans).toList());
    return pairs.size() <= MOST_PAIRS ? pairs : apart(groups.stream().map(group ->
        group.spans().stream().reduce(AccessSpan::with).stream().toList()).toList());
  }

  private static List<Pair> apart(List<List<AccessSpan>> spans) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < spans.size(); i++) {
      for (int k = 0; k < i; k++) {
        for (AccessSpan span : spans.get(i)) {
          for (AccessSpan other : spans.get(k)) {
            if (span.excludes(other)) {
              pairs.add(new Pair(i, span, k, other));
            }
          }
        }
      }
    }
    return pairs;
  }

  /** What a sum with another constant is in the first turn. */
  private int sum(BlockWriter writer, LinearForm form, long constant) {
    int sum = writer.constant(IrType.I32, constant);
    for (int i = 0; i < form.count(); i++) {
      sum = writer.sum(writer.product(start(writer, form.value(i)), form.factor(i)), sum);
    }
    return sum;
  }
}
