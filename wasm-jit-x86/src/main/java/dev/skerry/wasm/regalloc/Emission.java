package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.InstructionWriter;
import dev.skerry.wasm.x64.IntegerRows;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Writes an allocated function as bytes: prologue, blocks in their order, cold calls of stubs, constants.
 *
 * <p>Blocks that only jump on are left out. Everything that refers to places is a row of a table until branches have
 * their sizes; rows are made in the order of their offsets.
 */
public final class Emission {

  /** Frames up to here need no check if the function calls nothing; stubs and signals have room below. */
  private static final int UNCHECKED = 256;
  /** Frames up to here compare the stack pointer at entry with the limit; larger ones what it will be. */
  private static final int SMALL = 512;
  private static final int INT3 = 0xCC;
  private static final int LOOP_ALIGNMENT = 32;
  private static final int TARGET_ALIGNMENT = 16;
  private static final int NONE = -1;

  private final Set<Refinement> refinements;
  /** Whether code can be interrupted; false to measure what that costs. */
  private final boolean polls;
  private final Lir lir;
  private final Flow flow;
  private final Allocation allocation;
  private final int[] words;
  private final Frame frame;
  private final InstructionWriter out = new InstructionWriter();
  /** Labels: those of the blocks first, by their places in the order of {@link Flow}. */
  private final Branches branches = new Branches();
  private final Constants constants = new Constants();
  private final MoveEmission moveEmission;
  private final Copies copies;
  private final LatePrologue late;
  /** Whether what is written runs without the frame. */
  private boolean frameless;
  /** Numbers of the jump tables that there are, by where their instructions are. */
  private final Map<Integer, Integer> tables = new HashMap<>();

  /** Tables of sites: fields, and the branches before their place. */
  private final SiteTable relocations = new SiteTable(CompiledFunction.RELOCATION_FIELDS);
  private final SiteTable typeSites = new SiteTable(CompiledFunction.TYPE_SITE_FIELDS);
  private final SiteTable callSites = new SiteTable(CompiledFunction.CALL_SITE_FIELDS);
  private final SiteTable trapSites = new SiteTable(CompiledFunction.TRAP_SITE_FIELDS);
  private final SiteTable faultSites = new SiteTable(CompiledFunction.FAULT_SITE_FIELDS);
  /** Cold calls of stubs: label, label behind or NONE, symbol, index, Wasm offset, remaining bytes. */
  private final SiteTable cold = new SiteTable(COLD_FIELDS);
  private static final int COLD_FIELDS = 6;

  private int wasmOffset;
  /** The instruction that comes next or is written, its block, and where that ends. */
  private int instruction;
  private int blockEnd;
  /** In which order blocks are written, and where in it this is; NONE in a copy elsewhere. */
  private Unrolling unrolling;
  private int place;
  private int block;
  /** Bytes pushed below the frame for the next call. */
  private int pushed;

  private Emission(Allocation allocation, Set<Refinement> refinements, boolean polls) {
    this.refinements = refinements;
    this.polls = polls;
    this.allocation = allocation;
    lir = allocation.lir();
    flow = allocation.flow();
    words = allocation.words();
    frame = new Frame(lir, allocation.slots());
    moveEmission = new MoveEmission(this, allocation, out);
    copies = new Copies(flow, refinements.contains(Refinement.COPIES));
    late = new LatePrologue(allocation, frame, refinements.contains(Refinement.LATE_PROLOGUE));
  }

  /**
   * Allocates registers and writes the function, with all refinements.
   *
   * @throws dev.skerry.wasm.ir.CompilationRefused if the function is over a limit, or something does not fit together
   */
  public static CompiledFunction compile(Lir lir) {
    return compile(lir, EnumSet.allOf(Refinement.class));
  }

  /** As {@link #compile(Lir)}, with some refinements. */
  public static CompiledFunction compile(Lir lir, Set<Refinement> refinements) {
    return new Emission(allocate(lir), refinements, true).function();
  }

