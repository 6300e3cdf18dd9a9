package dev.skerry.wasm.ir;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.FuelPlan;
import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.semantics.FloatArithmetic;
import java.util.Arrays;
import java.util.List;

/**
 * Builds the graph of one validated function body, in two walks over it: the first finds out which values branches have
 * to carry ({@link JoinedLocals}), the second makes instructions, blocks and edges. Code that cannot be reached is left
 * out; all blocks of the graph can be.
 */
public final class GraphBuilder {

  private static final int NONE = Graph.NONE;
  /** Static offsets from here on are checked under the guard strategy too: 2 GiB less the width of any access. */
  private static final long GUARDED_OFFSETS = (1L << 31) - 16;
  private static final long PAGE_BYTES = 65_536;
  private static final long F32_NAN = 0x7fc0_0000L;
  private static final long F64_NAN = 0x7ff8_0000_0000_0000L;

  private final ModuleInfo module;
  private final MemoryStrategy strategy;
  private final boolean canonicalNaN;
  private final FuelPlan fuel;
  private final InstructionReader reader;
  private final BlockTypes blockTypes;
  private final Graph graph;
  private final Cursor at;
  private final FrameEntry entry;
  private final ControlBuilder control;

  private GraphBuilder(ModuleInfo module, int function, BuildOptions options, BranchProfile profile) {
    this.module = module;
    this.strategy = options.memory();
    this.canonicalNaN = options.canonicalNaN();
    ModuleInfo.FunctionBody body = module.bodies().get(function - module.importedFunctions());
    fuel = options.fuel() ? FuelPlan.of(module, body, () -> { }) : FuelPlan.NONE;
    FuncType type = module.types()[module.functions()[function]];
    int localCount = type.params().size();
    for (int run : body.localCounts()) {
      localCount += run;
    }
    BodyScan scan = new BodyScan(module, body, type, options.entry().loop());
    JoinedLocals joins = new JoinedLocals(scan, localCount);
    reader = new InstructionReader(module.bytes(), body.offset());
    blockTypes = new BlockTypes(module);
    graph = new Graph(scan.instructions() + (scan.instructions() >> 1));
    long[] leastLengths = new long[module.memories().length];
    boolean shared = false;
    for (int i = 0; i < leastLengths.length; i++) {
      MemoryType memory = module.memories()[i];
      shared |= memory.shared();
      long pages = memory.limits().min();
      leastLengths[i] = pages < 0 || pages > Long.MAX_VALUE / PAGE_BYTES ? 0 : pages * PAGE_BYTES;
    }
    graph.setMemories(new MemoryFacts(shared, leastLengths, module.importedMemories()));
    at = new Cursor(graph, localCount);
    at.position = body.offset();
    entry = options.entry().isLoop() ? new FrameEntry(at, scan, options.entry(), type, body) : null;
    control = new ControlBuilder(at, scan, joins, entry, type, profile,
        tag -> module.types()[module.tags()[tag]].params());
    if (entry == null) {
      at.begin(graph.addBlock());
    }
    locals(type, body);
  }

  /**
   * Builds the graph of one function that the module defines.
   *
   * @param function index in the function index space
   * @throws CompilationRefused if the function is over a limit, or uses what is not compiled
   */
  public static Graph build(ModuleInfo module, int function, BuildOptions options) {
    return build(module, function, options, BranchProfile.NONE);
  }

  /**
   * Builds the graph of one function that the module defines.
   *
   * @param function index in the function index space
   * @param profile which way the function's branches went, for {@link Graph#weights}
   * @throws CompilationRefused if the function is over a limit, or uses what is not compiled
   */
  public static Graph build(ModuleInfo module, int function, BuildOptions options, BranchProfile profile) {
    return new GraphBuilder(module, function, options, profile).build();
  }

