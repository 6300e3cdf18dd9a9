package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The proof of code that was made to take much memory takes little, or ends. */
class VerifierRoomTest {

  private static final long MEBIBYTE = 1 << 20;

  private final Contract contract = new TestModule().memory(1, 2).func("f", "i32 -> i32", "local.get 0")
      .compile(Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP)))
      .code().contract(0, false, MemoryStrategy.CHECK);

  private static HandAssembled begin(int slots) {
    return new HandAssembled(0, (slots + 1 & -2) * Long.BYTES, 0);
  }

  /** Refused for what the proof would take, before it took more bytes than that. */
  private String refused(CompiledFunction code, long most) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    VerificationError error = assertThrows(VerificationError.class, () -> ProvedCode.of(code, contract));
    long used = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(Rule.INSTRUCTIONS, error.rule(), error::getMessage);
    assertTrue(used < most, used + " bytes for " + code.byteLength() + " bytes of code");
    return error.getMessage();
  }

  private void accepted(CompiledFunction code) {
    assertDoesNotThrow(() -> ProvedCode.of(code, contract));
  }

  private static void fill(Assembler code, int slots, Gpr value) {
    for (int i = 0; i < slots; i++) {
      code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, Long.BYTES * i), value);
    }
  }

  /** Loops around loops, each of which polls, and all of which change all slots. */
  private static CompiledFunction loops(int depth, int slots) {
    HandAssembled made = begin(slots);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0));
    fill(made.code, slots, Gpr.RAX);
    List<Label> starts = new ArrayList<>();
    List<Label> stops = Stream.generate(made.code::label).limit(depth).toList();
    List<Label> after = new ArrayList<>();
    for (Label stop : stops) {
      starts.add(0, made.code.here());
      after.add(made.pollAt(stop));
    }
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(1));
    fill(made.code, slots, Gpr.RAX);
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    starts.forEach(start -> made.code.jump(Condition.NE, start));
    made.ret();
    for (int i = 0; i < depth; i++) {
      made.stop(stops.get(i), after.get(i));
    }
    return made.compiled();
  }

  @Test
  void givenLoopsAroundLoopsThatAllChangeTheSamePlacesThenTheProofTakesLittleMemory() {
    accepted(loops(3, 2_000));
    refused(loops(300, 20_000), 400 * MEBIBYTE);
  }

  /** Two ways lead to all places, on each of which other slots than on the other are known. */
  private static CompiledFunction ways(int slots, int places) {
    HandAssembled made = begin(slots);
    Label table = made.code.label();
    Label other = made.code.label();
    Label end = made.code.label();
    made.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    made.code.jump(Condition.E, other);
    fill(made.code, slots, Gpr.RDI);
    made.choose(Gpr.RDI, table, places);
    made.code.bind(other);
    fill(made.code, slots, Gpr.R14);
    // By as many entries the ways would be joined before they part.
    made.choose(Gpr.RDI, table, places - 1);
    List<Label> targets = new ArrayList<>();
    for (int i = 0; i < places; i++) {
      targets.add(made.code.here());
      made.code.jump(end);
    }
    made.code.bind(end);
    made.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(0));
    made.ret();
    return made.table(table, targets).compiled();
  }

  @Test
  void givenManyPlacesWhereManySlotsDifferThenTheProofTakesLittleMemory() {
    accepted(ways(20, 2_000));
    String message = refused(ways(2_000, 2_000), 200 * MEBIBYTE);
    assertTrue(message.contains("bytes of memory"), message);
  }
}
