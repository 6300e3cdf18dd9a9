package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * One function on its way from graph to machine instructions: which virtual register holds which value, and what all
 * rules emit in the same way. A constant is made anew in each block that needs it in a register, unless it is shared.
 */
final class Selection {

  private static final int[] LIR_TYPES = {-1, Lir.I32, Lir.I64, Lir.F32, Lir.F64, Lir.V128, Lir.V256};

  final Graph graph;
  final Target target;
  final CpuFeatures features;
  final Accesses accesses;
  final Covering covering;
  final Lir lir;
  final Signatures signatures;
  /** How the function's own parameters come and its results go. */
  final CallingConvention convention;

  /** By instruction: the register of its value, or 0. */
  private final int[] registers;
  /** By instruction, for constants: the number of the block that its register was set in. */
  private final int[] madeIn;
  private final int[] blocks;
  private int blockNumber;
  /** Registers of constants in this block of the graph: see {@link #onceMade}. */
  private final Map<Integer, Integer> onceMade = new HashMap<>();
  /** The value whose sign, and whether it is zero, the flags say after the instruction before; or none. */
  private int flagged = Graph.NONE;
  private int flaggedNow = Graph.NONE;
  private int depth;
  private int flags;
  private final List<Runnable> seldom = new ArrayList<>();

  Selection(Graph graph, Target target, Signatures signatures, CallingConvention convention, Lir lir) {
    this.graph = graph;
    this.target = target;
    this.features = target.features();
    this.signatures = signatures;
    this.convention = convention;
    this.lir = lir;
    accesses = new Accesses(target);
    covering = new Covering(graph, target, accesses);
    registers = new int[graph.instructionCount()];
    madeIn = new int[graph.instructionCount()];
    blocks = new int[graph.blockCount()];
    for (int block : graph.order()) {
      blocks[block] = lir.block();
    }
  }

  // Blocks.

  /** The block of the machine code that a block of the graph starts with. */
  int block(int ofGraph) {
    return blocks[ofGraph];
  }

  /** Starts with a block of the graph. */
  void beginGraphBlock(int block) {
    flagged = Graph.NONE;
    flaggedNow = Graph.NONE;
    depth = graph.loopDepth(block);
    flags = graph.isCold(block) ? Lir.COLD : 0;
    blockNumber++;
    onceMade.clear();
    lir.begin(blocks[block], depth, graph.isLoopHeader(block) ? flags | Lir.LOOP_HEADER : flags);
  }

  /** Goes on in a block that is part of the same block of the graph. */
  void begin(int block) {
    blockNumber++;
    lir.begin(block, depth, flags);
  }

  /** As {@link #begin}; the block branches back to itself. */
  void beginLoop(int block) {
    blockNumber++;
    lir.begin(block, depth + 1, flags | Lir.LOOP_HEADER);
  }

  /** Leaves blocks that seldom run for the end of the code. */
  void seldom(int instruction, Runnable code) {
    int at = depth;
    seldom.add(() -> {
      depth = at;
      flags = Lir.COLD;
      lir.at(graph.position(instruction));
      code.run();
    });
  }

  /**
   * Goes on if the condition holds; else does something else first, at the end of the code.
   *
   * @param otherwise ends its last block by a trap, or a jump to the block that it is given
   */
  void unless(int instruction, Condition condition, IntConsumer otherwise) {
    int fine = lir.block();
    int again = lir.block();
    int done = lir.block();
    lir.branch(condition, fine, again);
    begin(fine);
    lir.jump(done);
    begin(done);
    seldom(instruction, () -> {
      begin(again);
      otherwise.accept(done);
    });
  }

  /** Emits what was left for the end. */
  void finish() {
    for (int i = 0; i < seldom.size(); i++) {
      onceMade.clear();
      seldom.get(i).run();
    }
  }

  // Values.

  boolean isConstant(int value) {
    return graph.is(value, IrOp.CONST);
  }

  boolean isConstant(int value, long bits) {
    return isConstant(value) && graph.imm(value) == bits;
  }

