package dev.skerry.origin;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Standard output of a program in a page: each line becomes a console message. One agent's thread writes. */
final class GuestOutput extends OutputStream {

  private static final int LONGEST_LINE = 64 << 10;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  GuestOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(int value) {
    if (value == '\n') {
      emit();
    } else {
      line.write(value);
      if (line.size() >= LONGEST_LINE) {
        emit();
      }
    }
  }

  @Override
  public void write(byte[] source, int from, int length) {
    for (int i = from; i < from + length; i++) {
      write(source[i]);
    }
  }

  /** Emits an unfinished line, when the program has ended. */
  void finish() {
    if (line.size() > 0) {
      emit();
    }
  }

  private void emit() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
