package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How some turns of a loop whose blocks follow each other become one turn on vectors. The body may hold copies of
 * itself, as compilers of guests unroll loops: what the copies store lies side by side. An element is what one copy
 * does in one turn; a vector has a number of elements that is the same for all of them, in lanes as wide as each needs.
 */
final class VectorPlan {

  private static final int NONE = Graph.NONE;
  private static final int MOST_COPIES = 16;
  private static final int[] WIDEST_LANES = {8, 16, 32, 64};
  /** Operators on vectors, a slow one for several, that a lane joined in its order is worth. */
  private static final int LEAST_GAIN = 8;
  /** Other nodes that a vector loaded lane by lane is worth. */
  private static final int WORK_FOR_GATHER = 4;

  /** What is stored from where the first access is on, in lanes that memory has. */
  record Store(LoopAccess first, VectorNode value) {
  }

  final Graph graph;
  final NaturalLoop loop;
  final LoopAccesses accesses;
  /** Bits of the longest vectors: 128 or 256. */
  final int bits;
  /** Copies of the body in a turn, elements of a vector, vectors that take the place of one value in a turn. */
  final int copies;
  final int lanes;
  final int parts;
  /** How many turns become one. */
  final int turns;
  final List<Store> stores = new ArrayList<>();
  final List<VectorReduction> reductions = new ArrayList<>();
  /** By parameter of the header: the node that is its first-order recurrence. */
  final VectorNode[] recurrences;
  private final LanePacking packing;

  private VectorPlan(Graph graph, NaturalLoop loop, LoopAccesses accesses, int bits, int copies,
      int widest) {
    this.graph = graph;
    this.loop = loop;
    this.accesses = accesses;
    this.copies = copies;
    this.bits = bits;
    lanes = bits / widest;
    parts = Math.max(1, copies / lanes);
    turns = Math.max(1, lanes / copies);
    recurrences = new VectorNode[graph.parameterCount(loop.header)];
    packing = new LanePacking(graph, loop, accesses, copies, lanes, widest);
  }

  /** How to do it with as many elements in a vector as there can be, or null. */
  static VectorPlan of(Graph graph, NaturalLoop loop) {
    LoopAccesses accesses = LoopAccesses.of(graph, loop);
    if (accesses == null) {
      return null;
    }
    for (int bits = graph.vectorBits; bits >= 128; bits /= 2) {
      for (int widest : WIDEST_LANES) {
        for (int copies = 1; copies <= MOST_COPIES; copies *= 2) {
          VectorPlan plan = new VectorPlan(graph, loop, accesses, bits, copies, widest);
          if (plan.mayFit() && plan.pays() && accesses.isIndependent(plan.turns) && plan.stores() && plan.parameters()
              && plan.fits() && plan.isWorthwhile()) {
            return plan;
          }
        }
      }
    }
    return null;
  }

  /** Says whether there is an operator for all that is done with vectors of 256 bits. */
  private boolean fits() {
    for (VectorNode node : nodes()) {
      boolean operates = node.kind() == VectorNode.Kind.OPERATOR || node.kind() == VectorNode.Kind.SHIFT;
      boolean takes = isWide(node) || node.a() != null && isWide(node.a());
      if (operates && takes && !LaneOperators.isWide(node.code())) {
        return false;
      }
    }
    return true;
  }

  boolean isWide(VectorNode node) {
    return node.lane() * lanes > 128;
  }

  /** The type of the vectors of a node. */
  byte type(VectorNode node) {
    return isWide(node) ? IrType.V256 : IrType.V128;
  }

  /** All nodes that are needed, each once. */
  Set<VectorNode> nodes() {
    Set<VectorNode> all = new LinkedHashSet<>();
    stores.forEach(store -> collect(store.value(), all));
    reductions.forEach(reduction -> reduction.joined().forEach(node -> collect(node, all)));
    for (VectorNode recurrence : recurrences) {
      collect(recurrence, all);
    }
    return all;
  }

  private static void collect(VectorNode node, Set<VectorNode> all) {
    if (node != null && all.add(node)) {
      collect(node.a(), all);
      collect(node.b(), all);
      collect(node.c(), all);
    }
  }

