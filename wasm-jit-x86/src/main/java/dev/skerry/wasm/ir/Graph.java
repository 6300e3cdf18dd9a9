package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;

/**
 * One function in static single assignment form over a control-flow graph whose blocks have parameters.
 *
 * <p>Instructions, blocks and edges are dense numbers from 0 on. An instruction is the value that it defines: its
 * number stands for both. Each instruction of a block is linked to the next and the one before; its parameters
 * ({@link IrOp#PARAMETER}) come first. The last instruction is the terminator, or a call with an exceptional edge; the
 * edges that leave by it belong to the block, and each carries one argument for each parameter of its target. Block 0
 * is the entry; its parameters are those of the function, and no edge leads to it.
 *
 * <p>What {@code a}, {@code b}, {@code c}, {@code imm}, {@code aux} and the list of an instruction mean:
 * <ul>
 * <li>{@link IrOp}s say so themselves.
 * <li>Numeric and vector operators: operands in order. Lane operators: {@code imm} is the lane; shuffle: {@code imm}
 * and {@link #high} are the lane indices.
 * <li>{@code select}: {@code a} if the i32 {@code c} is not 0, else {@code b}; only {@link Opcode#SELECT}.
 * <li>Loads, stores and atomics: address {@code a}, values {@code b} and {@code c}, static offset {@code imm},
 * {@link #memory} and {@link #lane}. What they need to be in bounds and aligned is checked by instructions before them,
 * unless they are {@linkplain #isGuarded left to the guard zone}. {@code atomic.fence}: nothing.
 * <li>{@code global.get}, {@code global.set}: {@code imm} is the global, {@code a} the value set; {@code aux} is of
 * {@link #GLOBAL_CONSTANT} and {@link #GLOBAL_SHARED}.
 * <li>{@code table.get}, {@code table.set}: index {@code a}, value {@code b}, table {@code aux}; they trap themselves.
 * {@code table.size}, {@code memory.size}: table or memory {@code aux}.
 * <li>{@code ref.func}: {@code imm} is the function. {@code ref.as_non_null}: traps if {@code a} is null, no value.
 * </ul>
 * {@code ref.null} is CONST 0 and {@code ref.is_null} {@code i32.eqz}; other instructions of WebAssembly do not appear.
 */
public final class Graph {

  /** Stands for no instruction, block or edge. */
  public static final int NONE = -1;

  /** In {@code aux}: nothing ever sets the global. */
  public static final int GLOBAL_CONSTANT = 1;
  /** In {@code aux}: another index may be the same global. */
  public static final int GLOBAL_SHARED = 2;

  /** In {@code imm} of {@code table.get}, {@code aux} of CALL_REF: to call an element; traps are of its instruction. */
  public static final int CALLED_ELEMENT = 1;

  private static final Opcode[] OPCODES = Opcode.values();
  private static final int LANE_SHIFT = 24;
  private static final int GUARDED = 1 << 23;

  // Instructions.
  private short[] op;
  private byte[] type;
  private int[] a;
  private int[] b;
  private int[] c;
  private long[] imm;
  private int[] aux;
  private int[] list;
  private int[] block;
  private int[] next;
  private int[] previous;
  private int[] position;
  private int instructions;

  // Blocks.
  private int[] first = new int[16];
  private int[] last = new int[16];
  private int[] parameters = new int[16];
  private int[] firstEdge = new int[16];
  private int[] edgesOf = new int[16];
  private int[] firstIn = new int[16];
  private int[] lastIn = new int[16];
  private int[] depth = new int[16];
  private byte[] flags = new byte[16];
  private int blocks;

  // Edges; those that lead to one block are linked.
  private int[] source = new int[16];
  private int[] target = new int[16];
  private int[] arguments = new int[16];
  private int[] nextIn = new int[16];
  private int[] previousIn = new int[16];
  private int edges;

  // Lists of values: how many, then the values.
  private int[] pool = new int[64];
  private int pooled = 1;