  /** Code that cannot be interrupted, to measure with; no verifier takes it. */
  static CompiledFunction compileWithoutPolls(Lir lir, Set<Refinement> refinements) {
    return new Emission(allocate(lir), refinements, false).function();
  }

  private static Allocation allocate(Lir lir) {
    Allocation allocation = Allocation.of(lir);
    if (AllocationChecker.ENABLED) {
      AllocationChecker.check(allocation);
    }
    return allocation;
  }

  static CompiledFunction emit(Allocation allocation) {
    return new Emission(allocation, EnumSet.allOf(Refinement.class), true).function();
  }

  private CompiledFunction function() {
    for (int b = 0; b < flow.blockCount; b++) {
      branches.label();
    }
    int[] onward = onward();
    late.keep(onward);
    int[] alignments = alignments(onward);
    unrolling = new Unrolling(flow, written(onward), onward, branches,
        refinements.contains(Refinement.UNROLLING));
    for (place = 0; place < unrolling.count(); place++) {
      int b = unrolling.block(place);
      if (alignments[b] > 0 && !unrolling.isRepeated(place)) {
        branches.add(out.size(), Branches.ALIGN, alignments[b]);
      }
      branches.bind(unrolling.label(place), out.size());
      frameless = late.isBefore(b);
      if (b == late.block) {
        prologue();
      }
      block(b, place + 1 < unrolling.count() ? unrolling.label(place + 1) : NONE, onward);
    }
    coldCalls();
    branches.size();
    int length = branches.position(out.size(), branches.count());
    byte[] code = branches.insert(out.bytes(), out.size(), constants.bytes(length));
    constants.write(code, length, branches, (byte) INT3);
    resolveLandings();
    return new CompiledFunction(code, length, 0, frame.bytes, lir.parameterBytes, relocations.placed(branches),
        typeSites.placed(branches), callSites.placed(branches), trapSites.placed(branches), faultSites.placed(branches),
        lir.guards, lir.inlined, flow.blockCount, allocation.slots().spills);
  }

  /** By block: where a jump to it goes in the end, past blocks that only jump on. */
  private int[] onward() {
    int[] onward = new int[flow.blockCount];
    for (int b = 0; b < onward.length; b++) {
      onward[b] = b;
    }
    for (int b = onward.length - 1; b > 0; b--) {
      if (onlyJumps(b)) {
        int target = flow.successors[flow.successorStart[b]];
        onward[b] = onward[target] != b ? onward[target] : b;
      }
    }
    for (int b = 0; b < onward.length; b++) {
      int target = onward[b];
      for (int steps = 0; onward[target] != target; steps++) {
        if (steps > onward.length) {
          throw Flow.refused("blocks jump in a circle");
        }
        target = onward[target];
      }
      onward[b] = target;
    }
    return onward;
  }

  private boolean onlyJumps(int block) {
    int first = flow.first(block);
    int slot = flow.from[block] / Flow.STEP;
    int[] starts = allocation.moveStart();
    int end = flow.end(block);
    if (end - first > 2 || starts[slot] != starts[slot + 1 + end - first]
        || (words[lir.starts[end - 1]] & Lir.OP) != Pseudo.JUMP.op) {
      return false;
    }
    return end - first == 1 || (words[lir.starts[first]] & Lir.OP) == Pseudo.PARALLEL_MOVE.op
        || (words[lir.starts[first]] & Lir.OP) == Pseudo.MOVE.op;
  }

  /** The blocks that are written, in the order of the code. */
  private int[] written(int[] onward) {
    int[] written = new int[flow.blockCount];
    int count = 0;
    for (int k = 0; k < flow.blockCount; k++) {
      int b = flow.place(lir.order[k]);
      if (onward[b] == b) {
        written[count++] = b;
      }
    }
    return Arrays.copyOf(written, count);
  }

