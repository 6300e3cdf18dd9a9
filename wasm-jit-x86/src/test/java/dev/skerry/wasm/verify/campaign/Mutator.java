package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Makes mutants of one function's finished code. */
final class Mutator {

  /** A mutant, and where in the code of the original it differs, or -1. */
  record Mutant(CompiledFunction code, int where, String text) {
  }

  private static final int[] STEPS = {1, -1, 2, -2, 4, -4, 8, -8, 16, -16, 64, -64, 256, 4096, -4096, 1 << 20};
  private static final int[][] TABLE_FIELDS = {
      {CompiledFunction.CALL_SITE_FIELDS}, {CompiledFunction.TRAP_SITE_FIELDS}, {CompiledFunction.FAULT_SITE_FIELDS},
  };
  private static final List<String> LOADS = List.of("mov", "movzx", "movsx", "movsxd");

  private final CompiledFunction code;
  private final Random random;
  private final Relinker original;
  /** Which of the checks comes next: each has its turn. */
  private int nextCheck;

  Mutator(CompiledFunction code, Random random) {
    this.code = code;
    this.random = random;
    original = new Relinker(code);
  }

  /** A mutant of that class, or null if there is none to be had here. */
  Mutant make(Mutation mutation) {
    try {
      return switch (mutation) {
        case BIT -> bytes(0, code.codeBytes(), true);
        case BYTE -> bytes(0, code.codeBytes(), false);
        case POOL -> bytes(code.codeBytes(), code.code().length, true);
        case DROP -> drop(any(i -> true));
        case REPEAT -> repeat(any(i -> !isControl(i)));
        case SWAP -> swap(any(i -> i + 1 < original.count() && !isControl(i) && !isControl(i + 1)));
        case OPCODE -> row(any(i -> !isControl(i)), row -> true);
        case WIDEN -> widen();
        case WIDE_OPERATION -> width(Integer.SIZE, Long.SIZE);
        case NARROW_OPERATION -> width(Long.SIZE, Integer.SIZE);
        case SIGN -> sign();
        case DISPLACEMENT -> displacement();
        case SCALE, BASE, INDEX, ABSOLUTE -> address(mutation);
        case REGISTER -> register();
        case IMMEDIATE -> immediate(any(i -> operandOf(i, Imm.class) != null));
        case CONDITION -> condition(any(i -> hasCondition(i)), null);
        case TARGET, INTO -> target(mutation == Mutation.INTO);
        case CHECK -> drop(nextCheck());
        case ALWAYS -> always();
        case POLL -> guard(Symbol.INTERRUPT);
        case STACK_CHECK -> guard(Symbol.STACK);
        case TYPE_CHECK -> typeCheck();
        case FRAME -> frame();
        case SYMBOL -> symbol();
        case SITES -> sites();
      };
    } catch (IllegalArgumentException noSuchForm) {
      return null;
    }
  }

  // Choosing.

  private String mnemonic(int index) {
    return original.instruction(index).row().mnemonic();
  }

  private boolean isControl(int index) {
    String name = mnemonic(index);
    return name.startsWith("j") || name.equals("call") || name.equals("ret");
  }

  private boolean hasCondition(int index) {
    String name = mnemonic(index);
    return name.startsWith("j") && !name.equals("jmp") || name.startsWith("cmov") || name.startsWith("set");
  }

  private boolean isCheck(int index) {
    String name = mnemonic(index);
    return hasCondition(index) || name.equals("cmp") || name.equals("test") || name.equals("and");
  }

  private Operand operandOf(int index, Class<? extends Operand> kind) {
    return original.instruction(index).operands().stream().filter(kind::isInstance).findFirst().orElse(null);
  }

  /** Any instruction that fits, or -1. */
  private int any(Predicate<Integer> fits) {
    int start = random.nextInt(original.count());
    for (int i = 0; i < original.count(); i++) {
      int index = (start + i) % original.count();
      if (fits.test(index)) {
        return index;
      }
    }
    return -1;
  }

