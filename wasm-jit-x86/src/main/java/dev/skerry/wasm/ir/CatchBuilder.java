package dev.skerry.wasm.ir;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Builds what catches exceptions. A call or throw in a try gets an edge to a landing of its own, which goes to the
 * block that all landings of the try share; that one goes by the number of the clause to what the clause leads to, or
 * on to the try outside, whose clauses are numbered behind. All of it is cold.
 */
final class CatchBuilder {

  private static final int NONE = Graph.NONE;
  private static final int[] NOTHING = {};
  private static final int REFERENCE_SLOT = 1;
  private static final int FIRST_SLOT = 2;

  private final Graph graph;
  private final Cursor at;
  private final JoinedLocals joins;
  private final ControlBuilder control;
  private final IntFunction<List<ValType>> tagTypes;
  /** Whose body this is. */
  private Guard innermost;
  private final List<Guard> guards = new ArrayList<>();
  /** By guard: the number of the clause, then the values for the guard that catches the rest; and the clauses. */
  private final List<int[]> carried = new ArrayList<>();
  private final List<int[]> clauses = new ArrayList<>();
  private final List<List<Integer>> targets = new ArrayList<>();

  CatchBuilder(Cursor at, JoinedLocals joins, ControlBuilder control, IntFunction<List<ValType>> tagTypes) {
    this.graph = at.graph;
    this.at = at;
    this.joins = joins;
    this.control = control;
    this.tagTypes = tagTypes;
  }

  /** Opens the body of a try, with so many structured instructions around it. */
  Guard open(int construct, int depth) {
    innermost = new Guard(graph, construct, depth, innermost);
    guards.add(innermost);
    carried.add(null);
    clauses.add(NOTHING);
    targets.add(new ArrayList<>());
    return innermost;
  }

  /** Sets the clauses of a try_table: kind, tag, and label each. */
  void clauses(Guard guard, int[] read) {
    clauses.set(guard.number, read);
    for (int i = 0; i < read.length; i += 3) {
      guard.add(read[i + 1], (read[i] & 1) != 0);
    }
  }

  /** Leaves exceptions to the innermost guard with no more structured instructions around it. */
  void delegate(Guard guard, int depth) {
    Guard target = guard.outer;
    while (target != null && target.depth > depth) {
      target = target.outer;
    }
    guard.rest = target;
  }

  /** Ends a block whose last instruction may throw, if something catches it here; goes on behind, if it can. */
  void land(boolean goesOn) {
    if (innermost == null) {
      return;
    }
    int from = at.block;
    int next = goesOn ? graph.addBlock() : NONE;
    if (goesOn) {
      graph.addEdge(from, next, NOTHING, 0, 0);
    }
    int landing = graph.addBlock();
    graph.addEdge(from, landing, NOTHING, 0, 0);
    begin(landing);
    int clause = at.add(IrOp.LANDING, IrType.I32, NONE, innermost.number, 0);
    jump(innermost, values(innermost, clause));
    if (goesOn) {
      at.begin(next);
    }
  }

  private void begin(int block) {
    at.begin(block);
    graph.setCold(block, true);
  }

  /** What the block of a guard is given: the number of the clause, and locals as they are now. */
  private int[] values(Guard guard, int clause) {
    int list = joins.guarded(guard.construct);
    int[] values = new int[1 + joins.pool()[list]];
    values[0] = clause;
    for (int i = 1; i < values.length; i++) {
      values[i] = at.locals[joins.pool()[list + i]];
    }
    return values;
  }

  private void jump(Guard guard, int[] values) {
    at.add(IrOp.JUMP, IrType.VOID, NONE, 0, 0);
    graph.addEdge(at.block, guard.dispatch, values, 0, values.length);
  }

  /** Begins the block that the landings of a guard share: its parameters are what the locals are now. */
  private void dispatch(Guard guard) {
    begin(guard.dispatch);
    int[] clause = new int[1];
    at.parameter(guard.dispatch, IrType.I32, clause, 0);
    int list = joins.guarded(guard.construct);
    for (int i = 1; i <= joins.pool()[list]; i++) {
      int local = joins.pool()[list + i];
      at.parameter(guard.dispatch, graph.type(at.locals[local]), at.locals, local);
    }
    carried.set(guard.number, clause);
  }

  private boolean isUsed(Guard guard) {
    return graph.firstIn(guard.dispatch) != NONE;
  }

