package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code web:console}: messages for the person who looks. */
public final class WebConsole implements HostModule {

  private final ConsoleSink sink;

  public WebConsole(ConsoleSink sink) {
    this.sink = sink;
  }

  @Override
  public String name() {
    return "web:console";
  }

  @Override
  public List<Binding> functions() {
    return Arrays.stream(ConsoleSink.Level.values()).map(this::row).toList();
  }

  private Binding row(ConsoleSink.Level level) {
    String name = level.name().toLowerCase(Locale.ROOT);
    return Binding.of(name, "i32 ptr, i32 len ->", "Writes a message of the level " + name + " (Console §1.1).",
        call -> sink.message(level, call.string(0)));
  }
}