  private long[] highs = new long[4];
  private int highCount;
  private int[][] tables = new int[4][];
  private int tableCount;
  private int[] runtime = new int[12];
  private int runtimeCount;
  private int[][] guards = new int[2][];
  private int guardCount;
  private int[] order = {};
  private MemoryFacts memories = MemoryFacts.NONE;
  private int[] inlined = {};
  /** Bits of the vectors that loops may run on: 128 or 256. */
  public int vectorBits = 128;
  /** How often edges were taken. */
  public final EdgeWeights weights = new EdgeWeights();

  /** In aux, of a constant that {@link #isShared}. */
  public static final int SHARED = 1 << 30;
  private static final byte LOOP_HEADER = 1;
  private static final byte COLD = 2;
  private static final int RUNTIME_COLUMNS = 3;

  /** An empty graph with room for so many instructions. */
  public Graph(int expectedInstructions) {
    int room = Math.max(16, expectedInstructions);
    op = new short[room];
    type = new byte[room];
    a = new int[room];
    b = new int[room];
    c = new int[room];
    imm = new long[room];
    aux = new int[room];
    list = new int[room];
    block = new int[room];
    next = new int[room];
    previous = new int[room];
    position = new int[room];
  }

  // Instructions.

  /** One more than the largest number of an instruction; not all of them are still in a block. */
  public int instructionCount() {
    return instructions;
  }

  /** The ordinal of an {@link Opcode}, or below 0 the {@link IrOp#code} of an {@link IrOp}. */
  public int op(int instruction) {
    return op[instruction];
  }

  public boolean is(int instruction, IrOp row) {
    return op[instruction] == row.code;
  }

  public boolean is(int instruction, Opcode row) {
    return op[instruction] == row.ordinal();
  }

  /** The instruction's row, or null if it is an {@link IrOp}. */
  public Opcode opcode(int instruction) {
    int code = op[instruction];
    return code < 0 ? null : OPCODES[code];
  }

  /** The instruction's row, or null if it is an {@link Opcode}. */
  public IrOp irOp(int instruction) {
    int code = op[instruction];
    return code < 0 ? IrOp.of(code) : null;
  }

  /** The type of its value, see {@link IrType}. */
  public byte type(int instruction) {
    return type[instruction];
  }

  /** The first operand, or {@link #NONE}. */
  public int a(int instruction) {
    return a[instruction];
  }

  public int b(int instruction) {
    return b[instruction];
  }

  public int c(int instruction) {
    return c[instruction];
  }

  public long imm(int instruction) {
    return imm[instruction];
  }

  public int aux(int instruction) {
    return aux[instruction];
  }

  /** The memory that a load, store or atomic instruction accesses. */
  public int memory(int instruction) {
    return aux[instruction] & GUARDED - 1;
  }

  /** Says whether a load, store or atomic instruction is left to the guard zone: it may trap itself. */
  public boolean isGuarded(int instruction) {
    return (aux[instruction] & GUARDED) != 0;
  }

  /** The lane that a load or store of a lane names. */
  public int lane(int instruction) {
    return aux[instruction] >>> LANE_SHIFT;
  }

  /** The {@code aux} of an access. */
  public static int access(int memory, int lane, boolean guarded) {
    return memory | lane << LANE_SHIFT | (guarded ? GUARDED : 0);
  }

  /** The block that it is in, or {@link #NONE} if it was removed. */
  public int block(int instruction) {
    return block[instruction];
  }

  /** The instruction behind it in its block, or {@link #NONE}. */
  public int next(int instruction) {
    return next[instruction];
  }

  public int previous(int instruction) {
    return previous[instruction];
  }

  /** Byte offset in the module of the instruction that it was made from; or a position of {@link #inlined}. */
  public int position(int instruction) {
    return position[instruction];
  }

  /** The number of values in its list. */
  public int listSize(int instruction) {
    return pool[list[instruction]];
  }

  public int listValue(int instruction, int index) {
    return pool[list[instruction] + 1 + index];
  }

  /** The high half of a VECTOR_CONST or of the lanes of a shuffle. */
  public long high(int instruction) {
    return highs[aux[instruction] & ~SHARED];
  }

  /** Says whether a constant is computed where it stands, in one register for all who use it there. */
  public boolean isShared(int constant) {
    return (aux[constant] & SHARED) != 0;
  }

