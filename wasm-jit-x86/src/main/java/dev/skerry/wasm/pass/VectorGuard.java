package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.List;

/**
 * What is found out once before a loop on vectors: how many turns of the loop it takes the place of, and whether all
 * that they access is within memory, without an address that wraps, and what they store apart from all else.
 */
final class VectorGuard {

  private static final int NONE = Graph.NONE;
  private static final int MOST_TURNS_BITS = 31;

  private final Graph graph;
  private final VectorPlan plan;
  /** By group: its lowest address in the first turn, an i32; the first byte and behind the last one, in all turns. */
  final int[] bases;
  private final int[] begins;
  private final int[] ends;
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
    begins = new int[groups];
    ends = new int[groups];
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
    int first = writer.sum(start(induction.parameter()), count.offset());
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
  private int start(int value) {
    boolean own = graph.is(value, IrOp.PARAMETER) && graph.block(value) == plan.loop.header;
    return own ? starts[(int) graph.imm(value)] : value;
  }

  /** Computes where groups are in all turns, and the condition under which nothing is in the way. */
  int check(BlockWriter writer, int length) {
    List<AccessGroup> groups = plan.accesses.groups;
    int wide = writer.wide(turns);
    int fine = NONE;
    for (int i = 0; i < groups.size(); i++) {
      AccessGroup group = groups.get(i);
      bases[i] = base(writer, group);
      int address = writer.wide(bases[i]);
      begins[i] = writer.sum(address, group.begin());
      int last = group.stride == 0 ? address : writer.sum(address, writer.product(wide, group.stride));
      // One turn fewer starts there, but the loop itself makes one more.
      ends[i] = writer.sum(last, group.end());
      if (!writer.isConstant(ends[i]) || graph.imm(ends[i]) > graph.leastLength(plan.accesses.memory())) {
        fine = and(writer, fine, writer.op(Opcode.I64_LE_U, ends[i], length));
      }
    }
    for (int[] pair : pairs(groups)) {
      int below = writer.op(Opcode.I64_LE_U, ends[pair[0]], begins[pair[1]]);
      int above = writer.op(Opcode.I64_LE_U, ends[pair[1]], begins[pair[0]]);
      fine = and(writer, fine, writer.op(Opcode.I32_OR, below, above));
    }
    return fine;
  }

  /** Groups that must not share bytes, for one of them stores. */
  private static List<int[]> pairs(List<AccessGroup> groups) {
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      for (int k = 0; k < i; k++) {
        AccessGroup one = groups.get(i);
        AccessGroup other = groups.get(k);
        if (one.stores && (other.stores || other.loads) || other.stores && one.loads) {
          pairs.add(new int[] {i, k});
        }
      }
    }
    return pairs;
  }

  private int base(BlockWriter writer, AccessGroup group) {
    LinearForm form = group.form;
    int sum = writer.constant(IrType.I32, group.lowest);
    for (int i = 0; i < form.count(); i++) {
      sum = writer.sum(writer.product(start(form.value(i)), form.factor(i)), sum);
    }
    return sum;
  }
}
