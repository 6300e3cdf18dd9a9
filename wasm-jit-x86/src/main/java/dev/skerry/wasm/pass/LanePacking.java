package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.ir.Shapes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds vectors that take the place of values of a loop: given what each copy of the body has for one value, it follows
 * its operands down to loads side by side, invariants, constants and what counts turns. An i32 may get lanes of fewer
 * bits: its low ones, which is all of it where {@link LaneRanges} says so, and operators that want all of it ask.
 */
final class LanePacking {

  private static final int NONE = Graph.NONE;
  private static final int MOST_NODES = 160;
  private static final int SHORT_BITS = 128;
  private static final long I32_MASK = 0xffff_ffffL;
  private static final long HALF_RANGE = 0x8000_0000L;

  private final Graph graph;
  private final NaturalLoop loop;
  private final LoopAccesses accesses;
  private final int copies;
  private final int lanes;
  private final int widest;
  private final Map<List<Integer>, VectorNode> values = new HashMap<>();
  private final Map<List<Integer>, VectorNode> masks = new HashMap<>();
  private final Map<Integer, Boolean> conditions = new HashMap<>();
  /** Operators whose operands are read the other way round. */
  private final Set<Integer> exchanged = new HashSet<>();
  private int nodes;
  private boolean loads;

  /**
   * For loops with so many copies in a turn.
   *
   * @param lanes elements of a vector
   * @param widest bits of the widest lane
   */
  LanePacking(Graph graph, NaturalLoop loop, LoopAccesses accesses, int copies, int lanes, int widest) {
    this.graph = graph;
    this.loop = loop;
    this.accesses = accesses;
    this.copies = copies;
    this.lanes = lanes;
    this.widest = widest;
  }

  /** Says whether anything was found that loads or stores. */
  boolean loads() {
    return loads;
  }

  /** How wide lanes with values of a type are; 0 if they would be too wide. */
  int lane(byte type) {
    int lane = type == IrType.I32 || type == IrType.F32 ? Integer.SIZE : type == IrType.V128 ? 0 : Long.SIZE;
    return lane <= widest ? lane : type == IrType.I32 ? widest : 0;
  }

  /** The vector of what each copy has, or null. */
  VectorNode value(int... copied) {
    List<Integer> key = key(copied);
    if (values.containsKey(key)) {
      return values.get(key);
    }
    values.put(key, null);
    int lane = lane(graph.type(copied[0]));
    VectorNode made = ++nodes > MOST_NODES || lane == 0 ? null : make(copied, graph.type(copied[0]), lane);
    values.put(key, made);
    return made;
  }

  private static List<Integer> key(int[] copied) {
    return Arrays.stream(copied).boxed().toList();
  }

  private VectorNode make(int[] v, byte type, int lane) {
    if (Arrays.stream(v).allMatch(value -> graph.is(value, IrOp.CONST))) {
      return VectorNode.numbers(lane, Arrays.stream(v).mapToLong(graph::imm).toArray());
    }
    if (isSame(v) && loop.isInvariant(v[0])) {
      return VectorNode.splat(lane, LaneOperators.of(type, lane, "SPLAT"), v[0]);
    }
    if (Arrays.stream(v).anyMatch(value -> graph.type(value) != type)) {
      return null;
    }
    if (!IrType.isFloat(type)) {
      VectorNode ramp = ramp(v, type, lane);
      if (ramp != null) {
        return ramp;
      }
    }
    if (graph.is(v[0], IrOp.PARAMETER)) {
      return recurrence(v, lane);
    }
    Opcode opcode = graph.opcode(v[0]);
    if (opcode == null || Arrays.stream(v).anyMatch(value -> !graph.is(value, opcode) || loop.isInvariant(value))) {
      return null;
    }
    if (opcode.accessBytes() > 0) {
      return load(v, opcode, lane);
    }
    if (isCondition(v[0])) {
      VectorNode mask = mask(v, lane);
      return mask == null ? null : VectorNode.operator(lane, Opcode.V128_AND.ordinal(), mask,
          VectorNode.numbers(lane, repeated(1)), null);
    }
    return opcode == Opcode.SELECT ? select(v, type, lane) : operator(v, opcode, type, lane);
  }

