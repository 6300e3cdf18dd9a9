package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Builds blocks and edges of structured control. What a branch carries are the operands that its label takes and the
 * locals of {@link JoinedLocals}; a label gets a parameter only for those that differ between the branches to it, a
 * loop for all of them.
 */
final class ControlBuilder {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Cursor at;
  private final BodyScan scan;
  private final JoinedLocals joins;
  /** Where control comes in, if that is a loop; else null. */
  private final FrameEntry entry;
  private final BranchProfile profile;
  private final List<Frame> frames = new ArrayList<>();
  private int constructs;
  private boolean reachable = true;
  private int skipped;
  private int[] carried = new int[16];
  private int tableNumber;
  private final CatchBuilder catches;

  /** A structured instruction that is open. */
  static final class Frame {
    final byte kind;
    final int construct;
    final FuncType type;
    final int base;
    /** Where branches go; made when the first one is met. */
    int label = NONE;
    /** Where the {@code else} part begins. */
    int otherwise = NONE;
    /** What is as before in further parts: the operands of an {@code if}, then the locals of its list. */
    int[] saved;
    /** Of a try: what catches exceptions of its body. */
    Guard guard;
    /** Of a legacy try, in its catches: the reference to what was caught, or NONE. */
    int caught = NONE;
    /** The last br_table that names this label, and which of its edges leads there. */
    int stamp;
    int edge;

    Frame(byte kind, int construct, FuncType type, int base) {
      this.kind = kind;
      this.construct = construct;
      this.type = type;
      this.base = base;
    }

    List<ValType> labelTypes() {
      return kind == BodyScan.LOOP ? type.params() : type.results();
    }
  }

  /**
   * A builder of the control of one function.
   *
   * @param profile which way its branches went
   * @param tagTypes the types of the values that exceptions with a tag carry
   */
  ControlBuilder(Cursor at, BodyScan scan, JoinedLocals joins, FrameEntry entry, FuncType function,
      BranchProfile profile, IntFunction<List<ValType>> tagTypes) {
    this.graph = at.graph;
    this.at = at;
    this.scan = scan;
    this.joins = joins;
    this.entry = entry;
    this.profile = profile;
    catches = new CatchBuilder(at, joins, this, tagTypes);
    frames.add(new Frame(BodyScan.BLOCK, constructs++, new FuncType(List.of(), function.results()), 0));
  }

  boolean isOpen() {
    return !frames.isEmpty();
  }

  boolean isReachable() {
    return reachable;
  }

  /** Nothing that follows in this block is reached. */
  void leave() {
    reachable = false;
  }

  private Frame top() {
    return frames.get(frames.size() - 1);
  }

  Frame frame(int depth) {
    return frames.get(frames.size() - 1 - depth);
  }

  /** Takes note of an instruction that cannot be reached. */
  void skip(Opcode opcode, int index) {
    switch (opcode) {
      case BLOCK, LOOP, IF, TRY, TRY_TABLE -> {
        skipped++;
        constructs++;
      }
      case ELSE -> {
        if (skipped == 0) {
          otherwise();
        }
      }
      case CATCH, CATCH_ALL -> {
        if (skipped == 0) {
          catches(opcode == Opcode.CATCH ? index : Guard.ANY);
        }
      }
      case DELEGATE -> {
        if (skipped == 0) {
          delegate(index);
        } else {
          skipped--;
        }
      }
      case END -> {
        if (skipped == 0) {
          end();
        } else {
          skipped--;
        }
      }
      default -> { }
    }
  }

  void openBlock(FuncType type) {
    frames.add(new Frame(BodyScan.BLOCK, constructs++, type, at.size - type.params().size()));
  }

  void openIf(FuncType type) {
    int condition = at.pop();
    int construct = constructs++;
    Frame frame = new Frame(scan.kind(construct), construct, type, at.size - type.params().size());
    frames.add(frame);
    int taken = graph.addBlock();
    at.add(IrOp.BRANCH, IrType.VOID, condition, 0, 0);
    graph.addEdge(at.block, taken, carried, 0, 0);
    if (frame.kind == BodyScan.IF_ELSE) {
      frame.otherwise = graph.addBlock();
      graph.addEdge(at.block, frame.otherwise, carried, 0, 0);
      frame.saved = saved(frame);
    } else {
      edge(frame);
    }
    weigh();
    at.begin(taken);
  }

  /** Opens a try of either encoding; {@code clauses} are those of a try_table, or null. */
  void openTry(FuncType type, int[] clauses) {
    int construct = constructs++;
    if (entry != null && clauses == null) {
      entry.refuseInside("try");
    }
    Frame frame = new Frame(scan.kind(construct), construct, type, at.size - type.params().size());
    frame.saved = clauses == null ? saved(frame) : null;
    frame.guard = catches.open(construct, frames.size());
    frames.add(frame);
    if (clauses != null) {
      catches.clauses(frame.guard, clauses);
    }
  }

