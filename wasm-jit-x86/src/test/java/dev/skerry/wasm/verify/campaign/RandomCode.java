package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.Contract;
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
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Widths;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Machine code that no compiler writes: blocks that go to each other in any way, of pieces that are sound alone and in
 * most orders. What is wrong with a function, if anything, is in how the pieces meet: a number that is checked on one
 * way and not on the other, a slot that was overwritten by half, a loop that carries what it found once.
 */
final class RandomCode {

  private static final Gpr[] FREE = {Gpr.RAX, Gpr.RCX, Gpr.RDX, Gpr.RBX, Gpr.RSI, Gpr.RDI, Gpr.R8, Gpr.R9, Gpr.R10,
      Gpr.R11, Gpr.R12, Gpr.R13};
  /** More than a piece needs. */
  private static final int LEAST_REGISTERS = 6;
  private static final int[] NUMBERS = {0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 64, 127, 128, 255, 4096, 65532, 65536,
      Integer.MAX_VALUE};
  private static final int FIRST_TYPE = 0x52_0001;
  private static final int MOST_BLOCKS = 9;
  private static final int MOST_PIECES = 6;
  /** One in so many pieces may be anything, and one in so many is an access that must be justified. */
  private static final int WILD = 60;
  private static final int ACCESS = 14;
  private static final int IDIOM = 12;
  private static final int CONTEXT_BYTES = Long.BYTES;
  private static final int NO_OPERATION = -1;
  /** One that catches everything. */
  private static final int[][] GUARDS = {{-1, 0}};

  /** One has memories of 32-bit addresses, the other one of 64. */
  private static final List<ModuleInfo> MODULES = List.of(
      module(new TestModule().memory(1, 2).memory(2, 3)), module(new TestModule().memory64(1, 2).memory(2, 3)));

  private static ModuleInfo module(TestModule memories) {
    return Subjects.read(memories
        .importFunc("host", "f", "i32 -> i32").importGlobal("host", "g", ValType.I64, true)
        .table(ValType.FUNCREF, 10, 20)
        .global(ValType.I32, true, "i32.const 5").global(ValType.I64, true, "i64.const 6")
        .global(ValType.I32, false, "i32.const 7")
        .func("narrow", "i32 -> i32", "local.get 0").func("wide", "i64 i32 -> i64", "local.get 0")
        .func("none", "->", "nop").func("mixed", "i32 i64 i32 -> i32", "local.get 0")
        .func("many", "i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 i32 i64 -> i32", "local.get 0").bytes());
  }

  private final Random random;
  /** The registers that the function uses: the fewer, the more often one that was checked is another one. */
  private final List<Gpr> pool;
  private final MemoryStrategy memory;
  private final ModuleInfo module;
  private final ModuleLayout layout;
  private final int function;
  /** Bytes of the frame; of parameters above it; of the tier-0 frame that the code replaces, or -1. */
  private final int frame;
  private final int parameters;
  private final int replaced;
  private final Assembler code = new Assembler();
  private final Map<Integer, int[]> relocations = new TreeMap<>();
  private final Map<Integer, int[]> calls = new TreeMap<>();
  private final Map<Integer, int[]> traps = new TreeMap<>();
  private final Map<Integer, int[]> faults = new TreeMap<>();
  private final List<Label> blocks = new ArrayList<>();
  private final boolean[] polls;
  private final RandomIdioms idioms;
  /** Whether the function may end with another one in its place. */
  private final boolean hasTailCalls;
  /** The one that is being written. */
  private int block;
  private final List<JumpTable> tables = new ArrayList<>();
  /** What stands behind the blocks. */
  private final List<Runnable> later = new ArrayList<>();

  private record JumpTable(Label place, Label[] targets) {
  }

