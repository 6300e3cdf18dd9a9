package dev.skerry.wasm;

import java.time.Duration;

/**
 * A function, or a loop of one, that has machine code now.
 *
 * @param function for people
 * @param loop byte offset in the module of the loop that the code enters at, or -1
 * @param codeBytes bytes of machine code and constants
 * @param cached whether the code came from the cache
 * @param startNanos when the work on it began, as {@link System#nanoTime}
 * @param time that compiling and proving took by the clock, on one thread
 */
public record CompileReport(String function, int loop, int codeBytes, boolean cached, long startNanos, Duration time) {
}