  /** By block: what its place is to be a multiple of; where loops begin and where tables of jumps lead. */
  private int[] alignments(int[] onward) {
    int[] alignments = new int[flow.blockCount];
    for (int b = 0; refinements.contains(Refinement.ALIGNMENT) && b < flow.blockCount; b++) {
      if (flow.isCold(b)) {
        continue;
      }
      if (flow.isLoopHeader(b)) {
        alignments[b] = LOOP_ALIGNMENT;
      }
      if ((lir.words[lir.starts[flow.end(b) - 1]] & Lir.OP) == Pseudo.SWITCH.op) {
        for (int s = flow.successorStart[b]; s < flow.successorStart[b + 1]; s++) {
          int target = onward[flow.successors[s]];
          alignments[target] = Math.max(alignments[target], TARGET_ALIGNMENT);
        }
      }
    }
    return alignments;
  }

  // Prologue, epilogue.

  private void prologue() {
    int extent = frame.bytes + frame.argumentBytes;
    if (frame.calls || extent > UNCHECKED) {
      int again = branches.label();
      int failed = branches.label();
      branches.bind(again, out.size());
      load(R11, R15, Layout.INSTANCE_STORE);
      if (extent <= SMALL) {
        begin(IntegerRows.CMP_R_RM.of(64).id(), RSP);
        memory(R11, Layout.STORE_NATIVE_LIMIT);
        out.end();
      } else {
        load(R11, R11, Layout.STORE_NATIVE_LIMIT);
        begin(IntegerRows.ADD_RM_IMM.of(64).id(), R11);
        out.immediate(extent);
        out.end();
        branches.add(out.size(), Condition.B.ordinal(), failed);
        begin(IntegerRows.CMP_RM_R.of(64).id(), RSP);
        out.register(R11);
        out.end();
      }
      branches.add(out.size(), Condition.B.ordinal(), failed);
      cold.add(branches.count(), failed, again, Symbol.STACK.ordinal(), 0, lir.offsets[0], 0);
    }
    move(-frame.bytes);
    if (frame.calls) {
      begin(IntegerRows.MOV_RM_R.of(64).id());
      memory(RSP, frame.context());
      out.register(R15);
      out.end();
    }
  }

  /** Bytes of the frame where what is written runs. */
  private int frameBytes() {
    return frameless ? 0 : frame.bytes;
  }

  /** Moves the stack pointer. */
  private void move(int bytes) {
    if (bytes == 0) {
      return;
    }
    int amount = Math.abs(bytes);
    boolean isByte = amount == (byte) amount;
    begin((isByte ? bytes < 0 ? IntegerRows.SUB_RM_IMM8 : IntegerRows.ADD_RM_IMM8
        : bytes < 0 ? IntegerRows.SUB_RM_IMM : IntegerRows.ADD_RM_IMM).of(64).id(), RSP);
    out.immediate(amount);
    out.end();
  }

  // Blocks.

  private void block(int block, int next, int[] onward) {
    int end = flow.end(block);
    int[] starts = allocation.moveStart();
    int slot = flow.from[block] / Flow.STEP;
    pushed = 0;
    this.block = block;
    blockEnd = end;
    instruction = flow.first(block);
    wasmOffset = lir.offsets[instruction];
    int first = lir.starts[instruction];
    if ((words[first] & Lir.OP) == Pseudo.LANDED.op) {
      ownContext(small(first + 1));
    }
    moveEmission.emit(starts[slot], starts[slot + 1]);
    for (int i = flow.first(block); i < end; i++) {
      slot++;
      instruction = i;
      wasmOffset = lir.offsets[i];
      moveEmission.emit(starts[slot], starts[slot + 1]);
      if (!allocation.dropped()[i]) {
        instruction(i, next, onward);
      }
    }
  }

