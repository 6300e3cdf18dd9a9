package dev.skerry.wasm.verify.campaign;

import static dev.skerry.wasm.verify.campaign.InjectedBug.instruction;
import static dev.skerry.wasm.verify.campaign.InjectedBug.memoryOf;
import static dev.skerry.wasm.verify.campaign.InjectedBug.named;
import static dev.skerry.wasm.verify.campaign.InjectedBug.through;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.campaign.InjectedBug.Edit;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.SseFloatRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Historic mistakes of compilers, by the classes of the threat model, and some of our own. */
final class InjectedBugs {

  private static final int CALL_FIELDS = CompiledFunction.CALL_SITE_FIELDS;
  private static final Predicate<Instruction> LINEAR = InjectedBug::isLinear;

  private final List<InjectedBug> all = new ArrayList<>();

  private InjectedBugs() {
    indices();
    widths();
    calls();
    frames();
  }

  static List<InjectedBug> all() {
    return new InjectedBugs().all;
  }

  private void add(int number, String cve, String what, Rule rule, MemoryStrategy memory, TestModule module,
      Function<Subject, CompiledFunction> inject) {
    add(number, cve, what, EnumSet.of(rule), memory, module, inject);
  }

  private void add(int number, String cve, String what, Set<Rule> rules, MemoryStrategy memory, TestModule module,
      Function<Subject, CompiledFunction> inject) {
    all.add(new InjectedBug(number, cve, what, rules, memory, module, inject));
  }

  private static TestModule module() {
    return new TestModule().importFunc("host", "f", "->").memory(1, 2).table(ValType.FUNCREF, 10, 20);
  }

  private static Predicate<Instruction> conditional() {
    return instruction -> instruction.row().mnemonic().startsWith("j")
        && !instruction.row().mnemonic().equals("jmp");
  }

  /** Leaves out the compare with a memory's length, or what else is in front, and the branch behind it. */
  private static CompiledFunction unchecked(Subject subject) {
    Edit edit = Edit.of(subject);
    return edit.drop(edit.find(conditional())).done();
  }

