package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Mutants of one function after the other: proved or refused, and those that were accepted judged by the oracle. */
final class Campaign {

  /** Inputs that an accepted mutant is run on; one in four with an interrupt pending all the time. */
  static final int INPUTS = 100;
  /** More of them where a branch goes the wrong way. */
  private static final int MISPREDICTED_INPUTS = 20;
  /** More inputs for mutants whose change no run has come to yet. */
  private static final int MORE_INPUTS = 200;
  private static final int BUDGET = 1_500;
  /** One of so many refused mutants is run too, to see whether it was dangerous. */
  private static final int SAMPLE = 16;
  private static final int SAMPLE_INPUTS = 24;

  /** What became of the mutants of one class. */
  static final class Count {
    int made;
    int refused;
    int sampled;
    int dangerous;
    int accepted;
    int reached;
    long runs;
    int unexplained;
    final Map<Rule, Integer> rules = new EnumMap<>(Rule.class);
  }

  private final Map<Mutation, Count> counts = new EnumMap<>(Mutation.class);
  private final List<String> unexplained = new ArrayList<>();
  private int functions;
  private int sample;

  Campaign() {
    for (Mutation mutation : Mutation.values()) {
      counts.put(mutation, new Count());
    }
  }

  Map<Mutation, Count> counts() {
    return counts;
  }

  int functions() {
    return functions;
  }

  /** Mutants that were accepted and broke a rule when they ran. */
  List<String> unexplained() {
    return unexplained;
  }

  int made() {
    return counts.values().stream().mapToInt(count -> count.made).sum();
  }

  /**
   * Mutates one function, so many times in each class. The mutants are the same for a seed: runs have numbers of their
   * own, because how many a mutant needs depends on where its world lies in the machine's memory.
   */
  void run(Subject subject, long seed, int times) {
    functions++;
    Random changes = new Random(seed);
    try (Oracle oracle = new Oracle(subject)) {
      Mutator mutator = new Mutator(subject.code(), changes);
      for (Mutation mutation : Mutation.values()) {
        for (int i = 0; i < times; i++) {
          Mutator.Mutant mutant = mutator.make(mutation);
          if (mutant != null && !isSame(mutant.code(), subject.code())) {
            judge(subject, oracle, mutation, mutant, new Random(changes.nextLong()));
          }
        }
      }
    }
  }

  /** Leaves out each compare, branch, conditional move and mask of one function in turn. */
  void runChecks(Subject subject, long seed) {
    functions++;
    Random changes = new Random(seed);
    try (Oracle oracle = new Oracle(subject)) {
      Mutator mutator = new Mutator(subject.code(), changes);
      for (int i = mutator.checks(); i > 0; i--) {
        Mutator.Mutant mutant = mutator.make(Mutation.CHECK);
        if (mutant != null) {
          judge(subject, oracle, Mutation.CHECK, mutant, new Random(changes.nextLong()));
        }
      }
    }
  }

  private static boolean isSame(CompiledFunction a, CompiledFunction b) {
    return Arrays.equals(a.code(), b.code()) && Arrays.equals(a.relocations(), b.relocations())
        && Arrays.equals(a.callSites(), b.callSites()) && Arrays.equals(a.trapSites(), b.trapSites())
        && Arrays.equals(a.faultSites(), b.faultSites());
  }

  private void judge(Subject subject, Oracle oracle, Mutation mutation, Mutator.Mutant mutant, Random random) {
    Count count = counts.get(mutation);
    count.made++;
    try {
      ProvedCode.of(mutant.code(), subject.contract());
    } catch (VerificationError refused) {
      count.refused++;
      count.rules.merge(refused.rule(), 1, Integer::sum);
      if (sample++ % SAMPLE == 0) {
        count.sampled++;
        count.dangerous += isDangerous(oracle, mutant, random) ? 1 : 0;
      }
      return;
    }
    count.accepted++;
    oracle.load(mutant.code());
    boolean reached = mutant.where() < 0;
    for (int input = 0; input < INPUTS + (reached ? 0 : MORE_INPUTS); input++) {
      long seed = random.nextInt();
      try {
        oracle.run(seed, input % 4 == 3, BUDGET);
        if (input < MISPREDICTED_INPUTS) {
          oracle.runMispredicted(seed, BUDGET);
        }
      } catch (Violation violation) {
        count.unexplained++;
        unexplained.add(mutation + " in " + subject + ": " + mutant.text() + "\n    " + violation.getMessage());
        return;
      }
      count.runs++;
      reached |= oracle.ran(mutant.where());
    }
    count.reached += reached ? 1 : 0;
  }

  /** Whether the oracle sees a refused mutant break a rule. */
  private static boolean isDangerous(Oracle oracle, Mutator.Mutant mutant, Random random) {
    oracle.load(mutant.code());
    for (int input = 0; input < SAMPLE_INPUTS; input++) {
      try {
        oracle.run(random.nextInt(), input % 4 == 3, BUDGET);
        oracle.runMispredicted(random.nextInt(), BUDGET);
      } catch (Violation violation) {
        return true;
      }
    }
    return false;
  }

  /** The counts by class, as a table. */
  String report() {
    StringBuilder text = new StringBuilder();
    text.append("%-17s %8s %8s %9s %8s %8s %9s %11s%n".formatted(
        "mutation", "mutants", "refused", "dangerous", "accepted", "reached", "runs", "unexplained"));
    Count all = new Count();
    counts.forEach((mutation, count) -> {
      text.append(line(mutation.name().toLowerCase(Locale.ROOT).replace('_', ' '), count));
      all.made += count.made;
      all.refused += count.refused;
      all.sampled += count.sampled;
      all.dangerous += count.dangerous;
      all.accepted += count.accepted;
      all.reached += count.reached;
      all.runs += count.runs;
      all.unexplained += count.unexplained;
      count.rules.forEach((rule, times) -> all.rules.merge(rule, times, Integer::sum));
    });
    text.append(line("all", all)).append("functions: ").append(functions).append(", refused by rule: ")
        .append(all.rules).append(System.lineSeparator());
    return text.toString();
  }

  private static String line(String name, Count count) {
    String dangerous = count.sampled == 0 ? "-" : count.dangerous + "/" + count.sampled;
    return "%-17s %8d %8d %9s %8d %8d %9d %11d%n".formatted(name, count.made, count.refused, dangerous,
        count.accepted, count.reached, count.runs, count.unexplained);
  }
}
