package dev.skerry.wasm.interp;

/**
 * A function's code in tier 0.
 *
 * @param words four for each unit, see {@link Op}
 * @param offsets byte offset in the module of the instruction that each unit was made from
 * @param handlers where it catches exceptions
 * @param loops where machine code can take over
 */
public record TranslatedFunction(int[] words, int[] offsets, HandlerTable handlers, LoopTable loops) {
}
