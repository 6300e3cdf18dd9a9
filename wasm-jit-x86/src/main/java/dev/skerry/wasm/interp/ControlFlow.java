package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Translates structured control: blocks, branches with their values, returns; skips what cannot be reached. */
final class ControlFlow {

  /** More values than this travel by one block copy, so that short bodies cannot make long code. */
  private static final int SINGLE_MOVES = 4;

  private final CodeBuffer code;
  private final OperandStack stack;
  private final Emitter emit;
  private final Handlers handlers;
  private final IntFunction<List<ValType>> tagTypes;
  private final List<ControlFrame> frames = new ArrayList<>();
  private final LoopTable loops = new LoopTable();
  private boolean reachable = true;
  private int skipped;

  /** @param tagTypes the types of the values that exceptions with a tag carry */
  ControlFlow(FuncType function, CodeBuffer code, OperandStack stack, Emitter emit, Handlers handlers,
      IntFunction<List<ValType>> tagTypes) {
    this.handlers = handlers;
    this.tagTypes = tagTypes;
    this.code = code;
    this.stack = stack;
    this.emit = emit;
    frames.add(new ControlFrame(Opcode.BLOCK, new FuncType(List.of(), function.results()), 0, 0));
  }

  boolean isOpen() {
    return !frames.isEmpty();
  }

  boolean isReachable() {
    return reachable;
  }

  private ControlFrame top() {
    return frames.get(frames.size() - 1);
  }

  private ControlFrame at(int depth) {
    return frames.get(frames.size() - 1 - depth);
  }

