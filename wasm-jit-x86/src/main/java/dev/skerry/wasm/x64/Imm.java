package dev.skerry.wasm.x64;

/**
 * An immediate. Rows take it as signed (arithmetic, moves: sign-extended to the width of the instruction) or as
 * unsigned (counts, selectors), and only in the range of its bytes.
 */
public record Imm(long value) implements Operand {
}