  private void instruction(int instruction, int next, int[] onward) {
    int at = lir.starts[instruction];
    int header = words[at];
    int op = header & Lir.OP;
    if (!Pseudo.is(op)) {
      row(words, at, NONE);
      return;
    }
    switch (Pseudo.of(op)) {
      case MOVE, PARALLEL_MOVE, ENTRY, LANDED -> {
      }
      case CONSTANT -> moveEmission.constant(type(instruction), words[at + 2], words[at + 1] >>> Lir.NUMBER_SHIFT);
      case LOAD_PARAMETER -> moveEmission.parameter(type(instruction), small(at + 2),
          words[at + 1] >>> Lir.NUMBER_SHIFT);
      case STORE_ARGUMENT -> storeArgument(instruction, at);
      case CALL -> call(small(at + 1) * Lir.CALL_FIELDS);
      case TAIL_CALL -> tailCall(small(at + 1) * Lir.CALL_FIELDS);
      case TRAP_IF -> {
        int label = trapLabel(small(at + 2));
        branches.add(out.size(), small(at + 1), label);
      }
      case TRAP -> {
        stub(Symbol.TRAP.ordinal(), small(at + 1), frameBytes() + pushed);
        if (late.isBefore(0)) {
          // What follows may run with a frame where this did not, or without: it must not be where this would return.
          out.begin(ControlRows.NOPS.get(0).id());
          out.end();
        }
      }
      case POLL -> {
        if (polls && (place == NONE || !unrolling.isRepeated(place))) {
          poll(header >>> Lir.LENGTH_SHIFT == 0 ? NONE : register(words[at + 1]));
        }
      }
      case FUEL -> fuel(small(at + 1), small(at + 2) != 0);
      case RETURN -> {
        move(frameBytes());
        ret();
      }
      case JUMP -> {
        if (frameless) {
          copy(target(at + 1, onward), onward);
        } else {
          jump(target(at + 1, onward), next, onward);
        }
      }
      case BRANCH -> branch(small(at + 1), target(at + 2, onward), target(at + 3, onward), next, onward);
      case BRANCH_EITHER -> {
        int then = target(at + 3, onward);
        int otherwise = target(at + 4, onward);
        branches.add(out.size(), small(at + 1), then);
        branch(small(at + 2), then, otherwise, next, onward);
      }
      case SWITCH -> jumpTable(at, header, onward);
      default -> throw Flow.refused(Pseudo.of(op) + " cannot be emitted");
    }
  }

  /** Whether nothing needs the flags that are set here. */
  boolean mayDestroyFlags() {
    return Flags.areDead(lir, instruction, blockEnd);
  }

  private int small(int at) {
    return words[at] >> Lir.KIND_BITS;
  }

  private int target(int at, int[] onward) {
    int block = onward[flow.place(words[at] >>> Lir.KIND_BITS)];
    return place == NONE ? block : unrolling.target(block, place);
  }

  /** The type of the register that the instruction's first operand was. */
  private int type(int instruction) {
    int number = lir.words[lir.starts[instruction] + 1] >>> Lir.NUMBER_SHIFT;
    return lir.types[number - Lir.FIRST_VIRTUAL];
  }

  /**
   * Writes an instruction of the machine.
   *
   * @param destination a machine register in place of the virtual one, or NONE
   */
  void row(int[] from, int at, int destination) {
    int header = from[at];
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    boolean mayFault = false;
    int type = NONE;
    int start = out.size();
    out.begin(header & Lir.OP);
    for (int w = at + 1; w <= last; w++) {
      int word = from[w];
      switch (word & Lir.KIND) {
        case Lir.REGISTER -> {
          int number = word >>> Lir.NUMBER_SHIFT;
          out.register(number >= Lir.FIRST_VIRTUAL ? destination : number);
        }
        case Lir.MEMORY -> {
          int displacement = from[w + 3] + (from[w + 1] >>> Lir.NUMBER_SHIFT == RSP ? pushed : 0);
          out.memory(register(from[w + 1]), register(from[w + 2]), word >> Lir.SCALE_SHIFT & 3,
              word >> Lir.SEGMENT_SHIFT & 3, displacement);
          mayFault |= (word & Lir.MAY_FAULT) != 0;
          w += 3;
        }
        case Lir.IMMEDIATE -> out.immediate(word >> Lir.KIND_BITS);
        case Lir.WIDE -> out.immediate(lir.longs[word >>> Lir.KIND_BITS]);
        case Lir.TYPE_NUMBER -> {
          long pair = lir.longs[word >>> Lir.KIND_BITS];
          type = (int) (pair >>> Integer.SIZE);
          out.immediate((int) pair);
        }
        case Lir.SLOT -> slot(word >>> Lir.KIND_BITS);
        case Lir.POOL -> out.relativeMemory();
        case Lir.FIXED_USE, Lir.FIXED_DEF -> w++;
        default -> {
        }
      }
    }
    int relative = out.end();
    if (relative != NONE) {
      for (int w = at + 1; w <= last; w++) {
        if ((from[w] & Lir.KIND) == Lir.POOL) {
          pool(from[w], relative);
          break;
        }
        w += (from[w] & Lir.KIND) == Lir.MEMORY ? 3 : 0;
      }
    }
    if (type != NONE) {
      typeSites.add(branches.count(), out.size() - Integer.BYTES, type);
    }
    if (mayFault) {
      faultSites.add(branches.count(), start, wasmOffset, frameBytes() + pushed);
    }
  }

