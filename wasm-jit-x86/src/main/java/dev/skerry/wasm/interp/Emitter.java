package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/** Emits straight-line code from operands that may still be locals or constants. */
final class Emitter {

  private final CodeBuffer code;
  private final OperandStack stack;
  private final FramePlan plan;
  private final Locals locals;
  private int loopDepth;

  Emitter(CodeBuffer code, OperandStack stack, FramePlan plan, Locals locals) {
    this.code = code;
    this.stack = stack;
    this.plan = plan;
    this.locals = locals;
  }

  void enterLoop() {
    loopDepth++;
  }

  void leaveLoop() {
    loopDepth--;
  }

  /** A slot that holds the entry's value. In loops constants are kept in the frame, elsewhere they are made here. */
  int use(int entry) {
    switch (stack.kind(entry)) {
      case OperandStack.LOCAL:
        return locals.slot(stack.local(entry));
      case OperandStack.CONSTANT:
        if (loopDepth > 0 && plan.hasRoomForConstant(stack.value(entry))) {
          return plan.constant(stack.value(entry));
        }
        int slot = FramePlan.operand(stack.position(entry));
        code.emitConstant(Op.CONST, slot, stack.value(entry));
        return slot;
      default:
        return FramePlan.operand(stack.position(entry));
    }
  }

  /** Brings the entry's value to a slot; the entry itself stays as it is. */
  void move(int entry, int slot) {
    switch (stack.kind(entry)) {
      case OperandStack.LOCAL -> copy(slot, locals.slot(stack.local(entry)), stack.width(entry));
      case OperandStack.CONSTANT -> code.emitConstant(Op.CONST, slot, stack.value(entry));
      default -> copy(slot, FramePlan.operand(stack.position(entry)), stack.width(entry));
    }
  }

  private void copy(int to, int from, int width) {
    if (to == from) {
      return;
    }
    if (width == 1) {
      code.emit(Op.MOVE, to, from, 0);
    } else if (width == 2) {
      code.emit(VectorOp.MOVE, to, from, 0);
    } else {
      code.emit(Op.COPY, to, from, width);
    }
  }

  /** Brings an entry to its own slot. If it stands for a local it must be the topmost that does. */
  void settle(int entry) {
    if (stack.kind(entry) != OperandStack.IN_SLOT) {
      move(entry, FramePlan.operand(stack.position(entry)));
      stack.settle(entry);
    }
  }

  /** Brings the top entries to their own slots. */
  void settleTop(int count) {
    for (int i = 1; i <= count; i++) {
      settle(stack.size() - i);
    }
  }

  /** Brings all entries that stand for locals to their own slots. */
  void settleLocals() {
    for (int entry = stack.size() - 1; entry >= stack.aliasFree(); entry--) {
      if (stack.kind(entry) == OperandStack.LOCAL) {
        settle(entry);
      }
    }
    stack.noteAliasFree();
  }

  /** Says whether no entry below the top stands for a local, and the given number of them are in their slots. */
  boolean isSettledBelowTop(int count) {
    int top = stack.size() - 1;
    for (int entry = top - 1; entry >= Math.min(stack.aliasFree(), top - count); entry--) {
      byte kind = stack.kind(entry);
      if (kind == OperandStack.LOCAL || kind == OperandStack.CONSTANT && entry >= top - count) {
        return false;
      }
    }
    return true;
  }

  /** Pops the top into a local. */
  void setLocal(int local) {
    int entry = stack.size() - 1;
    byte kind = stack.kind(entry);
    if (kind == OperandStack.LOCAL && stack.local(entry) == local) {
      stack.pop();
      return;
    }
    int slot = locals.slot(local);
    boolean clean = stack.topmost(local) < 0;
    for (int alias = stack.topmost(local); alias >= 0; alias = stack.topmost(local)) {
      settle(alias);
    }
    boolean placed = clean && kind == OperandStack.IN_SLOT
        && code.retarget(FramePlan.operand(stack.position(entry)), slot);
    if (!placed) {
      move(entry, slot);
    }
    stack.pop();
  }

  /** One operand, one result, and an immediate. */
  void unary(int op, int immediate) {
    int operand = use(stack.size() - 1);
    stack.pop();
    code.emit(op, stack.push(1), operand, immediate);
  }

  /** Puts the result that was just pushed through another instruction. */
  void again(int op) {
    int slot = FramePlan.operand(stack.position(stack.size() - 1));
    code.emit(op, slot, slot, 0);
  }

