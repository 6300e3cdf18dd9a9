package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a log event looks like on standard error, whatever a guest has put into it. */
class CommandLineLoggingTest {

  private static final String HOSTILE = "one\ntwo \u001b[31mred\u001b[0m \u202eright to left \u009b1m end";

  /** What the given configuration writes for a warning with hostile text and for a debug event with an exception. */
  private static List<String> written(String level, String form) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    CommandLineLogging.configure(context, level, form);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
    Encoder<ILoggingEvent> encoder = appender.getEncoder();
    List<String> lines = new ArrayList<>();
    appender.addFilter(new Filter<>() {
      @Override
      public FilterReply decide(ILoggingEvent event) {
        lines.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
        return FilterReply.DENY;
      }
    });
    Logger logger = context.getLogger("dev.skerry.Test");
    logger.warn("guest says {}", HOSTILE, new IllegalStateException(HOSTILE));
    logger.debug("detail", new IllegalStateException("why"));
    assertEquals("System.err", appender.getTarget());
    context.stop();
    return lines;
  }

  @Test
  void aWarningIsOneLineThatNothingInItBreaks() {
    List<String> lines = written(null, null);
    assertEquals(1, lines.size(), "debug events don't show by default");
    String line = lines.get(0);
    assertTrue(line.startsWith("skerry: warn: guest says one\\ntwo "), line);
    assertTrue(line.endsWith(" [dev.skerry.Test]\n"), line);
    assertEquals(1, line.lines().count());
    assertTrue(line.chars().noneMatch(c -> c != '\n' && (c < ' ' || c == 0x9b || c == 0x202e)), line);
  }

  @Test
  void aStackIsShownForDebugEventsAlone() {
    List<String> lines = written("debug", "text");
    assertEquals(2, lines.size());
    assertTrue(!lines.get(0).contains("  at "), lines.get(0));
    assertTrue(lines.get(1).contains("  at dev.skerry.origin.cli.CommandLineLoggingTest"), lines.get(1));
  }

  @Test
  void jsonIsOneObjectInOneLineAndHoldsTheExactText() throws Exception {
    String line = written("warn", "json").get(0);
    assertEquals(1, line.lines().count(), line);
    assertTrue(line.chars().noneMatch(c -> c != '\n' && (c < ' ' || c == 0x9b || c == 0x202e)), line);
    try (var json = new com.fasterxml.jackson.core.JsonFactory().createParser(line)) {
      List<String> texts = new ArrayList<>();
      while (json.nextToken() != null) {
        texts.add(json.getText());
      }
      assertTrue(texts.contains("guest says " + HOSTILE) || texts.contains(HOSTILE), texts.toString());
    }
  }

  @Test
  void aProgramThatEmbedsSkerryKeepsItsOwnConfiguration() {
    LoggerContext context = new LoggerContext();
    CommandLineLogging configurator = new CommandLineLogging();
    configurator.setContext(context);
    assertEquals(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY, configurator.configure(context));
    assertEquals(Level.DEBUG, context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getLevel());
  }
}
