package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.verify.campaign.InjectedBug.Edit;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Mutants that the verifier once accepted though they break a rule, as the campaign found them. */
class WrongAcceptanceTest {

  private static void refused(Rule rule, MemoryStrategy memory, TestModule module,
      Function<Edit, CompiledFunction> change) {
    var info = Subjects.read(module.bytes());
    Subject subject = Subject.of("function", info, info.functions().length - 1, memory);
    assertDoesNotThrow(() -> ProvedCode.of(subject.code(), subject.contract()));
    CompiledFunction changed = change.apply(Edit.of(subject));
    VerificationError error = assertThrows(VerificationError.class,
        () -> ProvedCode.of(changed, subject.contract()));
    assertEquals(rule, error.rule(), error::getMessage);
  }

  private static TestModule exchanging() {
    return new TestModule().memory(1, 2).func("f", "i32 i32 -> i32", "local.get 0; local.get 1; i32.atomic.rmw.and");
  }

  private static int retry(Edit edit) {
    int exchange = edit.find(InjectedBug.named("lock cmpxchg"));
    return edit.find(exchange, i -> i.row().mnemonic().equals("jne"));
  }

  @Test
  void aCompareAndExchangeThatIsTriedAgainAfterSuccess() {
    refused(Rule.POLLS, MemoryStrategy.CHECK, exchanging(), edit -> {
      int branch = retry(edit);
      boolean isShort = edit.at(branch).row() == ControlRows.JCC_REL8.of(Condition.NE);
      return edit.row(branch, isShort ? ControlRows.JMP_REL8 : ControlRows.JMP_REL32).done();
    });
  }

  @Test
  void aCompareAndExchangeThatIsTriedAgainUnderAnotherCondition() {
    refused(Rule.POLLS, MemoryStrategy.CHECK, exchanging(), edit -> {
      int branch = retry(edit);
      boolean isShort = edit.at(branch).row() == ControlRows.JCC_REL8.of(Condition.NE);
      return edit.row(branch, (isShort ? ControlRows.JCC_REL8 : ControlRows.JCC_REL32).of(Condition.E)).done();
    });
  }

  @Test
  void aReturnAddressThatIsRead() {
    TestModule module = new TestModule().func("f", "i32 -> i32", "local.get 0; i32.const 1; i32.add");
    refused(Rule.MEMORY, MemoryStrategy.CHECK, module, edit -> edit.before(edit.find(InjectedBug.named("ret")),
        InjectedBug.instruction(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.RSP, 0))).done());
  }
}