  long constant(int value) {
    return graph.imm(value);
  }

  /** Whether a constant of 32 or 64 bits fits an immediate of 32 bits that is sign-extended to its width. */
  boolean isImmediate(int value) {
    return isConstant(value)
        && (graph.type(value) == IrType.I32 || graph.imm(value) == (int) graph.imm(value));
  }

  /** The constant as the immediate of an instruction of its width. */
  int immediate(int value) {
    return (int) graph.imm(value);
  }

  boolean isTaken(int value) {
    return covering.isTaken(value);
  }

  /** A new register for a temporary value of that type of {@link Lir}. */
  int temporary(int lirType) {
    return lir.register(lirType);
  }

  /** The type of registers for a value. */
  int lirType(int value) {
    return LIR_TYPES[graph.type(value)];
  }

  /** The register that a value is to be written to. */
  int define(int instruction) {
    if (registers[instruction] == 0) {
      registers[instruction] = lir.register(lirType(instruction));
    }
    return registers[instruction];
  }

  /** The register that holds a value. */
  int register(int value) {
    if (!onceMade.isEmpty() && onceMade.containsKey(value)) {
      return onceMade.get(value);
    }
    if ((isConstant(value) || graph.is(value, IrOp.VECTOR_CONST)) && !graph.isShared(value)) {
      return constantRegister(value);
    }
    if (covering.isTaken(value)) {
      throw refused(value, "is computed elsewhere than where it is used");
    }
    return define(value);
  }

  private int constantRegister(int value) {
    if (madeIn[value] != blockNumber) {
      madeIn[value] = blockNumber;
      registers[value] = lir.register(lirType(value));
      lir.load(registers[value], constantOperand(value));
    }
    return registers[value];
  }

  /**
   * The register that holds a constant in the rest of the block, computed, so that it is not loaded again elsewhere:
   * what is proved of one register is not known of another with the same large constant.
   */
  int onceMade(int value) {
    int made = lir.register(lirType(value));
    lir.emit(IntegerRows.LEA.of(graph.type(value) == IrType.I64 ? 64 : 32), made, lir.memory(register(value), 0));
    onceMade.put(value, made);
    return made;
  }

  /** The constant as what registers are loaded with. */
  int constantOperand(int value) {
    return switch (graph.type(value)) {
      case IrType.I32, IrType.I64 -> lir.immediate(graph.imm(value));
      case IrType.F32, IrType.F64 -> lir.constant(graph.imm(value));
      default -> lir.constant(graph.imm(value), graph.high(value));
    };
  }

  /** A register whose lower half is the value, an i32. */
  int low(int value) {
    return covering.isTaken(value) && graph.is(value, Opcode.I32_WRAP_I64)
        ? register(graph.a(value)) : register(value);
  }

  /** A place that the value, of the row's width, can be read from: memory, or a register that may stay in its slot. */
  int readable(int value) {
    if (covering.isTaken(value)) {
      return accesses.isLoad(graph, value) ? accesses.operand(this, value) : Lir.orStack(low(value));
    }
    if (isConstant(value) && IrType.isFloat(graph.type(value))) {
      return lir.constant(graph.imm(value));
    }
    return Lir.orStack(register(value));
  }

  /** A register set to a constant. */
  int load(int lirType, long value) {
    int register = lir.register(lirType);
    lir.load(register, lirType <= Lir.I64 ? lir.immediate(value) : lir.constant(value));
    return register;
  }

  /** A register with the pointer that is there in the instance context for life. */
  int contextPointer(int place) {
    int pointer = temporary(Lir.I64);
    lir.emit(IntegerRows.MOV_R_RM.of(64), pointer, lir.memory(Lir.of(Gpr.R15), place));
    lir.repeatable();
    return pointer;
  }

  // Conditions.

  /** Begins the next instruction of the graph. */
  void at(int instruction) {
    lir.at(graph.position(instruction));
    flagged = flaggedNow;
    flaggedNow = Graph.NONE;
  }

  /** Notes that the instruction emitted last has set the flags by this value. */
  void setsFlags(int value) {
    flaggedNow = value;
  }

