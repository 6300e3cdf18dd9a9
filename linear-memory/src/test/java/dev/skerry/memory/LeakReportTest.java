package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What nobody closed is freed, counted and, in this module's tests, reported with the stack of its creation. */
class LeakReportTest {

  private static final long PAGE = 64 << 10;

  @Test
  void givenObjectsThatNobodyClosedWhenTheyAreCollectedThenTheyAreFreedCountedAndReportedWithTheirOrigin() {
    Logger log = (Logger) LoggerFactory.getLogger(Holding.class);
    ListAppender<ILoggingEvent> reports = new ListAppender<>();
    reports.start();
    log.addAppender(reports);
    log.setAdditive(false);
    try {
      NativeUsage before = NativeUsage.current();
      LinearMemory.reserve(PAGE, PAGE).putInt(0, 1);
      NativeBlock.allocate(100).address();
      assertEquals(before.memories().count() + 1, NativeUsage.current().memories().count());
      collectUntilLeaksAre(before.leaks() + 2);
      assertEquals(new NativeUsage(before.memories(), before.blocks(), before.codeSpaces(), before.stacks(),
          before.images(), before.leaks() + 2), NativeUsage.current());
      assertEquals(2, reports.list.size());
      for (ILoggingEvent report : reports.list) {
        assertTrue(report.getFormattedMessage().contains("collected without having been closed"));
        String stack = report.getThrowableProxy().getMessage()
            + Arrays.toString(report.getThrowableProxy().getStackTraceElementProxyArray());
        assertTrue(stack.contains("was created here") && stack.contains("LeakReportTest"), stack);
      }
    } finally {
      log.setAdditive(true);
      log.detachAppender(reports);
    }
  }

  private static void collectUntilLeaksAre(long leaks) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (NativeUsage.current().leaks() < leaks && Instant.now().isBefore(end)) {
      System.gc();
    }
    assertEquals(leaks, NativeUsage.current().leaks());
  }
}