  /** Rows of a SWITCH: for each index which of the block's edges, from 0; the last is for all larger indices. */
  public int[] table(int instruction) {
    return tables[aux[instruction]];
  }

  /** The instruction of {@link dev.skerry.wasm.interp.Op} that a RUNTIME or THROW leaves to the runtime. */
  public int runtimeOp(int instruction) {
    return runtime[aux[instruction] * RUNTIME_COLUMNS];
  }

  /** The first index that goes with it. */
  public int runtimeIndex(int instruction) {
    return runtime[aux[instruction] * RUNTIME_COLUMNS + 1];
  }

  /** The second index that goes with it. */
  public int runtimeIndex2(int instruction) {
    return runtime[aux[instruction] * RUNTIME_COLUMNS + 2];
  }

  /** Says whether a block can end with it: always, or where it has an exceptional edge. */
  public boolean isTerminator(int instruction) {
    int code = op[instruction];
    return code < 0 && (IrOp.of(code).isTerminator()
        || IrOp.of(code).isCall() && block[instruction] != NONE && edgesOf[block[instruction]] != 0
        && last[block[instruction]] == instruction);
  }

  /** Makes an instruction that is in no block yet. */
  public int make(int code, byte valueType, int first, int second, int third, long immediate, int auxiliary, int at) {
    int made = instructions++;
    if (made == op.length) {
      grow(2 * made);
    }
    op[made] = (short) code;
    type[made] = valueType;
    a[made] = first;
    b[made] = second;
    c[made] = third;
    imm[made] = immediate;
    aux[made] = auxiliary;
    position[made] = at;
    block[made] = NONE;
    next[made] = NONE;
    previous[made] = NONE;
    return made;
  }

  private void grow(int room) {
    op = Arrays.copyOf(op, room);
    type = Arrays.copyOf(type, room);
    a = Arrays.copyOf(a, room);
    b = Arrays.copyOf(b, room);
    c = Arrays.copyOf(c, room);
    imm = Arrays.copyOf(imm, room);
    aux = Arrays.copyOf(aux, room);
    list = Arrays.copyOf(list, room);
    block = Arrays.copyOf(block, room);
    next = Arrays.copyOf(next, room);
    previous = Arrays.copyOf(previous, room);
    position = Arrays.copyOf(position, room);
  }

  /** Puts an instruction that is in no block at a block's end. */
  public void append(int inBlock, int instruction) {
    int before = last[inBlock];
    block[instruction] = inBlock;
    previous[instruction] = before;
    next[instruction] = NONE;
    last[inBlock] = instruction;
    if (before == NONE) {
      first[inBlock] = instruction;
    } else {
      next[before] = instruction;
    }
    if (op[instruction] == IrOp.PARAMETER.code) {
      imm[instruction] = parameters[inBlock]++;
    }
  }

  /** Puts an instruction that is in no block, and no parameter, before another. */
  public void insertBefore(int other, int instruction) {
    int before = previous[other];
    block[instruction] = block[other];
    previous[instruction] = before;
    next[instruction] = other;
    previous[other] = instruction;
    if (before == NONE) {
      first[block[other]] = instruction;
    } else {
      next[before] = instruction;
    }
  }

  /** Takes an instruction, which is no parameter, out of its block. */
  public void remove(int instruction) {
    int from = block[instruction];
    int before = previous[instruction];
    int behind = next[instruction];
    if (before == NONE) {
      first[from] = behind;
    } else {
      next[before] = behind;
    }
    if (behind == NONE) {
      last[from] = before;
    } else {
      previous[behind] = before;
    }
    block[instruction] = NONE;
  }

  /** Keeps only the marked parameters of a block, and their arguments on all edges that lead to it. */
  public void retainParameters(int ofBlock, boolean[] kept) {
    int left = 0;
    int at = first[ofBlock];
    for (int i = 0; i < kept.length; i++) {
      int behind = next[at];
      if (kept[i]) {
        imm[at] = left++;
      } else {
        remove(at);
      }
      at = behind;
    }
    parameters[ofBlock] = left;
    for (int edge = firstIn[ofBlock]; edge != NONE; edge = nextIn[edge]) {
      retainArguments(edge, kept);
    }
  }

