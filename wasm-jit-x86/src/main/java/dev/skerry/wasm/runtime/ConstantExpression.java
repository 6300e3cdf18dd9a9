package dev.skerry.wasm.runtime;

import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.Opcode;

/** Evaluates the constant expressions of a module for one instance (WASM core 3.3.10). */
final class ConstantExpression {

  private static final long LOW = 0xffff_ffffL;
  private static final byte I32_CONST = 0x41;
  private static final int LEB_BITS = 7;
  private static final int LEB_MASK = 0x7f;

  private ConstantExpression() {
  }

  /**
   * The halves of a v128, the low one first; the expression is valid, so it is one instruction: none makes a v128 of
   * others.
   */
  static long[] vector(ModuleInstance instance, ModuleInfo.ConstExpr expression) {
    InstructionReader reader = new InstructionReader(instance.code().info().bytes(), expression.offset());
    if (reader.next() == Opcode.V128_CONST) {
      return new long[] {reader.value, reader.value2};
    }
    GlobalInstance global = instance.global(reader.index);
    return new long[] {global.get(), global.high()};
  }

  /** The value as a raw slot, of any type but v128; the expression is valid. */
  static long evaluate(ModuleInstance instance, ModuleInfo.ConstExpr expression) {
    byte[] bytes = instance.code().info().bytes();
    return bytes[expression.offset()] == I32_CONST && isOneNumber(bytes, expression)
        ? number(bytes, expression.offset() + 1) & LOW : evaluateAny(instance, expression);
  }

  /** Whether between the first byte and the last one is one number: nearly all offsets of thousands of segments. */
  private static boolean isOneNumber(byte[] bytes, ModuleInfo.ConstExpr expression) {
    int last = expression.offset() + expression.length() - 2;
    int at = expression.offset() + 1;
    while (at < last && bytes[at] < 0) {
      at++;
    }
    return at == last;
  }

  /** A signed LEB128 number of 32 bits. */
  private static int number(byte[] bytes, int from) {
    int value = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes[from + shift / LEB_BITS];
      value |= (next & LEB_MASK) << shift;
      shift += LEB_BITS;
    } while (next < 0);
    return shift < Integer.SIZE ? value << Integer.SIZE - shift >> Integer.SIZE - shift : value;
  }

  private static long evaluateAny(ModuleInstance instance, ModuleInfo.ConstExpr expression) {
    InstructionReader reader = new InstructionReader(instance.code().info().bytes(), expression.offset());
    long[] stack = new long[Math.min(expression.length(), ModuleLimits.OPERANDS)];
    int top = 0;
    for (;;) {
      Opcode opcode = reader.next();
      switch (opcode) {
        case I32_CONST, I64_CONST, F32_CONST, F64_CONST -> stack[top++] = reader.value;
        case GLOBAL_GET -> stack[top++] = instance.global(reader.index).get();
        case REF_NULL -> stack[top++] = 0;
        case REF_FUNC -> stack[top++] = instance.functionRef(reader.index);
        case I32_ADD -> {
          top--;
          stack[top - 1] = stack[top - 1] + stack[top] & LOW;
        }
        case I32_SUB -> {
          top--;
          stack[top - 1] = stack[top - 1] - stack[top] & LOW;
        }
        case I32_MUL -> {
          top--;
          stack[top - 1] = stack[top - 1] * stack[top] & LOW;
        }
        case I64_ADD -> {
          top--;
          stack[top - 1] += stack[top];
        }
        case I64_SUB -> {
          top--;
          stack[top - 1] -= stack[top];
        }
        case I64_MUL -> {
          top--;
          stack[top - 1] *= stack[top];
        }
        case END -> {
          return stack[top - 1];
        }
        default -> throw new IllegalStateException(opcode.mnemonic + " is not constant");
      }
    }
  }
}
