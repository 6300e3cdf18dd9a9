package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Proving;
import dev.skerry.wasm.verify.VerificationError;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A verdict is that of an exact proof, though a rough one comes first and is mostly enough. {@code -Dskerry.fuzz.seed}
 * says which code, {@code -Dskerry.functions} how many functions.
 */
class RoughProofTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 11_000_004);
  private static final int FUNCTIONS = Integer.getInteger("skerry.functions", 4_000);
  private static final int MUTANTS_OF_EACH = 40;
  private static final MemoryStrategy[] MEMORIES = MemoryStrategy.values();

  private final List<String> wrong = new ArrayList<>();
  private int roughly;
  private int onlyExactly;
  private int refused;

  @Test
  void givenCodeThatNoCompilerWritesThenTheRoughProofAcceptsNothingThatTheExactOneRefuses() {
    for (int i = 0; i < FUNCTIONS; i++) {
      Subject subject = RandomCode.make(SEED + i, MEMORIES[i % MEMORIES.length]);
      judge(subject.code(), subject.contract(), () -> "-Dskerry.fuzz.seed: " + subject);
    }
    report("random code");
  }

  @Test
  void givenMutantsOfCompiledCodeThenTheRoughProofAcceptsNothingThatTheExactOneRefuses() {
    Subjects subjects = new Subjects();
    Random random = new Random(SEED);
    for (int turn = 0; turn < FUNCTIONS / MUTANTS_OF_EACH; turn++) {
      Subject subject = subjects.pick(random, turn);
      Random changes = new Random(random.nextLong());
      if (subject != null) {
        judge(subject.code(), subject.contract(), subject::toString);
        Mutator mutator = new Mutator(subject.code(), changes);
        for (int i = 0; i < MUTANTS_OF_EACH; i++) {
          Mutator.Mutant mutant = mutator.make(Mutation.values()[i % Mutation.values().length]);
          if (mutant != null) {
            judge(mutant.code(), subject.contract(), () -> subject + ": " + mutant.text());
          }
        }
      }
    }
    report("mutants");
  }

  private void judge(CompiledFunction code, Contract contract, Supplier<String> what) {
    boolean rough = Proving.isProvedRoughly(code, contract);
    boolean exact = Proving.isProvedExactly(code, contract);
    boolean accepted = isAccepted(code, contract);
    roughly += rough ? 1 : 0;
    onlyExactly += exact && !rough ? 1 : 0;
    refused += exact ? 0 : 1;
    if (rough && !exact || accepted != exact) {
      wrong.add(what.get() + ": roughly " + rough + ", exactly " + exact + ", in all " + accepted);
    }
  }

  private static boolean isAccepted(CompiledFunction code, Contract contract) {
    try {
      ProvedCode.of(code, contract);
      return true;
    } catch (VerificationError error) {
      return false;
    }
  }

  private void report(String of) {
    System.out.printf("%s: %d proved roughly, %d exactly alone, %d refused%n", of, roughly, onlyExactly, refused);
    assertEquals(List.of(), wrong);
    assertTrue(roughly > 0 && onlyExactly > 0 && refused > 0, "a kind of verdict is missing");
  }
}