  /** Two operands, no result, and an immediate. */
  void store(int op, int immediate) {
    int value = use(stack.size() - 1);
    int target = use(stack.size() - 2);
    stack.truncate(stack.size() - 2);
    code.emit(op, target, value, immediate);
  }

  void binary(Opcode opcode) {
    int second = stack.size() - 1;
    int first = second - 1;
    int plain = Selection.plain(opcode);
    int constant = Selection.constant(opcode);
    if (opcode == Opcode.I32_SUB || opcode == Opcode.I64_SUB) {
      long negative = -number(opcode, second);
      if (stack.isConstant(second) && negative == (int) negative) {
        replace(2, opcode == Opcode.I32_SUB ? Op.I32_ADD_K : Op.I64_ADD_K, use(first), (int) negative);
        return;
      }
    } else if (constant != Selection.NONE) {
      if (fits(opcode, second)) {
        replace(2, constant, use(first), (int) stack.value(second));
        return;
      }
      if (Selection.commutes(opcode) && fits(opcode, first)) {
        replace(2, constant, use(second), (int) stack.value(first));
        return;
      }
    }
    int right = use(second);
    replace(2, plain, use(first), right);
  }

  private boolean fits(Opcode opcode, int entry) {
    long value = number(opcode, entry);
    return stack.isConstant(entry) && value == (int) value;
  }

  /** The integer that the entry holds if it is a constant, sign-extended. */
  private long number(Opcode opcode, int entry) {
    return opcode.signature.charAt(0) == 'i' ? (int) stack.value(entry) : stack.value(entry);
  }

  private void replace(int operands, int op, int b, int c) {
    stack.truncate(stack.size() - operands);
    code.emit(op, stack.push(1), b, c);
  }

  void compare(Opcode opcode) {
    int second = stack.size() - 1;
    int first = second - 1;
    if (Comparisons.isInteger(opcode)) {
      boolean mirrored = !stack.isConstant(second);
      int constant = mirrored ? first : second;
      Comparisons.Choice choice = stack.isConstant(constant)
          ? Comparisons.constant(opcode, number(opcode, constant), mirrored) : null;
      if (choice != null) {
        replace(2, choice.op(), use(mirrored ? second : first), (int) choice.value());
        return;
      }
    }
    Comparisons.Choice choice = Comparisons.slots(opcode);
    int right = use(second);
    int left = use(first);
    replace(2, choice.op(), choice.swap() ? right : left, choice.swap() ? left : right);
  }

  void isZero(Opcode opcode) {
    int entry = stack.size() - 1;
    if (opcode == Opcode.I32_EQZ && isFreshComparison(entry)) {
      code.changeLastOp(Comparisons.negated(code.lastOp()));
      return;
    }
    replace(1, opcode == Opcode.I32_EQZ ? Op.I32_EQ_K : Op.I64_EQ_K, use(entry), 0);
  }

  /** Says whether the last instruction is a comparison whose result is that entry. */
  private boolean isFreshComparison(int entry) {
    return stack.kind(entry) == OperandStack.IN_SLOT && Comparisons.branch(code.lastOp()) != Selection.NONE
        && code.lastA() == FramePlan.operand(stack.position(entry));
  }

  /** Pops a condition and branches if it is not 0, or if {@code sense} is false, if it is 0. */
  void branchIf(boolean sense, Label target) {
    int entry = stack.size() - 1;
    if (isFreshComparison(entry)) {
      int op = Comparisons.branch(code.lastOp());
      int left = code.lastB();
      int right = code.lastC();
      code.dropLast();
      code.branch(sense ? op : Comparisons.negated(op), left, right, target);
    } else {
      code.branch(sense ? Op.I32_BR_NE_K : Op.I32_BR_EQ_K, use(entry), 0, target);
    }
    stack.pop();
  }

  /** Pops so many entries and pushes results, which are in their slots. */
  void exchange(int operands, List<ValType> results) {
    stack.truncate(stack.size() - operands);
    for (ValType result : results) {
      stack.push(result.slots());
    }
  }

  /** An instruction of the runtime: operands from their own slots on, a result in place of the first. */
  void runtime(int op, int operands, boolean result, int index, int index2) {
    settleTop(operands);
    stack.truncate(stack.size() - operands);
    code.emit(op, FramePlan.operand(stack.position()), index, index2);
    if (result) {
      stack.push(1);
    }
  }
}