  /** How many checks there are: so many mutants of the class {@link Mutation#CHECK} lack each of them once. */
  int checks() {
    return (int) IntStream.range(0, original.count()).filter(this::isCheck).count();
  }

  private int nextCheck() {
    for (int i = 0; i < original.count(); i++) {
      int index = nextCheck++ % original.count();
      if (isCheck(index)) {
        return index;
      }
    }
    return -1;
  }

  // Changing.

  private Mutant linked(Relinker changed, int index, String text) {
    CompiledFunction made = changed.link();
    return made == null ? null
        : new Mutant(made, original.offset(index), original.offset(index) + ": " + original.instruction(index) + text);
  }

  private Mutant replaced(int index, Instruction by) {
    return linked(new Relinker(code).replace(index, by), index, " becomes " + by);
  }

  private Mutant with(int index, Row row, List<Operand> operands) {
    return replaced(index, new Instruction(row, operands, 1));
  }

  private Mutant with(int index, int operand, Operand by) {
    Instruction old = original.instruction(index);
    List<Operand> operands = new ArrayList<>(old.operands());
    operands.set(operand, by);
    return with(index, old.row(), operands);
  }

  private Mutant bytes(int from, int to, boolean bit) {
    if (from >= to) {
      return null;
    }
    int at = from + random.nextInt(to - from);
    for (int row = 0; row < code.relocations().length; row += CompiledFunction.RELOCATION_FIELDS) {
      int filled = code.relocations()[row];
      if (at >= filled && at < filled + Integer.BYTES) {
        return null;
      }
    }
    byte[] bytes = code.code().clone();
    bytes[at] = (byte) (bit ? bytes[at] ^ 1 << random.nextInt(Byte.SIZE) : random.nextInt());
    int where = -1;
    for (int i = 0; i < original.count() && original.offset(i) <= at && at < code.codeBytes(); i++) {
      where = original.offset(i);
    }
    return new Mutant(withBytes(bytes), where, "byte " + at + " becomes " + (bytes[at] & 0xFF));
  }

  private CompiledFunction withBytes(byte[] bytes) {
    return with(bytes, code.relocations(), code.callSites(), code.trapSites(), code.faultSites());
  }

  private CompiledFunction with(byte[] bytes, int[] relocations, int[] calls, int[] traps, int[] faults) {
    return new CompiledFunction(bytes, code.codeBytes(), code.entry(), code.frameBytes(), code.parameterBytes(),
        relocations, code.typeSites(), calls, traps, faults, code.guards(), code.inlined(), code.blockCount(),
        code.spillSlots());
  }

  private Mutant drop(int index) {
    return index < 0 ? null : linked(new Relinker(code).replace(index), index, " left out");
  }

  private Mutant repeat(int index) {
    return index < 0 ? null : linked(new Relinker(code).insert(index, original.instruction(index)), index, " twice");
  }

  private Mutant swap(int index) {
    if (index < 0) {
      return null;
    }
    Relinker changed = new Relinker(code).replace(index, original.instruction(index + 1))
        .replace(index + 1, original.instruction(index));
    return linked(changed, index, " behind " + original.instruction(index + 1));
  }

  /** Another row that takes the operands. */
  private Mutant row(int index, Predicate<Row> wanted) {
    if (index < 0) {
      return null;
    }
    Instruction old = original.instruction(index);
    List<Row> all = Rows.all();
    int start = random.nextInt(all.size());
    for (int i = 0; i < all.size(); i++) {
      Row row = all.get((start + i) % all.size());
      if (row != old.row() && wanted.test(row) && takes(row, old)) {
        try {
          return with(index, row, old.operands());
        } catch (IllegalArgumentException doesNotFit) {
          continue;
        }
      }
    }
    return null;
  }

