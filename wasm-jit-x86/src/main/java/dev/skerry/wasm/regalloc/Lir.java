package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Segment;
import dev.skerry.wasm.x64.Xmm;
import java.util.Arrays;

/**
 * One function as machine code with virtual registers, in the order in which it will lie in memory.
 *
 * <p>It is written once, front to back: {@link #begin} a block, then its instructions, the last of which ends it. Not
 * SSA: a virtual register may be written any number of times, but on every path it is written before it is read.
 * Critical edges are split: where a block has several successors, each of them has it as its only predecessor.
 *
 * <p>An <em>operand</em> is an int: a register as {@link #register} or {@link #of} gives it, with {@link #late},
 * {@link #orStack} or {@link #fresh} where needed, or what {@link #memory}, {@link #immediate}, {@link #constant} and
 * {@link #slot} give. What an instruction does with a register (reads, writes, both) is in the {@link Row}; operands
 * that the row fixes or hides ({@code cl}, {@code rdx}) are said with {@link #fixedUse}, {@link #fixedDef} and
 * {@link #clobber} after it.
 *
 * <p>Registers r15 (context), r14 (memory base), rsp, r11 and xmm15 (both scratch, dead between two instructions that
 * the lowering did not emit next to each other without virtual registers) may be operands anywhere. All others only
 * through fixed uses and definitions.
 *
 * <p>Not for more than one thread. An instance may be {@link #clear cleared} and used again.
 */
public final class Lir {

  /** Type of a virtual register: 32 bits in a general register whose upper half is zero. References too. */
  public static final int I32 = 0;
  /** Type of a virtual register: 64 bits in a general register. */
  public static final int I64 = 1;
  /** Type of a virtual register: the lowest 32 bits of a vector register. */
  public static final int F32 = 2;
  /** Type of a virtual register: the lower 64 bits of a vector register. */
  public static final int F64 = 3;
  /** Type of a virtual register: 128 bits of a vector register. */
  public static final int V128 = 4;

  /** Type of a virtual register: 256 bits of a vector register. */
  public static final int V256 = 5;

  /** No base, no index. */
  public static final int NONE = -1;

  /** Flag of a block: a loop starts here. */
  public static final int LOOP_HEADER = 1;
  /** Flag of a block: rarely run; such blocks come last. */
  public static final int COLD = 2;

  /** Flag of a call: the base of memory 0 is loaded again after it. */
  public static final int USES_MEMORY = 1;

  /** What calls say about themselves, by their index. */
  static final int CALL_SYMBOL = 0;
  static final int CALL_INDEX = 1;
  static final int CALL_INDEX2 = 2;
  static final int CALL_OPERATION = 3;
  static final int CALL_STACK_BYTES = 4;
  static final int CALL_FLAGS = 5;
  static final int CALL_LANDING = 6;
  static final int CALL_GUARD = 7;
  static final int CALL_FIELDS = 8;
  /** In place of a symbol: the descriptor in r10 says where to. */
  static final int THROUGH_DESCRIPTOR = -1;

  static final int KIND_BITS = 4;
  static final int KIND = (1 << KIND_BITS) - 1;
  /** Kinds of words; what they hold stands above the kind. A register has flags between. */
  static final int REGISTER = 0;
  /** Scale and segment; base, index (registers, or {@link #NONE}) and displacement follow. */
  static final int MEMORY = 1;
  static final int IMMEDIATE = 2;
  /** Index of {@link #longs}. */
  static final int WIDE = 3;
  static final int BLOCK = 4;
  /** Index of {@link #longs}, whose first bit says whether 16 bytes are meant. */
  static final int POOL = 5;
  static final int SLOT = 6;
  /** A machine register; the virtual one follows. */
  static final int FIXED_USE = 7;
  /** A machine register; the virtual one follows. */
  static final int FIXED_DEF = 8;
  static final int CLOBBER = 9;
  /** Index of {@link #longs}: the number of a type, and above it the type's index. */
  static final int TYPE_NUMBER = 10;