  /** The displacement at that offset, of the instruction written last, leads to that constant. */
  void pool(int word, int relative) {
    out.bytes()[relative] = (byte) (out.size() - relative - Integer.BYTES);
    constants.constant(lir.longs, word, relative, branches.count());
  }

  private static int register(int word) {
    return word == Lir.NONE ? InstructionWriter.NONE : word >>> Lir.NUMBER_SHIFT;
  }

  /** The next operand is a place in the frame. */
  void slot(int slot) {
    memory(RSP, frame.slot(slot) + pushed);
  }

  /** The next operand is a parameter on the stack. */
  void parameter(int byteOffset) {
    memory(RSP, frame.parameters() + pushed + byteOffset);
  }

  // Calls and stubs.

  private void storeArgument(int instruction, int at) {
    if (small(at + 3) > 0) {
      move(-small(at + 3));
      pushed = small(at + 3);
    }
    int source = lir.words[lir.starts[instruction] + 2] >>> Lir.NUMBER_SHIFT;
    int type = (words[at + 2] & Lir.KIND) == Lir.IMMEDIATE || source < Lir.FIRST_VIRTUAL ? Lir.I64
        : lir.types[source - Lir.FIRST_VIRTUAL];
    moveEmission.argument(type, words[at + 2], small(at + 1));
  }

  private void call(int call) {
    int symbol = lir.calls[call + Lir.CALL_SYMBOL];
    int stackBytes = lir.calls[call + Lir.CALL_STACK_BYTES];
    move(pushed - stackBytes);
    if (symbol == Lir.THROUGH_DESCRIPTOR) {
      enterContext();
      begin(ControlRows.CALL_RM64.id());
      memory(R10, Layout.FUNCTION_ENTRY);
      out.end();
    } else {
      relocated(ControlRows.CALL_REL32.id(), symbol, lir.calls[call + Lir.CALL_INDEX]);
    }
    pushed = 0;
    boolean runtime = symbol != Lir.THROUGH_DESCRIPTOR && Symbol.of(symbol).isRuntime();
    callSites.add(branches.count(), out.size(), wasmOffset, frame.bytes, lir.calls[call + Lir.CALL_LANDING],
        runtime ? lir.calls[call + Lir.CALL_OPERATION] : NONE, lir.calls[call + Lir.CALL_INDEX],
        lir.calls[call + Lir.CALL_INDEX2], lir.calls[call + Lir.CALL_GUARD]);
    ownContext(lir.calls[call + Lir.CALL_FLAGS]);
  }

  /** Goes back to the function's own instance, behind a call. */
  private void ownContext(int flags) {
    load(R15, RSP, frame.context());
    if ((flags & Lir.USES_MEMORY) != 0) {
      load(R14, R15, Layout.INSTANCE_MEMORY_BASE);
    }
  }

  private void enterContext() {
    load(R15, R10, Layout.FUNCTION_CONTEXT);
    load(R14, R15, Layout.INSTANCE_MEMORY_BASE);
  }

