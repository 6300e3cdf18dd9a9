package dev.skerry.wasm.tier;

import dev.skerry.wasm.regalloc.CompiledFunction;

/**
 * Machine code that was made, not yet published.
 *
 * @param name the function, for people
 * @param loop byte offset in the module of the loop that it enters at, or -1
 * @param bodyBytes bytes of the function's body
 * @param nanos how long it took
 */
record Compilation(String name, int loop, int bodyBytes, CompiledFunction code, long nanos) {
}
