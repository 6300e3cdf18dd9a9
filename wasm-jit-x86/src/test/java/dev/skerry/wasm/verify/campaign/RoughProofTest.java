package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Proving;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.verify.campaign.InjectedBug.Edit;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * A verdict is that of an exact proof, though a rough one comes first and is mostly enough. {@code -Dskerry.fuzz.seed}
 * says which code, {@code -Dskerry.functions} how many functions.
 */
class RoughProofTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 11_000_004);
  private static final int FUNCTIONS = Integer.getInteger("skerry.functions", 4_000);
  private static final int MUTANTS_OF_EACH = 40;

  private final List<String> wrong = new ArrayList<>();
  private int roughly;
  private int onlyExactly;
  private int refused;

  /** A function whose ways meet and that then calls: from its frame it takes back what it accesses memory with. */
  private static Subject meeting() {
    TestModule module = new TestModule().importFunc("host", "g", "->").memory(1, 1).func("f", "i32 -> i32",
        "local.get 0; if; call 0; end; call 0; i32.const 8; i32.load");
    return Subject.of("meeting ways", Subjects.read(module.bytes()), 1, MemoryStrategy.CHECK);
  }

  /** Writes registers behind the first call, which only one way makes, to the place of the context in the frame. */
  private static CompiledFunction writingContext(Subject subject, Gpr... registers) {
    Edit edit = Edit.of(subject);
    int restoring = edit.find(edit.find(InjectedBug.named("call")), instruction ->
        instruction.row() == IntegerRows.MOV_R_RM.of(64) && instruction.operands().get(0) == Gpr.R15);
    Mem place = InjectedBug.memoryOf(edit.at(restoring));
    return edit.before(restoring + 1, Arrays.stream(registers)
        .map(register -> InjectedBug.instruction(IntegerRows.MOV_RM_R.of(64), place, register))
        .toArray(Instruction[]::new)).done();
  }

  @Test
  void givenAPlaceThatOneWayPutsBackThenOnlyTheExactProofIsEnough() {
    Subject subject = meeting();
    judge(subject.code(), subject.contract(), subject::toString);
    assertEquals(List.of(1, 0, 0), List.of(roughly, onlyExactly, refused));
    judge(writingContext(subject, Gpr.R14, Gpr.R15), subject.contract(), subject::toString);
    assertEquals(List.of(1, 1, 0), List.of(roughly, onlyExactly, refused));
    judge(writingContext(subject, Gpr.R14), subject.contract(), subject::toString);
    assertEquals(List.of(1, 1, 1), List.of(roughly, onlyExactly, refused));
    assertEquals(List.of(), wrong);
  }

  @Test
  void givenCodeThatNoCompilerWritesThenTheRoughProofAcceptsNothingThatTheExactOneRefuses() {
    for (int i = 0; i < FUNCTIONS; i++) {
      Subject subject = RandomCode.make(SEED + i);
      judge(subject.code(), subject.contract(), subject::toString);
    }
    report("random code");
  }

  @Test
  void givenMutantsOfCompiledCodeThenTheRoughProofAcceptsNothingThatTheExactOneRefuses() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
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
    String verdicts = String.format("%s, -Dskerry.fuzz.seed=%d: %d proved roughly, %d exactly alone, %d refused", of,
        SEED, roughly, onlyExactly, refused);
    System.out.println(verdicts);
    assertEquals(List.of(), wrong, verdicts);
    assertTrue(roughly > 0 && refused > 0, verdicts);
  }
}
