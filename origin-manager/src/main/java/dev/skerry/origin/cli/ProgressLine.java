package dev.skerry.origin.cli;

import dev.skerry.origin.PageObserver;
import dev.skerry.origin.RequestReport;
import dev.skerry.origin.TerminalText;
import java.util.concurrent.atomic.AtomicInteger;

/** One line on a terminal that says what is going on, and is gone when there is something to read. */
final class ProgressLine implements PageObserver, AutoCloseable {

  private static final String ERASE_LINE = "\r\u001b[K";
  private static final int WIDTH = 72;
  private static final int BAR = 40;

  private final Streams streams;
  private final boolean visible;
  private final AtomicInteger requests = new AtomicInteger();
  private boolean shown;

  ProgressLine(Streams streams) {
    this.streams = streams;
    visible = streams.outIsTerminal() && streams.errIsTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  @Override
  public void request(RequestReport request) {
    requests.incrementAndGet();
  }

  void show(String what) {
    if (visible) {
      String line = TerminalText.escape(what);
      streams.errText().print(ERASE_LINE + (line.length() > WIDTH ? line.substring(0, WIDTH) + "…" : line)
          + (requests.get() == 0 ? "" : " (requests: " + requests + ")"));
      streams.errText().flush();
      shown = true;
    }
  }

  /** A bar for so many of so many pages. */
  void show(int done, int all) {
    if (visible) {
      int filled = BAR * done / all;
      streams.errText().print(ERASE_LINE + "[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "] " + done + " of "
          + all + " pages (requests: " + requests + ")");
      streams.errText().flush();
      shown = true;
    }
  }

  @Override
  public void close() {
    hide();
  }

  /** Makes room for something to read. */
  void hide() {
    if (shown) {
      streams.errText().print(ERASE_LINE);
      streams.errText().flush();
      shown = false;
    }
  }
}
