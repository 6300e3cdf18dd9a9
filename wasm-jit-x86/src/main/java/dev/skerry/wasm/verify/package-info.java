/**
 * Proves of finished machine code that it stays in its sandbox, before it may run, whatever made it. Nothing here is
 * shared with what makes code but the rows of instructions, the calling convention and the layout of contexts; what an
 * instruction does is said by {@link dev.skerry.wasm.verify.Effects}, a table of its own.
 *
 * <p>The way in is {@link dev.skerry.wasm.verify.ProvedCode}, the only thing that is published.
 * {@link dev.skerry.wasm.verify.Verifier} follows all paths to a fixed point; {@link dev.skerry.wasm.verify.Rule} names
 * what is proved.
 */
package dev.skerry.wasm.verify;
