package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the instruction and whatever is known: {@link Stretch} refuses what {@link Step} does, knows as much. */
class StretchTest {

  private static final int ROUNDS = 100_000;
  private static final int SLOTS = 10;
  private static final int FRAME = 40;
  private static final int PARAMETERS = 16;
  /** Of so many rounds at least an instruction is refused, or has an operand in memory and is not. */
  private static final int LEAST = ROUNDS / 50;

  private static final Gpr[] GPRS = {Gpr.RAX, Gpr.RCX, Gpr.RSP, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};
  private static final int[] DISPLACEMENTS = {0, 1, 4, 8, 12, 16, 24, 32, 36, 40, 48, 52, 56, 60, 64, 88, 96, -1, -4,
      -8, -16, 0x7fff_fff0, 0x7fff_fff8, 0x7fff_fffc, 0x7fff_fffe, 0x7fff_ffff, Integer.MIN_VALUE};
  private static final long[] IMMEDIATES = {0, 1, 2, 3, 7, 31, 63, 100, -1, -8, 127, -128, 0x7fff_ffff, 0x8000_0000L};

  private final ModuleInfo module = assertDoesNotThrow(() -> ModuleReader.read(new TestModule()
      .importGlobal("m", "imported", ValType.I32, true).importFunc("m", "f", "->")
      .memory(1, 2).table(ValType.FUNCREF, 1, 2)
      .global(ValType.I32, true, "i32.const 1").global(ValType.I64, false, "i64.const 1")
      .global(ValType.V128, true, "v128.const 1 2").global(ValType.I64, true, "i64.const 1")
      .func("nothing", "->", "nop").bytes(), EnumSet.allOf(Feature.class)));
  private final ModuleLayout layout = new ModuleLayout(module);
  private final boolean[] allowed = AllowedRows.of(CpuFeatures.of(EnumSet.allOf(CpuFeature.class)));
  private final List<Row> common = new ArrayList<>();
  private final List<Row> all = new ArrayList<>();
  private final List<Row> choices = new ArrayList<>();

  private final Analysis analysis = new Analysis();
  private final AccessRule accesses = new AccessRule(analysis);
  private final Step step = new Step(analysis, accesses);
  private final Stretch stretch = new Stretch(analysis, step, accesses);
  private final State state = new State(new Frame());

  StretchTest() {
    for (Row row : Rows.all()) {
      Effect effect = Effects.of(row);
      if (effect != null && effect != Effect.JUMP && effect != Effect.BRANCH && effect != Effect.CALL
          && effect != Effect.RETURN && effect != Effect.COMPARE_EXCHANGE) {
        all.add(row);
        if (effect == Effect.CONDITIONAL_MOVE) {
          choices.add(row);
        }
        if (Forms.group(row, effect, Effects.width(row.id())) != Forms.OTHER && effect != Effect.VECTOR) {
          common.add(row);
        }
      }
    }
  }

  @Test
  void givenAnyInstructionThenItIsRefusedAndUnderstoodAsIfNothingWereQuick() throws VerificationError {
    long start = Long.getLong("skerry.fuzz.seed", 20_261_122L);
    int refused = 0;
    int inMemory = 0;
    for (long seed = start; seed < start + ROUNDS; seed++) {
      Random random = new Random(seed);
      MemoryStrategy memory = random.nextInt(4) > 0 ? MemoryStrategy.GUARD
          : MemoryStrategy.values()[random.nextInt(MemoryStrategy.values().length)];
      CompiledFunction code = code(random);
      analysis.begin(code, new Contract(module, layout, type -> type, memory, 1, -1), allowed);
      accesses.begin();
      String where = "seed " + seed + ", " + memory + ": " + analysis.listing.instruction(0);
      long known = random.nextLong();

      int symbols = prepare(new Random(known));
      String before = state.text(analysis.facts);
      String slow = "";
      try {
        step.run(state, 0);
      } catch (VerificationError error) {
        slow = error.rule().toString();
      }
      String expected = slow.isEmpty() ? text(symbols) : "";

      assertEquals(symbols, prepare(new Random(known)));
      String fast = "";
      try {
        assertEquals(1, stretch.follow(state, 0, 1), where);
      } catch (VerificationError error) {
        fast = error.rule().toString();
      }
      String message = where + ", " + before;
      assertEquals(slow, fast, message);
      if (slow.isEmpty()) {
        assertEquals(expected, text(symbols), message);
        inMemory += hasMemory() ? 1 : 0;
      } else {
        refused++;
      }
    }
    assertTrue(refused > LEAST && inMemory > LEAST, refused + " refused, " + inMemory + " in memory");
  }