  /** Begins the next catch part of a try, for a tag or {@link Guard#ANY}. */
  void catches(int tag) {
    Frame frame = top();
    if (reachable) {
      jump(frame);
    }
    restore(frame, 0);
    at.size = frame.base;
    reachable = catches.begin(frame, tag, scan.isRethrown(frame.construct));
  }

  /** Ends a try whose exceptions are left to what catches those of an outer block. */
  void delegate(int label) {
    catches.delegate(top().guard, frames.size() - 2 - label);
    end();
  }

  /** Gives a call or throw that was just added an edge to where its exceptions land, if something catches them. */
  void guard(boolean goesOn) {
    catches.land(goesOn);
  }

  /** The reference that a catch of the block outside was given. */
  int caught(int depth) {
    return frame(depth).caught;
  }

  /** The operands that the parts of an {@code if} take, and the values of the locals that the first part assigns. */
  private int[] saved(Frame frame) {
    int params = frame.kind == BodyScan.TRY ? 0 : at.size - frame.base;
    int list = joins.restored(frame.construct);
    int count = joins.pool()[list];
    int[] values = new int[params + count];
    System.arraycopy(at.stack, frame.base, values, 0, params);
    for (int i = 0; i < count; i++) {
      values[params + i] = at.locals[joins.pool()[list + 1 + i]];
    }
    return values;
  }

  void otherwise() {
    Frame frame = top();
    if (reachable) {
      jump(frame);
    }
    at.begin(frame.otherwise);
    int params = frame.type.params().size();
    at.size = frame.base;
    for (int i = 0; i < params; i++) {
      at.push(frame.saved[i]);
    }
    restore(frame, params);
    frame.otherwise = NONE;
    frame.saved = null;
    reachable = true;
  }

  private void restore(Frame frame, int params) {
    int list = joins.restored(frame.construct);
    for (int i = params; i < frame.saved.length; i++) {
      at.locals[joins.pool()[list + 1 + i - params]] = frame.saved[i];
    }
  }

  /** Opens a loop; one that nothing branches to is a block. */
  void openLoop(FuncType type) {
    int construct = constructs++;
    boolean entered = scan.branches(construct) > 0;
    Frame frame = new Frame(entered ? BodyScan.LOOP : BodyScan.BLOCK, construct, type, at.size - type.params().size());
    frames.add(frame);
    if (!entered) {
      return;
    }
    frame.label = graph.addBlock();
    graph.setLoopHeader(frame.label, true);
    if (entry != null) {
      entry.before(construct, frame.base);
    }
    jump(frame);
    if (entry != null) {
      entry.edge(construct, frame.label, frame.base, joins.pool(), joins.joined(construct));
    }
    at.loopDepth++;
    at.begin(frame.label);
    for (int i = frame.base; i < at.size; i++) {
      at.parameter(frame.label, graph.type(at.stack[i]), at.stack, i);
    }
    int list = joins.joined(construct);
    for (int i = list + 1; i <= list + joins.pool()[list]; i++) {
      int local = joins.pool()[i];
      at.parameter(frame.label, graph.type(at.locals[local]), at.locals, local);
    }
    at.add(IrOp.POLL, IrType.VOID, NONE, 0, 0);
  }

  private int label(Frame frame) {
    if (frame.label == NONE) {
      frame.label = graph.addBlock();
    }
    return frame.label;
  }

  /** Adds an edge from the current block to a label. */
  void edge(Frame frame) {
    int arity = frame.labelTypes().size();
    int list = joins.joined(frame.construct);
    int count = joins.pool()[list];
    if (arity + count > carried.length) {
      carried = Arrays.copyOf(carried, 2 * (arity + count));
    }
    System.arraycopy(at.stack, at.size - arity, carried, 0, arity);
    for (int i = 0; i < count; i++) {
      carried[arity + i] = at.locals[joins.pool()[list + 1 + i]];
    }
    graph.addEdge(at.block, label(frame), carried, 0, arity + count);
  }

  void jump(Frame frame) {
    at.add(IrOp.JUMP, IrType.VOID, NONE, 0, 0);
    edge(frame);
  }

  void end() {
    Frame frame = top();
    if (frames.size() == 1) {
      endFunction(frame);
      return;
    }
    if (frame.guard != null) {
      endTry(frame);
    }
    if (frame.kind == BodyScan.LOOP) {
      at.loopDepth--;
    } else if (frame.label != NONE) {
      if (reachable) {
        jump(frame);
      }
      bind(frame);
    }
    frames.remove(frames.size() - 1);
  }