  static final int LATE = 1 << 4;
  static final int OR_STACK = 1 << 5;
  static final int FRESH = 1 << 6;
  static final int NUMBER_SHIFT = 7;
  /** Numbers below are machine registers, first the general ones, then the vector ones. */
  static final int FIRST_VIRTUAL = 32;
  static final int FIRST_VECTOR = 16;

  static final int SCALE_SHIFT = KIND_BITS;
  static final int SEGMENT_SHIFT = KIND_BITS + 2;
  static final int MAY_FAULT = 1 << KIND_BITS + 4;
  private static final int MEMORY_FIELDS = 4;

  static final int OP_BITS = 12;
  static final int OP = (1 << OP_BITS) - 1;
  /** In the header of an instruction: it may be repeated anywhere. */
  static final int REPEATABLE = 1 << OP_BITS;
  static final int LENGTH_SHIFT = OP_BITS + 1;
  private static final int MAX_LENGTH = (1 << Integer.SIZE - LENGTH_SHIFT) - 1;
  /** The most virtual registers and the most instructions: numbers of both, and positions, fit in their fields. */
  private static final int MAX_COUNT = 1 << 22;
  private static final int SMALL_BITS = Integer.SIZE - KIND_BITS;

  /** Headers, each followed by the words of its operands. */
  int[] words = new int[1024];
  int wordCount;
  /** By instruction: where its header is, and the offset of the Wasm instruction. */
  int[] starts = new int[256];
  int[] offsets = new int[256];
  int instructionCount;
  /** By virtual register, counted from {@link #FIRST_VIRTUAL}: its type. */
  byte[] types = new byte[256];
  int virtualCount;
  /** By block: first instruction, instruction after the last, loop depth, flags. */
  int[] firsts = new int[64];
  int[] ends = new int[64];
  int[] depths = new int[64];
  byte[] blockFlags = new byte[64];
  int blockCount;
  /** The blocks in the order in which they were begun. */
  int[] order = new int[64];
  int orderCount;
  long[] longs = new long[64];
  int longCount;
  int[] calls = new int[CALL_FIELDS * 8];
  int callCount;
  /** By frame slot: its size in bytes. */
  int[] slots = new int[4];
  int slotCount;
  int parameterBytes;
  int[][] guards = {};
  int[] inlined = {};
  private int[] memories = new int[64];
  private int memoryCount;
  private int offset;
  /** Where the first argument stored for the next call says how many bytes all take, or NONE. */
  private int firstArgument = NONE;
  private boolean open;
  private boolean wide;

  /** Forgets everything but the room that it has. */
  public void clear() {
    wordCount = 0;
    instructionCount = 0;
    virtualCount = 0;
    blockCount = 0;
    orderCount = 0;
    longCount = 0;
    callCount = 0;
    slotCount = 0;
    memoryCount = 0;
    parameterBytes = 0;
    guards = new int[0][];
    inlined = new int[0];
    offset = 0;
    open = false;
    wide = false;
    firstArgument = NONE;
  }

  /** Bytes of parameters on the stack, a multiple of 16, which the function pops. */
  public void parameterBytes(int bytes) {
    parameterBytes = bytes;
  }

  /** Says whether any register is a {@link #V256}. */
  boolean isWide() {
    return wide;
  }

  // Operands.

  /** A new virtual register of that type ({@link #I32} to {@link #V256}). */
  public int register(int type) {
    if (virtualCount == types.length) {
      checkCount(virtualCount, "values");
      types = Arrays.copyOf(types, 2 * virtualCount);
    }
    types[virtualCount] = (byte) type;
    wide |= type == V256;
    return FIRST_VIRTUAL + virtualCount++ << NUMBER_SHIFT;
  }

  /** That machine register. */
  public static int of(Gpr gpr) {
    return gpr.ordinal() << NUMBER_SHIFT;
  }

  /** That machine register. */
  public static int of(Xmm xmm) {
    return FIRST_VECTOR + xmm.ordinal() << NUMBER_SHIFT;
  }

  /** The register is still needed when the instruction writes: nothing that it writes takes the same place. */
  public static int late(int register) {
    return register | LATE;
  }