  /**
   * Arguments on the stack lie below the frame; they go where the callee wants them, just above its return address,
   * which moves so that the callee's popping ends where ours would.
   */
  private void tailCall(int call) {
    int stackBytes = lir.calls[call + Lir.CALL_STACK_BYTES];
    move(pushed - stackBytes);
    int returnAt = stackBytes + frame.bytes;
    int newReturnAt = returnAt + lir.parameterBytes - stackBytes;
    if (newReturnAt != returnAt) {
      load(R11, RSP, returnAt);
    }
    for (int at = stackBytes - 16; at >= 0; at -= 16) {
      moveEmission.copyThroughScratch(at, newReturnAt + 8 + at);
    }
    if (newReturnAt != returnAt) {
      begin(IntegerRows.MOV_RM_R.of(64).id());
      memory(RSP, newReturnAt);
      out.register(R11);
      out.end();
    }
    move(newReturnAt);
    int symbol = lir.calls[call + Lir.CALL_SYMBOL];
    if (symbol == Lir.THROUGH_DESCRIPTOR) {
      enterContext();
      begin(ControlRows.JMP_RM64.id());
      memory(R10, Layout.FUNCTION_ENTRY);
      out.end();
    } else {
      relocated(ControlRows.JMP_REL32.id(), symbol, lir.calls[call + Lir.CALL_INDEX]);
    }
    pushed = 0;
  }

  private void relocated(int rowId, int symbol, int index) {
    out.begin(rowId);
    out.immediate(0);
    out.end();
    relocations.add(branches.count(), out.size() - Integer.BYTES, symbol, index);
  }

  private void stub(int symbol, int index, int remaining) {
    relocated(ControlRows.CALL_REL32.id(), symbol, index);
    trapSites.add(branches.count(), out.size(), wasmOffset, remaining, symbol, index);
  }

  private int trapLabel(int kind) {
    int label = branches.label();
    cold.add(branches.count(), label, NONE, Symbol.TRAP.ordinal(), kind, wasmOffset, frameBytes() + pushed);
    return label;
  }

  /** @param store the register that has the store's context, or NONE */
  private void poll(int store) {
    if (store == NONE) {
      load(R11, R15, Layout.INSTANCE_STORE);
    }
    out.begin(IntegerRows.CMP_RM_IMM8.of(32).id());
    memory(store == NONE ? R11 : store, Layout.STORE_INTERRUPT);
    out.immediate(0);
    out.end();
    int label = branches.label();
    branches.add(out.size(), Condition.NE.ordinal(), label);
    int behind = branches.label();
    branches.bind(behind, out.size());
    cold.add(branches.count(), label, behind, Symbol.INTERRUPT.ordinal(), 0, wasmOffset, frame.bytes + pushed);
  }

  private void fuel(int cost, boolean looks) {
    load(R11, R15, Layout.INSTANCE_STORE);
    out.begin((cost == (byte) cost ? IntegerRows.SUB_RM_IMM8 : IntegerRows.SUB_RM_IMM).of(64).id());
    memory(R11, Layout.STORE_FUEL);
    out.immediate(cost);
    out.end();
    if (looks) {
      int label = trapLabel(Trap.Kind.OUT_OF_FUEL.ordinal());
      branches.add(out.size(), Condition.S.ordinal(), label);
    }
  }

  private void coldCalls() {
    for (int i = 0; i < cold.count(); i++) {
      branches.bind(cold.field(i, 0), out.size());
      wasmOffset = cold.field(i, 4);
      stub(cold.field(i, 2), cold.field(i, 3), cold.field(i, 5));
      if (cold.field(i, 1) != NONE) {
        branches.add(out.size(), Branches.ALWAYS, cold.field(i, 1));
      }
    }
  }

  private void resolveLandings() {
    for (int i = 0; i < callSites.count(); i++) {
      int landing = callSites.field(i, CompiledFunction.CALL_LANDING);
      if (landing != NONE) {
        callSites.set(i, CompiledFunction.CALL_LANDING, branches.labelPosition(flow.place(landing)));
      }
    }
  }

