package dev.skerry.wasm.format;

/**
 * How the types of a module group, and which of them are equal (WASM core 2.3.10, 3.1.3).
 *
 * @param starts for each type the index of the first type of its recursion group
 * @param canonical for each type the index of the first type that is equal to it; concrete references name only those
 */
public record RecursionGroups(int[] starts, int[] canonical) {

  public static final RecursionGroups NONE = new RecursionGroups(new int[0], new int[0]);
}