  /** Says whether all that is stored in a turn may be what so many copies store side by side. */
  private boolean mayFit() {
    for (AccessGroup group : accesses.groups) {
      for (LoopAccess access : group.accesses) {
        if (access.isStore() && group.stride != copies * access.bytes()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Says whether there may be turns enough. */
  private boolean pays() {
    long all = loop.tripCount().turns();
    return all < 0 || all > 2L * turns;
  }

  /** Puts what the copies store side by side together. */
  private boolean stores() {
    List<LoopAccess> all = accesses.stores();
    all.sort(Comparator.comparingLong(LoopAccess::offset));
    boolean[] taken = new boolean[all.size()];
    for (int i = 0; i < all.size(); i++) {
      if (!taken[i]) {
        LoopAccess[] copied = new LoopAccess[copies];
        int count = 0;
        for (int k = i; k < all.size() && count < copies; k++) {
          LoopAccess next = all.get(k);
          if (!taken[k] && next.group() == all.get(i).group() && next.opcode() == all.get(i).opcode()
              && next.offset() == all.get(i).offset() + count * next.bytes()) {
            copied[count++] = next;
            taken[k] = true;
          }
        }
        if (count < copies || copied[0].group().stride != copies * copied[0].bytes() || !store(copied)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean store(LoopAccess[] copied) {
    int[] values = new int[copies];
    for (int i = 0; i < copies; i++) {
      values[i] = graph.b(copied[i].instruction());
    }
    VectorNode value = packing.narrowed(values, (int) copied[0].bytes() * Byte.SIZE);
    stores.add(new Store(copied[0], value));
    return value != null;
  }

  /** Finds what becomes of each parameter of the header, so that the loop can go on by itself. */
  private boolean parameters() {
    boolean any = !stores.isEmpty();
    int parameter = graph.first(loop.header);
    for (int i = 0; i < recurrences.length; i++, parameter = graph.next(parameter)) {
      if (loop.induction(parameter) == null) {
        int next = graph.argument(loop.backEdges()[0], i);
        VectorReduction reduction = reduction(parameter, i, next);
        if (reduction != null) {
          reductions.add(reduction);
          any = true;
        } else {
          recurrences[i] = packing.recurrence(parameter, next);
          if (recurrences[i] == null) {
            return false;
          }
        }
      }
    }
    return any && packing.loads();
  }

  /** The reduction that a parameter is, or null. */
  private VectorReduction reduction(int parameter, int index, int next) {
    Opcode operator = graph.opcode(next);
    byte type = graph.type(parameter);
    int lane = packing.lane(type);
    if (operator == null || !VectorReduction.isOperator(operator) || !LaneOperators.fits(type, lane)
        || type == IrType.I32 && lane < Integer.SIZE) {
      return null;
    }
    boolean ordered = VectorReduction.isOrdered(operator);
    List<Integer> joined = ordered ? fold(operator, next, parameter, false) : chain(operator, next, parameter);
    boolean last = ordered && joined.isEmpty();
    if (last && VectorReduction.isCommutative(operator)) {
      joined = fold(operator, next, parameter, true);
    }
    if (joined.isEmpty() || joined.size() % copies != 0) {
      return null;
    }
    List<VectorNode> nodes = new ArrayList<>();
    int each = joined.size() / copies;
    for (int k = 0; k < each; k++) {
      int[] values = new int[copies];
      for (int i = 0; i < copies; i++) {
        values[i] = joined.get(k + i * each);
      }
      VectorNode node = packing.value(values);
      if (node == null) {
        return null;
      }
      nodes.add(node);
    }
    int code = ordered ? LaneOperators.NONE : LaneOperators.value(operator, lane);
    return !ordered && code == NONE ? null : new VectorReduction(index, operator, code, last, lane, nodes);
  }

  /** Takes apart what an operator joins, in order; the parameter is the first of all. Nothing if it is none such. */
  private List<Integer> chain(Opcode operator, int last, int parameter) {
    List<Integer> joined = new ArrayList<>();
    int at = last;
    while (at != parameter) {
      if (joined.size() == LoopAccesses.MOST_ACCESSES || loop.isInvariant(at) || !graph.is(at, operator)) {
        return List.of();
      }
      boolean left = graph.a(at) == parameter || graph.b(at) != parameter && graph.is(graph.a(at), operator)
          && !loop.isInvariant(graph.a(at));
      joined.add(0, left ? graph.b(at) : graph.a(at));
      at = left ? graph.a(at) : graph.b(at);
    }
    return joined;
  }

  /** What an operator joins one after the other with the parameter, that always on the same side. */
  private List<Integer> fold(Opcode operator, int last, int parameter, boolean second) {
    List<Integer> joined = new ArrayList<>();
    int at = last;
    while (at != parameter) {
      if (joined.size() == LoopAccesses.MOST_ACCESSES || loop.isInvariant(at) || !graph.is(at, operator)) {
        return List.of();
      }
      joined.add(0, second ? graph.a(at) : graph.b(at));
      at = second ? graph.b(at) : graph.a(at);
    }
    return joined;
  }

  /** Says whether what is done on vectors is more than what lanes take that are loaded or joined by themselves. */
  private boolean isWorthwhile() {
    Set<VectorNode> all = nodes();
    long gathers = all.stream().filter(node -> node.kind() == VectorNode.Kind.GATHER).count();
    long others = all.stream().filter(node -> gain(node) > 0 || node.kind() == VectorNode.Kind.LOAD).count();
    if (gathers > 0 && others + stores.size() < WORK_FOR_GATHER * gathers) {
      return false;
    }
    if (!stores.isEmpty() || reductions.stream().anyMatch(reduction -> !reduction.isOrdered())) {
      return true;
    }
    int joins = reductions.stream().mapToInt(reduction -> reduction.joined().size()).sum();
    return all.stream().mapToInt(VectorPlan::gain).sum() >= LEAST_GAIN * joins;
  }

  private static int gain(VectorNode node) {
    return switch (node.kind()) {
      case OPERATOR -> LaneOperators.isSlow(node.code()) ? LEAST_GAIN : 1;
      case SHIFT -> 1;
      default -> 0;
    };
  }

  /** The type of a parameter of the header. */
  byte type(int parameter) {
    int at = graph.first(loop.header);
    for (int i = 0; i < parameter; i++) {
      at = graph.next(at);
    }
    return at == NONE ? IrType.VOID : graph.type(at);
  }
}
