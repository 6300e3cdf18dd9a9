package dev.skerry.wasm.format;

/** One export of a module (WASM core 2.5.10), in the order of the module. */
public record ExportType(String name, ExternType type) {
}
