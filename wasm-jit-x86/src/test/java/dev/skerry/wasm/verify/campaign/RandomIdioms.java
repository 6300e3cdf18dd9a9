package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.AtomicRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Rel;
import java.util.Random;

/**
 * Longer pieces of {@link RandomCode}, which check several things one after another: each leaves out one of them now
 * and then, adds something, or does something else in between.
 */
final class RandomIdioms {

  private static final int[] FAR = {64, 4096, 1 << 17, 150_000, 190_000};
  private static final int ELEMENT_BYTES = 4;

  private final RandomCode made;
  private final Random random;
  private final Assembler code;

  RandomIdioms(RandomCode made, Random random, Assembler code) {
    this.made = made;
    this.random = random;
    this.code = code;
  }

  void any() {
    switch (random.nextInt(10)) {
      case 0 -> goDeep();
      case 1 -> callByReference();
      case 2, 3 -> divide();
      case 4 -> exchange();
      case 5, 6 -> useSmallNumber();
      case 7 -> chooseBase();
      case 8 -> made.grow();
      default -> stopOrMoveReturn();
    }
  }

  private boolean seldom() {
    return random.nextInt(10) == 0;
  }

  /** Something that may change registers, flags or what is known. */
  private void between() {
    if (seldom()) {
      made.piece();
    }
  }