  /**
   * Begins a catch of a legacy try, with what was caught on the operand stack.
   *
   * @return whether it can be reached
   */
  boolean begin(ControlBuilder.Frame frame, int tag, boolean wantsReference) {
    Guard guard = frame.guard;
    boolean first = innermost == guard;
    if (first) {
      innermost = guard.outer;
    }
    if (!isUsed(guard) || guard.catchesAll()) {
      return false;
    }
    if (carried.get(guard.number) == null) {
      dispatch(guard);
      int clause = carried.get(guard.number)[0];
      carried.set(guard.number, guard.rest == null ? new int[] {clause} : values(guard.rest, clause));
    } else {
      int parameter = graph.next(graph.first(guard.dispatch));
      int list = joins.guarded(guard.construct);
      for (int i = 1; i <= joins.pool()[list]; i++) {
        at.locals[joins.pool()[list + i]] = parameter;
        parameter = graph.next(parameter);
      }
    }
    guard.add(tag, wantsReference);
    int target = graph.addBlock();
    targets.get(guard.number).add(target);
    begin(target);
    frame.caught = wantsReference ? at.add(IrOp.CAUGHT, IrType.I32, NONE, REFERENCE_SLOT, 0) : NONE;
    payload(tag);
    return true;
  }

  private void payload(int tag) {
    int slot = FIRST_SLOT;
    for (ValType type : tag == Guard.ANY ? List.<ValType>of() : tagTypes.apply(tag)) {
      at.push(at.add(IrOp.CAUGHT, IrType.of(type), NONE, slot, 0));
      slot += type.slots();
    }
  }

  /** Ends a try: builds the block that its landings share, if there are any. */
  void end(ControlBuilder.Frame frame) {
    Guard guard = frame.guard;
    if (innermost == guard) {
      innermost = guard.outer;
    }
    if (!isUsed(guard)) {
      return;
    }
    int block = at.block;
    int size = at.size;
    int[] before = values(guard, NONE);
    if (frame.kind == BodyScan.TRY_TABLE) {
      dispatch(guard);
      int clause = carried.get(guard.number)[0];
      carried.set(guard.number, guard.rest == null ? new int[] {clause} : values(guard.rest, clause));
      table(guard);
    } else if (carried.get(guard.number) == null) {
      dispatch(guard);
      int clause = carried.get(guard.number)[0];
      carried.set(guard.number, guard.rest == null ? new int[] {clause} : values(guard.rest, clause));
    }
    close(guard);
    at.block = block;
    at.size = size;
    int list = joins.guarded(guard.construct);
    for (int i = 1; i < before.length; i++) {
      at.locals[joins.pool()[list + i]] = before[i];
    }
  }

  /** Builds the ways from the clauses of a try_table to their labels, which are those outside. */
  private void table(Guard guard) {
    int[] read = clauses.get(guard.number);
    for (int i = 0; i < read.length; i += 3) {
      int target = graph.addBlock();
      targets.get(guard.number).add(target);
      begin(target);
      int size = at.size;
      payload((read[i] & 2) != 0 ? Guard.ANY : read[i + 1]);
      if ((read[i] & 1) != 0) {
        at.push(at.add(IrOp.CAUGHT, IrType.I32, NONE, REFERENCE_SLOT, 0));
      }
      control.jump(control.frame(read[i + 2] + 1));
      at.size = size;
    }
  }

  /** Ends the block that the landings of a guard share. */
  private void close(Guard guard) {
    int[] passed = carried.get(guard.number);
    List<Integer> ways = targets.get(guard.number);
    if (!guard.catchesAll() && (guard.rest != null || ways.isEmpty())) {
      int further = graph.addBlock();
      begin(further);
      ways.add(further);
      if (guard.rest == null) {
        at.add(IrOp.TRAP, IrType.VOID, NONE, Trap.Kind.UNREACHABLE.ordinal(), 0);
      } else {
        if (guard.clauses() > 0) {
          int own = at.constant(IrType.I32, guard.clauses());
          passed[0] = at.add(Opcode.I32_SUB, IrType.I32, passed[0], own, NONE, 0, 0);
        }
        jump(guard.rest, passed);
      }
    }
    int clause = graph.first(guard.dispatch);
    at.block = guard.dispatch;
    if (ways.size() == 1) {
      at.add(IrOp.JUMP, IrType.VOID, NONE, 0, 0);
    } else {
      int[] rows = new int[ways.size()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = i;
      }
      at.add(IrOp.SWITCH, IrType.VOID, clause, 0, graph.addTable(rows));
    }
    for (int way : ways) {
      graph.addEdge(guard.dispatch, way, NOTHING, 0, 0);
    }
  }

  /** At the function's end: gives the graph what catches where, outer guards first. */
  void finish() {
    for (Guard guard : guards) {
      guard.finish(graph);
    }
  }
}
