package dev.skerry.bindings;

import dev.skerry.bindings.abi.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** A stream of bytes as console messages, one for each line; a line that grows too long is cut. */
final class ConsoleLines extends OutputStream {

  /** The longest message, in bytes. */
  private static final int MAX_LINE = 1 << 16;

  private final ConsoleSink sink;
  private final ConsoleSink.Level level;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  ConsoleLines(ConsoleSink sink, ConsoleSink.Level level) {
    this.sink = sink;
    this.level = level;
  }

  @Override
  public void write(int value) {
    if (value == '\n') {
      end();
      return;
    }
    boolean startsCharacter = (value & 0xc0) != 0x80;
    if (startsCharacter && line.size() >= MAX_LINE || line.size() >= MAX_LINE + 3) {
      end();
    }
    line.write(value);
  }

  @Override
  public void write(byte[] bytes, int from, int count) {
    for (int i = from; i < from + count; i++) {
      write(bytes[i]);
    }
  }

  private void end() {
    sink.message(level, Utf8.decode(line.toByteArray()));
    line.reset();
  }

  /** Hands on what has no line end yet. */
  @Override
  public void close() {
    if (line.size() > 0) {
      end();
    }
  }
}