  private static boolean takes(Row row, Instruction old) {
    boolean fits = row.operandCount() == old.operands().size();
    for (int i = 0; fits && i < row.operandCount(); i++) {
      OperandForm.Kind kind = row.operand(i).kind();
      Operand operand = old.operands().get(i);
      fits = operand instanceof Gpr ? kind.takesGpr() : operand instanceof Xmm ? kind.takesVector()
          : operand instanceof Imm ? kind == OperandForm.Kind.SIGNED || kind == OperandForm.Kind.UNSIGNED
          : kind.takesMemory();
    }
    return fits;
  }

  private static int memoryBits(Row row) {
    return row.operands().stream().mapToInt(OperandForm::memoryBits).max().orElse(0);
  }

  private Mutant widen() {
    int index = any(i -> operandOf(i, Mem.class) != null && !isControl(i) && !mnemonic(i).equals("lea"));
    if (index < 0) {
      return null;
    }
    Row old = original.instruction(index).row();
    String name = old.mnemonic();
    return row(index, row -> memoryBits(row) > memoryBits(old) && (row.mnemonic().equals(name)
        || LOADS.contains(name) && LOADS.contains(row.mnemonic())
        || operandOf(index, Xmm.class) != null && row.mnemonic().contains("mov")));
  }

  private Mutant width(int from, int to) {
    int index = any(i -> original.instruction(i).row().operandCount() > 0
        && original.instruction(i).row().operand(0).bits() == from && !isControl(i));
    if (index < 0) {
      return null;
    }
    String name = mnemonic(index);
    return row(index, row -> row.mnemonic().equals(name) && row.operand(0).bits() == to
        && row.operand(0).kind() == original.instruction(index).row().operand(0).kind());
  }

  private Mutant sign() {
    int index = any(i -> mnemonic(i).equals("movzx") || mnemonic(i).startsWith("shr")
        || mnemonic(i).equals("mov") && takes(IntegerRows.MOVSXD, original.instruction(i)));
    if (index < 0) {
      return null;
    }
    Instruction old = original.instruction(index);
    return switch (old.row().mnemonic()) {
      case "movzx" -> row(index, row -> row.mnemonic().equals("movsx") && memoryBits(row) == memoryBits(old.row()));
      case "mov" -> with(index, IntegerRows.MOVSXD, old.operands());
      default -> row(index, row -> row.mnemonic().equals(old.row().mnemonic().replace("shr", "sar"))
          && row.operand(0).bits() == old.row().operand(0).bits());
    };
  }

  private int step() {
    return random.nextInt(8) == 0 ? random.nextInt() : STEPS[random.nextInt(STEPS.length)];
  }