  private static boolean isSame(int[] v) {
    return Arrays.stream(v).allMatch(value -> value == v[0]);
  }

  private long[] repeated(long number) {
    long[] numbers = new long[copies];
    Arrays.fill(numbers, number);
    return numbers;
  }

  private int[] operands(int[] v, int which) {
    return Arrays.stream(v).map(value -> which == 2 ? graph.c(value)
        : which == 0 != exchanged.contains(value) ? graph.a(value) : graph.b(value)).toArray();
  }

  /** What is a parameter times a factor, plus a constant for each copy. */
  private VectorNode ramp(int[] v, byte type, int lane) {
    long[] numbers = new long[copies + 1];
    LinearForm first = LinearForm.of(graph, v[0]);
    for (int i = 0; i < copies; i++) {
      LinearForm form = LinearForm.of(graph, v[i]);
      if (form.count() != 1 || !form.hasTermsOf(first)) {
        return null;
      }
      numbers[i] = form.constant();
    }
    numbers[copies] = first.factor(0);
    Induction induction = loop.induction(first.value(0));
    if (induction == null || !induction.isConstant()) {
      return null;
    }
    return new VectorNode(VectorNode.Kind.RAMP, lane, LaneOperators.of(type, lane, "SPLAT"), null, null, null,
        induction.parameter(), null, numbers);
  }

  /** What each copy has for what the one before it had for another value, the first one for that of the last turn. */
  private VectorNode recurrence(int[] v, int lane) {
    int index = (int) graph.imm(v[0]);
    if (graph.block(v[0]) != loop.header) {
      return null;
    }
    int[] now = new int[copies];
    System.arraycopy(v, 1, now, 0, copies - 1);
    now[copies - 1] = graph.argument(loop.backEdges()[0], index);
    VectorNode of = Arrays.stream(now).anyMatch(value -> value == v[0]) ? null : value(now);
    boolean whole = graph.type(v[0]) != IrType.I32 || lane == Integer.SIZE;
    return of == null || !whole ? null
        : new VectorNode(VectorNode.Kind.RECURRENCE, lane, 0, of, null, null, v[0], null, null);
  }

  /** The recurrence that a parameter of the header is, which need not have been asked for before, or null. */
  VectorNode recurrence(int parameter, int next) {
    for (VectorNode node : values.values()) {
      if (node != null && node.kind() == VectorNode.Kind.RECURRENCE && node.scalar() == parameter) {
        return node;
      }
    }
    return copies == 1 && !loop.isInvariant(next) ? value(parameter) : null;
  }

  private VectorNode load(int[] v, Opcode opcode, int lane) {
    LoopAccess first = accesses.of(v[0]);
    if (first == null) {
      return null;
    }
    long[] offsets = new long[copies];
    AccessGroup group = first.group();
    boolean beside = !group.hasStep() && group.stride == copies * first.bytes();
    for (int i = 0; i < copies; i++) {
      LoopAccess access = accesses.of(v[i]);
      if (access == null || access.group() != group) {
        return null;
      }
      offsets[i] = access.offset() - first.offset();
      beside &= offsets[i] == i * first.bytes();
    }
    if (group.isUniform()) {
      int code = LaneOperators.of(graph.type(v[0]), lane, "SPLAT");
      return Arrays.stream(offsets).anyMatch(offset -> offset != 0) ? null
          : new VectorNode(VectorNode.Kind.UNIFORM, lane, code, null, null, null, NONE, first, null);
    }
    int bits = (int) first.bytes() * Byte.SIZE;
    int all = bits * lanes;
    if (!beside) {
      return bits != lane || bits < Integer.SIZE || all < SHORT_BITS ? null
          : new VectorNode(VectorNode.Kind.GATHER, lane, 0, null, null, null, NONE, first, offsets);
    }
    if (bits > lane || all < Integer.SIZE) {
      return null;
    }
    loads = true;
    Opcode whole = all >= 128 ? Opcode.V128_LOAD
        : all == Long.SIZE ? Opcode.V128_LOAD64_ZERO : Opcode.V128_LOAD32_ZERO;
    VectorNode node = new VectorNode(VectorNode.Kind.LOAD, bits, whole.ordinal(), null, null, null, NONE, first, null);
    return widened(node, lane, opcode.name().endsWith("_S"));
  }

