package dev.skerry.wasm.format;

/** The type of something that modules import and export (WASM core 2.3.16). */
public sealed interface ExternType permits FuncType, TableType, MemoryType, GlobalType, TagType {
}
