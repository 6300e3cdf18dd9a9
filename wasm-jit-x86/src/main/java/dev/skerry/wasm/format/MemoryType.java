package dev.skerry.wasm.format;

/** A memory type (WASM core 2.3.12); sizes are pages of 64 KiB. */
public record MemoryType(Limits limits) implements ExternType {
}
