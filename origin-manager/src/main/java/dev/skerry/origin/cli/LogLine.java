package dev.skerry.origin.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import dev.skerry.origin.TerminalText;

/**
 * A log event as text: one line that nothing inside it can break or colour. An exception shows as its type and message;
 * the stack belongs to debug events alone.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append("skerry: ").append(event.getLevel().toString().toLowerCase(java.util.Locale.ROOT)).append(": ")
        .append(TerminalText.escape(String.valueOf(event.getFormattedMessage())));
    IThrowableProxy thrown = event.getThrowableProxy();
    for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
      line.append(cause == thrown ? " (" : ", caused by ").append(cause.getClassName());
      if (cause.getMessage() != null) {
        line.append(": ").append(TerminalText.escape(cause.getMessage()));
      }
    }
    line.append(thrown == null ? "" : ")").append(" [").append(event.getLoggerName()).append("]\n");
    if (thrown != null && !event.getLevel().isGreaterOrEqual(Level.INFO)) {
      ThrowableProxyUtil.asString(thrown).lines().skip(1)
          .forEach(frame -> line.append("  ").append(TerminalText.escape(frame.strip())).append('\n'));
    }
    return line.toString();
  }
}