  /** Looks for room far below, perhaps with a limit that was read twice, and goes there and back. */
  private void goDeep() {
    Gpr[] of = made.distinct(3);
    Gpr limit = of[1];
    int bytes = FAR[random.nextInt(FAR.length)] & -Long.BYTES;
    code.emit(IntegerRows.MOV_R_RM.of(64), of[0], Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_R_RM.of(64), limit, Mem.at(of[0], Layout.STORE_NATIVE_LIMIT));
    if (random.nextBoolean()) {
      code.emit(IntegerRows.MOV_R_RM.of(64), of[2], limit);
      code.emit(IntegerRows.ADD_RM_IMM.of(64), of[2], new Imm(bytes));
      made.trapIf(Condition.B, Trap.Kind.UNREACHABLE);
    }
    if (random.nextInt(3) == 0) {
      Label on = code.label();
      made.compare();
      code.jump(made.condition(), on);
      code.emit(IntegerRows.MOV_R_RM.of(64), limit, Mem.at(of[0], Layout.STORE_NATIVE_LIMIT));
      code.bind(on);
    }
    between();
    code.emit(IntegerRows.ADD_RM_IMM.of(64), limit, new Imm(bytes));
    if (random.nextInt(3) != 0) {
      made.trapIf(Condition.B, Trap.Kind.UNREACHABLE);
    }
    code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, limit);
    made.trapIf(Condition.B, Trap.Kind.UNREACHABLE);
    code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(bytes));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), made.any());
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(bytes));
  }

  /** Calls what an element of the table names, if it has a type. */
  private void callByReference() {
    Gpr[] of = made.distinct(4);
    Gpr index = of[0];
    Gpr zero = of[1];
    Gpr record = of[2];
    int beyond = random.nextInt(3) == 0 ? random.nextInt(24) : 0;
    code.emit(IntegerRows.MOV_R32_IMM32, zero, new Imm(0));
    code.emit(IntegerRows.MOV_R_RM.of(64), record, Mem.at(Gpr.R15, made.table()));
    code.emit(IntegerRows.MOV_R_RM.of(32), index, index);
    code.emit(IntegerRows.LEA.of(64), of[3], Mem.at(index, beyond));
    code.emit(IntegerRows.CMP_R_RM.of(64), of[3], Mem.at(record, Layout.RECORD_LENGTH));
    clamp(Condition.AE, index, zero, Trap.Kind.TABLE_OUT_OF_BOUNDS);
    code.emit(IntegerRows.MOV_R_RM.of(64), record, Mem.at(record, Layout.RECORD_BASE));
    if (beyond > 0) {
      code.emit(IntegerRows.LEA.of(64), index, Mem.at(index, beyond));
    }
    code.emit(IntegerRows.MOV_R_RM.of(32), index, Mem.at(record, index, ELEMENT_BYTES, 0));
    callFunction(index, zero, record);
  }

  private void callFunction(Gpr index, Gpr zero, Gpr record) {
    int callee = made.callee();
    code.emit(IntegerRows.MOV_R_RM.of(64), record, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.CMP_R_RM.of(32), index, Mem.at(record, Layout.STORE_FUNCTION_COUNT));
    clamp(Condition.AE, index, zero, Trap.Kind.UNDEFINED_ELEMENT);
    code.emit(IntegerRows.TEST_RM_R.of(32), index, index);
    if (!seldom()) {
      made.trapIf(Condition.E, Trap.Kind.UNDEFINED_ELEMENT);
    }
    code.emit(IntegerRows.MOV_R_RM.of(64), record, Mem.at(record, Layout.STORE_FUNCTIONS));
    between();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(record, index, Long.BYTES, 0));
    code.emit(IntegerRows.CMP_RM_IMM.of(32), Mem.at(Gpr.R10, Layout.FUNCTION_TYPE), new Imm(made.typeId(callee)));
    clamp(Condition.NE, Gpr.R10, zero, Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH);
    if (seldom()) {
      callee = made.callee();
      code.emit(IntegerRows.CMP_RM_IMM.of(32), Mem.at(Gpr.R10, Layout.FUNCTION_TYPE), new Imm(made.typeId(callee)));
      made.trapIf(Condition.NE, Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH);
    }
    made.arguments(callee);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.R10, Layout.FUNCTION_CONTEXT));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
    code.emit(ControlRows.CALL_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    made.back();
  }

  /** Replaces by zero under a condition, and traps. */
  private void clamp(Condition condition, Gpr register, Gpr zero, Trap.Kind kind) {
    between();
    if (!seldom()) {
      code.emit(IntegerRows.CMOVCC_R64_RM64.of(condition), register, zero);
    }
    made.trapIf(condition, kind);
  }

  /** A division with a sign, whose overflow is looked for as the compiler does, or almost. */
  private void divide() {
    int width = made.width();
    Gpr[] of = made.distinct(4);
    Gpr divisor = of[0];
    Gpr other = of[1];
    if (divisor == Gpr.RAX || divisor == Gpr.RDX) {
      return;
    }
    code.emit(IntegerRows.TEST_RM_R.of(width), divisor, divisor);
    if (!seldom()) {
      made.trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
    }
    if (random.nextInt(3) == 0) {
      code.emit(IntegerRows.MOV_R32_IMM32, of[2], new Imm(1 + random.nextInt(3)));
      code.emit(IntegerRows.CMP_RM_IMM8.of(width), divisor, new Imm(seldom() ? 1 : -1));
      between();
      code.emit((width == 32 ? IntegerRows.CMOVCC_R32_RM32 : IntegerRows.CMOVCC_R64_RM64).of(Condition.E), divisor,
          of[2]);
    } else if (!seldom()) {
      lookForOverflow(width, divisor, other, of[2], of[3]);
    }
    between();
    code.emit(IntegerRows.MOV_R_RM.of(width), Gpr.RAX, other);
    code.emit(width == 32 ? IntegerRows.CDQ : IntegerRows.CQO);
    code.emit(IntegerRows.IDIV.of(width), divisor);
  }

  private void lookForOverflow(int width, Gpr divisor, Gpr dividend, Gpr least, Gpr minusOne) {
    if (width == 32) {
      code.emit(IntegerRows.LEA.of(32), least, Mem.at(dividend, Integer.MIN_VALUE));
    } else {
      code.emit(IntegerRows.MOV_R64_IMM64, least, new Imm(Long.MIN_VALUE));
      code.emit(IntegerRows.XOR_R_RM.of(64), least, dividend);
    }
    if (seldom()) {
      code.emit(IntegerRows.LEA.of(made.width()), least, Mem.at(least, 1 + random.nextInt(8)));
    }
    code.emit(IntegerRows.LEA.of(width), minusOne, Mem.at(divisor, seldom() ? 2 : 1));
    if (seldom()) {
      code.emit(IntegerRows.LEA.of(made.width()), minusOne, Mem.at(minusOne, 1 + random.nextInt(8)));
    }
    between();
    code.emit(IntegerRows.OR_R_RM.of(seldom() ? made.width() : width), least, minusOne);
    made.trapIf(Condition.E, Trap.Kind.INTEGER_OVERFLOW);
  }

  /** A compare-and-exchange in linear memory that is tried until it succeeds. */
  private void exchange() {
    Gpr[] of = made.distinct(3);
    Gpr index = of[0];
    Gpr record = of[1];
    Gpr wanted = of[2];
    boolean masks = made.memory() == MemoryStrategy.MASK;
    code.emit(IntegerRows.MOV_R_RM.of(64), record, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    code.emit(IntegerRows.AND_RM_IMM.of(32), index, new Imm(0xFF8));
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(random.nextInt(3)));
    Label again = code.here();
    if (random.nextInt(4) == 0) {
      code.emit(IntegerRows.ADD_RM_IMM.of(32), index, new Imm(8));
    }
    if (masks && random.nextBoolean()) {
      code.emit(IntegerRows.AND_R_RM.of(32), index, Mem.at(record, Layout.RECORD_MASK));
    }
    made.mayFault();
    code.emit(AtomicRows.LOCK_CMPXCHG.of(32), Mem.at(Gpr.R14, index, 1, 0), wanted);
    code.jump(Condition.NE, again);
  }

  /** An access at an address that is made of a number which a branch, a mask or a conditional move keeps small. */
  private void useSmallNumber() {
    Gpr[] of = made.distinct(3);
    Gpr index = of[0];
    int most = 1 << random.nextInt(18);
    code.emit(IntegerRows.MOV_R_RM.of(32), index, index);
    switch (random.nextInt(3)) {
      case 0 -> code.emit(IntegerRows.AND_RM_IMM.of(32), index, new Imm(most - 1));
      case 1 -> {
        code.emit(IntegerRows.CMP_RM_IMM.of(32), index, new Imm(most));
        made.trapIf(Condition.A, Trap.Kind.UNREACHABLE);
      }
      default -> {
        code.emit(IntegerRows.MOV_R32_IMM32, of[1], new Imm(random.nextInt(64)));
        code.emit(IntegerRows.CMP_RM_IMM.of(32), index, new Imm(most));
        between();
        code.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.A), index, of[1]);
      }
    }
    Gpr address = of[2];
    switch (random.nextInt(4)) {
      case 0 -> code.emit(IntegerRows.LEA.of(made.width()), address,
          Mem.at(index, index, 1 << random.nextInt(4), random.nextInt(64)));
      case 1 -> {
        code.emit(IntegerRows.MOV_R_RM.of(32), address, index);
        code.emit(IntegerRows.ADD_R_RM.of(made.width()), address, index);
      }
      case 2 -> code.emit(IntegerRows.LEA.of(made.width()), address, Mem.at(index, random.nextInt(64)));
      default -> code.emit(IntegerRows.MOV_R_RM.of(64), address, index);
    }
    made.mayFault();
    code.emit(IntegerRows.MOV_R_RM.of(32), made.any(), Mem.at(Gpr.R14, address, 1, random.nextInt(16)));
  }

  /** An address that is one under a condition. */
  private void chooseBase() {
    Gpr base = made.any();
    Gpr known = random.nextBoolean() ? Gpr.R14 : Gpr.R15;
    Condition condition = random.nextBoolean() ? Condition.E : Condition.NE;
    made.compare();
    code.emit(IntegerRows.CMOVCC_R64_RM64.of(condition), base, known);
    made.trapIf(condition.negated(), Trap.Kind.UNREACHABLE);
    if (known == Gpr.R14) {
      made.mayFault();
      code.emit(IntegerRows.MOV_R_RM.of(32), made.any(), Mem.at(base, 8 * random.nextInt(4)));
    } else {
      code.emit(IntegerRows.MOV_R_RM.of(64), made.any(), Mem.at(base, Layout.INSTANCE_STORE));
    }
  }

  /** Waits in the midst of things; or takes the return address away for a while. */
  private void stopOrMoveReturn() {
    if (!made.hasTailCalls() || random.nextBoolean()) {
      made.stub(Symbol.INTERRUPT, 0, made.frame());
      return;
    }
    Gpr address = made.any();
    Mem place = Mem.at(Gpr.RSP, made.frame());
    code.emit(IntegerRows.MOV_R_RM.of(64), address, place);
    code.emit(IntegerRows.MOV_RM_R.of(64), place, made.any());
    made.piece();
    code.emit(IntegerRows.MOV_RM_R.of(64), place, address);
  }

  /** Goes on in a function of the module in place of this one. */
  void tailCall(int callee) {
    made.arguments(callee);
    between();
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(made.frame()));
    code.emit(ControlRows.JMP_REL32, new Rel(0));
    made.relocate(Symbol.FUNCTION, callee);
  }
}