  private RandomCode(long seed, MemoryStrategy memory) {
    random = new Random(seed);
    List<Gpr> registers = new ArrayList<>(List.of(FREE));
    Collections.shuffle(registers, random);
    pool = registers.subList(0, LEAST_REGISTERS + random.nextInt(FREE.length - LEAST_REGISTERS + 1));
    this.memory = memory;
    module = MODULES.get(random.nextInt(4) == 0 ? 1 : 0);
    layout = new ModuleLayout(module);
    function = ownFunction();
    replaced = random.nextInt(8) == 0 ? 8 * random.nextInt(6) : -1;
    parameters = replaced >= 0 ? 0 : stackBytes(function);
    frame = 16 * random.nextInt(7) + CONTEXT_BYTES;
    hasTailCalls = replaced < 0 && random.nextInt(6) == 0;
    idioms = new RandomIdioms(this, random, code);
    polls = new boolean[1 + random.nextInt(MOST_BLOCKS)];
    for (int i = 0; i < polls.length; i++) {
      blocks.add(code.label());
      polls[i] = random.nextInt(3) == 0;
    }
  }

  private int ownFunction() {
    return module.importedFunctions() + random.nextInt(module.functions().length - module.importedFunctions());
  }

  private int stackBytes(int callee) {
    return CallingConvention.of(module.types()[module.functions()[callee]]).stackParameterBytes();
  }

  /** A function of that seed, which says under which strategy too, and what it is proved against. */
  static Subject make(long seed) {
    return make(seed, MemoryStrategy.values()[Math.floorMod(seed, MemoryStrategy.values().length)]);
  }

  /** A function of that seed, and what it is proved against. */
  static Subject make(long seed, MemoryStrategy memory) {
    RandomCode made = new RandomCode(seed, memory);
    IntUnaryOperator typeIds = index -> FIRST_TYPE + index;
    Contract contract = new Contract(made.module, made.layout, typeIds, memory, made.function, made.replaced);
    return new Subject("random code " + seed, contract, made.compiled());
  }

  private CompiledFunction compiled() {
    prologue();
    for (block = 0; block < polls.length; block++) {
      code.bind(blocks.get(block));
      if (polls[block]) {
        poll();
      }
      for (int k = random.nextInt(MOST_PIECES); k >= 0; k--) {
        piece();
      }
      end();
    }
    for (int i = 0; i < later.size(); i++) {
      later.get(i).run();
    }
    int length = code.position();
    code.align(16);
    for (JumpTable table : tables) {
      code.bind(table.place);
      for (Label target : table.targets) {
        code.distance(table.place, target);
      }
    }
    byte[] bytes = code.finish();
    return new CompiledFunction(bytes, length, 0, frame, parameters, table(relocations), new int[0], table(calls),
        table(traps), table(faults), GUARDS, new int[0], polls.length, 0);
  }

  private static int[] table(Map<Integer, int[]> rows) {
    return rows.entrySet().stream().flatMapToInt(row -> IntStream.concat(
        IntStream.of(row.getKey()), Arrays.stream(row.getValue()))).toArray();
  }

  // What every function has.