  // Branches.

  private void ret() {
    if (lir.parameterBytes == 0) {
      out.begin(ControlRows.RET.id());
    } else {
      out.begin(ControlRows.RET_UIMM16.id());
      out.immediate(lir.parameterBytes);
    }
    out.end();
  }

  private void jump(int target, int next, int[] onward) {
    if (target == next) {
      return;
    }
    if (target < flow.blockCount && target != late.block && copies.take(block, target, onward)) {
      copy(target, onward);
    } else {
      branches.add(out.size(), Branches.ALWAYS, target);
    }
  }

  /** Writes a block in place of a jump to it. */
  private void copy(int target, int[] onward) {
    int outside = place;
    place = NONE;
    block(target, NONE, onward);
    place = outside;
  }

  private void branch(int condition, int then, int otherwise, int next, int[] onward) {
    if (then == next) {
      if (otherwise != next) {
        branches.add(out.size(), condition ^ 1, otherwise);
      }
    } else {
      branches.add(out.size(), condition, then);
      jump(otherwise, next, onward);
    }
  }

  private void jumpTable(int at, int header, int[] onward) {
    int temporary = words[at + 1] >>> Lir.NUMBER_SHIFT;
    int index = words[at + 2] >>> Lir.NUMBER_SHIFT;
    begin(IntegerRows.LEA.of(64).id(), R11);
    out.relativeMemory();
    int relative = out.end();
    constants.table(tables.computeIfAbsent(at, place -> table(place, header, onward)), relative, branches.count());
    begin(IntegerRows.MOVSXD.id(), temporary);
    out.memory(R11, index, 2, 0, 0);
    out.end();
    begin(IntegerRows.ADD_R_RM.of(64).id(), temporary);
    out.register(R11);
    out.end();
    begin(ControlRows.JMP_RM64.id(), temporary);
    out.end();
  }

  private int table(int at, int header, int[] onward) {
    int outside = place;
    place = NONE;
    int number = constants.newTable();
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    for (int w = at + 3; w <= last; w++) {
      constants.tableEntry(target(w, onward));
    }
    place = outside;
    return number;
  }

  // Instructions.

  static final int RSP = 4;
  static final int R10 = 10;
  static final int R11 = 11;
  static final int R14 = 14;
  static final int R15 = 15;

  private void begin(int rowId) {
    out.begin(rowId);
  }

  private void begin(int rowId, int register) {
    out.begin(rowId);
    out.register(register);
  }

  private void memory(int base, int displacement) {
    out.memory(base, InstructionWriter.NONE, 0, 0, displacement);
  }

  private void load(int to, int base, int displacement) {
    begin(IntegerRows.MOV_R_RM.of(64).id(), to);
    memory(base, displacement);
    out.end();
  }

  /** Rows of ints, the first of which is an offset in the code without branches. */
  private static final class SiteTable {

    private final int fields;
    private int[] rows;
    private int[] branchesBefore = new int[8];
    private int count;

    SiteTable(int fields) {
      this.fields = fields;
      rows = new int[8 * fields];
    }

    void add(int before, int... values) {
      if (count == branchesBefore.length) {
        branchesBefore = Arrays.copyOf(branchesBefore, 2 * count);
        rows = Arrays.copyOf(rows, 2 * rows.length);
      }
      System.arraycopy(values, 0, rows, count * fields, fields);
      branchesBefore[count++] = before;
    }

    int count() {
      return count;
    }

    int field(int row, int field) {
      return rows[row * fields + field];
    }

    void set(int row, int field, int value) {
      rows[row * fields + field] = value;
    }

    int[] placed(Branches branches) {
      int[] placed = Arrays.copyOf(rows, count * fields);
      for (int i = 0; i < count; i++) {
        placed[i * fields] = branches.position(placed[i * fields], branchesBefore[i]);
      }
      return placed;
    }
  }
}