  private void indices() {
    add(1, "CVE-2021-32629", "a spilled 32-bit index comes back sign-extended", Rule.MEMORY, MemoryStrategy.GUARD,
        module().func("f", "i32 -> i32", "call 0; local.get 0; i32.load 8"), subject -> {
          Edit edit = Edit.of(subject);
          int reload = edit.find(i -> through(Gpr.RSP).test(i) && i.row() == IntegerRows.MOV_R_RM.of(32));
          Instruction old = edit.at(reload);
          return edit.put(reload, IntegerRows.MOVSXD, old.operands().get(0), old.operands().get(1)).done();
        });
    add(2, "CVE-2023-26489", "a shift of 32 bits folded into an address of 64", Rule.MEMORY, MemoryStrategy.GUARD,
        module().func("f", "i32 -> i32", "local.get 0; i32.const 3; i32.shl; i32.load"), subject -> {
          Edit edit = Edit.of(subject);
          int load = edit.find(LINEAR);
          Mem mem = memoryOf(edit.at(load));
          return edit.drop(edit.find(named("shl")))
              .operand(load, 1, Mem.at(mem.base(), mem.index(), 8, mem.displacement())).done();
        });
    add(4, "CVE-2022-31169", "the quotient of a constant believed to be in bounds", Rule.MEMORY, MemoryStrategy.CHECK,
        module().func("f", "i32 -> i32", "local.get 0; i32.const 3; i32.div_u; i32.load8_u"),
        InjectedBugs::unchecked);
    add(4, "-", "a divisor believed not to be zero", Rule.FAULTS, MemoryStrategy.CHECK,
        module().func("f", "i32 i32 -> i32", "local.get 0; local.get 1; i32.div_u"), InjectedBugs::unchecked);
    add(4, "-", "a quotient believed to fit", Rule.FAULTS, MemoryStrategy.CHECK,
        module().func("f", "i64 i64 -> i64", "local.get 0; local.get 1; i64.div_s"), subject -> {
          Edit edit = Edit.of(subject);
          int zero = edit.find(conditional());
          return edit.drop(edit.find(zero + 1, conditional())).done();
        });
    add(6, "CVE-2026-34971", "an i32.add folded into an address, where it does not wrap", Rule.MEMORY,
        MemoryStrategy.GUARD, module().func("f", "i32 -> i32", "local.get 0; i32.const -16; i32.add; i32.load"),
        subject -> {
          Edit edit = Edit.of(subject);
          int load = edit.find(LINEAR);
          Mem mem = memoryOf(edit.at(load));
          return edit.drop(edit.find(named("add"))).operand(load, 1, Mem.at(mem.base(), mem.index(), 1, -16)).done();
        });
    add(6, "CVE-2026-34971", "a sum of 64 bits that wraps, for a 64-bit memory", Rule.MEMORY, MemoryStrategy.CHECK,
        new TestModule().memory64(1, 2).func("f", "i64 -> i32", "local.get 0; i32.load 16"),
        InjectedBugs::unchecked);
    add(7, "CVE-2026-34987", "i32.wrap_i64 left out: dirty upper half of an index", Rule.MEMORY, MemoryStrategy.GUARD,
        module().func("f", "i64 -> i32", "local.get 0; i32.wrap_i64; i32.load"), subject -> {
          Edit edit = Edit.of(subject);
          int narrow = edit.find(i -> i.row() == IntegerRows.MOV_R_RM.of(32) || i.row() == IntegerRows.MOV_RM_R.of(32));
          Instruction old = edit.at(narrow);
          return edit.put(narrow, IntegerRows.MOV_R_RM.of(64), old.operands().get(0), old.operands().get(1)).done();
        });
    add(7, "CVE-2026-34945", "the result of memory.grow read as 64 bits", Rule.MEMORY, MemoryStrategy.GUARD,
        module().func("f", "i32 -> i32", "local.get 0; memory.grow; i32.load8_u"), subject -> {
          Edit edit = Edit.of(subject);
          int result = edit.find(i -> i.row() == IntegerRows.MOV_R_RM.of(32) && memoryOf(i) != null);
          return edit.row(result, IntegerRows.MOV_R_RM.of(64)).done();
        });
    add(9, "CVE-2022-39392", "a memory without pages taken for one of a page", Rule.MEMORY, MemoryStrategy.CHECK,
        new TestModule().memory(0, 2).func("f", "-> i32", "i32.const 16; i32.load 16"), InjectedBugs::unchecked);
    add(21, "CVE-2018-5093", "the place of a table kept in a register over a poll", Rule.MEMORY, MemoryStrategy.CHECK,
        module().func("f", "i32 ->", "local.get 0; i32.const 1; i32.add; local.set 0; loop; local.get 0; table.get 0;"
            + "drop; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end"), InjectedBugs::stale);
    add(23, "CVE-2017-5753", "the clamp of an index not used", Rule.SPECULATION, MemoryStrategy.HARDENED,
        module().func("f", "i32 -> i32", "local.get 0; i32.load"), subject -> {
          Edit edit = Edit.of(subject);
          int clamp = edit.find(i -> i.row().mnemonic().startsWith("cmov"));
          int load = edit.find(LINEAR);
          Mem mem = memoryOf(edit.at(load));
          return edit.operand(load, 1, Mem.at(mem.base(), (Gpr) edit.at(clamp).operands().get(1), 1,
              mem.displacement())).done();
        });
    add(0, "-", "an index of a jump table one too large", Rule.BRANCHES, MemoryStrategy.CHECK, module().func("f",
        "i32 -> i32", "block; block; block; block; local.get 0; br_table 0 1 2 3 0; end; i32.const 5; return; end;"
            + "i32.const 8; return; end; i32.const 99; return; end; i32.const 7"), subject -> {
          Edit edit = Edit.of(subject);
          int compare = edit.find(named("cmp"));
          int most = edit.find(i -> i.operands().size() == 2 && i.operands().get(1).equals(new Imm(4))
              && !i.row().mnemonic().equals("cmp"));
          return edit.operand(compare, 1, new Imm(5)).operand(most, 1, new Imm(5)).done();
        });
    add(0, "-", "a mask left out", Rule.MEMORY, MemoryStrategy.MASK,
        module().func("f", "i32 -> i32", "local.get 0; i32.load"), subject -> {
          Edit edit = Edit.of(subject);
          return edit.drop(edit.find(named("and"))).done();
        });
  }