  private boolean hasMemory() {
    long word = analysis.listing.word(0);
    return InstructionScanner.operand(word, 0) == InstructionScanner.MEMORY
        || InstructionScanner.operand(word, 1) == InstructionScanner.MEMORY;
  }

  // Code.

  /** One instruction and what follows it; most often its fault is in the tables. */
  private CompiledFunction code(Random random) {
    Assembler assembler = new Assembler();
    List<Row> rows = random.nextInt(8) == 0 ? choices : random.nextInt(4) > 0 ? common : all;
    Row row = rows.get(random.nextInt(rows.size()));
    assembler.emit(new Instruction(row, Arrays.asList(operands(row, random)), 1));
    int after = assembler.position();
    assembler.emit(ControlRows.RET);
    int remaining = random.nextInt(16) == 0 ? FRAME + 8 : FRAME;
    int[] faults = random.nextInt(8) == 0 ? new int[0]
        : new int[] {random.nextInt(16) == 0 ? after : 0, 1, remaining};
    int[] calls = random.nextInt(16) == 0 ? new int[] {0, 1, random.nextBoolean() ? FRAME : FRAME + 8, -1, -1, 0, 0, -1}
        : new int[0];
    int[] traps = random.nextInt(16) == 0 ? new int[] {0, 1, random.nextBoolean() ? FRAME : FRAME + 8, 0, 0}
        : new int[0];
    return new CompiledFunction(assembler.finish(), assembler.codeLength(), 0, FRAME, PARAMETERS, new int[0], calls,
        traps, faults, new int[0][], 1, 0);
  }

  private Operand[] operands(Row row, Random random) {
    int count = 0;
    for (OperandForm form : row.operands()) {
      count += form.explicit() ? 1 : 0;
    }
    Operand[] operands = new Operand[count];
    Gpr same = GPRS[random.nextInt(GPRS.length)];
    int at = 0;
    for (OperandForm form : row.operands()) {
      if (!form.explicit()) {
        continue;
      }
      boolean onlyAddress = form.kind() == OperandForm.Kind.MEMORY;
      if (form.kind().takesMemory() && (onlyAddress || random.nextInt(3) > 0)) {
        operands[at] = address(random);
      } else if (form.kind().takesGpr()) {
        operands[at] = random.nextInt(4) == 0 ? same : GPRS[random.nextInt(GPRS.length)];
      } else if (form.kind().takesVector()) {
        operands[at] = Xmm.XMM1;
      } else {
        long value = IMMEDIATES[random.nextInt(IMMEDIATES.length)];
        operands[at] = new Imm(form.kind() == OperandForm.Kind.UNSIGNED ? value & 0x7F
            : form.bits() >= Long.SIZE ? value : value << Long.SIZE - form.bits() >> Long.SIZE - form.bits());
      }
      at++;
    }
    return operands;
  }

  private static Operand address(Random random) {
    int displacement = DISPLACEMENTS[random.nextInt(DISPLACEMENTS.length)];
    Gpr base = GPRS[random.nextInt(GPRS.length)];
    Gpr index = random.nextInt(4) == 0 ? Gpr.R14 : GPRS[random.nextInt(2)];
    return switch (random.nextInt(16)) {
      case 0 -> new Rip(displacement);
      case 1 -> Mem.at(null, displacement);
      case 2 -> Mem.at(null, index, 2, displacement);
      case 3 -> Mem.at(base, index, 4, displacement);
      case 4 -> Mem.at(base, index, 1, displacement);
      case 5, 6, 7 -> Mem.at(Gpr.R14, index, 1, displacement);
      case 8 -> Mem.at(Gpr.R14, displacement);
      case 9 -> Mem.at(Gpr.RBP, random.nextInt(3) == 0 ? displacement : Layout.RECORD_LENGTH);
      case 10 -> Mem.at(Gpr.R15, displacement);
      case 11, 12, 13 -> Mem.at(Gpr.RSP, displacement);
      default -> Mem.at(base, displacement);
    };
  }

  // What is known.