  /** The row takes memory in this place too, so the register may stay in its stack slot. */
  public static int orStack(int register) {
    return register | OR_STACK;
  }

  /**
   * The row reads the register, but it does not matter what: {@code xor d, d}, the upper lanes of {@code cvtsi2sd}.
   * An operand that is only read must be written by another operand of the same instruction.
   */
  public static int fresh(int register) {
    return register | FRESH;
  }

  /** Memory at base + index * scale + displacement; registers virtual or not, or {@link #NONE}. */
  public int memory(int base, int index, int scale, int displacement) {
    return memory(Segment.NONE, base, index, scale, displacement, false);
  }

  /** Memory at base + displacement. */
  public int memory(int base, int displacement) {
    return memory(Segment.NONE, base, NONE, 1, displacement, false);
  }

  /**
   * Memory as {@link #memory(int, int, int, int)}, which may be used by several instructions.
   *
   * @param mayFault whether the access may raise a signal that is a trap
   */
  public int memory(Segment segment, int base, int index, int scale, int displacement, boolean mayFault) {
    if (memoryCount + MEMORY_FIELDS > memories.length) {
      memories = Arrays.copyOf(memories, 2 * memories.length);
    }
    int at = memoryCount;
    memories[at] = MEMORY | Integer.numberOfTrailingZeros(scale) << SCALE_SHIFT | segment.ordinal() << SEGMENT_SHIFT
        | (mayFault ? MAY_FAULT : 0);
    memories[at + 1] = base;
    memories[at + 2] = index;
    memories[at + 3] = displacement;
    memoryCount += MEMORY_FIELDS;
    return at << KIND_BITS | MEMORY;
  }

  /** An immediate. */
  public int immediate(long value) {
    int small = (int) value << KIND_BITS;
    return small >> KIND_BITS == value ? small | IMMEDIATE : wide(value) << KIND_BITS | WIDE;
  }

  /**
   * The canonical number of a function type, as the last operand of a row with an immediate of 32 bits.
   *
   * @param type index in the module, by which the number is found again where types are numbered differently
   */
  public int typeNumber(int type, int number) {
    return wide((long) type << Integer.SIZE | number) << KIND_BITS | TYPE_NUMBER;
  }

  /** Memory behind the code that holds those eight bytes; for floats of 32 bits in the lower half. */
  public int constant(long bits) {
    int index = wide(bits);
    return index << KIND_BITS + 1 | POOL;
  }

  /** Memory behind the code that holds those sixteen bytes, aligned to 16, lower half first. */
  public int constant(long low, long high) {
    int index = wide(low);
    wide(high);
    return index << KIND_BITS + 1 | 1 << KIND_BITS | POOL;
  }

  /** A place in the frame of that many bytes, 8 or 16, aligned to its size; use it as memory with {@link #slot}. */
  public int newSlot(int bytes) {
    if (slotCount == slots.length) {
      slots = Arrays.copyOf(slots, 2 * slotCount);
    }
    slots[slotCount] = bytes;
    return slotCount++;
  }

  /** Memory in the frame. */
  public int slot(int slot) {
    return slot << KIND_BITS | SLOT;
  }

  // Blocks.

  /** A new block, to be begun later, once. */
  public int block() {
    if (blockCount == firsts.length) {
      int room = 2 * blockCount;
      firsts = Arrays.copyOf(firsts, room);
      ends = Arrays.copyOf(ends, room);
      depths = Arrays.copyOf(depths, room);
      blockFlags = Arrays.copyOf(blockFlags, room);
      order = Arrays.copyOf(order, room);
    }
    firsts[blockCount] = NONE;
    return blockCount++;
  }

  /**
   * What follows is that block. The first block begun is the function's entry, which nothing jumps to.
   *
   * @param depth how many loops it is in
   * @param flags of {@link #LOOP_HEADER} and {@link #COLD}
   */
  public void begin(int block, int depth, int flags) {
    if (open || firsts[block] != NONE) {
      throw new IllegalStateException("block " + block + " begins twice, or where another has not ended");
    }
    firsts[block] = instructionCount;
    depths[block] = depth;
    blockFlags[block] = (byte) flags;
    order[orderCount++] = block;
    open = true;
  }

