package dev.skerry.wasm.format;

/** A table type (WASM core 2.3.13). */
public record TableType(ValType element, Limits limits) implements ExternType {
}