  private void locals(FuncType type, ModuleInfo.FunctionBody body) {
    int local = 0;
    for (ValType param : type.params()) {
      if (entry == null) {
        at.parameter(at.block, IrType.of(param), at.locals, local++);
      } else {
        at.locals[local++] = zero(IrType.of(param));
      }
    }
    int[] zeros = new int[IrType.V128 + 1];
    Arrays.fill(zeros, NONE);
    for (int run = 0; run < body.localCounts().length; run++) {
      byte of = IrType.of(body.localTypes()[run]);
      if (zeros[of] == NONE) {
        zeros[of] = zero(of);
      }
      Arrays.fill(at.locals, local, local + body.localCounts()[run], zeros[of]);
      local += body.localCounts()[run];
    }
  }

  private int zero(byte type) {
    return type == IrType.V128 ? vector(0, 0) : at.constant(type, 0);
  }

  private int vector(long low, long high) {
    return at.add(IrOp.VECTOR_CONST, IrType.V128, NONE, low, graph.addHigh(high));
  }

  private Graph build() {
    while (control.isOpen()) {
      Opcode opcode = reader.next();
      at.position = reader.offset;
      boolean begins = fuel.beginsAt(reader.offset);
      if (control.isReachable()) {
        if (begins) {
          at.add(IrOp.FUEL, IrType.VOID, NONE, fuel.cost(), fuel.looks() ? 1 : 0);
        }
        instruction(opcode);
      } else {
        control.skip(opcode, reader.index);
      }
    }
    if (entry == null) {
      graph.setOrder(at.order());
    } else {
      entry.finish();
    }
    return graph;
  }

  private void instruction(Opcode opcode) {
    switch (opcode) {
      case NOP -> { }
      case UNREACHABLE -> trap(Trap.Kind.UNREACHABLE);
      case BLOCK -> control.openBlock(blockTypes.of(reader.index));
      case LOOP -> control.openLoop(blockTypes.of(reader.index));
      case IF -> control.openIf(blockTypes.of(reader.index));
      case ELSE -> control.otherwise();
      case END -> control.end();
      case BR -> control.branch(reader.index);
      case BR_IF -> control.branchIf(at.pop(), reader.index);
      case BR_TABLE -> control.branchTable(reader.labels);
      case BR_ON_NULL -> control.branchOnNull(reader.index);
      case BR_ON_NON_NULL -> control.branchOnNonNull(reader.index);
      case RETURN -> control.returns();
      case TRY -> control.openTry(blockTypes.of(reader.index), null);
      case TRY_TABLE -> control.openTry(blockTypes.of(reader.index), reader.clauses);
      case CATCH -> control.catches(reader.index);
      case CATCH_ALL -> control.catches(Guard.ANY);
      case DELEGATE -> control.delegate(reader.index);
      case THROW -> raise(Op.THROW, reader.index, module.types()[module.tags()[reader.index]].params().size());
      case THROW_REF -> raise(Op.THROW_REF, 0, 1);
      case RETHROW -> {
        at.push(control.caught(reader.index));
        raise(Op.THROW_REF, 0, 1);
      }
      case CALL, CALL_INDIRECT, CALL_REF, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> calls(opcode);
      case DROP -> at.pop();
      case SELECT, SELECT_T -> select();
      case LOCAL_GET -> at.push(at.locals[reader.index]);
      case LOCAL_SET -> at.locals[reader.index] = at.pop();
      case LOCAL_TEE -> at.locals[reader.index] = at.top();
      case I32_CONST -> at.push(at.constant(IrType.I32, reader.value));
      case I64_CONST -> at.push(at.constant(IrType.I64, reader.value));
      case F32_CONST -> at.push(at.constant(IrType.F32, reader.value));
      case F64_CONST -> at.push(at.constant(IrType.F64, reader.value));
      case V128_CONST -> at.push(vector(reader.value, reader.value2));
      default -> plain(opcode);
    }
  }

  private CompilationRefused unsupported(Opcode opcode) {
    return new CompilationRefused(CompilationRefused.Reason.UNSUPPORTED,
        opcode.mnemonic + " at byte " + reader.offset + " is not compiled");
  }

  private void trap(Trap.Kind kind) {
    at.add(IrOp.TRAP, IrType.VOID, NONE, kind.ordinal(), 0);
    control.leave();
  }