  /** The byte offset in the module of the Wasm instruction that what follows is made of. */
  public void at(int wasmOffset) {
    offset = wasmOffset;
  }

  // Instructions.

  /** An instruction of the machine, which is no branch, call or return. */
  public void emit(Row row) {
    start(row.id());
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, int a) {
    start(row.id());
    operand(a);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, int a, int b) {
    start(row.id());
    operand(a);
    operand(b);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, int a, int b, int c) {
    start(row.id());
    operand(a);
    operand(b);
    operand(c);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, int a, int b, int c, int d) {
    start(row.id());
    operand(a);
    operand(b);
    operand(c);
    operand(d);
  }

  /** The instruction emitted last reads the register in that machine register ({@link #of}). */
  public void fixedUse(int register, int machine) {
    word(machine >>> NUMBER_SHIFT << KIND_BITS | FIXED_USE);
    word(register);
  }

  /** The instruction emitted last writes the register in that machine register ({@link #of}). */
  public void fixedDef(int register, int machine) {
    word(machine >>> NUMBER_SHIFT << KIND_BITS | FIXED_DEF);
    word(register);
  }

  /** The instruction emitted last destroys that machine register ({@link #of}) when it writes. */
  public void clobber(int machine) {
    word(machine >>> NUMBER_SHIFT << KIND_BITS | CLOBBER);
  }

  /**
   * The instruction emitted last gives the same at any place of the function, having no other effect and reading
   * nothing but r15 and memory that does not change; if its register has no other definition it may be repeated.
   */
  public void repeatable() {
    words[starts[instructionCount - 1]] |= REPEATABLE;
  }

  /** Copies a register, an {@link #immediate}, or a {@link #constant} to a register of the same class. */
  public void move(int to, int from) {
    pseudo(Pseudo.MOVE);
    operand(to);
    operand(from);
  }

  /** Begins copies that happen at once; {@link #pair} says each. */
  public void parallelMove() {
    pseudo(Pseudo.PARALLEL_MOVE);
  }

  /** One more copy of the parallel move emitted last; to as in {@link #move}, each destination once. */
  public void pair(int to, int from) {
    operand(to);
    operand(from);
  }

  /**
   * Sets a register to an {@link #immediate} or a {@link #constant}, without touching the flags. The register should
   * have no other definition: it is then made again where it is needed rather than kept in the frame.
   */
  public void load(int to, int constant) {
    pseudo(Pseudo.CONSTANT);
    words[starts[instructionCount - 1]] |= REPEATABLE;
    operand(to);
    operand(constant);
  }

  /** First instruction of the first block: {@link #fixedDef} says which parameters come in which registers. */
  public void entry() {
    pseudo(Pseudo.ENTRY);
  }

  /** Sets a register to a parameter on the stack, at that offset from the first. */
  public void loadParameter(int to, int byteOffset) {
    pseudo(Pseudo.LOAD_PARAMETER);
    words[starts[instructionCount - 1]] |= REPEATABLE;
    operand(to);
    operand(immediate(byteOffset));
  }

  /** Writes an argument on the stack for the next call: a register or an {@link #immediate} of 32 bits. */
  public void storeArgument(int byteOffset, int from) {
    pseudo(Pseudo.STORE_ARGUMENT);
    operand(immediate(byteOffset));
    operand(from);
    operand(immediate(0));
    if (firstArgument == NONE) {
      firstArgument = wordCount - 1;
    }
  }

  /**
   * Calls a function of the same module directly. Arguments are {@link #fixedUse fixed uses}, results fixed
   * definitions of the instruction.
   *
   * @param stackBytes bytes of arguments on the stack, a multiple of 16, which the callee pops
   * @param flags {@link #USES_MEMORY} or 0
   */
  public void call(int function, int stackBytes, int flags) {
    call(Pseudo.CALL, Symbol.FUNCTION.ordinal(), function, 0, 0, stackBytes, flags);
  }

