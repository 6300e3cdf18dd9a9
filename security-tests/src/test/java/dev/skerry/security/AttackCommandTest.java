package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry attack}, as a process of its own. */
class AttackCommandTest {

  private static final long PATIENCE_SECONDS = 120;

  @TempDir
  private Path folder;

  private record Ended(int exitCode, String output, String errors) {
  }

  @Test
  void givenNamesThenThoseAttacksAreRunAndJudged() throws Exception {
    Ended ended = skerry("attack", "table-reach", "type-confusion", "--tier", "jit", "--memory", "check");
    assertEquals(0, ended.exitCode, ended.errors);
    List<String> lines = ended.output.lines().toList();
    assertTrue(lines.get(0).startsWith("stopped  table-reach"), ended.output);
    assertTrue(lines.get(1).startsWith("stopped  type-confusion"), ended.output);
    assertTrue(lines.get(3).startsWith("2 of 2 attacks were stopped"), ended.output);
  }

  @Test
  void givenJsonThenTheVerdictsAndWhatWasSeenAreInIt() throws Exception {
    Ended ended = skerry("attack", "past-growth", "--json");
    assertEquals(0, ended.exitCode, ended.errors);
    assertTrue(ended.output.contains("\"verdict\" : \"stopped\""), ended.output);
    assertTrue(ended.output.contains("\"control\" : \"past the end before growth: a secret"), ended.output);
  }

  @Test
  void theListNamesEveryAttack() throws Exception {
    List<String> lines = skerry("attack", "--list").output.lines().toList();
    Catalogue.attacks().forEach(attack -> assertTrue(lines.contains(attack.card().name()), attack.card().name()));
  }

  @Test
  void givenAnUnknownNameThenTheMistakeIsNamed() throws Exception {
    Ended ended = skerry("attack", "table-reech");
    assertEquals(2, ended.exitCode);
    assertEquals("skerry: there is no attack 'table-reech' (skerry attack --list names them)", ended.errors.strip());
  }

  private Ended skerry(String... arguments) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    if (Runtime.version().feature() >= 24) {
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    Stream.concat(Stream.of("-cp", System.getProperty("java.class.path"), "dev.skerry.origin.cli.Main"),
        Stream.of(arguments)).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile())
        .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", arguments) + " has not ended");
    }
    return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors, StandardCharsets.UTF_8));
  }
}