  /** Begins anew; how many symbols there are. */
  private int prepare(Random random) {
    analysis.facts.clear();
    state.clear(PARAMETERS);
    for (int i = 0; i < State.REGISTERS; i++) {
      state.registers[i] = value(random);
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      long value = value(random);
      if (random.nextInt(3) > 0) {
        state.frame.store(PARAMETERS - (long) slot * Long.BYTES, random.nextInt(3) == 0 ? Integer.BYTES : Long.BYTES,
            value);
      }
    }
    state.registers[Gpr.RSP.ordinal()] = Value.stack(-FRAME);
    if (random.nextInt(8) > 0) {
      state.registers[Gpr.R15.ordinal()] = Value.of(Kind.CONTEXT);
    }
    if (random.nextInt(8) > 0) {
      state.registers[Gpr.R14.ordinal()] = Value.of(Kind.MEMORY_BASE, 0);
    }
    if (random.nextInt(4) == 0) {
      state.registers[Gpr.RBP.ordinal()] = Value.of(Kind.MEMORY_RECORD);
    }
    long compared = state.registers[0];
    if (random.nextInt(3) == 0) {
      compared = value(random);
      for (Gpr register : new Gpr[] {Gpr.RAX, Gpr.RCX, Gpr.RBP, Gpr.R12, Gpr.R13}) {
        state.registers[register.ordinal()] = random.nextBoolean() ? compared : Value.constant(0);
      }
    }
    switch (random.nextInt(6)) {
      case 0 -> state.compare(value(random), value(random), random.nextBoolean() ? Integer.SIZE : Long.SIZE);
      case 1 -> state.compare(state.registers[0], Value.constant(random.nextInt(3)), Integer.SIZE);
      case 2 -> state.noCarry();
      case 3 -> state.compare(compared, Value.of(Kind.MEMORY_LENGTH), Long.SIZE);
      case 4 -> state.compare(Value.of(Kind.MEMORY_LENGTH), compared, Long.SIZE);
      default -> state.clearFlags();
    }
    state.checkStack(-FRAME);
    state.frame.begin();
    return analysis.facts.count();
  }

  private long value(Random random) {
    switch (random.nextInt(6)) {
      case 0:
        return Value.constant(random.nextInt(4) == 0 ? random.nextLong() >>> 8 : random.nextInt(3));
      case 1:
        return random.nextInt(4) > 0 ? other(random) : Value.ANY;
      case 2:
        return Value.symbol(Value.ANONYMOUS, 1 + random.nextInt(Value.ALL_BITS));
      case 3:
        long word = analysis.newNumber(1 + random.nextInt(Integer.SIZE));
        if (random.nextBoolean()) {
          analysis.facts.learn(Value.symbol(word), Fact.AT_MOST, 0, -random.nextInt(1000));
        }
        return word;
      case 4:
        return Value.withBits(Value.plus(analysis.newNumber(Integer.SIZE - 1), random.nextInt(10)), Integer.SIZE);
      default:
        return analysis.newNumber(1 + random.nextInt(Value.ALL_BITS));
    }
  }

  private static long other(Random random) {
    Kind[] kinds = {Kind.STACK, Kind.STORE, Kind.CALL_BUFFER, Kind.MEMORY_RECORD, Kind.MEMORY_BASE,
        Kind.MEMORY_LENGTH, Kind.MEMORY_MASK, Kind.MASKED, Kind.TABLE_RECORD, Kind.TABLE_BASE, Kind.STACK_LIMIT,
        Kind.INTERRUPT, Kind.FUNCTIONS, Kind.FUNCTION_COUNT, Kind.GLOBAL, Kind.CONTEXT, Kind.RETURN_ADDRESS};
    return Value.of(kinds[random.nextInt(kinds.length)]);
  }

  /** What is known; symbols that are new are not told from each other. */
  private String text(int symbols) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < State.REGISTERS; i++) {
      text(text.append(Gpr.of(i)).append(' '), state.registers[i], symbols);
    }
    for (int slot = 0; slot < state.frame.used(); slot++) {
      text(text.append("slot ").append(slot).append(state.frame.isWord(slot)).append(' '), state.frame.value(slot),
          symbols);
    }
    text.append("flags ").append(state.flagBits()).append(state.isCarry()).append(state.checkedDepth());
    if (state.flagBits() > 0) {
      text(text, state.left(), symbols);
      text(text, state.right(), symbols);
      for (Condition condition : Condition.values()) {
        text.append(Conditions.holds(state, condition));
      }
    }
    return text.toString();
  }

  private void text(StringBuilder text, long value, int symbols) {
    if (Value.hasSymbol(value) && Value.symbol(value) >= symbols) {
      text.append("new number + ").append(Value.addend(value)).append(" of ").append(Value.bits(value)).append(" bits");
    } else {
      text.append(Value.text(value));
    }
    if (Value.hasSymbol(value)) {
      for (Fact fact : new Fact[] {Fact.IN_MEMORY, Fact.CLAMPED_IN_MEMORY}) {
        text.append(' ').append(fact).append(' ').append(analysis.facts.find(Value.symbol(value), fact, 0));
      }
    }
    text.append(", at most ").append(analysis.most(value)).append(" and ").append(analysis.mostByArithmetic(value))
        .append("; ");
  }
}
