package dev.skerry.wasm.format;

/** A tag type (WASM core 2.3.15): exceptions with the tag carry values of the function type's parameters. */
public record TagType(FuncType type) implements ExternType {
}