  /** The record of the table and its elements are found in front of the loop, and no longer in it. */
  private static CompiledFunction stale(Subject subject) {
    Edit edit = Edit.of(subject);
    int elements = edit.find(i -> i.row() == IntegerRows.MOV_R_RM.of(64) && memoryOf(i) != null
        && memoryOf(i).displacement() == Layout.RECORD_BASE && memoryOf(i).base() == i.operands().get(0));
    int record = edit.find(i -> i.row() == IntegerRows.MOV_R_RM.of(64) && memoryOf(i) != null
        && memoryOf(i).base() == Gpr.R15 && i.operands().get(0) == memoryOf(edit.at(elements)).base());
    Gpr kept = Gpr.R12;
    return edit.before(0, edit.at(record), instruction(IntegerRows.MOV_R_RM.of(64), kept,
            Mem.at((Gpr) edit.at(record).operands().get(0), Layout.RECORD_BASE)))
        .put(elements, IntegerRows.MOV_R_RM.of(64), edit.at(elements).operands().get(0), kept).done();
  }

  private void widths() {
    add(3, "CVE-2023-41880", "a vector load made one that must be aligned", Rule.MEMORY, MemoryStrategy.GUARD,
        module().func("f", "i32 -> v128", "local.get 0; v128.load"), subject -> {
          Edit edit = Edit.of(subject);
          return edit.row(edit.find(LINEAR), SseFloatRows.MOVAPS_XMM_XM128).done();
        });
    add(3, "CVE-2022-31104", "a lane of 32 bits loaded as a whole vector", Rule.MEMORY, MemoryStrategy.CHECK,
        module().func("f", "i32 -> v128", "local.get 0; v128.load32_zero"), subject -> {
          Edit edit = Edit.of(subject);
          return edit.row(edit.find(LINEAR), SseFloatRows.MOVUPS_XMM_XM128).done();
        });
    add(5, "CVE-2026-24116", "a float loaded as 16 bytes at the end of memory", Rule.MEMORY, MemoryStrategy.CHECK,
        module().func("f", "i32 -> f32", "local.get 0; f32.load"), subject -> {
          Edit edit = Edit.of(subject);
          return edit.row(edit.find(LINEAR), SseFloatRows.MOVUPS_XMM_XM128).done();
        });
    add(5, "CVE-2026-34944", "a byte loaded as 8 bytes and cut afterwards", Rule.MEMORY, MemoryStrategy.CHECK,
        module().func("f", "i32 -> i32", "local.get 0; i32.load8_u"), subject -> {
          Edit edit = Edit.of(subject);
          int load = edit.find(LINEAR);
          Gpr to = (Gpr) edit.at(load).operands().get(0);
          Mem mem = memoryOf(edit.at(load));
          return edit.put(load, instruction(IntegerRows.MOV_R_RM.of(64), Gpr.R11, mem),
              instruction(IntegerRows.MOVZX_R_RM8.of(32), to, Gpr.R11)).done();
        });
    add(0, "-", "an offset that reaches behind the guard zone", Rule.MEMORY, MemoryStrategy.GUARD,
        module().func("f", "i32 -> v128", "local.get 0; v128.load 2147483000"), subject -> {
          Edit edit = Edit.of(subject);
          int load = edit.find(LINEAR);
          Mem mem = memoryOf(edit.at(load));
          return edit.operand(load, 1, Mem.at(mem.base(), mem.index(), 1, Integer.MAX_VALUE)).done();
        });
    add(8, "CVE-2026-34946", "memory.fill of the second memory checked against the first", Rule.BRANCHES,
        MemoryStrategy.GUARD, new TestModule().memory(1, 2).memory(1, 1)
            .func("f", "i32 i32 i32 ->", "local.get 0; local.get 1; local.get 2; memory.fill 1"),
        subject -> relocated(subject, Symbol.RUNTIME, Symbol.FILL));
  }