  private static VectorNode widened(VectorNode from, int lane, boolean signed) {
    VectorNode node = from;
    while (node.lane() < lane) {
      node = VectorNode.operator(2 * node.lane(), LaneOperators.widen(node.lane(), signed), node, null, null);
    }
    return node;
  }

  /** The low bits of each copy's value in lanes of just so many, as memory has them; or null. */
  VectorNode narrowed(int[] v, int bits) {
    VectorNode node = value(v);
    if (node == null || node.lane() < bits || bits * lanes < Integer.SIZE) {
      return null;
    }
    loads = true;
    if (node.lane() == Long.SIZE && bits < Long.SIZE) {
      return bits == Integer.SIZE ? lowHalves(node) : null;
    }
    if (node.lane() > bits && !LaneRanges.of(graph, v).isUnsigned(bits)) {
      node = VectorNode.operator(node.lane(), Opcode.V128_AND.ordinal(), node,
          VectorNode.numbers(node.lane(), repeated((1L << bits) - 1)), null);
    }
    while (node.lane() > bits) {
      node = VectorNode.operator(node.lane() / 2, LaneOperators.narrow(node.lane()), node, node, null);
    }
    return node;
  }

  /** Unsigned i32 as f64: as signed ones that are less by half their range, and that added; both are exact. */
  private VectorNode ofUnsigned(VectorNode a) {
    VectorNode less = VectorNode.operator(Integer.SIZE, Opcode.V128_XOR.ordinal(), a,
        VectorNode.numbers(Integer.SIZE, repeated(HALF_RANGE)), null);
    VectorNode converted = VectorNode.operator(Long.SIZE, Opcode.F64X2_CONVERT_LOW_I32X4_S.ordinal(), less, null, null);
    return VectorNode.operator(Long.SIZE, Opcode.F64X2_ADD.ordinal(), converted,
        VectorNode.numbers(Long.SIZE, repeated(Double.doubleToRawLongBits(HALF_RANGE))), null);
  }

  /** The low 32 bits of lanes of 64. */
  private static VectorNode lowHalves(VectorNode node) {
    return new VectorNode(VectorNode.Kind.SHUFFLE, Integer.SIZE, Opcode.I8X16_SHUFFLE.ordinal(), node, node, null, NONE,
        null, new long[] {0x0b0a_0908_0302_0100L, 0x1b1a_1918_1312_1110L});
  }

  private VectorNode select(int[] v, byte type, int lane) {
    int[] chosen = operands(v, 0);
    int[] other = operands(v, 1);
    int[] condition = operands(v, 2);
    VectorNode a = value(chosen);
    VectorNode b = a == null ? null : value(other);
    if (b == null) {
      return null;
    }
    VectorNode least = extreme(chosen, other, condition, type, lane);
    if (least != null) {
      return least;
    }
    VectorNode mask = condition(condition, lane);
    return mask == null ? null : VectorNode.operator(lane, Opcode.V128_BITSELECT.ordinal(), a, b, mask);
  }

  /** The less or the greater of two numbers, by an operator for that; null if it is something else. */
  private VectorNode extreme(int[] chosen, int[] other, int[] condition, byte type, int lane) {
    Opcode relation = graph.opcode(condition[0]);
    if (relation == null || !isComparison(relation) || graph.type(graph.a(condition[0])) != type
        || type == IrType.I64 || type == IrType.I32 && !isWhole(chosen, other, relation, lane)) {
      return null;
    }
    String name = relation.name().substring("I32_".length());
    boolean less = name.startsWith("L");
    if (!less && !name.startsWith("G") || IrType.isFloat(type) && name.endsWith("E")) {
      return null;
    }
    boolean straight = true;
    boolean turned = true;
    for (int i = 0; i < copies; i++) {
      boolean same = graph.is(condition[i], relation);
      straight &= same && graph.a(condition[i]) == chosen[i] && graph.b(condition[i]) == other[i];
      turned &= same && graph.a(condition[i]) == other[i] && graph.b(condition[i]) == chosen[i];
    }
    if (!straight && !turned) {
      return null;
    }
    String operator = straight == less ? "MIN" : "MAX";
    String named = IrType.isFloat(type) ? "P" + operator : operator + name.substring(2);
    return VectorNode.operator(lane, LaneOperators.of(type, lane, named), value(other), value(chosen), null);
  }

