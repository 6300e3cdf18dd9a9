package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.testing.Program;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code skerry attack}, as a process of its own. */
class AttackCommandTest {

  @Test
  void givenNamesThenThoseAttacksAreRunAndJudged() throws Exception {
    Program.Ended ended = skerry("attack", "table-reach", "type-confusion", "--tier", "jit", "--memory", "check");
    assertEquals(0, ended.exitCode(), ended.errors());
    List<String> lines = ended.output().lines().toList();
    assertTrue(lines.get(0).startsWith("stopped  table-reach"), ended.output());
    assertTrue(lines.get(1).startsWith("stopped  type-confusion"), ended.output());
    assertTrue(lines.get(3).startsWith("2 of 2 attacks were stopped"), ended.output());
  }

  @Test
  void givenJsonThenTheVerdictsAndWhatWasSeenAreInIt() throws Exception {
    Program.Ended ended = skerry("attack", "past-growth", "--json");
    assertEquals(0, ended.exitCode(), ended.errors());
    assertTrue(ended.output().contains("\"verdict\" : \"stopped\""), ended.output());
    assertTrue(ended.output().contains("\"control\" : \"past the end before growth: a secret"), ended.output());
  }

  @Test
  void theListNamesEveryAttack() throws Exception {
    List<String> lines = skerry("attack", "--list").output().lines().toList();
    Catalogue.attacks().forEach(attack -> assertTrue(lines.contains(attack.card().name()), attack.card().name()));
  }

  @Test
  void givenAnUnknownNameThenTheMistakeIsNamed() throws Exception {
    Program.Ended ended = skerry("attack", "table-reech");
    assertEquals(2, ended.exitCode());
    assertEquals("skerry: there is no attack 'table-reech' (skerry attack --list names them)", ended.errors().strip());
  }

  private static Program.Ended skerry(String... arguments) throws IOException, InterruptedException {
    return Program.run(Program.skerry(arguments));
  }
}