  /** Calls what the descriptor says that is a fixed use in r10; else as {@link #call(int, int, int)}. */
  public void callDescriptor(int stackBytes, int flags) {
    call(Pseudo.CALL, THROUGH_DESCRIPTOR, 0, 0, 0, stackBytes, flags);
  }

  /** Lets the runtime do an instruction whose operands are in the call buffer, where its results will be. */
  public void callRuntime(int operation, int index, int index2, int flags) {
    call(Pseudo.CALL, Symbol.RUNTIME.ordinal(), index, index2, operation, 0, flags);
  }

  /**
   * Lets a stub do an instruction on memory 0 whose operands are fixed uses in rdi, rsi and rdx, or else the runtime.
   *
   * @param stub {@link Symbol#FILL} or {@link Symbol#COPY}
   */
  public void callBulk(Symbol stub, int operation, int flags) {
    call(Pseudo.CALL, stub.ordinal(), 0, 0, operation, 0, flags);
  }

  /** The bodies of other functions that it contains, as {@link CompiledFunction#inlined}. */
  public void inlined(int[] rows) {
    inlined = rows;
  }

  /** What calls with landing pads compare exceptions with, as {@link CompiledFunction#guards}. */
  public void guards(int[][] rows) {
    guards = rows;
  }

  /**
   * The call emitted last has a handler: nothing follows it but the end of its block, and that block, which no other
   * leads to and which begins with {@link #landed}, is one more successor.
   *
   * @param guard which of {@link #guards}
   */
  public void landing(int block, int guard) {
    calls[(callCount - 1) * CALL_FIELDS + CALL_LANDING] = block;
    calls[(callCount - 1) * CALL_FIELDS + CALL_GUARD] = guard;
    word(block << KIND_BITS | BLOCK);
  }

  /**
   * Begins the block of a landing pad.
   *
   * @param flags {@link #USES_MEMORY} or 0
   */
  public void landed(int flags) {
    pseudo(Pseudo.LANDED);
    operand(immediate(flags));
  }

  /** Leaves for a function of the same module; ends the block. Else as {@link #call(int, int, int)}. */
  public void tailCall(int function, int stackBytes) {
    call(Pseudo.TAIL_CALL, Symbol.FUNCTION.ordinal(), function, 0, 0, stackBytes, 0);
    end();
  }

  /** Leaves for what the descriptor says that is a fixed use in r10; ends the block. */
  public void tailCallDescriptor(int stackBytes) {
    call(Pseudo.TAIL_CALL, THROUGH_DESCRIPTOR, 0, 0, 0, stackBytes, 0);
    end();
  }

  /** Traps if the condition holds. */
  public void trapIf(Condition condition, Trap.Kind kind) {
    pseudo(Pseudo.TRAP_IF);
    operand(immediate(condition.ordinal()));
    operand(immediate(kind.ordinal()));
  }

  /** Traps; ends the block. */
  public void trap(Trap.Kind kind) {
    pseudo(Pseudo.TRAP);
    operand(immediate(kind.ordinal()));
    end();
  }

  /** Looks whether the activation is to be interrupted; destroys the flags and r11 alone. */
  public void poll() {
    pseudo(Pseudo.POLL);
  }

  /** As {@link #poll()}, with the address of the store's context in a register; destroys the flags alone. */
  public void poll(int store) {
    pseudo(Pseudo.POLL);
    operand(store);
  }

  /** Takes fuel, and traps where it looks and none is left; destroys the flags and r11 alone. */
  public void fuel(long cost, boolean looks) {
    pseudo(Pseudo.FUEL);
    operand(immediate(cost));
    operand(immediate(looks ? 1 : 0));
  }

  /** Returns; ends the block. {@link #fixedUse} says which results go in which registers. */
  public void ret() {
    pseudo(Pseudo.RETURN);
    end();
  }

  /** Goes on in that block; ends the block. */
  public void jump(int block) {
    pseudo(Pseudo.JUMP);
    operand(block << KIND_BITS | BLOCK);
    end();
  }

