package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The verifier's table of effects against Intel's syntax, which objdump confirms, and against the processor. */
class EffectsTest {

  private static final Map<String, Integer> BYTES = Map.of("BYTE", 1, "WORD", 2, "DWORD", 4, "QWORD", 8,
      "XMMWORD", 16, "OWORD", 16, "YMMWORD", 32);
  private static final Set<Effect> CONTROL = Set.of(Effect.JUMP, Effect.BRANCH, Effect.CALL, Effect.RETURN);
  private static final Set<Effect> DIVISIONS = Set.of(Effect.DIVIDE, Effect.DIVIDE_SIGNED);
  private static final int RUNS = 8;

  @Test
  void givenEveryAllowedRowThenItsMemoryOperandHasTheBytesThatIntelsSyntaxSays() {
    int checked = 0;
    for (Row row : Rows.all()) {
      List<Operand> operands = operands(row, true);
      if (Effects.of(row) == null || operands == null || Effects.of(row) == Effect.ADDRESS) {
        continue;
      }
      String text = new Instruction(row, operands, 1).toString();
      int ptr = text.indexOf(" PTR");
      assertTrue(ptr > 0, text);
      String word = text.substring(Math.max(text.lastIndexOf(' ', ptr - 1), text.lastIndexOf(',', ptr - 1)) + 1, ptr);
      assertEquals(BYTES.get(word), Effects.memoryBytes(row.id()), text);
      checked++;
    }
    assertTrue(checked > 300, "rows with memory: " + checked);
  }

  @Test
  void givenEveryAllowedRowWhenRunThenItWritesNoOtherRegisterAndNoMoreBitsThanTheTableSays() {
    Assumptions.assumeTrue(Processor.isAvailable(), "machine code runs on native memory only");
    long seed = Long.getLong("skerry.fuzz.seed", 1);
    Random random = new Random(seed);
    int checked = 0;
    for (Row row : Rows.all()) {
      Effect effect = Effects.of(row);
      if (effect == null || CONTROL.contains(effect) || !CpuFeatures.current().has(row.feature())) {
        continue;
      }
      for (boolean memory : new boolean[] {false, true}) {
        List<Operand> operands = operands(row, memory);
        if (operands == null) {
          continue;
        }
        Instruction instruction = new Instruction(row, operands, 1);
        for (int run = 0; run < RUNS; run++) {
          check(instruction, effect, random, "-Dskerry.fuzz.seed=" + seed);
        }
        checked++;
      }
    }
    assertTrue(checked > 600, "forms that ran: " + checked);
  }

  private static void check(Instruction instruction, Effect effect, Random random, String origin) {
    long[] before = new long[State.REGISTERS];
    for (int i = 0; i < before.length; i++) {
      before[i] = random.nextInt(4) == 0 ? random.nextInt(100) + 1 : random.nextLong();
    }
    if (effect == Effect.WIDE || DIVISIONS.contains(effect)) {
      // Quotients that fit, so that a division does not fault.
      before[Gpr.RDX.ordinal()] = 0;
      before[Gpr.RAX.ordinal()] &= 0x3fff_ffff;
      before[Gpr.RCX.ordinal()] |= 1;
      before[Gpr.RSI.ordinal()] |= 1;
    }
    long[] after = Processor.run(instruction, before, random.nextLong() | 1);
    long[] bits = written(instruction, effect);
    for (Gpr gpr : Gpr.values()) {
      int i = gpr.ordinal();
      String what = instruction + " changes " + gpr + " from " + Long.toHexString(before[i]) + " to "
          + Long.toHexString(after[i]) + ", " + origin;
      if (gpr == Gpr.RSP || gpr == Processor.DATA) {
        continue;
      }
      if (bits[i] == 0) {
        assertEquals(before[i], after[i], what);
      } else if (bits[i] < Integer.SIZE) {
        assertEquals(before[i] >>> bits[i], after[i] >>> bits[i], what);
      } else if (bits[i] == Integer.SIZE) {
        assertEquals(0, after[i] >>> Integer.SIZE, what);
      }
    }
  }

  /** By register: how many of its lower bits the table lets the instruction write; 32 means the rest is cleared. */
  private static long[] written(Instruction instruction, Effect effect) {
    long[] bits = new long[State.REGISTERS];
    int width = Effects.width(instruction.row().id());
    Operand first = instruction.operands().isEmpty() ? null : instruction.operands().get(0);
    boolean writesFirst = !Set.of(Effect.COMPARE, Effect.TEST, Effect.WIDE, Effect.DIVIDE, Effect.DIVIDE_SIGNED,
        Effect.SIGN, Effect.NOTHING, Effect.VECTOR_COMPARE).contains(effect);
    if (writesFirst && first instanceof Gpr gpr) {
      bits[gpr.ordinal()] = effect == Effect.VECTOR ? Math.max(Integer.SIZE, width)
          : effect == Effect.SET ? Byte.SIZE : width;
    }
    switch (effect) {
      case WIDE, DIVIDE, DIVIDE_SIGNED -> {
        bits[Gpr.RAX.ordinal()] = width;
        bits[Gpr.RDX.ordinal()] = width;
      }
      case SIGN -> bits[Gpr.RDX.ordinal()] = Long.SIZE;
      case COMPARE_EXCHANGE -> bits[Gpr.RAX.ordinal()] = width;
      case EXCHANGE -> {
        if (instruction.operands().get(1) instanceof Gpr gpr) {
          bits[gpr.ordinal()] = width;
        }
      }
      default -> { }
    }
    return bits;
  }

  /** Operands for the row, with memory or without; null if it takes none like that. */
  private static List<Operand> operands(Row row, boolean memory) {
    List<Operand> operands = new ArrayList<>();
    Gpr[] gprs = {Gpr.RCX, Gpr.RSI, Gpr.RDI};
    Xmm[] vectors = {Xmm.XMM1, Xmm.XMM2, Xmm.XMM3, Xmm.XMM4};
    boolean hasMemory = false;
    for (int i = 0; i < row.operandCount(); i++) {
      OperandForm form = row.operand(i);
      boolean here = form.kind().takesMemory() && (memory || !form.kind().takesRegister());
      if (here) {
        operands.add(Mem.at(Processor.DATA, 0));
        hasMemory = true;
      } else if (form.kind().takesGpr()) {
        operands.add(gprs[i]);
      } else if (form.kind().takesVector()) {
        operands.add(vectors[i]);
      } else {
        operands.add(new Imm(3));
      }
    }
    return hasMemory == memory ? operands : null;
  }
}
