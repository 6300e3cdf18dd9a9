package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The command line inside the test's process, with its streams in arrays. */
final class Cli {

  private static final Path GUESTS = Path.of("src/test/guests");

  /** What a command answered. */
  record Answer(int exitCode, byte[] bytes, String err) {

    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Nothing but the exit code 0 and that text. */
    void assertOut(String expected) {
      assertEquals(expected, out(), err);
      assertEquals("", err);
      assertEquals(0, exitCode);
    }

    /** One sentence on standard error that holds those words, no stack trace, and that exit code. */
    void assertSentence(int expectedCode, String... words) {
      assertEquals(1, err.lines().count(), err);
      assertTrue(err.startsWith("skerry: ") && err.endsWith("\n"), err);
      assertFalse(err.contains("internal error") || err.contains("Exception") || err.contains("\tat "), err);
      for (String word : words) {
        assertTrue(err.contains(word), () -> "'" + word + "' is missing in: " + err);
      }
      assertEquals(expectedCode, exitCode, err);
      assertEquals("", out());
    }
  }

  private Cli() {
  }

  /** A module beside the test sources. */
  static String guest(String name) {
    return GUESTS.resolve(name).toString();
  }

  static Answer run(String... args) {
    return runWithInput(new byte[0], args);
  }

  static Answer runWithInput(byte[] input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(args, new Streams(new ByteArrayInputStream(input), out, err, ""));
    return new Answer(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }
}
