/**
 * From the SSA graph to x86-64 instructions with virtual registers: instruction selection by rule rows, and the calling
 * convention of compiled code. The way in: {@link dev.skerry.wasm.lower.Lowering}.
 */
package dev.skerry.wasm.lower;
