package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.WebModules;
import dev.skerry.bindings.reference.CLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The C library of guests is what the tables of the host modules say; {@code -Dskerry.bless=true} writes what comes out
 * now. What stands outside of the two marks is written by hand.
 */
class GuestLibraryTest {

  private static final Path LIBRARY = Path.of("src/sites/lib");
  private static final String BEGIN = "/* Made from the tables of the host modules: begin. */\n";
  private static final String END = "/* Made from the tables of the host modules: end. */\n";

  @Test
  void theHeaderDeclaresEveryFunctionOfTheTables() throws IOException {
    holds("skerry.h", CLibrary.prototypes(WebModules.tables()));
  }

  @Test
  void theLibraryImportsEveryFunctionOfTheTables() throws IOException {
    holds("skerry.c", CLibrary.functions(WebModules.tables()));
  }

  @Test
  void theHeaderOfValuesHasTheNumbersOfTheirEncoding() throws IOException {
    holds("value.h", CLibrary.enumerations(WebModules.valueNumbers()));
  }

  private static void holds(String name, String made) throws IOException {
    Path file = LIBRARY.resolve(name);
    String text = Files.readString(file);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    assertTrue(from >= BEGIN.length() && to >= from, () -> file + " has lost its marks");
    String expected = text.substring(0, from) + "\n" + made + "\n" + text.substring(to);
    if (Boolean.getBoolean("skerry.bless")) {
      Files.writeString(file, expected);
    } else {
      assertEquals(expected, text, () -> file + " (-Dskerry.bless=true takes what comes out now)");
    }
  }
}
