package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first jar of the class path holds what is looked for at every start, so that no other one is opened for it. */
class FirstJarTest {

  @Test
  void givenALoggerOfTheJdkThenItsFinderIsNamedHereAndNowhereElse() throws Exception {
    List<URL> named = Collections.list(
        FirstJarTest.class.getClassLoader().getResources("META-INF/services/java.lang.System$LoggerFinder"));

    assertEquals("dev.skerry.origin.cli.PlatformLogging", System.LoggerFinder.getLoggerFinder().getClass().getName());
    assertEquals(1, named.size());
    assertTrue(named.get(0).getPath().contains("demo-sites"), () -> "it is in " + named);
  }
}