  /** Takes note of an instruction that cannot be reached. */
  void skip(Opcode opcode, int index) {
    switch (opcode) {
      case BLOCK, LOOP, IF, TRY, TRY_TABLE -> skipped++;
      case CATCH, CATCH_ALL -> {
        if (skipped == 0) {
          catches(opcode, index);
        }
      }
      case DELEGATE -> {
        if (skipped == 0) {
          delegate(index);
        } else {
          skipped--;
        }
      }
      case ELSE -> {
        if (skipped == 0) {
          otherwise();
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

  /** Nothing that follows in this block is reached. */
  void leave() {
    reachable = false;
  }

  void open(Opcode opcode, FuncType type) {
    Label otherwise = null;
    if (opcode == Opcode.IF) {
      otherwise = new Label();
      if (!emit.isSettledBelowTop(type.params().size())) {
        emit.settleTop(type.params().size() + 1);
        emit.settleLocals();
      }
      emit.branchIf(false, otherwise);
    }
    emit.settleTop(type.params().size());
    emit.settleLocals();
    int base = stack.size() - type.params().size();
    int basePosition = base == stack.size() ? stack.position() : stack.position(base);
    ControlFrame frame = new ControlFrame(opcode, type, base, basePosition);
    frame.otherwise = otherwise;
    frames.add(frame);
    if (opcode == Opcode.LOOP) {
      emit.enterLoop();
      code.bind(frame.label);
      if (stack.constants() == 0) {
        loops.add(code.size(), code.offset());
      }
    }
  }

  /** The loops so far, whose units count from the first of the body. */
  LoopTable loops() {
    return loops;
  }

  /** Opens a try_table; the labels of its clauses are those outside. */
  void openTryTable(FuncType type, int[] clauses) {
    List<ControlFrame.Clause> resolved = new ArrayList<>();
    for (int i = 0; i < clauses.length; i += 3) {
      int kind = (clauses[i] & 1) == 0 ? HandlerTable.CATCH : HandlerTable.CATCH_REF;
      resolved.add(new ControlFrame.Clause(kind, clauses[i + 1], at(clauses[i + 2])));
    }
    openGuarded(Opcode.TRY_TABLE, type);
    top().clauses = resolved;
  }

  /** Opens a block whose body throws to its own handlers. */
  void openGuarded(Opcode opcode, FuncType type) {
    open(opcode, type);
    code.bind(new Label());
    top().guardedFrom = code.size();
  }

  /** Begins the next catch part of a try. */
  void catches(Opcode opcode, int tag) {
    ControlFrame frame = top();
    if (reachable) {
      moveTo(frame);
      code.branch(Op.BR, 0, 0, frame.label);
    }
    if (frame.guardedTo < 0) {
      frame.guardedTo = code.size();
    }
    Label landing = new Label();
    code.bind(landing);
    frame.opcode = opcode;
    frame.caught = FramePlan.operand(frame.basePosition);
    boolean all = opcode == Opcode.CATCH_ALL;
    handlers.add(frame.guardedFrom, frame.guardedTo, HandlerTable.CATCH_LEGACY, all ? HandlerTable.ANY : tag,
        landing, frame.caught, frames.size() - 1);
    stack.truncate(frame.base);
    stack.push(1);
    List<ValType> values = all ? List.of() : tagTypes.apply(tag);
    for (ValType value : values) {
      stack.push(value.slots());
    }
    reachable = true;
  }

  /** Ends a try whose exceptions are left to an outer block. */
  void delegate(int label) {
    int depth = frames.size() - 1;
    handlers.delegate(top().guardedFrom, code.size(), depth, depth - 1 - label);
    end();
  }

  /** The slot of the reference to what a block caught. */
  int caught(int depth) {
    return at(depth).caught;
  }

  void otherwise() {
    ControlFrame frame = top();
    if (reachable) {
      emit.settleTop(frame.type.results().size());
      code.branch(Op.BR, 0, 0, frame.label);
    }
    code.bind(frame.otherwise);
    frame.otherwise = null;
    restart(frame, frame.type.params());
  }

  void end() {
    ControlFrame frame = top();
    if (frames.size() == 1) {
      endFunction(frame);
      return;
    }
    if (reachable) {
      if (frame.caught < 0) {
        emit.settleTop(frame.type.results().size());
      } else {
        moveTo(frame);
      }
    }
    for (ControlFrame.Clause clause : frame.clauses) {
      handlers.add(frame.guardedFrom, code.size(), clause.kind(), clause.tag(), clause.target().label,
          FramePlan.operand(clause.target().basePosition), frames.size() - 1);
    }
    boolean joins = reachable || frame.otherwise != null;
    if (frame.otherwise != null) {
      code.bind(frame.otherwise);
    }
    if (frame.opcode == Opcode.LOOP) {
      emit.leaveLoop();
    } else if (frame.label.isUsed()) {
      code.bind(frame.label);
      joins = true;
    }
    frames.remove(frames.size() - 1);
    restart(frame, frame.type.results());
    reachable = joins;
  }

  private void endFunction(ControlFrame frame) {
    if (frame.label.isUsed()) {
      if (reachable) {
        emit.settleTop(frame.type.results().size());
      }
      code.bind(frame.label);
      restart(frame, frame.type.results());
      returns();
    } else if (reachable) {
      returns();
    }
    frames.clear();
  }

  private void restart(ControlFrame frame, List<ValType> types) {
    stack.truncate(frame.base);
    for (ValType type : types) {
      stack.push(type.slots());
    }
    reachable = true;
  }

  void returns() {
    List<ValType> results = frames.get(0).type.results();
    int first = stack.size() - results.size();
    int slots = resultSlots();
    if (slots == 0) {
      code.emit(Op.RET, 0, 0, 0);
    } else if (slots == 1) {
      code.emit(Op.RET1, FramePlan.RESULTS, emit.use(first), 0);
    } else {
      emit.settleTop(results.size());
      code.emit(Op.RETN, FramePlan.RESULTS, FramePlan.operand(stack.position(first)), slots);
    }
    reachable = false;
  }

  private int resultSlots() {
    return frames.get(0).type.resultSlots();
  }

  void branch(int depth) {
    if (depth == frames.size() - 1) {
      returns();
      return;
    }
    moveTo(at(depth));
    code.branch(Op.BR, 0, 0, at(depth).label);
    reachable = false;
  }

  /**
   * Settles what a conditional branch carries, below so many other operands, if it will settle it: what is settled must
   * be so on both paths.
   */
  private void settleForBranch(int depth, int above) {
    int arity = at(depth).labelTypes().size();
    if (arity > SINGLE_MOVES || depth == frames.size() - 1 && resultSlots() > 1) {
      emit.settleTop(arity + above);
    }
  }

  void branchIf(int depth) {
    ControlFrame target = at(depth);
    settleForBranch(depth, 1);
    if (isInPlace(target, 1)) {
      emit.branchIf(true, target.label);
      return;
    }
    Label past = new Label();
    emit.branchIf(false, past);
    branch(depth);
    code.bind(past);
    reachable = true;
  }

  /** Branches without the reference on top if it is null; else it stays. */
  void branchOnNull(int depth) {
    ControlFrame target = at(depth);
    settleForBranch(depth, 1);
    emit.settleTop(1);
    int reference = FramePlan.operand(stack.position(stack.size() - 1));
    if (isInPlace(target, 1)) {
      code.branch(Op.I32_BR_EQ_K, reference, 0, target.label);
      return;
    }
    Label past = new Label();
    code.branch(Op.I32_BR_NE_K, reference, 0, past);
    stack.pop();
    branch(depth);
    stack.push(1);
    code.bind(past);
    reachable = true;
  }

  /** Branches with the reference on top if it is not null; else drops it. */
  void branchOnNonNull(int depth) {
    ControlFrame target = at(depth);
    settleForBranch(depth, 0);
    emit.settleTop(1);
    int reference = FramePlan.operand(stack.position(stack.size() - 1));
    if (isInPlace(target, 0)) {
      code.branch(Op.I32_BR_NE_K, reference, 0, target.label);
    } else {
      Label past = new Label();
      code.branch(Op.I32_BR_EQ_K, reference, 0, past);
      branch(depth);
      code.bind(past);
      reachable = true;
    }
    stack.pop();
  }

  void branchTable(int[] depths) {
    int arity = at(depths[0]).labelTypes().size();
    if (arity > SINGLE_MOVES) {
      emit.settleTop(arity + 1);
    }
    int index = emit.use(stack.size() - 1);
    stack.pop();
    code.emit(Op.BR_TABLE, index, depths.length - 1, 0);
    Map<Integer, Label> detours = new HashMap<>();
    for (int depth : depths) {
      boolean direct = isInPlace(at(depth), 0);
      Label label = direct ? at(depth).label : detours.computeIfAbsent(depth, d -> new Label());
      code.branch(Op.BR, 0, 0, label);
    }
    detours.forEach((depth, label) -> {
      code.bind(label);
      moveTo(at(depth));
      code.branch(Op.BR, 0, 0, at(depth).label);
    });
    reachable = false;
  }

  /** Says whether the values that a branch carries, below so many other operands, already are where it wants them. */
  private boolean isInPlace(ControlFrame target, int above) {
    int count = target.labelTypes().size();
    int position = target.basePosition;
    for (int entry = stack.size() - above - count; entry < stack.size() - above; entry++) {
      if (stack.kind(entry) != OperandStack.IN_SLOT || stack.position(entry) != position) {
        return false;
      }
      position += stack.width(entry);
    }
    return true;
  }

  /** Moves the top values to where the target expects them. Upwards in order: no move overwrites a later source. */
  private void moveTo(ControlFrame target) {
    int count = target.labelTypes().size();
    int first = stack.size() - count;
    if (count == 0 || isInPlace(target, 0)) {
      return;
    }
    if (count > SINGLE_MOVES) {
      emit.settleTop(count);
      int slots = stack.position() - stack.position(first);
      code.emit(Op.COPY, FramePlan.operand(target.basePosition), FramePlan.operand(stack.position(first)), slots);
      return;
    }
    int position = target.basePosition;
    for (int entry = first; entry < stack.size(); entry++) {
      emit.move(entry, FramePlan.operand(position));
      position += stack.width(entry);
    }
  }
}