  /** Goes to one block if the condition holds, else to the other; ends the block. */
  public void branch(Condition condition, int then, int otherwise) {
    pseudo(Pseudo.BRANCH);
    operand(immediate(condition.ordinal()));
    operand(then << KIND_BITS | BLOCK);
    operand(otherwise << KIND_BITS | BLOCK);
    end();
  }

  /** Goes to one block if at least one condition holds, else to the other; ends the block. */
  public void branchEither(Condition first, Condition second, int then, int otherwise) {
    pseudo(Pseudo.BRANCH_EITHER);
    operand(immediate(first.ordinal()));
    operand(immediate(second.ordinal()));
    operand(then << KIND_BITS | BLOCK);
    operand(otherwise << KIND_BITS | BLOCK);
    end();
  }

  /**
   * Goes to the block with that index; ends the block.
   *
   * @param index an {@link #I32} register that is below the number of targets, or late
   * @param targets the same block may occur more than once
   */
  public void jumpTable(int index, int[] targets) {
    boolean single = true;
    for (int target : targets) {
      single &= target == targets[0];
    }
    if (single) {
      jump(targets[0]);
      return;
    }
    int temporary = register(I64);
    pseudo(Pseudo.SWITCH);
    operand(temporary);
    operand(index & ~LATE);
    for (int target : targets) {
      operand(target << KIND_BITS | BLOCK);
    }
    end();
  }

  private void call(Pseudo pseudo, int symbol, int index, int index2, int operation, int stackBytes, int flags) {
    if (firstArgument != NONE) {
      words[firstArgument] = immediate(stackBytes);
      firstArgument = NONE;
    }
    pseudo(pseudo);
    operand(immediate(callCount));
    int at = callCount++ * CALL_FIELDS;
    if (at == calls.length) {
      calls = Arrays.copyOf(calls, 2 * at);
    }
    calls[at + CALL_SYMBOL] = symbol;
    calls[at + CALL_INDEX] = index;
    calls[at + CALL_INDEX2] = index2;
    calls[at + CALL_OPERATION] = operation;
    calls[at + CALL_STACK_BYTES] = stackBytes;
    calls[at + CALL_FLAGS] = flags;
    calls[at + CALL_LANDING] = NONE;
    calls[at + CALL_GUARD] = NONE;
  }

  private void pseudo(Pseudo pseudo) {
    start(pseudo.op);
  }

  private void start(int op) {
    if (!open) {
      throw new IllegalStateException("an instruction stands outside of any block");
    }
    if (instructionCount == starts.length) {
      checkCount(instructionCount, "instructions");
      starts = Arrays.copyOf(starts, 2 * instructionCount);
      offsets = Arrays.copyOf(offsets, 2 * instructionCount);
    }
    starts[instructionCount] = wordCount;
    offsets[instructionCount++] = offset;
    append(op);
  }

  private static void checkCount(int count, String what) {
    if (count >= MAX_COUNT) {
      throw new CompilationRefused(CompilationRefused.Reason.LIMIT, "it has more than " + MAX_COUNT + " " + what);
    }
  }

  private void end() {
    open = false;
    ends[order[orderCount - 1]] = instructionCount;
  }

  private void operand(int operand) {
    if ((operand & KIND) == MEMORY && operand >= 0) {
      int at = operand >>> KIND_BITS;
      for (int i = 0; i < MEMORY_FIELDS; i++) {
        word(memories[at + i]);
      }
    } else {
      word(operand);
    }
  }

  private void word(int word) {
    if (words[starts[instructionCount - 1]] >>> LENGTH_SHIFT == MAX_LENGTH) {
      throw new CompilationRefused(CompilationRefused.Reason.LIMIT,
          "an instruction has more than " + MAX_LENGTH + " operands");
    }
    append(word);
    words[starts[instructionCount - 1]] += 1 << LENGTH_SHIFT;
  }

  private void append(int word) {
    if (wordCount == words.length) {
      words = Arrays.copyOf(words, 2 * wordCount);
    }
    words[wordCount++] = word;
  }

  private int wide(long value) {
    if (longCount == longs.length) {
      longs = Arrays.copyOf(longs, 2 * longCount);
    }
    longs[longCount] = value;
    return longCount++;
  }
}
