package dev.skerry.wasm.format;

/** One import of a module (WASM core 2.5.11), in the order of the module. */
public record ImportType(String module, String name, ExternType type) {
}