  /** Moves all instructions of a block, which has no parameters, to the end of another. */
  public void moveInstructions(int from, int to) {
    for (int at = first[from]; at != NONE; at = next[at]) {
      block[at] = to;
    }
    if (first[from] != NONE) {
      previous[first[from]] = last[to];
      if (last[to] == NONE) {
        first[to] = first[from];
      } else {
        next[last[to]] = first[from];
      }
      last[to] = last[from];
    }
    first[from] = NONE;
    last[from] = NONE;
  }

  /** Moves all instructions behind one to the end of another block. */
  public void moveBehind(int instruction, int to) {
    int from = block[instruction];
    for (int at = next[instruction]; at != NONE; at = next[instruction]) {
      next[instruction] = next[at];
      append(to, at);
    }
    last[from] = instruction;
  }

  /** Turns an instruction into another one of the same type and place. */
  public void become(int instruction, int code, int first, int second, int third, long immediate, int auxiliary) {
    op[instruction] = (short) code;
    a[instruction] = first;
    b[instruction] = second;
    c[instruction] = third;
    imm[instruction] = immediate;
    aux[instruction] = auxiliary;
  }

  public void setA(int instruction, int value) {
    a[instruction] = value;
  }

  public void setB(int instruction, int value) {
    b[instruction] = value;
  }

  public void setC(int instruction, int value) {
    c[instruction] = value;
  }

  public void setImm(int instruction, long value) {
    imm[instruction] = value;
  }

  public void setAux(int instruction, int value) {
    aux[instruction] = value;
  }

  /** Gives an instruction a new list. */
  public void setList(int instruction, int[] values, int from, int count) {
    list[instruction] = pooled(values, from, count);
  }

  public void setListValue(int instruction, int index, int value) {
    pool[list[instruction] + 1 + index] = value;
  }

  private int pooled(int[] values, int from, int count) {
    if (count == 0) {
      return 0;
    }
    int at = reserve(count);
    System.arraycopy(values, from, pool, at + 1, count);
    return at;
  }

  private int reserve(int count) {
    int at = pooled;
    pooled += count + 1;
    if (pooled > pool.length) {
      pool = Arrays.copyOf(pool, Math.max(pooled, pool.length + (pool.length >> 1)));
    }
    pool[at] = count;
    return at;
  }

  /** Keeps a high half; what {@code aux} is to be for {@link #high}. */
  public int addHigh(long value) {
    if (highCount == highs.length) {
      highs = Arrays.copyOf(highs, 2 * highCount);
    }
    highs[highCount] = value;
    return highCount++;
  }

  /** Keeps the rows of a SWITCH; what {@code aux} is to be for {@link #table}. The array is not copied. */
  public int addTable(int[] rows) {
    if (tableCount == tables.length) {
      tables = Arrays.copyOf(tables, 2 * tableCount);
    }
    tables[tableCount] = rows;
    return tableCount++;
  }

  /** Keeps what the runtime is to do; what {@code aux} is to be for {@link #runtimeOp}. */
  public int addRuntime(int operation, int index, int index2) {
    int at = runtimeCount * RUNTIME_COLUMNS;
    if (at == runtime.length) {
      runtime = Arrays.copyOf(runtime, 2 * at);
    }
    runtime[at] = operation;
    runtime[at + 1] = index;
    runtime[at + 2] = index2;
    return runtimeCount++;
  }

  /** Makes a list of clauses that {@link IrOp#LANDING} names by this number; see {@link #guard}. */
  public int addGuard() {
    if (guardCount == guards.length) {
      guards = Arrays.copyOf(guards, 2 * guardCount);
    }
    return guardCount++;
  }

  public void setGuard(int guard, int[] rows) {
    guards[guard] = rows;
  }

  public int guardCount() {
    return guardCount;
  }

  /**
   * What catches exceptions at the landings that name it: two numbers for each clause, in the order in which they are
   * tried. The first is the index of a tag, or -1 for any; the second is 1 where the exception's reference is wanted.
   */
  public int[] guard(int guard) {
    return guards[guard];
  }

  // Blocks.

  public int blockCount() {
    return blocks;
  }