  /** All bits of each lane where the i32 is not 0. */
  private VectorNode condition(int[] v, int lane) {
    if (!isSame(v) || !loop.isInvariant(v[0])) {
      VectorNode mask = mask(v, lane);
      if (mask != null) {
        return mask;
      }
    }
    return lane(IrType.I32) == lane ? against0(v, lane, "NE") : null;
  }

  private VectorNode against0(int[] v, int lane, String relation) {
    byte type = graph.type(v[0]);
    VectorNode value = lane(type) == lane ? value(v) : null;
    boolean whole = type != IrType.I32 || lane == Integer.SIZE || LaneRanges.of(graph, v).isSigned(lane)
        || LaneRanges.of(graph, v).isUnsigned(lane);
    return value == null || !whole ? null : VectorNode.operator(lane, LaneOperators.of(type, lane, relation), value,
        VectorNode.numbers(lane, repeated(0)), null);
  }

  /** Says whether a value is 0 or 1 by what makes it; asked once for each, as conditions may be made of each other. */
  private boolean isCondition(int value) {
    Boolean known = conditions.get(value);
    if (known == null) {
      known = readsCondition(value);
      conditions.put(value, known);
    }
    return known;
  }

  private boolean readsCondition(int value) {
    Opcode opcode = graph.opcode(value);
    if (opcode == null || graph.type(value) != IrType.I32 || loop.isInvariant(value)) {
      return false;
    }
    return switch (opcode) {
      case I32_EQZ, I64_EQZ -> true;
      case I32_AND, I32_OR, I32_XOR -> isCondition(graph.a(value)) && isCondition(graph.b(value));
      default -> isComparison(opcode);
    };
  }

  private static boolean isComparison(Opcode opcode) {
    for (int lane = Byte.SIZE; lane <= Long.SIZE; lane *= 2) {
      if (LaneOperators.mask(opcode, lane) != LaneOperators.NONE) {
        return true;
      }
    }
    return false;
  }

  /** All bits of each lane where a condition holds, or null. */
  private VectorNode mask(int[] v, int lane) {
    List<Integer> key = key(v);
    VectorNode known = masks.get(key);
    if (known != null) {
      return known.lane() == lane ? known : null;
    }
    Opcode opcode = graph.opcode(v[0]);
    boolean same = opcode != null && ++nodes <= MOST_NODES
        && Arrays.stream(v).allMatch(value -> graph.is(value, opcode) && isCondition(value));
    VectorNode made = same ? mask(v, opcode, lane) : null;
    if (made != null) {
      masks.put(key, made);
    }
    return made;
  }

  private VectorNode mask(int[] v, Opcode opcode, int lane) {
    int[] a = operands(v, 0);
    switch (opcode) {
      case I32_EQZ, I64_EQZ -> {
        if (!isCondition(a[0])) {
          return against0(a, lane, "EQ");
        }
        VectorNode mask = mask(a, lane);
        return mask == null ? null : VectorNode.operator(lane, Opcode.V128_NOT.ordinal(), mask, null, null);
      }
      case I32_AND, I32_OR, I32_XOR -> {
        VectorNode left = mask(a, lane);
        VectorNode right = left == null ? null : mask(operands(v, 1), lane);
        int code = LaneOperators.value(opcode, Integer.SIZE);
        return right == null ? null : VectorNode.operator(lane, code, left, right, null);
      }
      default -> {
        return comparison(v, opcode, lane);
      }
    }
  }

  private VectorNode comparison(int[] v, Opcode opcode, int lane) {
    aligned(v, opcode);
    int[] a = operands(v, 0);
    int[] b = operands(v, 1);
    byte type = graph.type(a[0]);
    int code = lane(type) == lane ? LaneOperators.mask(opcode, lane) : LaneOperators.NONE;
    if (code == LaneOperators.NONE || type == IrType.I32 && !isWhole(a, b, opcode, lane)) {
      return null;
    }
    VectorNode left = value(a);
    VectorNode right = left == null ? null : value(b);
    return right == null ? null : VectorNode.operator(lane, code, left, right, null);
  }