  /** Whether the flags say, before anything else is emitted, if a value is zero, and its sign. */
  boolean isFlagged(int value) {
    return flagged == value;
  }

  /** Sets the flags by an i32; says which mean that it is not 0. Nothing but moves may come before they are used. */
  Test test(int value) {
    if (covering.isTaken(value)) {
      return ((ConditionRule) Rules.of(graph, value)).test(this, value);
    }
    if (!isFlagged(value)) {
      int register = register(value);
      lir.emit(IntegerRows.TEST_RM_R.of(32), register, register);
    }
    return Test.of(Condition.NE);
  }

  /** Makes 1 or 0 of what sets the flags; the register is cleared before, so that nothing comes behind. */
  void set(int instruction, ConditionRule condition) {
    lir.move(define(instruction), lir.immediate(0));
    Test test = condition.test(this, instruction);
    if (test.second() != null) {
      throw refused(instruction, "has two conditions");
    }
    lir.emit(IntegerRows.SETCC.of(test.first()), define(instruction));
  }

  /** Branches to one of two blocks. */
  void branch(Test test, int then, int otherwise) {
    if (test.second() == null) {
      lir.branch(test.first(), then, otherwise);
    } else if (test.none()) {
      lir.branchEither(test.first(), test.second(), otherwise, then);
    } else {
      lir.branchEither(test.first(), test.second(), then, otherwise);
    }
  }

  // Vector registers.

  /** {@code d = row(a)}, where the SSE row only writes its destination. */
  void unary(Row sse, int d, int a) {
    lir.emit(features.avx() ? vex(sse) : sse, d, a);
  }

  /** {@code d = row(a, immediate)}, where the SSE row only writes its destination. */
  void unary(Row sse, int d, int a, int immediate) {
    lir.emit(features.avx() ? vex(sse) : sse, d, a, lir.immediate(immediate));
  }

  /** {@code d = row(a, b)}, where the SSE row has a and d in one place; d is none of the others. */
  void binary(Row sse, int d, int a, int b) {
    if (features.avx()) {
      lir.emit(vex(sse), d, a, b);
    } else {
      lir.move(d, a);
      lir.emit(sse, d, b);
    }
  }

  /** {@code d = row(a, b, immediate)}, as {@link #binary(Row, int, int, int)}. */
  void binary(Row sse, int d, int a, int b, int immediate) {
    if (features.avx()) {
      lir.emit(vex(sse), d, a, b, lir.immediate(immediate));
    } else {
      lir.move(d, a);
      lir.emit(sse, d, b, lir.immediate(immediate));
    }
  }

  /** {@code d = row(d, immediate)}. */
  void shift(Row sse, int d, int a, int immediate) {
    if (features.avx()) {
      lir.emit(vex(sse), d, a, lir.immediate(immediate));
    } else {
      lir.move(d, a);
      lir.emit(sse, d, lir.immediate(immediate));
    }
  }

  /** Sets all bits of a vector register to 0. */
  void zero(int d) {
    if (features.avx()) {
      lir.emit(vex(SseFloatRows.XORPS), d, Lir.fresh(d), Lir.fresh(d));
    } else {
      lir.emit(SseFloatRows.XORPS, Lir.fresh(d), Lir.fresh(d));
    }
  }

  /** The row for the same in the form that is used here. */
  Row form(Row sse) {
    return features.avx() ? vex(sse) : sse;
  }

  private static Row vex(Row sse) {
    Row row = VexForms.of(sse);
    if (row == null) {
      throw new CompilationRefused(CompilationRefused.Reason.INTERNAL, "no VEX form of " + sse);
    }
    return row;
  }

  CompilationRefused refused(int instruction, String why) {
    return new CompilationRefused(CompilationRefused.Reason.INTERNAL, "lowering: "
        + (graph.op(instruction) < 0 ? graph.irOp(instruction).name() : graph.opcode(instruction).mnemonic)
        + " (instruction " + instruction + ", offset " + graph.position(instruction) + ") " + why);
  }
}
