package dev.skerry.bindings;

import static dev.skerry.bindings.ConsoleSink.Level;

import dev.skerry.bindings.abi.BindingTable;
import java.util.Locale;

/** {@code web:console}: messages for the person who looks. */
public final class WebConsole extends WebModule<WebConsole> {

  static final BindingTable<WebConsole> TABLE = BindingTable.of("web:console", Capability.CONSOLE,
      "Messages for the person who looks (Console 1.1).",
      row(Level.DEBUG), row(Level.LOG), row(Level.INFO), row(Level.WARN), row(Level.ERROR));

  private final ConsoleSink sink;

  public WebConsole(ConsoleSink sink) {
    super(TABLE, WebConsole.class);
    this.sink = sink;
  }

  private static BindingTable.Row<WebConsole> row(Level level) {
    String name = level.name().toLowerCase(Locale.ROOT);
    return BindingTable.row(name, "text text ->", "Writes a message of the level " + name + ".",
        (console, call) -> console.sink.message(level, call.string(0)));
  }
}