  /**
   * Says whether lanes hold all of two i32 for a comparison: both as signed or both as unsigned numbers. Signed ones
   * have the same order as unsigned ones, too, in lanes of any width.
   */
  private boolean isWhole(int[] a, int[] b, Opcode relation, int lane) {
    if (lane == Integer.SIZE) {
      return true;
    }
    LaneRanges.Range left = LaneRanges.of(graph, a);
    LaneRanges.Range right = LaneRanges.of(graph, b);
    boolean signed = left.isSigned(lane) && right.isSigned(lane);
    boolean unsigned = left.isUnsigned(lane) && right.isUnsigned(lane);
    return signed || unsigned && !relation.name().endsWith("_S");
  }

  /** Exchanges operands of copies that are not made like those of the first. */
  private void aligned(int[] v, Opcode opcode) {
    if (!LaneOperators.isCommutative(opcode)) {
      return;
    }
    int a = graph.a(v[0]);
    int b = graph.b(v[0]);
    for (int i = 1; i < copies; i++) {
      int left = graph.a(v[i]);
      int right = graph.b(v[i]);
      if (!isLike(a, left) && !isLike(b, right) && isLike(a, right) && isLike(b, left)) {
        exchanged.add(v[i]);
      }
    }
  }

  private boolean isLike(int one, int other) {
    LoopAccess access = accesses.of(one);
    LoopAccess otherAccess = accesses.of(other);
    return graph.op(one) == graph.op(other) && loop.isInvariant(one) == loop.isInvariant(other)
        && (access == null || otherAccess == null || access.group() == otherAccess.group());
  }

  private VectorNode operator(int[] v, Opcode opcode, byte type, int lane) {
    switch (opcode) {
      case I32_SHL, I32_SHR_S, I32_SHR_U, I64_SHL, I64_SHR_S, I64_SHR_U -> {
        return shift(v, opcode, lane);
      }
      case I32_ROTL, I32_ROTR, I64_ROTL, I64_ROTR -> {
        return rotation(v, opcode, type, lane);
      }
      case F32_COPYSIGN, F64_COPYSIGN -> {
        VectorNode a = value(operands(v, 0));
        VectorNode b = a == null ? null : value(operands(v, 1));
        return b == null ? null : VectorNode.operator(lane, Opcode.V128_BITSELECT.ordinal(), a, b,
            VectorNode.numbers(lane, repeated((1L << lane - 1) - 1)));
      }
      default -> { }
    }
    int code = LaneOperators.value(opcode, lane);
    if (code == LaneOperators.NONE) {
      return conversion(v, opcode, lane);
    }
    aligned(v, opcode);
    VectorNode a = value(operands(v, 0));
    boolean binary = Shapes.operands(opcode.ordinal()) > 1;
    VectorNode b = a == null || !binary ? null : value(operands(v, 1));
    return a == null || binary && b == null ? null : VectorNode.operator(lane, code, a, b, null);
  }

  /** Shifts by an invariant. Lanes of fewer bits than the number need all of it, or a shift to the left by fewer. */
  private VectorNode shift(int[] v, Opcode opcode, int lane) {
    int[] shifted = operands(v, 0);
    int[] counts = operands(v, 1);
    if (!isSame(counts) || !loop.isInvariant(counts[0])) {
      return null;
    }
    Opcode by = opcode;
    if (graph.type(v[0]) == IrType.I32 && lane < Integer.SIZE) {
      LaneRanges.Range range = LaneRanges.of(graph, shifted);
      boolean left = opcode == Opcode.I32_SHL;
      boolean unsigned = range.isUnsigned(lane);
      boolean few = graph.is(counts[0], IrOp.CONST) && (graph.imm(counts[0]) & Integer.SIZE - 1) < lane;
      if (!few || !left && !unsigned && (opcode == Opcode.I32_SHR_U || !range.isSigned(lane))) {
        return null;
      }
      by = left ? by : unsigned ? Opcode.I32_SHR_U : Opcode.I32_SHR_S;
    }
    VectorNode a = value(shifted);
    if (a == null) {
      return null;
    }
    int code = LaneOperators.shift(by, lane);
    return graph.is(counts[0], IrOp.CONST) ? constantShift(a, code, graph.imm(counts[0]))
        : new VectorNode(VectorNode.Kind.SHIFT, lane, code, a, null, null, counts[0], null, null);
  }