  /** Makes an empty block. */
  public int addBlock() {
    int made = blocks++;
    if (made == first.length) {
      int room = 2 * made;
      first = Arrays.copyOf(first, room);
      last = Arrays.copyOf(last, room);
      parameters = Arrays.copyOf(parameters, room);
      firstEdge = Arrays.copyOf(firstEdge, room);
      edgesOf = Arrays.copyOf(edgesOf, room);
      firstIn = Arrays.copyOf(firstIn, room);
      lastIn = Arrays.copyOf(lastIn, room);
      depth = Arrays.copyOf(depth, room);
      flags = Arrays.copyOf(flags, room);
    }
    first[made] = NONE;
    last[made] = NONE;
    firstIn[made] = NONE;
    lastIn[made] = NONE;
    return made;
  }

  /** The block's first instruction, or {@link #NONE}; its first parameter if it has any. */
  public int first(int inBlock) {
    return first[inBlock];
  }

  /** The block's last instruction: by which it ends, once it is complete. */
  public int last(int inBlock) {
    return last[inBlock];
  }

  public int parameterCount(int inBlock) {
    return parameters[inBlock];
  }

  /** The first edge that leaves the block; the others have the next numbers. */
  public int firstEdge(int ofBlock) {
    return firstEdge[ofBlock];
  }

  /** The number of edges that leave the block. */
  public int edgeCount(int ofBlock) {
    return edgesOf[ofBlock];
  }

  /** The first edge that leads to the block, or {@link #NONE}; see {@link #nextIn}. */
  public int firstIn(int toBlock) {
    return firstIn[toBlock];
  }

  /** The next edge that leads to the same block, or {@link #NONE}. */
  public int nextIn(int edge) {
    return nextIn[edge];
  }

  /** Says whether exactly one edge leads to the block. */
  public boolean hasSingleIn(int toBlock) {
    return firstIn[toBlock] != NONE && firstIn[toBlock] == lastIn[toBlock];
  }

  /** Says whether edges from inside lead to the block: it begins with a POLL behind its parameters. */
  public boolean isLoopHeader(int inBlock) {
    return (flags[inBlock] & LOOP_HEADER) != 0;
  }

  public void setLoopHeader(int inBlock, boolean value) {
    flags[inBlock] = (byte) (value ? flags[inBlock] | LOOP_HEADER : flags[inBlock] & ~LOOP_HEADER);
  }

  /** Says whether the block runs seldom. */
  public boolean isCold(int inBlock) {
    return (flags[inBlock] & COLD) != 0;
  }

  public void setCold(int inBlock, boolean value) {
    flags[inBlock] = (byte) (value ? flags[inBlock] | COLD : flags[inBlock] & ~COLD);
  }

  /** The number of loops that the block is in. */
  public int loopDepth(int inBlock) {
    return depth[inBlock];
  }

  public void setLoopDepth(int inBlock, int loops) {
    depth[inBlock] = loops;
  }

  /**
   * The blocks that can be reached, in the order in which code is laid out: the entry first, all blocks before those
   * that they dominate. The array is the graph's own.
   */
  public int[] order() {
    return order;
  }

  public void setOrder(int[] reachable) {
    order = reachable;
  }

  /** Says whether other threads may write the memories that the function accesses. */
  public boolean hasSharedMemory() {
    return memories.shared();
  }

  /** Bytes that a memory has at least, always; 0 where nobody said. */
  public long leastLength(int memory) {
    return memory < memories.leastLengths().length ? memories.leastLengths()[memory] : 0;
  }

  public MemoryFacts memories() {
    return memories;
  }

  public void setMemories(MemoryFacts facts) {
    memories = facts;
  }

  /** Rows of {@link InlinedBodies}: where instructions are from whose positions are not offsets in the module. */
  public int[] inlined() {
    return inlined;
  }

  public void setInlined(int[] rows) {
    inlined = rows;
  }

  // Edges.

  /** One more than the largest number of an edge; not all of them are still there. */
  public int edgeTotal() {
    return edges;
  }

