package dev.skerry.wasm.interp;

import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.runtime.ModuleLayout;

/** Translates vector instructions, by their forms; see {@link VectorOp} for the units that come out. */
final class VectorTranslator {

  private final CodeBuffer code;
  private final OperandStack stack;
  private final Emitter emit;
  private final ModuleLayout layout;

  VectorTranslator(CodeBuffer code, OperandStack stack, Emitter emit, ModuleLayout layout) {
    this.code = code;
    this.stack = stack;
    this.emit = emit;
    this.layout = layout;
  }

  /** Translates the instruction that was just read. */
  void instruction(Opcode opcode, InstructionReader reader) {
    int op = VectorOp.of(opcode);
    byte form = VectorOp.form(op);
    int operands = opcode.signature.indexOf(':');
    if (form == VectorOp.CONSTANT) {
      code.emitConstant(op, stack.push(2), reader.value);
      code.emitConstant(Op.DATA, 0, reader.value2);
      return;
    }
    int bottom = stack.size() - operands;
    int third = operands > 2 ? emit.use(bottom + 2) : 0;
    int second = operands > 1 ? emit.use(bottom + 1) : 0;
    int first = emit.use(bottom);
    stack.truncate(bottom);
    switch (form) {
      case VectorOp.STORE, VectorOp.STORE_LANE -> code.emit(op, first, second, 0);
      case VectorOp.EXTRACT -> code.emit(op, stack.push(1), first, reader.index);
      case VectorOp.CROSS -> code.emit(op, stack.push(2), first, operands > 1 ? second : first);
      default -> code.emit(op, stack.push(opcode.signature.endsWith(":V") ? 2 : 1), first, second);
    }
    switch (form) {
      case VectorOp.TERNARY -> code.emit(Op.EXT, third, 0, 0);
      case VectorOp.REPLACE -> code.emit(Op.DATA, reader.index, 0, 0);
      case VectorOp.SHUFFLE -> {
        code.emitConstant(Op.DATA, 0, reader.value);
        code.emitConstant(Op.DATA, 0, reader.value2);
      }
      case VectorOp.LOAD, VectorOp.STORE -> memory(reader, 0);
      case VectorOp.LOAD_LANE, VectorOp.STORE_LANE -> memory(reader, reader.index2);
      default -> { }
    }
  }

  private void memory(InstructionReader reader, int lane) {
    code.emitConstant(Op.DATA, layout.memory(reader.index) << VectorOp.LANE_BITS | lane, reader.value);
  }
}