  private void plain(Opcode opcode) {
    switch (opcode.immediate) {
      case NONE -> {
        if (opcode.signature == null) {
          reference(opcode);
        } else {
          operator(opcode, 0, 0);
        }
      }
      case LANE -> operator(opcode, reader.index, 0);
      case SHUFFLE -> operator(opcode, reader.value, graph.addHigh(reader.value2));
      case MEMARG -> access(opcode, 0);
      case MEMARG_LANE -> access(opcode, reader.index2);
      case ATOMIC -> atomic(opcode);
      default -> other(opcode);
    }
  }

  /** An operator with its signature in the row. */
  private void operator(Opcode opcode, long imm, int aux) {
    int row = opcode.ordinal();
    int operands = Shapes.operands(row);
    int c = operands > 2 ? at.pop() : NONE;
    int b = operands > 1 ? at.pop() : NONE;
    int a = at.pop();
    int made = at.add(row, Shapes.result(row), a, b, c, imm, aux);
    at.push(canonicalNaN && FloatArithmetic.contains(opcode) ? canonical(made) : made);
  }

  /** The value, or the canonical NaN for any NaN. */
  private int canonical(int value) {
    byte type = graph.type(value);
    if (type != IrType.V128) {
      boolean single = type == IrType.F32;
      int number = at.add(single ? Opcode.F32_EQ : Opcode.F64_EQ, IrType.I32, value, value, NONE, 0, 0);
      int nan = at.constant(type, single ? F32_NAN : F64_NAN);
      return at.add(Opcode.SELECT, type, value, nan, number, 0, 0);
    }
    boolean single = graph.opcode(value).mnemonic.startsWith("f32");
    int numbers = at.add(single ? Opcode.F32X4_EQ : Opcode.F64X2_EQ, type, value, value, NONE, 0, 0);
    long half = single ? F32_NAN << Integer.SIZE | F32_NAN : F64_NAN;
    return at.add(Opcode.V128_BITSELECT, type, value, vector(half, half), numbers, 0, 0);
  }

  private void reference(Opcode opcode) {
    if (opcode == Opcode.REF_IS_NULL) {
      at.push(at.add(Opcode.I32_EQZ, IrType.I32, at.pop(), NONE, NONE, 0, 0));
    } else {
      at.add(opcode, IrType.VOID, at.top(), NONE, NONE, 0, 0);
    }
  }

  private void select() {
    int condition = at.pop();
    int otherwise = at.pop();
    int chosen = at.pop();
    at.push(at.add(Opcode.SELECT, graph.type(chosen), chosen, otherwise, condition, 0, 0));
  }

  private boolean isWide(int memory) {
    return module.memories()[memory].address().equals(ValType.I64);
  }

  /** Says whether an access is left to the guard zone. */
  private boolean isGuarded(int memory, long offset) {
    return strategy == MemoryStrategy.GUARD && memory == 0 && !isWide(memory) && offset < GUARDED_OFFSETS;
  }

  /**
   * Adds what keeps an access within its memory, and the access.
   *
   * @param address the operand; {@code b} and {@code c} are those of the access itself
   */
  private void access(Opcode opcode, int lane, int address, int b, int c) {
    int memory = reader.index;
    long offset = reader.value;
    int bytes = opcode.accessBytes();
    boolean guarded = isGuarded(memory, offset);
    int within = address;
    if (!guarded) {
      long needed = offset + bytes;
      if (Long.compareUnsigned(needed, offset) < 0) {
        trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
        return;
      }
      boolean small = Long.compareUnsigned(needed, smallOffsets(memory)) <= 0;
      if (strategy == MemoryStrategy.MASK && !isWide(memory)) {
        int mask = at.add(IrOp.MEMORY_MASK, IrType.I64, NONE, 0, memory);
        within = at.add(IrOp.MASKED.code, IrType.I64, address, mask, NONE, small ? 0 : offset, memory);
        offset = small ? offset : 0;
      } else {
        boolean clamps = strategy == MemoryStrategy.HARDENED;
        boolean summed = isFar(memory, needed) || clamps && !small;
        within = summed ? sum(address, memory, needed, offset) : address;
        int clamped = bounds(within, memory, summed ? bytes : needed, clamps ? IrType.I64 : IrType.VOID);
        within = clamps ? clamped : within;
        offset = summed ? 0 : offset;
      }
    }
    byte type = Shapes.result(opcode.ordinal());
    int made = at.add(opcode, type, within, b, c, offset, Graph.access(memory, lane, guarded));
    if (type != IrType.VOID) {
      at.push(made);
    }
  }

