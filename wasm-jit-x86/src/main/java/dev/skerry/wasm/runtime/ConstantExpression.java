package dev.skerry.wasm.runtime;

import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.Opcode;

/** Evaluates the constant expressions of a module for one instance (WASM core 3.3.10). */
final class ConstantExpression {

  private static final long LOW = 0xffff_ffffL;

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
