package dev.skerry.wasm.x64;

import java.util.List;

/**
 * One machine instruction as decoded.
 *
 * @param operands those that {@link Assembler#emit} takes, in its order
 * @param length in bytes, 1 to 15
 */
public record Instruction(Row row, List<Operand> operands, int length) {

  /** Intel's syntax as {@code objdump} prints it, with targets counted from the start of this instruction. */
  @Override
  public String toString() {
    return toString(0);
  }

  /** Intel's syntax as {@code objdump} prints it, of this instruction at that address. */
  public String toString(long address) {
    return IntelSyntax.format(this, address);
  }
}