  /**
   * Bytes above a masked or clamped address that are the memory's own, whatever its length: behind its region, or at
   * its beginning, where a clamped address is 0.
   */
  private long smallOffsets(int memory) {
    if (strategy == MemoryStrategy.MASK) {
      return MemoryLayout.TAIL_BYTES;
    }
    return Math.max(MemoryLayout.CHECKED.guardBytes(), graph.leastLength(memory));
  }

  private int bounds(int address, int memory, long needed, byte type) {
    int length = at.add(IrOp.MEMORY_LENGTH, IrType.I64, NONE, 0, memory);
    return at.add(IrOp.BOUNDS.code, type, address, length, NONE, needed, memory);
  }

  /** Whether a 64-bit address has more added to it than is proved of a register and a displacement. */
  private boolean isFar(int memory, long needed) {
    return isWide(memory) && Long.compareUnsigned(needed, Integer.MAX_VALUE) > 0;
  }

  /** Address and static offset in 64 bits, which do not wrap. */
  private int sum(int address, int memory, long needed, long offset) {
    int wide = address;
    if (isWide(memory)) {
      bounds(address, memory, needed, IrType.VOID);
    } else {
      wide = at.add(Opcode.I64_EXTEND_I32_U, IrType.I64, address, NONE, NONE, 0, 0);
    }
    return at.add(Opcode.I64_ADD, IrType.I64, wide, at.constant(IrType.I64, offset), NONE, 0, 0);
  }

  private void access(Opcode opcode, int lane) {
    int b = Shapes.operands(opcode.ordinal()) > 1 ? at.pop() : NONE;
    access(opcode, lane, at.pop(), b, NONE);
  }

  private void atomic(Opcode opcode) {
    int operands = Shapes.operands(opcode.ordinal());
    switch (opcode) {
      case MEMORY_ATOMIC_NOTIFY -> waiting(Op.ATOMIC_NOTIFY, operands);
      case MEMORY_ATOMIC_WAIT32 -> waiting(Op.ATOMIC_WAIT32, operands);
      case MEMORY_ATOMIC_WAIT64 -> waiting(Op.ATOMIC_WAIT64, operands);
      default -> {
        int c = operands > 2 ? at.pop() : NONE;
        int b = operands > 1 ? at.pop() : NONE;
        int a = at.pop();
        at.add(IrOp.ALIGNED, IrType.VOID, a, reader.value, opcode.accessBytes());
        access(opcode, 0, a, b, c);
      }
    }
  }

  /** The static offset is the last operand. */
  private void waiting(int operation, int operands) {
    at.push(at.constant(IrType.I64, reader.value));
    runtime(operation, operands + 1, IrType.I32, reader.index, 0);
  }

  private void runtime(int operation, int operands, byte type, int index, int index2) {
    int made = at.addWithList(IrOp.RUNTIME, type, NONE, 0, graph.addRuntime(operation, index, index2), operands);
    if (type != IrType.VOID) {
      at.push(made);
    }
  }