  private void prologue() {
    Label begin = code.here();
    Label full = code.label();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT));
    code.jump(Condition.B, full);
    code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(frame));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, frame - CONTEXT_BYTES), Gpr.R15);
    later.add(() -> {
      code.bind(full);
      stub(Symbol.STACK, 0, 0);
      code.jump(begin);
    });
  }

  void relocate(Symbol symbol, int index) {
    relocations.put(code.position() - Integer.BYTES, new int[] {symbol.ordinal(), index});
  }

  void stub(Symbol symbol, int index, int remaining) {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(symbol, index);
    traps.put(code.position(), new int[] {1, remaining, symbol.ordinal(), index});
  }

  /** Goes on unless the condition holds: then it traps as a rule, or something else comes first, or nothing at all. */
  void trapIf(Condition condition, Trap.Kind kind) {
    int way = random.nextInt(12);
    if (way < 3) {
      Label fine = code.label();
      code.jump(condition.negated(), fine);
      if (way == 0) {
        code.jump(target());
      } else if (way == 1) {
        piece();
      }
      code.bind(fine);
      return;
    }
    Label trap = code.label();
    code.jump(condition, trap);
    later.add(() -> {
      code.bind(trap);
      stub(Symbol.TRAP, kind.ordinal(), frame);
    });
  }

  private void poll() {
    Label stop = code.label();
    Label on = code.label();
    Gpr store = random.nextInt(4) == 0 ? any() : Gpr.R11;
    code.emit(IntegerRows.MOV_R_RM.of(64), store, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.CMP_RM_IMM8.of(32), Mem.at(store, Layout.STORE_INTERRUPT), new Imm(0));
    code.jump(Condition.NE, stop);
    code.bind(on);
    later.add(() -> {
      code.bind(stop);
      stub(Symbol.INTERRUPT, 0, frame);
      code.jump(on);
    });
  }

  private void leave() {
    Gpr result = Gpr.RAX;
    if (random.nextInt(3) != 0) {
      code.emit(IntegerRows.MOV_R_RM.of(32), result, any());
    }
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(frame));
    if (parameters > 0) {
      code.emit(ControlRows.RET_UIMM16, new Imm(parameters));
    } else {
      code.emit(ControlRows.RET);
    }
  }

  private void end() {
    boolean isLast = block == polls.length - 1;
    if (hasTailCalls && (isLast || random.nextInt(6) == 0)) {
      int callee = ownFunction();
      if (stackBytes(callee) == parameters) {
        idioms.tailCall(callee);
        return;
      }
    }
    switch (random.nextInt(8)) {
      case 0 -> leave();
      case 1 -> {
        if (isLast) {
          leave();
        } else {
          code.jump(target());
        }
      }
      case 2 -> choose();
      case 3, 4, 5 -> {
        compare();
        code.jump(condition(), target());
        if (isLast) {
          leave();
        }
      }
      default -> {
        if (isLast) {
          leave();
        }
      }
    }
  }

  /** Another block: one behind, or one before that polls, or seldom any. */
  private Label target() {
    for (int tries = 0; tries < 8; tries++) {
      int to = random.nextInt(polls.length);
      if (to > block || polls[to] || random.nextInt(100) == 0) {
        return blocks.get(to);
      }
    }
    return blocks.get(polls.length - 1);
  }

  /** A jump by a table of blocks, whose index is clamped; others may use the table too. */
  private void choose() {
    JumpTable known = tables.isEmpty() || random.nextBoolean() ? null : tables.get(random.nextInt(tables.size()));
    int count = known == null ? 1 + random.nextInt(3) : known.targets.length - 1;
    Gpr index = any();
    Gpr last = other(index);
    code.emit(IntegerRows.MOV_R_RM.of(32), index, index);
    code.emit(IntegerRows.MOV_R32_IMM32, last, new Imm(count));
    code.emit(IntegerRows.CMP_RM_IMM8.of(32), index, new Imm(random.nextInt(20) == 0 ? count + 1 : count));
    code.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.AE), index, last);
    Gpr table = other(index);
    Label place = known == null ? code.label() : known.place;
    code.emit(IntegerRows.LEA.of(64), table, place);
    Gpr distance = other(table);
    code.emit(IntegerRows.MOVSXD, distance, Mem.at(table, index, 4, 0));
    code.emit(IntegerRows.ADD_R_RM.of(64), distance, table);
    code.emit(ControlRows.JMP_RM64, distance);
    if (known == null) {
      Label[] targets = new Label[count + 1];
      Arrays.setAll(targets, i -> target());
      tables.add(new JumpTable(place, targets));
    }
  }

  // Pieces.

  Gpr any() {
    return of(pool);
  }

  /** Registers of the function of which no two are the same. */
  Gpr[] distinct(int count) {
    List<Gpr> shuffled = new ArrayList<>(pool);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, count).toArray(new Gpr[0]);
  }

  MemoryStrategy memory() {
    return memory;
  }

  int frame() {
    return frame;
  }

  boolean hasTailCalls() {
    return hasTailCalls;
  }

  /** Where contexts keep the table's record. */
  int table() {
    return layout.table(0);
  }

  int typeId(int callee) {
    return FIRST_TYPE + module.functions()[callee];
  }

  /** The next instruction is an access that may fault, if any does. */
  void mayFault() {
    if (memory == MemoryStrategy.GUARD) {
      faults.put(code.position(), new int[] {1, frame});
    }
  }

  private Gpr other(Gpr than) {
    Gpr found = any();
    while (found == than) {
      found = any();
    }
    return found;
  }

  private int number() {
    return random.nextInt(6) == 0 ? random.nextInt() : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  Condition condition() {
    return Condition.values()[random.nextInt(Condition.values().length)];
  }

  int width() {
    return random.nextInt(3) == 0 ? 64 : 32;
  }

  private <T> T of(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** A place in the frame, but seldom that of the context. */
  private Mem slot(int bytes) {
    int most = frame - (random.nextInt(WILD) == 0 ? 0 : CONTEXT_BYTES);
    int at = most < bytes ? 0 : random.nextInt(most - bytes + 1);
    return Mem.at(Gpr.RSP, random.nextInt(8) == 0 ? at : at & -bytes);
  }

  private boolean hasRoom() {
    return frame > 2 * CONTEXT_BYTES;
  }

  void compare() {
    int width = width();
    switch (random.nextInt(3)) {
      case 0 -> code.emit(IntegerRows.CMP_R_RM.of(width), any(), any());
      case 1 -> code.emit(IntegerRows.CMP_RM_IMM.of(width), any(), new Imm(number()));
      default -> {
        Gpr register = any();
        code.emit(IntegerRows.TEST_RM_R.of(width), register, random.nextInt(3) == 0 ? any() : register);
      }
    }
  }

  void piece() {
    if (random.nextInt(WILD) == 0) {
      wild();
    } else if (random.nextInt(IDIOM) == 0) {
      idioms.any();
    } else if (random.nextInt(ACCESS) == 0) {
      access();
    } else {
      switch (random.nextInt(25)) {
        case 0, 1 -> code.emit(IntegerRows.MOV_R_RM.of(width()), any(), any());
        case 2 -> code.emit(IntegerRows.MOV_R32_IMM32, any(), new Imm(number()));
        case 3 -> code.emit(IntegerRows.LEA.of(width()), any(), random.nextBoolean() ? Mem.at(any(), number())
            : Mem.at(any(), any(), 1 << random.nextInt(4), number()));
        case 4 -> code.emit(of(List.of(IntegerRows.ADD_R_RM, IntegerRows.SUB_R_RM, IntegerRows.AND_R_RM,
            IntegerRows.OR_R_RM, IntegerRows.XOR_R_RM)).of(width()), any(), any());
        case 5 -> code.emit(of(List.of(IntegerRows.ADD_RM_IMM, IntegerRows.SUB_RM_IMM, IntegerRows.AND_RM_IMM,
            IntegerRows.OR_RM_IMM, IntegerRows.XOR_RM_IMM)).of(width()), any(), new Imm(number()));
        case 6 -> code.emit(of(List.of(IntegerRows.SHL_RM_UIMM8, IntegerRows.SHR_RM_UIMM8,
            IntegerRows.SAR_RM_UIMM8)).of(width()), any(), new Imm(random.nextInt(64)));
        case 7 -> narrow();
        case 8 -> {
          Gpr register = any();
          code.emit(IntegerRows.XOR_R_RM.of(32), register, register);
        }
        case 9 -> {
          compare();
          code.emit((random.nextBoolean() ? IntegerRows.CMOVCC_R32_RM32 : IntegerRows.CMOVCC_R64_RM64)
              .of(condition()), any(), any());
        }
        case 10 -> code.emit(IntegerRows.SETCC.of(condition()), any());
        case 11, 12, 13 -> load();
        case 14, 15, 16 -> store();
        case 17 -> bound();
        case 18 -> global();
        case 19 -> divide();
        case 20 -> call();
        case 21 -> exchange();
        case 22 -> sum();
        case 23 -> loadParameter();
        default -> code.emit(IntegerRows.XCHG.of(width()), any(), any());
      }
    }
  }

  private void narrow() {
    switch (random.nextInt(5)) {
      case 0 -> code.emit(IntegerRows.MOVZX_R_RM8.of(width()), any(), any());
      case 1 -> code.emit(IntegerRows.MOVZX_R_RM16.of(width()), any(), any());
      case 2 -> code.emit(IntegerRows.MOVSXD, any(), any());
      case 3 -> code.emit(IntegerRows.MOV_R_RM.of(random.nextBoolean() ? 8 : 16), any(), any());
      default -> code.emit(IntegerRows.IMUL_R_RM.of(width()), any(), any());
    }
  }

  private void load() {
    if (!hasRoom()) {
      return;
    }
    switch (random.nextInt(8)) {
      case 0 -> code.emit(IntegerRows.MOVZX_R_RM8.of(32), any(), slot(1));
      case 1 -> code.emit(IntegerRows.MOV_R_RM.of(8), any(), slot(1));
      case 2 -> code.emit(IntegerRows.ADD_R_RM.of(32), any(), slot(4));
      case 3 -> code.emit(IntegerRows.CMP_R_RM.of(32), any(), slot(4));
      case 4, 5 -> code.emit(IntegerRows.MOV_R_RM.of(32), any(), slot(4));
      default -> code.emit(IntegerRows.MOV_R_RM.of(64), any(), slot(8));
    }
  }

  private void store() {
    if (!hasRoom()) {
      return;
    }
    switch (random.nextInt(9)) {
      case 0 -> code.emit(IntegerRows.MOV_RM_R.of(8), slot(1), any());
      case 1 -> code.emit(IntegerRows.MOV_RM_R.of(32), slot(4), any());
      case 2 -> code.emit(IntegerRows.MOV_RM_IMM.of(width()), slot(8), new Imm(number()));
      case 3 -> code.emit(IntegerRows.ADD_RM_IMM.of(32), slot(4), new Imm(number()));
      case 4 -> {
        if (frame > 32) {
          code.emit(SseFloatRows.MOVUPS_XM128_XMM, slot(16), Xmm.XMM1);
        }
      }
      case 5 -> {
        Gpr place = any();
        code.emit(IntegerRows.LEA.of(64), place, slot(8));
        code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(place, 0), any());
      }
      default -> code.emit(IntegerRows.MOV_RM_R.of(64), slot(8), any());
    }
  }

  /** Compares an index with the length of a memory, or masks it; the index may be clamped, and kept. */
  private void bound() {
    Gpr index = any();
    Gpr record = other(index);
    Mem carried = hasRoom() && random.nextInt(3) == 0 ? slot(8) : null;
    if (carried != null && random.nextBoolean()) {
      code.emit(IntegerRows.MOV_R_RM.of(width()), index, carried);
    }
    if (random.nextInt(3) != 0) {
      code.emit(IntegerRows.MOV_R_RM.of(32), index, index);
    }
    int which = random.nextInt(6) == 0 ? 1 : 0;
    code.emit(IntegerRows.MOV_R_RM.of(64), record, which == 0 ? Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY)
        : Mem.at(Gpr.R15, layout.memory(1)));
    if (memory == MemoryStrategy.MASK && random.nextInt(4) != 0) {
      code.emit(IntegerRows.AND_R_RM.of(32), index, Mem.at(record, Layout.RECORD_MASK));
      return;
    }
    Gpr zero = other(record);
    Gpr end = other(index);
    while (zero == index || end == record || end == zero) {
      zero = other(record);
      end = other(index);
    }
    code.emit(IntegerRows.MOV_R32_IMM32, zero, new Imm(random.nextInt(20) == 0 ? 1 : 0));
    code.emit(IntegerRows.LEA.of(64), end, Mem.at(index, 1 << random.nextInt(7)));
    code.emit(IntegerRows.CMP_R_RM.of(64), end, Mem.at(record, Layout.RECORD_LENGTH));
    if (random.nextInt(20) == 0) {
      piece();
    }
    if (memory == MemoryStrategy.HARDENED || random.nextInt(4) == 0) {
      code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), index, zero);
    }
    trapIf(random.nextInt(30) == 0 ? condition() : Condition.A, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    if (carried != null) {
      code.emit(IntegerRows.MOV_RM_R.of(64), carried, index);
    }
    if (random.nextInt(3) == 0) {
      code.emit(IntegerRows.MOV_R_RM.of(32), any(), Mem.at(Gpr.R14, index, 1, random.nextInt(8)));
    }
  }

  /** An access at an index of which something may be known. */
  private void access() {
    Gpr index = any();
    if (hasRoom() && random.nextInt(3) == 0) {
      code.emit(IntegerRows.MOV_R_RM.of(width()), index, slot(8));
    }
    mayFault();
    int scale = random.nextInt(6) == 0 ? 1 << random.nextInt(4) : 1;
    Mem place = Mem.at(Gpr.R14, index, scale, random.nextInt(3) == 0 ? random.nextInt(64) : 0);
    if (random.nextBoolean()) {
      code.emit(IntegerRows.MOV_R_RM.of(random.nextBoolean() ? 8 : 32), any(), place);
    } else {
      code.emit(IntegerRows.MOV_RM_R.of(random.nextBoolean() ? 8 : 32), place, any());
    }
  }

  private void global() {
    int index = random.nextInt(4);
    if (index == 0) {
      Gpr cell = any();
      code.emit(IntegerRows.MOV_R_RM.of(64), cell, Mem.at(Gpr.R15, layout.global(0)));
      code.emit(IntegerRows.MOV_R_RM.of(width()), any(), Mem.at(cell, 0));
    } else if (random.nextBoolean() || index == 3) {
      code.emit(IntegerRows.MOV_R_RM.of(width()), any(), Mem.at(Gpr.R15, layout.global(index)));
    } else {
      code.emit(IntegerRows.MOV_RM_R.of(width()), Mem.at(Gpr.R15, layout.global(index)), any());
    }
  }

  /** An index of 64 bits and something, which must not wrap around, compared with the length. */
  private void sum() {
    Gpr index = any();
    Gpr end = other(index);
    Gpr record = other(index);
    Gpr zero = other(index);
    while (record == end || zero == end || zero == record) {
      record = other(index);
      zero = other(index);
    }
    int bytes = 1 << random.nextInt(7);
    code.emit(IntegerRows.MOV_R_RM.of(64), record, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    code.emit(IntegerRows.MOV_R32_IMM32, zero, new Imm(0));
    code.emit(IntegerRows.MOV_R_RM.of(64), end, index);
    code.emit(IntegerRows.ADD_RM_IMM.of(64), end, new Imm(bytes));
    boolean clamps = memory == MemoryStrategy.HARDENED || random.nextInt(4) == 0;
    if (clamps) {
      code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.B), index, zero);
    }
    if (random.nextInt(12) != 0) {
      trapIf(Condition.B, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }
    code.emit(IntegerRows.CMP_R_RM.of(64), end, Mem.at(record, Layout.RECORD_LENGTH));
    if (clamps) {
      code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), index, zero);
    }
    trapIf(Condition.A, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    if (random.nextBoolean()) {
      code.emit(IntegerRows.MOV_R_RM.of(32), any(), Mem.at(Gpr.R14, index, 1, random.nextInt(8)));
    }
  }

  /** Exchanges what the frame holds until that succeeds. */
  private void exchange() {
    if (!hasRoom()) {
      return;
    }
    Mem place = slot(8);
    Gpr wanted = other(Gpr.RAX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, random.nextBoolean() ? place : Mem.at(Gpr.RSP, 0));
    Label again = code.here();
    if (random.nextInt(4) == 0) {
      code.emit(IntegerRows.MOV_R_RM.of(64), wanted, Gpr.RAX);
    }
    code.emit(AtomicRows.LOCK_CMPXCHG.of(random.nextInt(5) == 0 ? 32 : 64), place, wanted);
    if (random.nextInt(6) == 0) {
      piece();
    }
    code.jump(random.nextInt(8) == 0 ? condition() : Condition.NE, again);
  }

  /** Something from above the frame, or from the frame that the code replaces. */
  private void loadParameter() {
    int place = 8 * random.nextInt(8);
    if (replaced >= 0) {
      code.emit(IntegerRows.MOV_R_RM.of(width()), any(), Mem.at(Gpr.RDI, place - 16));
    } else if (parameters > 0) {
      code.emit(IntegerRows.MOV_R_RM.of(width()), any(), Mem.at(Gpr.RSP, frame + place));
    }
  }

  private void divide() {
    Gpr divisor = any();
    while (divisor == Gpr.RAX || divisor == Gpr.RDX) {
      divisor = any();
    }
    int width = width();
    if (random.nextInt(12) != 0) {
      code.emit(IntegerRows.TEST_RM_R.of(width), divisor, divisor);
      trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
    }
    if (random.nextInt(12) == 0) {
      piece();
    }
    code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RDX, Gpr.RDX);
    code.emit(IntegerRows.DIV.of(width), divisor);
  }

  /** A function of the module that has no parameters on the stack. */
  int callee() {
    int callee = ownFunction();
    while (stackBytes(callee) > 0) {
      callee = ownFunction();
    }
    return callee;
  }

  /** Puts something into the registers of parameters, but seldom nothing. */
  void arguments(int callee) {
    FuncType type = module.types()[module.functions()[callee]];
    if (!type.params().isEmpty() && random.nextInt(10) != 0) {
      code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RDI, Gpr.RDI);
      code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RSI, Gpr.RSI);
      code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RDX, any());
      code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, any());
      code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RAX, any());
    }
  }

  /** A direct call of a function of the module. */
  private void call() {
    int callee = callee();
    arguments(callee);
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.FUNCTION, callee);
    back();
  }

  /** Something that the runtime does, which may leave nothing where it was. */
  void grow() {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.RUNTIME, 0);
    back(random.nextBoolean() ? Op.MEMORY_GROW : Op.TABLE_GROW);
  }

  /** A call was made: it comes back here. */
  void back() {
    back(NO_OPERATION);
  }

  private void back(int operation) {
    int[] site = {1, frame, -1, operation, 0, 0, -1};
    calls.put(code.position(), site);
    if (random.nextInt(8) == 0) {
      int from = block;
      later.add(() -> {
        site[2] = code.position();
        site[site.length - 1] = 0;
        if (random.nextInt(12) != 0) {
          restore();
        }
        block = from;
        if (random.nextBoolean()) {
          piece();
        }
        code.jump(target());
      });
    }
    restore();
  }

  /** The context and the memory are what they were, behind a call. */
  private void restore() {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.RSP, frame - CONTEXT_BYTES));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
  }

  /** What is seldom right. */
  private void wild() {
    Gpr[] all = Gpr.values();
    Gpr target = all[random.nextInt(all.length)];
    switch (random.nextInt(7)) {
      case 0 -> code.emit(IntegerRows.MOV_R_RM.of(64), target, all[random.nextInt(all.length)]);
      case 1 -> code.emit(IntegerRows.MOV_R_RM.of(random.nextBoolean() ? 64 : 32), any(),
          Mem.at(all[random.nextInt(all.length)], 8 * random.nextInt(20)));
      case 2 -> code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(8 * (random.nextInt(5) - 2)));
      case 3 -> code.emit(IntegerRows.LEA.of(64), target, Mem.at(Gpr.RSP, 8 * random.nextInt(8)));
      case 4 -> code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(target, 8 * random.nextInt(12)), any());
      case 5 -> {
        Widths operation = of(List.of(IntegerRows.MOV_R_RM, IntegerRows.ADD_R_RM, IntegerRows.XOR_R_RM));
        code.emit(operation.of(random.nextBoolean() ? 8 : 16), target, any());
      }
      default -> code.emit(IntegerRows.MOV_R_RM.of(64), any(), new Rip(random.nextInt(64)));
    }
  }
}
