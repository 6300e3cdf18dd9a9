package dev.skerry.bindings;

/** Where guests' console messages go. */
@FunctionalInterface
public interface ConsoleSink {

  /** Severities, as in the Console standard. */
  enum Level { DEBUG, LOG, INFO, WARN, ERROR }

  /** Takes one message exactly as the guest wrote it: unescaped, so whoever prints it must escape it. */
  void message(Level level, String text);
}