  private void other(Opcode opcode) {
    int index = reader.index;
    switch (opcode) {
      case GLOBAL_GET -> {
        byte type = IrType.of(module.globals()[index].value());
        at.push(at.add(opcode, type, NONE, NONE, NONE, index, globalFlags(index)));
      }
      case GLOBAL_SET -> at.add(opcode, IrType.VOID, at.pop(), NONE, NONE, index, globalFlags(index));
      case TABLE_GET -> at.push(at.add(opcode, IrType.I32, at.pop(), NONE, NONE, 0, index));
      case TABLE_SET -> {
        int value = at.pop();
        at.add(opcode, IrType.VOID, at.pop(), value, NONE, 0, index);
      }
      case TABLE_SIZE -> at.push(at.add(opcode, tableAddress(index), NONE, NONE, NONE, 0, index));
      case MEMORY_SIZE -> at.push(at.add(opcode, memoryAddress(index), NONE, NONE, NONE, 0, index));
      case REF_NULL -> at.push(at.constant(IrType.I32, 0));
      case REF_FUNC -> at.push(at.add(opcode, IrType.I32, NONE, NONE, NONE, index, 0));
      case ATOMIC_FENCE -> at.add(opcode, IrType.VOID, NONE, NONE, NONE, 0, 0);
      case MEMORY_GROW -> runtime(Op.MEMORY_GROW, 1, memoryAddress(index), index, 0);
      case MEMORY_INIT -> runtime(Op.MEMORY_INIT, 3, IrType.VOID, index, reader.index2);
      case MEMORY_COPY -> runtime(Op.MEMORY_COPY, 3, IrType.VOID, index, reader.index2);
      case MEMORY_FILL -> runtime(Op.MEMORY_FILL, 3, IrType.VOID, index, 0);
      case DATA_DROP -> runtime(Op.DATA_DROP, 0, IrType.VOID, index, 0);
      case TABLE_INIT -> runtime(Op.TABLE_INIT, 3, IrType.VOID, index, reader.index2);
      case ELEM_DROP -> runtime(Op.ELEM_DROP, 0, IrType.VOID, index, 0);
      case TABLE_COPY -> runtime(Op.TABLE_COPY, 3, IrType.VOID, index, reader.index2);
      case TABLE_GROW -> runtime(Op.TABLE_GROW, 2, tableAddress(index), index, 0);
      case TABLE_FILL -> runtime(Op.TABLE_FILL, 3, IrType.VOID, index, 0);
      default -> throw unsupported(opcode);
    }
  }

  private int globalFlags(int global) {
    return (module.globals()[global].mutable() ? 0 : Graph.GLOBAL_CONSTANT)
        | (global < module.importedGlobals() ? Graph.GLOBAL_SHARED : 0);
  }

  private byte memoryAddress(int memory) {
    return IrType.of(module.memories()[memory].address());
  }

  private byte tableAddress(int table) {
    return IrType.of(module.tables()[table].address());
  }

  private void calls(Opcode opcode) {
    int index = reader.index;
    boolean direct = opcode == Opcode.CALL || opcode == Opcode.RETURN_CALL;
    FuncType type = module.types()[direct ? module.functions()[index] : index];
    int a = direct ? NONE : at.pop();
    boolean indirect = opcode == Opcode.CALL_INDIRECT || opcode == Opcode.RETURN_CALL_INDIRECT;
    int table = indirect ? reader.index2 : 0;
    int call = at.addWithList(callOp(opcode), IrType.VOID, a, index, table, type.params().size());
    if (graph.irOp(call).isTerminator()) {
      control.leave();
    } else {
      control.guard(true);
      results(call, type.results());
    }
  }

  private void raise(int operation, int tag, int values) {
    at.addWithList(IrOp.THROW, IrType.VOID, NONE, 0, graph.addRuntime(operation, tag, 0), values);
    control.guard(false);
    control.leave();
  }

  private static IrOp callOp(Opcode opcode) {
    return switch (opcode) {
      case CALL -> IrOp.CALL;
      case CALL_INDIRECT -> IrOp.CALL_INDIRECT;
      case CALL_REF -> IrOp.CALL_REF;
      case RETURN_CALL -> IrOp.TAIL_CALL;
      case RETURN_CALL_INDIRECT -> IrOp.TAIL_CALL_INDIRECT;
      default -> IrOp.TAIL_CALL_REF;
    };
  }

  private void results(int call, List<ValType> types) {
    for (int i = 0; i < types.size(); i++) {
      at.push(at.add(IrOp.RESULT, IrType.of(types.get(i)), call, i, 0));
    }
  }
}
