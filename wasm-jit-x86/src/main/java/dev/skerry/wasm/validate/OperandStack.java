package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * The operand stack of the validation algorithm (WASM core appendix 7.3): type codes as in {@link ValType#code},
 * {@link #BOTTOM} for the unknown type of unreachable code. Nothing below {@link #floor} can be seen or popped; where
 * {@link #polymorphic} holds, any type can be popped at the floor.
 */
final class OperandStack {

  /** A type that matches all others. */
  static final int BOTTOM = 0;

  /** From so many types on they are compared and copied all at once. */
  private static final int FEW = 8;
  /** So many types are compared or copied in the time of a step. */
  private static final int CHEAP = 64;
  /** So many are matched one by one in that time. */
  private static final int DEAR = 8;

  /** Stands for a missing operand in errors; no type has this code. */
  private static final int NOTHING = 1;

  private final Allowance allowance;
  private int[] types = new int[64];
  private int height;
  private int floor;
  private boolean polymorphic;
  /** Offset of the instruction at work, for errors. */
  private int at;

  OperandStack(Allowance allowance) {
    this.allowance = allowance;
  }

  void clear() {
    height = 0;
    floor = 0;
    polymorphic = false;
  }

  void at(int offset) {
    at = offset;
  }

  int at() {
    return at;
  }

  int height() {
    return height;
  }

  int floor() {
    return floor;
  }

  boolean polymorphic() {
    return polymorphic;
  }

  /** Makes what is on the stack now invisible, as a block does on entry. */
  void enter() {
    floor = height;
    polymorphic = false;
  }

  /** Shows again what a block made invisible; its own operands have been popped. */
  void leave(int outerFloor, boolean outerPolymorphic) throws CompileError {
    checkEmpty();
    floor = outerFloor;
    polymorphic = outerPolymorphic;
  }

  /** Checks that a block left nothing behind but its results, which have been popped. */
  void checkEmpty() throws CompileError {
    if (height != floor) {
      throw new CompileError(
          Kind.INVALID, "type mismatch: values remain on the stack at the end of a block", at);
    }
  }

  /** Drops all operands down to the floor: what follows cannot be reached. */
  void unreachable() {
    height = floor;
    polymorphic = true;
  }

  void push(int type) throws CompileError {
    if (height == types.length) {
      grow();
    }
    types[height++] = type;
  }

  void pushAll(int[] all) throws CompileError {
    if (all.length < FEW) {
      for (int type : all) {
        push(type);
      }
      return;
    }
    allowance.steps(all.length / CHEAP);
    while (types.length - height < all.length) {
      grow();
    }
    System.arraycopy(all, 0, types, height, all.length);
    height += all.length;
  }

  private void grow() throws CompileError {
    ByteReader.checkLimit(types.length + 1, ModuleLimits.OPERANDS, "operands", at);
    int size = Math.min(types.length * 2, ModuleLimits.OPERANDS);
    allowance.takeScratch((long) (size - types.length) * Integer.BYTES, at);
    types = Arrays.copyOf(types, size);
  }

  void pop(int expected) throws CompileError {
    if (height > floor) {
      int actual = types[--height];
      if (actual != expected && actual != BOTTOM && !ValType.matches(actual, expected)) {
        throw mismatch(expected, actual);
      }
    } else if (!polymorphic) {
      throw mismatch(expected, NOTHING);
    }
  }

  /** Pops whatever is there. */
  int popAny() throws CompileError {
    if (height > floor) {
      return types[--height];
    }
    if (!polymorphic) {
      throw mismatch(BOTTOM, NOTHING);
    }
    return BOTTOM;
  }

  void popAll(int[] expected) throws CompileError {
    if (expected.length >= FEW && isOnTop(expected)) {
      height -= expected.length;
      return;
    }
    allowance.steps(expected.length / DEAR);
    for (int i = expected.length - 1; i >= 0; i--) {
      pop(expected[i]);
    }
  }

  /** Says whether exactly those types are on top. Bodies may name a thousand types with each instruction. */
  private boolean isOnTop(int[] expected) {
    int from = height - expected.length;
    allowance.steps(expected.length / CHEAP);
    return from >= floor && Arrays.equals(types, from, height, expected, 0, expected.length);
  }

  /** Pops those types and pushes them again: what is on top becomes of exactly those types. */
  void retype(int[] expected) throws CompileError {
    if (expected.length < FEW || !isOnTop(expected)) {
      popAll(expected);
      pushAll(expected);
    }
  }

  /** Checks the operands on top without popping them. */
  void check(int[] expected) throws CompileError {
    allowance.steps(expected.length / DEAR);
    int h = height;
    for (int i = expected.length - 1; i >= 0; i--) {
      if (h == floor) {
        if (!polymorphic) {
          throw mismatch(expected[i], NOTHING);
        }
        return;
      }
      int actual = types[--h];
      if (actual != expected[i] && actual != BOTTOM && !ValType.matches(actual, expected[i])) {
        throw mismatch(expected[i], actual);
      }
    }
  }

  private CompileError mismatch(int expected, int actual) {
    return new CompileError(Kind.INVALID, "type mismatch: expected " + name(expected) + ", found "
        + (actual == NOTHING ? "nothing" : name(actual)), at);
  }

  private static String name(int type) {
    return type == BOTTOM ? "a value" : new ValType(type).toString();
  }
}
