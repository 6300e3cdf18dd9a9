package dev.skerry.wasm.format;

/** A global type (WASM core 2.3.14). */
public record GlobalType(ValType value, boolean mutable) implements ExternType {
}
