package dev.skerry.wasm.x64;

/** The target of a branch or call, in bytes from the end of the instruction. */
public record Rel(int displacement) implements Operand {
}