  private Mutant displacement() {
    int index = any(i -> operandOf(i, Mem.class) != null || operandOf(i, Rip.class) != null);
    if (index < 0) {
      return null;
    }
    List<Operand> operands = original.instruction(index).operands();
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i) instanceof Mem mem) {
        return with(index, i, new Mem(mem.segment(), mem.base(), mem.index(), mem.scale(),
            mem.displacement() + step()));
      }
      if (operands.get(i) instanceof Rip rip) {
        return with(index, i, new Rip(rip.displacement() + step()));
      }
    }
    return null;
  }

  private Mutant address(Mutation mutation) {
    int index = any(i -> operandOf(i, Mem.class) instanceof Mem mem
        && (mutation == Mutation.BASE || mutation == Mutation.ABSOLUTE ? mem.base() != null : mem.index() != null));
    if (index < 0) {
      return null;
    }
    List<Operand> operands = original.instruction(index).operands();
    int at = operands.indexOf(operandOf(index, Mem.class));
    Mem mem = (Mem) operands.get(at);
    Gpr other = Gpr.of(random.nextInt(Cpu.REGISTERS));
    return with(index, at, switch (mutation) {
      case SCALE -> new Mem(mem.segment(), mem.base(), mem.index(), 1 << random.nextInt(4), mem.displacement());
      case BASE -> new Mem(mem.segment(), other, mem.index(), mem.scale(), mem.displacement());
      case ABSOLUTE -> Mem.at(null, mem.displacement());
      default -> random.nextInt(4) == 0 ? Mem.at(mem.base(), mem.displacement())
          : new Mem(mem.segment(), mem.base(), other, mem.scale(), mem.displacement());
    });
  }

  private Mutant register() {
    int index = any(i -> operandOf(i, Gpr.class) != null || operandOf(i, Xmm.class) != null);
    if (index < 0) {
      return null;
    }
    List<Operand> operands = original.instruction(index).operands();
    int start = random.nextInt(operands.size());
    for (int i = 0; i < operands.size(); i++) {
      int at = (start + i) % operands.size();
      int number = random.nextInt(Cpu.REGISTERS);
      if (operands.get(at) instanceof Gpr) {
        return with(index, at, Gpr.of(number));
      }
      if (operands.get(at) instanceof Xmm) {
        return with(index, at, Xmm.of(number));
      }
    }
    return null;
  }

  private Mutant immediate(int index) {
    if (index < 0) {
      return null;
    }
    List<Operand> operands = original.instruction(index).operands();
    int at = operands.indexOf(operandOf(index, Imm.class));
    long old = ((Imm) operands.get(at)).value();
    long value = switch (random.nextInt(5)) {
      case 0 -> ~old;
      case 1 -> old ^ 1L << random.nextInt(32);
      default -> old + step();
    };
    return with(index, at, new Imm(value));
  }

  /** @param by the other condition, or null for any */
  private Mutant condition(int index, Condition by) {
    if (index < 0) {
      return null;
    }
    Instruction old = original.instruction(index);
    String name = old.row().mnemonic();
    String stem = name.startsWith("cmov") ? "cmov" : name.startsWith("set") ? "set" : "j";
    Condition was = Integers.condition(name, stem);
    Condition other = by != null ? by
        : random.nextInt(3) == 0 ? was.negated() : Condition.values()[random.nextInt(Condition.values().length)];
    String wanted = stem + other.name().toLowerCase(Locale.ROOT);
    for (Row row : Rows.all()) {
      if (row.mnemonic().equals(wanted) && row.operandCount() == old.row().operandCount()
          && row.operand(0).bits() == old.row().operand(0).bits()) {
        return with(index, row, old.operands());
      }
    }
    return null;
  }

  private Mutant target(boolean into) {
    int index = any(i -> operandOf(i, Rel.class) != null && original.relocation(i) < 0);
    if (index < 0) {
      return null;
    }
    for (int attempt = 0; attempt < 20; attempt++) {
      int near = Math.max(0, Math.min(original.count() - 1, index + random.nextInt(40) - 20));
      int other = random.nextInt(3) == 0 ? random.nextInt(original.count()) : near;
      int length = original.instruction(other).length();
      int offset = original.offset(other) + (into && length > 1 ? 1 + random.nextInt(length - 1) : 0);
      int distance = offset - original.after(index);
      if (original.instruction(index).length() > 2 || distance == (byte) distance) {
        return with(index, 0, new Rel(distance));
      }
    }
    return null;
  }

  private Mutant always() {
    int index = any(i -> mnemonic(i).startsWith("j") && !mnemonic(i).equals("jmp"));
    if (index < 0) {
      return null;
    }
    boolean isShort = original.instruction(index).length() == 2;
    Rel rel = (Rel) original.instruction(index).operands().get(0);
    // The displacement counts from the end of the branch that was there.
    return with(index, isShort ? ControlRows.JMP_REL8 : ControlRows.JMP_REL32, List.of(rel));
  }

  /** A branch to a call of that stub, or the compare before it. */
  private Mutant guard(Symbol symbol) {
    int branch = any(i -> hasCondition(i) && operandOf(i, Rel.class) instanceof Rel rel
        && callsStub(original.indexOf(original.after(i) + rel.displacement()), symbol)
        || i + 1 < original.count() && hasCondition(i) && mnemonic(i).startsWith("j") && callsStub(i + 1, symbol));
    if (branch < 1) {
      return null;
    }
    return switch (random.nextInt(4)) {
      case 0 -> drop(branch);
      case 1 -> condition(branch, null);
      case 2 -> drop(branch - 1);
      default -> {
        Operand memory = operandOf(branch - 1, Mem.class);
        yield memory == null ? immediate(branch - 1 >= 0 && operandOf(branch - 1, Imm.class) != null ? branch - 1 : -1)
            : with(branch - 1, original.instruction(branch - 1).operands().indexOf(memory),
                Mem.at(((Mem) memory).base(), ((Mem) memory).displacement() + step()));
      }
    };
  }

  private boolean callsStub(int index, Symbol symbol) {
    return index >= 0 && original.relocation(index) >= 0
        && code.relocations()[original.relocation(index) + 1] == symbol.ordinal();
  }

  private Mutant typeCheck() {
    int index = any(i -> mnemonic(i).equals("cmp") && operandOf(i, Mem.class) instanceof Mem mem
        && mem.displacement() == Layout.FUNCTION_TYPE && operandOf(i, Imm.class) != null);
    if (index < 0) {
      return null;
    }
    return switch (random.nextInt(4)) {
      case 0 -> drop(index);
      case 1 -> drop(Math.min(index + 1, original.count() - 1));
      case 2 -> drop(Math.min(index + 2, original.count() - 1));
      default -> immediate(index);
    };
  }

  private Mutant frame() {
    int index = any(i -> mnemonic(i).equals("ret") || operandOf(i, Imm.class) != null
        && original.instruction(i).operands().get(0) == Gpr.RSP);
    if (index < 0) {
      return null;
    }
    if (mnemonic(index).equals("ret")) {
      return with(index, ControlRows.RET_UIMM16, List.of(new Imm(8 * (1 + random.nextInt(4)))));
    }
    return immediate(index);
  }

  private Mutant symbol() {
    if (code.relocations().length == 0) {
      return null;
    }
    int[] relocations = code.relocations().clone();
    int row = random.nextInt(relocations.length / CompiledFunction.RELOCATION_FIELDS)
        * CompiledFunction.RELOCATION_FIELDS;
    int field = 1 + random.nextInt(2);
    relocations[row + field] = field == 1 ? random.nextInt(Symbol.values().length + 1) : random.nextInt(12) - 1;
    return new Mutant(with(code.code(), relocations, code.callSites(), code.trapSites(), code.faultSites()), -1,
        "relocation at " + relocations[row] + " names " + relocations[row + 1] + " " + relocations[row + 2]);
  }

  private Mutant sites() {
    int[][] tables = {code.callSites(), code.trapSites(), code.faultSites()};
    int start = random.nextInt(tables.length);
    for (int i = 0; i < tables.length; i++) {
      int which = (start + i) % tables.length;
      int fields = TABLE_FIELDS[which][0];
      if (tables[which].length > 0) {
        int row = random.nextInt(tables[which].length / fields) * fields;
        int field = random.nextInt(fields);
        boolean removed = random.nextInt(4) == 0;
        if (!removed && field == CompiledFunction.WASM_OFFSET) {
          // Only people read it.
          field = CompiledFunction.REMAINING;
        }
        int[] changed = removed ? without(tables[which], row, fields) : tables[which].clone();
        if (!removed) {
          changed[row + field] += step();
        }
        tables[which] = changed;
        return new Mutant(with(code.code(), code.relocations(), tables[0], tables[1], tables[2]), -1,
            "table " + which + ", row " + row / fields + (removed ? " left out" : ", field " + field + " is "
                + changed[row + field]));
      }
    }
    return null;
  }

  private static int[] without(int[] table, int row, int fields) {
    int[] shorter = Arrays.copyOf(table, table.length - fields);
    System.arraycopy(table, row + fields, shorter, row, shorter.length - row);
    return shorter;
  }
}
