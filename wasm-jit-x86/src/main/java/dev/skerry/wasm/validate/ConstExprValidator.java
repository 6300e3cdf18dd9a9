package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * Reads and validates constant expressions (WASM core 3.4.13), the extended ones included. Notes the functions that
 * they name as declared.
 */
public final class ConstExprValidator {

  private final ModuleContext context;
  private final ByteReader in;
  private final TypeReader types;
  private final OpcodeReader opcodes;
  private int[] operands = new int[8];
  private int height;

  public ConstExprValidator(ModuleContext context, ByteReader in) {
    this.context = context;
    this.in = in;
    this.types = new TypeReader(in, context.allowance, context.typeIndices);
    this.opcodes = new OpcodeReader(in, context.features);
  }

  /** Reads one expression, up to and with its {@code end}; it must leave exactly one value of that type. */
  public void read(ValType expected) throws CompileError {
    height = 0;
    while (true) {
      int at = in.position();
      context.allowance.step();
      Opcode opcode = opcodes.read();
      switch (opcode) {
        case I32_CONST -> {
          in.s32();
          push(ValType.I32, at);
        }
        case I64_CONST -> {
          in.s64();
          push(ValType.I64, at);
        }
        case F32_CONST -> {
          in.fixed32();
          push(ValType.F32, at);
        }
        case F64_CONST -> {
          in.fixed64();
          push(ValType.F64, at);
        }
        case V128_CONST -> {
          in.fixed64();
          in.fixed64();
          push(ValType.V128, at);
        }
        case I32_ADD, I32_SUB, I32_MUL -> binary(ValType.I32, at);
        case I64_ADD, I64_SUB, I64_MUL -> binary(ValType.I64, at);
        case REF_NULL -> push(types.heapType(), at);
        case REF_FUNC -> {
          int function = in.u32();
          context.needFunction(function, at);
          context.declared.set(function);
          push(new ValType(context.reference(context.functions[function])), at);
        }
        case GLOBAL_GET -> push(global(at), at);
        case END -> {
          pop(expected, at);
          if (height != 0) {
            throw mismatch(at);
          }
          return;
        }
        default -> throw new CompileError(Kind.INVALID, "constant expression required", at);
      }
    }
  }

  private ValType global(int at) throws CompileError {
    int index = in.u32();
    context.needGlobal(index, at);
    GlobalType global = context.globals[index];
    if (global.mutable()) {
      throw new CompileError(Kind.INVALID, "constant expression required", at);
    }
    return global.value();
  }

  private void binary(ValType type, int at) throws CompileError {
    pop(type, at);
    pop(type, at);
    push(type, at);
  }

  private void push(ValType type, int at) throws CompileError {
    if (height == operands.length) {
      ByteReader.checkLimit(height + 1, ModuleLimits.OPERANDS, "operands", at);
      context.allowance.takeScratch((long) height * Integer.BYTES, at);
      operands = Arrays.copyOf(operands, height * 2);
    }
    operands[height++] = type.code();
  }

  private void pop(ValType type, int at) throws CompileError {
    if (height == 0 || !ValType.matches(operands[--height], type.code())) {
      throw mismatch(at);
    }
  }

  private static CompileError mismatch(int at) {
    return new CompileError(Kind.INVALID, "type mismatch in a constant expression", at);
  }
}
