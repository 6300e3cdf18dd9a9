package dev.skerry.security;

import java.util.List;

/**
 * What an attack is, for those who read a list of attacks.
 *
 * @param name a name in lower case with hyphens
 * @param target which part of Skerry it is aimed at
 * @param goal what the attacker wants
 * @param invariant what would be broken
 * @param barrier what has to stop it
 * @param classes the historic classes of the threat model that it belongs to
 */
public record Card(String name, Target target, String goal, Invariant invariant, String barrier,
                   List<AttackClass> classes) {

  Card(String name, Target target, String goal, Invariant invariant, String barrier, AttackClass... classes) {
    this(name, target, goal, invariant, barrier, List.of(classes));
  }
}
