/**
 * x86-64 machine code: one row per instruction form, an assembler and a decoder that work from the same rows. Knows no
 * Wasm and no memory. The way in: {@link dev.skerry.wasm.x64.Assembler}, {@link dev.skerry.wasm.x64.Decoder}, and the
 * tables, {@link dev.skerry.wasm.x64.IntegerRows} first.
 */
package dev.skerry.wasm.x64;
