package dev.skerry.origin;

import dev.skerry.bindings.ConsoleSink;
import java.time.Duration;

/**
 * A message that a guest wrote, exactly as it wrote it: escape it with {@link TerminalText} before a terminal sees it.
 *
 * @param time since the page was opened
 * @param origin the serialised origin of the document
 * @param document the URL of the document
 */
public record ConsoleMessage(Duration time, String origin, String document, ConsoleSink.Level level, String text) {
}