  /** What follows a try is reached from its body, and from its catches by its label. */
  private void endTry(Frame frame) {
    if (frame.kind == BodyScan.TRY && frame.label != NONE && reachable) {
      jump(frame);
      reachable = false;
    }
    catches.end(frame);
  }

  private void endFunction(Frame frame) {
    if (frame.label != NONE) {
      if (reachable) {
        jump(frame);
      }
      bind(frame);
    }
    if (reachable) {
      returns();
    }
    catches.finish();
    frames.clear();
  }

  /** Goes on behind a label that was branched to: what is the same on all edges stays, the rest are parameters. */
  private void bind(Frame frame) {
    int label = frame.label;
    int first = graph.firstIn(label);
    int count = graph.argumentCount(first);
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = graph.argument(first, i);
    }
    boolean[] differs = new boolean[count];
    int parameters = 0;
    for (int edge = graph.nextIn(first); edge != NONE; edge = graph.nextIn(edge)) {
      for (int i = 0; i < count; i++) {
        if (!differs[i] && graph.argument(edge, i) != values[i]) {
          differs[i] = true;
          parameters++;
        }
      }
    }
    if (parameters < count) {
      for (int edge = first; edge != NONE; edge = graph.nextIn(edge)) {
        graph.retainArguments(edge, differs);
      }
    }
    at.begin(label);
    for (int i = 0; i < count; i++) {
      if (differs[i]) {
        at.parameter(label, graph.type(values[i]), values, i);
      }
    }
    int arity = frame.type.results().size();
    at.size = frame.base;
    for (int i = 0; i < arity; i++) {
      at.push(values[i]);
    }
    int list = joins.joined(frame.construct);
    for (int i = arity; i < count; i++) {
      at.locals[joins.pool()[list + 1 + i - arity]] = values[i];
    }
    reachable = true;
  }

  void returns() {
    at.addWithList(IrOp.RETURN, IrType.VOID, NONE, 0, 0, frames.get(0).type.results().size());
    reachable = false;
  }

  void branch(int depth) {
    if (depth == frames.size() - 1) {
      returns();
      return;
    }
    jump(frame(depth));
    reachable = false;
  }

  /** Branches if a condition holds; goes on in a new block if not. */
  void branchIf(int condition, int depth) {
    at.add(IrOp.BRANCH, IrType.VOID, condition, 0, 0);
    edge(frame(depth));
    goOn();
  }

  private void goOn() {
    int next = graph.addBlock();
    graph.addEdge(at.block, next, carried, 0, 0);
    weigh();
    at.begin(next);
  }

  /** Gives the edges of the branch that ends the block, the first of which it takes if its condition holds, weights. */
  private void weigh() {
    int branch = profile.find(at.position);
    if (branch >= 0 && profile.ways(branch) == 2) {
      int first = graph.firstEdge(at.block);
      graph.weights.set(first, profile.count(branch, BranchProfile.HOLDS));
      graph.weights.set(first + 1, profile.count(branch, BranchProfile.FAILS));
    }
  }

  /** The same for a table, by the edge of each label. */
  private void weigh(int[] rows) {
    int branch = profile.find(at.position);
    if (branch >= 0 && profile.ways(branch) == rows.length) {
      for (int i = 0; i < rows.length; i++) {
        graph.weights.add(graph.firstEdge(at.block) + rows[i], profile.count(branch, i));
      }
    }
  }

  /** Branches without the reference on top if it is null; else it stays. */
  void branchOnNull(int depth) {
    int reference = at.pop();
    int isNull = at.add(Opcode.I32_EQZ, IrType.I32, reference, NONE, NONE, 0, 0);
    branchIf(isNull, depth);
    at.push(reference);
  }

  /** Branches with the reference on top if it is not null; else drops it. */
  void branchOnNonNull(int depth) {
    branchIf(at.top(), depth);
    at.pop();
  }

  void branchTable(int[] depths) {
    int index = at.pop();
    tableNumber++;
    int[] rows = new int[depths.length];
    int choice = at.add(IrOp.SWITCH, IrType.VOID, index, 0, 0);
    int targets = 0;
    for (int i = 0; i < depths.length; i++) {
      Frame frame = frame(depths[i]);
      if (frame.stamp != tableNumber) {
        frame.stamp = tableNumber;
        frame.edge = targets++;
        edge(frame);
      }
      rows[i] = frame.edge;
    }
    if (targets == 1) {
      graph.become(choice, IrOp.JUMP.code, NONE, NONE, NONE, 0, 0);
    } else {
      graph.setAux(choice, graph.addTable(rows));
      weigh(rows);
    }
    reachable = false;
  }
}
