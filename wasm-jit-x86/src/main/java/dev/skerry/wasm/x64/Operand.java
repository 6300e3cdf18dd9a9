package dev.skerry.wasm.x64;

/** What an instruction works on; its width is in the row, never in the operand. */
public sealed interface Operand permits Gpr, Xmm, Mem, Rip, Imm, Rel, Label {
}