  private VectorNode rotation(int[] v, Opcode opcode, byte type, int lane) {
    int[] counts = operands(v, 1);
    if (!isSame(counts) || !graph.is(counts[0], IrOp.CONST) || lane < LinearForm.bits(type)) {
      return null;
    }
    boolean left = opcode == Opcode.I32_ROTL || opcode == Opcode.I64_ROTL;
    long count = (left ? graph.imm(counts[0]) : -graph.imm(counts[0])) & lane - 1;
    VectorNode a = value(operands(v, 0));
    if (a == null) {
      return null;
    }
    return VectorNode.operator(lane, Opcode.V128_OR.ordinal(),
        constantShift(a, LaneOperators.of(type, lane, "SHL"), count),
        constantShift(a, LaneOperators.of(type, lane, "SHR_U"), lane - count & lane - 1), null);
  }

  private static VectorNode constantShift(VectorNode a, int code, long count) {
    return new VectorNode(VectorNode.Kind.SHIFT, a.lane(), code, a, null, null, NONE, null,
        new long[] {count & I32_MASK});
  }

  private VectorNode conversion(int[] v, Opcode opcode, int lane) {
    int[] from = operands(v, 0);
    int needed = switch (opcode) {
      case F64_CONVERT_I32_S, F64_CONVERT_I32_U, F32_CONVERT_I32_S, F32_CONVERT_I32_U, F64_PROMOTE_F32,
          I64_EXTEND_I32_S, I64_EXTEND_I32_U, I32_TRUNC_SAT_F32_S, I32_TRUNC_SAT_F32_U, I32_REINTERPRET_F32,
          F32_REINTERPRET_I32 -> Integer.SIZE;
      case F32_DEMOTE_F64, I32_WRAP_I64, I64_REINTERPRET_F64, F64_REINTERPRET_I64 -> Long.SIZE;
      default -> 0;
    };
    boolean result = graph.type(v[0]) != IrType.I32 || lane == Integer.SIZE;
    VectorNode a = needed != 0 && result && lane(graph.type(from[0])) == needed ? value(from) : null;
    if (a == null) {
      return null;
    }
    Opcode code = switch (opcode) {
      case F64_CONVERT_I32_S -> Opcode.F64X2_CONVERT_LOW_I32X4_S;
      case F64_CONVERT_I32_U -> lanes * lane > SHORT_BITS ? null : Opcode.F64X2_CONVERT_LOW_I32X4_U;
      case F32_CONVERT_I32_S -> Opcode.F32X4_CONVERT_I32X4_S;
      case F32_CONVERT_I32_U -> Opcode.F32X4_CONVERT_I32X4_U;
      case F64_PROMOTE_F32 -> Opcode.F64X2_PROMOTE_LOW_F32X4;
      case F32_DEMOTE_F64 -> Opcode.F32X4_DEMOTE_F64X2_ZERO;
      case I64_EXTEND_I32_S -> Opcode.I64X2_EXTEND_LOW_I32X4_S;
      case I64_EXTEND_I32_U -> Opcode.I64X2_EXTEND_LOW_I32X4_U;
      case I32_TRUNC_SAT_F32_S -> Opcode.I32X4_TRUNC_SAT_F32X4_S;
      case I32_TRUNC_SAT_F32_U -> Opcode.I32X4_TRUNC_SAT_F32X4_U;
      default -> null;
    };
    if (code != null) {
      return VectorNode.operator(lane, code.ordinal(), a, null, null);
    }
    if (opcode == Opcode.F64_CONVERT_I32_U) {
      return ofUnsigned(a);
    }
    return opcode == Opcode.I32_WRAP_I64 ? lowHalves(a) : a;
  }
}
