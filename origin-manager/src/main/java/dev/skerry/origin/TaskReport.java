package dev.skerry.origin;

import java.time.Duration;

/**
 * A task of an event loop, or a part of one that was preempted.
 *
 * @param origin whose event loop
 * @param name what it did, such as {@code compile https://a.example/app.wasm}
 * @param startNanos when it began, as {@link System#nanoTime}
 * @param time that it took by the clock
 */
public record TaskReport(String origin, String name, long startNanos, Duration time) {
}
