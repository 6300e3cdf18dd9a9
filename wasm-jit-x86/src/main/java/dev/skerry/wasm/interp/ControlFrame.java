package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/** A structured instruction that is open during translation (WASM core 3.3.1). */
final class ControlFrame {

  final Opcode opcode;
  final FuncType type;
  /** Operands below this one, and the slots that they take. */
  final int base;
  final int basePosition;
  final Label label = new Label();
  /** Where an {@code if} goes when its condition is 0, until {@code else} is met. */
  Label otherwise;

  ControlFrame(Opcode opcode, FuncType type, int base, int basePosition) {
    this.opcode = opcode;
    this.type = type;
    this.base = base;
    this.basePosition = basePosition;
  }

  /** The types that a branch to it carries. */
  List<ValType> labelTypes() {
    return opcode == Opcode.LOOP ? type.params() : type.results();
  }
}