  private static CompiledFunction relocated(Subject subject, Symbol from, Symbol to) {
    CompiledFunction code = subject.code();
    int[] relocations = code.relocations().clone();
    for (int row = 0; row < relocations.length; row += CompiledFunction.RELOCATION_FIELDS) {
      if (relocations[row + 1] == from.ordinal()) {
        relocations[row + 1] = to.ordinal();
        return withTables(code, relocations, code.callSites(), code.faultSites());
      }
    }
    throw new IllegalStateException("nothing calls " + from);
  }

  private static CompiledFunction withTables(CompiledFunction code, int[] relocations, int[] calls, int[] faults) {
    return new CompiledFunction(code.code(), code.codeBytes(), code.entry(), code.frameBytes(), code.parameterBytes(),
        relocations, code.typeSites(), calls, code.trapSites(), faults, code.guards(), code.inlined(),
        code.blockCount(), code.spillSlots());
  }

  private void calls() {
    add(7, "CVE-2026-35186", "an i32 argument with a dirty upper half", Rule.TYPES, MemoryStrategy.CHECK,
        module().func("callee", "i32 -> i32", "local.get 0")
            .func("f", "i64 -> i32", "local.get 0; i32.wrap_i64; call 1"), subject -> {
          Edit edit = Edit.of(subject);
          return edit.drop(edit.find(i -> (i.row() == IntegerRows.MOV_R_RM.of(32)
              || i.row() == IntegerRows.MOV_RM_R.of(32)) && memoryOf(i) == null)).done();
        });
    Predicate<Instruction> typeCheck = i -> named("cmp").test(i) && memoryOf(i) != null
        && memoryOf(i).displacement() == Layout.FUNCTION_TYPE;
    Function<String, TestModule> indirect = call -> {
      TestModule module = module();
      module.type("i64 -> i64");
      return module.func("f", "i32 -> i32", "i32.const 5; local.get 0; " + call + " i32 -> i32");
    };
    add(12, "CVE-2021-39219", "the type of a callee compared with the number of another type", Rule.TYPES,
        MemoryStrategy.CHECK, indirect.apply("call_indirect"), subject -> {
          Edit edit = Edit.of(subject);
          int wrong = subject.contract().typeIds().applyAsInt(1);
          return edit.operand(edit.find(typeCheck), 1, new Imm(wrong)).done();
        });
    add(19, "CVE-2024-2887", "no check of a callee's type", EnumSet.of(Rule.TYPES, Rule.SPECULATION),
        MemoryStrategy.CHECK, indirect.apply("call_indirect"), subject -> {
          Edit edit = Edit.of(subject);
          int compare = edit.find(typeCheck);
          return edit.drop(compare).drop(edit.find(compare, i -> i.row().mnemonic().startsWith("cmov")))
              .drop(edit.find(compare, conditional())).done();
        });
    add(19, "CVE-2026-6307", "one type checked, another one called", Rule.TYPES, MemoryStrategy.CHECK,
        indirect.apply("return_call_indirect"), subject -> {
          Edit edit = Edit.of(subject);
          int wrong = subject.contract().typeIds().applyAsInt(1);
          return edit.operand(edit.find(typeCheck), 1, new Imm(wrong)).done();
        });
    add(22, "-", "a call of a null reference", Rule.MEMORY, MemoryStrategy.CHECK, indirect.apply("call_indirect"),
        subject -> {
          Edit edit = Edit.of(subject);
          int test = edit.find(named("test"));
          return edit.drop(test).drop(edit.find(test, conditional())).done();
        });
    add(0, "-", "an element of a table without a check of its bounds", Rule.MEMORY, MemoryStrategy.CHECK,
        indirect.apply("call_indirect"), subject -> {
          Edit edit = Edit.of(subject);
          int clamp = edit.find(i -> i.row().mnemonic().startsWith("cmov"));
          return edit.drop(clamp).drop(edit.find(clamp, conditional())).done();
        });
    add(14, "CVE-2024-47763", "a tail call from a frame that is still there", Rule.STACK, MemoryStrategy.CHECK,
        indirect.apply("return_call_indirect"), subject -> {
          Edit edit = Edit.of(subject);
          return edit.drop(edit.find(i -> named("add").test(i) && i.operands().get(0) == Gpr.RSP)).done();
        });
    add(0, "-", "the context of the callee's instance kept behind a call",
        EnumSet.of(Rule.CONTEXT, Rule.MEMORY), MemoryStrategy.CHECK,
        module().func("f", "->", "call 0; call 0"), subject -> {
          Edit edit = Edit.of(subject);
          int reload = edit.find(i -> through(Gpr.RSP).test(i) && i.operands().get(0) == Gpr.R15);
          return edit.drop(reload).done();
        });
  }

