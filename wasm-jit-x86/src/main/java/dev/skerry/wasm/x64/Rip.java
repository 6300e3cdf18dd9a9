package dev.skerry.wasm.x64;

/** Memory at {@code [rip + displacement]}, which counts from the end of the instruction. */
public record Rip(int displacement) implements Operand {
}
