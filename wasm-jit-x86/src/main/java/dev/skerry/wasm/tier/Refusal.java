package dev.skerry.wasm.tier;

import dev.skerry.wasm.ir.CompilationRefused;

/**
 * A function that stays in tier 0.
 *
 * @param function the module, the function, and the loop if it is one, for people
 * @param message why
 */
public record Refusal(String function, CompilationRefused.Reason reason, String message) {
}
