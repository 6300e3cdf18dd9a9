package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/** A structured instruction that is open during translation (WASM core 3.3.1). */
final class ControlFrame {

  Opcode opcode;
  final FuncType type;
  /** Operands below this one, and the slots that they take. */
  final int base;
  final int basePosition;
  final Label label = new Label();
  /** Where an {@code if} goes when its condition is 0, until {@code else} is met. */
  Label otherwise;
  /** The unit where the range begins that a try guards, and the one where it ended, or -1. */
  int guardedFrom;
  int guardedTo = -1;
  /** What a try_table catches. */
  List<Clause> clauses = List.of();
  /** The slot of the reference to what this block caught, below the values; -1 where it caught nothing. */
  int caught = -1;

  /** A catch clause: a row of {@link HandlerTable} and the block that it leads to. */
  record Clause(int kind, int tag, ControlFrame target) {
  }

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
