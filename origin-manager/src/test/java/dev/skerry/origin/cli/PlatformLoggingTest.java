package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.ListResourceBundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the JDK logs comes out where the program's own lines do. */
class PlatformLoggingTest {

  private static final String NAME = "dev.skerry.test.platform";

  private final Logger target = (Logger) LoggerFactory.getLogger(NAME);
  private final ListAppender<ILoggingEvent> seen = new ListAppender<>();
  private final System.Logger logger = new PlatformLogging().getLogger(NAME, Object.class.getModule());

  @BeforeEach
  void listen() {
    seen.start();
    target.setLevel(Level.WARN);
    target.setAdditive(false);
    target.addAppender(seen);
  }

  @AfterEach
  void stop() {
    target.detachAppender(seen);
  }

  private List<String> lines() {
    return seen.list.stream().map(event -> event.getLevel() + " " + event.getFormattedMessage()).toList();
  }

  @Test
  void givenEveryLevelWhenLoggedThenWarningsAndErrorsShow() {
    for (System.Logger.Level level : System.Logger.Level.values()) {
      logger.log(level, "at {0}", level);
    }

    assertEquals(NAME, logger.getName());
    assertEquals(List.of("WARN at WARNING", "ERROR at ERROR"), lines());
    assertTrue(logger.isLoggable(System.Logger.Level.ERROR));
    assertFalse(logger.isLoggable(System.Logger.Level.OFF));
    assertFalse(logger.isLoggable(System.Logger.Level.DEBUG));
  }

  @Test
  void givenABundleOrACauseWhenLoggedThenTheTextAndTheCauseAreKept() {
    ListResourceBundle bundle = new ListResourceBundle() {
      @Override
      protected Object[][] getContents() {
        return new Object[][] {{"key", "the text of {0}"}};
      }
    };
    IllegalStateException cause = new IllegalStateException("why");

    logger.log(System.Logger.Level.WARNING, bundle, "key", "it");
    logger.log(System.Logger.Level.WARNING, bundle, "other key", cause);
    logger.log(System.Logger.Level.ERROR, "no parameters {0}");
    logger.log(System.Logger.Level.ERROR, "no pattern {}", 1);

    assertEquals(List.of("WARN the text of it", "WARN other key", "ERROR no parameters {0}",
        "ERROR no pattern {}"), lines());
    assertEquals("why", seen.list.get(1).getThrowableProxy().getMessage());
  }
}
