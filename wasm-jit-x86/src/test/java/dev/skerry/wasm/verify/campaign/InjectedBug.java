package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A mistake that a compiler made once, made again: what our compiler writes for a function is changed to what the
 * mistaken one would have written.
 *
 * @param number of the class in the threat model, or 0 for one of our own
 * @param cve where it was found
 * @param rules which of them refuses it
 * @param module whose last function it is
 */
record InjectedBug(int number, String cve, String what, Set<Rule> rules, MemoryStrategy memory, TestModule module,
    Function<Subject, CompiledFunction> inject) {

  /** The function as our compiler writes it. */
  Subject sound() {
    var info = Subjects.read(module.bytes());
    return Subject.of(what, info, info.functions().length - 1, memory);
  }

  /** The function as the mistaken compiler writes it. */
  Subject mistaken() {
    Subject sound = sound();
    return sound.with(inject.apply(sound));
  }

  @Override
  public String toString() {
    return (number == 0 ? "" : "class " + number + ", ") + (cve.equals("-") ? "" : cve + ", ") + what;
  }

  /** An edit of compiled code, by what instructions are and not by where they are. */
  static final class Edit {

    private final CompiledFunction code;
    private final Relinker linker;

    private Edit(CompiledFunction code) {
      this.code = code;
      linker = new Relinker(code);
    }

    static Edit of(Subject subject) {
      return new Edit(subject.code());
    }

    /** The first instruction that fits; there must be one. */
    int find(Predicate<Instruction> fits) {
      return find(0, fits);
    }

    int find(int from, Predicate<Instruction> fits) {
      for (int i = from; i < linker.count(); i++) {
        if (fits.test(linker.instruction(i))) {
          return i;
        }
      }
      throw new IllegalStateException("the compiler no longer writes what is to be changed");
    }

    Instruction at(int index) {
      return linker.instruction(index);
    }

    Edit drop(int index) {
      linker.replace(index);
      return this;
    }

    Edit put(int index, Row row, Operand... operands) {
      linker.replace(index, new Instruction(row, List.of(operands), 1));
      return this;
    }

    Edit before(int index, Instruction... instructions) {
      linker.insert(index, instructions);
      return this;
    }

    /** Several instructions in the place of one. */
    Edit put(int index, Instruction... instructions) {
      linker.replace(index, instructions);
      return this;
    }

    /** The same operands for another row. */
    Edit row(int index, Row row) {
      return put(index, row, at(index).operands().toArray(new Operand[0]));
    }

    /** The same row with another operand. */
    Edit operand(int index, int operand, Operand by) {
      List<Operand> operands = new ArrayList<>(at(index).operands());
      operands.set(operand, by);
      return put(index, at(index).row(), operands.toArray(new Operand[0]));
    }

    CompiledFunction done() {
      CompiledFunction linked = linker.link();
      if (linked == null) {
        throw new IllegalStateException("a short branch no longer reaches");
      }
      return linked;
    }
  }

  static Instruction instruction(Row row, Operand... operands) {
    return new Instruction(row, List.of(operands), 1);
  }

  static Predicate<Instruction> named(String mnemonic) {
    return instruction -> instruction.row().mnemonic().equals(mnemonic);
  }

  /** The operand in memory, or null. */
  static Mem memoryOf(Instruction instruction) {
    return (Mem) instruction.operands().stream().filter(Mem.class::isInstance).findFirst().orElse(null);
  }

  /** Whether an instruction but {@code lea} has an operand in memory with that base. */
  static Predicate<Instruction> through(Gpr base) {
    return instruction -> memoryOf(instruction) != null && memoryOf(instruction).base() == base
        && !instruction.row().mnemonic().equals("lea");
  }

  /** Whether an instruction accesses linear memory with an index. */
  static boolean isLinear(Instruction instruction) {
    return through(Gpr.R14).test(instruction);
  }
}