  private void frames() {
    TestModule two = module().func("f", "i64 i64 -> i64",
        "call 0; local.get 0; local.get 1; i64.add; call 0; local.get 0; local.get 1; i64.sub; i64.mul");
    add(11, "CVE-2022-24791", "the map of a frame is of another size", Rule.STACK, MemoryStrategy.CHECK, two,
        subject -> {
          CompiledFunction code = subject.code();
          int[] calls = code.callSites().clone();
          calls[calls.length - CALL_FIELDS + CompiledFunction.REMAINING] -= 16;
          return withTables(code, code.relocations(), calls, code.faultSites());
        });
    add(11, "CVE-2021-39216", "a call without a map of its frame", Rule.STACK, MemoryStrategy.CHECK, two,
        subject -> {
          CompiledFunction code = subject.code();
          int[] calls = Arrays.copyOf(code.callSites(), code.callSites().length - CALL_FIELDS);
          return withTables(code, code.relocations(), calls, code.faultSites());
        });
    add(25, "-", "a frame made without looking at the end of the stack", Rule.STACK, MemoryStrategy.CHECK, two,
        InjectedBugs::unchecked);
    add(0, "-", "a frame smaller than what is kept in it", EnumSet.of(Rule.STACK, Rule.MEMORY), MemoryStrategy.CHECK,
        two, subject -> {
          Edit edit = Edit.of(subject);
          int make = edit.find(i -> named("sub").test(i) && i.operands().get(0) == Gpr.RSP);
          int leave = edit.find(i -> named("add").test(i) && i.operands().get(0) == Gpr.RSP);
          Imm smaller = new Imm(((Imm) edit.at(make).operands().get(1)).value() - 16);
          return edit.operand(make, 1, smaller).operand(leave, 1, smaller).done();
        });
    add(26, "-", "a loop without a poll", Rule.POLLS, MemoryStrategy.CHECK,
        module().func("f", "i32 ->", "loop; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end"),
        InjectedBugs::unchecked);
    add(0, "-", "an access left to the guard zone that the signal handler does not know", Rule.MEMORY,
        MemoryStrategy.GUARD, module().func("f", "i32 -> i32", "local.get 0; i32.load"), subject -> {
          CompiledFunction code = subject.code();
          return withTables(code, code.relocations(), code.callSites(), new int[0]);
        });
  }
}
