package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.skerry.origin.testing.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code skerry doctor}: a row for each check, the same in both forms. */
class DoctorCommandTest {

  private static final List<String> CHECKS = List.of(
      "java", "java options", "java heap", "java at work", "processor", "native memory", "machine code",
      "memory bounds", "mappings", "overcommit", "address space", "cache folder", "code cache",
      "class archive", "temporary folder");

  @Test
  void everyCheckHasARowAndAMendWhereOneIsNeeded() {
    Cli.Answer answer = Cli.run("doctor");
    assertEquals(0, answer.exitCode(), answer.out());
    List<String> rows = answer.out().lines().toList();
    int row = 0;
    for (String check : CHECKS) {
      String line = rows.get(row++);
      assertTrue(line.matches("(ok|warn) +" + check + "  +\\S.*"), line);
      if (line.startsWith("warn")) {
        assertTrue(rows.get(row++).matches(" +-> \\S.*"), line);
      }
    }
    assertEquals(rows.size(), row);
    assertTrue(answer.out().contains(System.getProperty("java.home")), answer.out());
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    Cli.Answer answer = Cli.run("doctor", "--json");
    List<Map<String, String>> checks = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(answer.out())) {
      Map<String, String> check = new TreeMap<>();
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          check = new TreeMap<>();
        } else if (token == JsonToken.VALUE_STRING) {
          check.put(json.currentName(), json.getText());
        } else if (token == JsonToken.END_OBJECT && !check.isEmpty()) {
          checks.add(check);
          check = new TreeMap<>();
        }
      }
    }
    assertEquals(CHECKS, checks.stream().map(check -> check.get("check")).toList());
    assertTrue(checks.stream().allMatch(check -> check.get("status").equals("ok") == check.get("mend").isEmpty()),
        answer.out());
  }

  @Test
  void withoutNativeMemoryItSaysWhy() throws Exception {
    Process process = Program.skerry("doctor").start();
    ProcessBuilder off = Program.skerry("doctor");
    off.command().add(1, "-Dskerry.native=off");
    Process without = off.start();
    String usual = new String(process.getInputStream().readAllBytes());
    String text = new String(without.getInputStream().readAllBytes());
    assertTrue(text.contains("off: switched off by -Dskerry.native=off"), text);
    assertTrue(!usual.contains("switched off"), usual);
    assertEquals(0, without.waitFor(), "a warning is no failure");
  }
}