  /** Adds an edge that leaves a block; the edges of a block are added one after the other. */
  public int addEdge(int from, int to, int[] values, int at, int count) {
    int made = edges++;
    if (made == source.length) {
      int room = 2 * made;
      source = Arrays.copyOf(source, room);
      target = Arrays.copyOf(target, room);
      arguments = Arrays.copyOf(arguments, room);
      nextIn = Arrays.copyOf(nextIn, room);
      previousIn = Arrays.copyOf(previousIn, room);
    }
    if (edgesOf[from]++ == 0) {
      firstEdge[from] = made;
    }
    source[made] = from;
    arguments[made] = pooled(values, at, count);
    link(made, to);
    return made;
  }

  private void link(int edge, int to) {
    target[edge] = to;
    nextIn[edge] = NONE;
    previousIn[edge] = lastIn[to];
    if (lastIn[to] == NONE) {
      firstIn[to] = edge;
    } else {
      nextIn[lastIn[to]] = edge;
    }
    lastIn[to] = edge;
  }

  private void unlink(int edge) {
    int to = target[edge];
    if (previousIn[edge] == NONE) {
      firstIn[to] = nextIn[edge];
    } else {
      nextIn[previousIn[edge]] = nextIn[edge];
    }
    if (nextIn[edge] == NONE) {
      lastIn[to] = previousIn[edge];
    } else {
      previousIn[nextIn[edge]] = previousIn[edge];
    }
    target[edge] = NONE;
  }

  /** The block that the edge leaves, or {@link #NONE} if it was removed. */
  public int source(int edge) {
    return source[edge];
  }

  /** The block that the edge leads to, or {@link #NONE} if it was removed. */
  public int target(int edge) {
    return target[edge];
  }

  /** Which of its block's edges it is, from 0. */
  public int edgeIndex(int edge) {
    return edge - firstEdge[source[edge]];
  }

  /** The number of arguments: that of the target's parameters. */
  public int argumentCount(int edge) {
    return pool[arguments[edge]];
  }

  public int argument(int edge, int index) {
    return pool[arguments[edge] + 1 + index];
  }

  public void setArgument(int edge, int index, int value) {
    pool[arguments[edge] + 1 + index] = value;
  }

  /** Keeps only the arguments that are marked. */
  public void retainArguments(int edge, boolean[] kept) {
    int at = arguments[edge];
    int left = 0;
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        pool[at + 1 + left++] = pool[at + 1 + i];
      }
    }
    if (left == 0) {
      arguments[edge] = 0;
    } else {
      pool[at] = left;
    }
  }

  /** Leads an edge to another block, with other arguments. */
  public void redirect(int edge, int to, int[] values, int from, int count) {
    unlink(edge);
    arguments[edge] = pooled(values, from, count);
    link(edge, to);
  }

  /** Exchanges where the two edges of a block lead. */
  public void swapEdges(int ofBlock) {
    int one = firstEdge[ofBlock];
    int other = one + 1;
    int to = target[one];
    int values = arguments[one];
    int otherTo = target[other];
    unlink(one);
    unlink(other);
    arguments[one] = arguments[other];
    arguments[other] = values;
    weights.swap(one, other);
    link(one, otherTo);
    link(other, to);
  }

  /** Removes all edges that leave a block but one. */
  public void retainEdge(int kept) {
    int from = source[kept];
    for (int edge = firstEdge[from]; edge < firstEdge[from] + edgesOf[from]; edge++) {
      if (edge != kept) {
        unlink(edge);
        source[edge] = NONE;
      }
    }
    firstEdge[from] = kept;
    edgesOf[from] = 1;
  }

  /** Removes all edges that leave a block, as its terminator was. */
  public void removeEdges(int from) {
    for (int edge = firstEdge[from]; edge < firstEdge[from] + edgesOf[from]; edge++) {
      unlink(edge);
      source[edge] = NONE;
    }
    edgesOf[from] = 0;
  }

  /** Gives a block the edges of another, which has none then. */
  public void moveEdges(int from, int to) {
    firstEdge[to] = firstEdge[from];
    edgesOf[to] = edgesOf[from];
    for (int edge = firstEdge[to]; edge < firstEdge[to] + edgesOf[to]; edge++) {
      source[edge] = to;
    }
    edgesOf[from] = 0;
  }
}
