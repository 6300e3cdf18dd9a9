package dev.skerry.wasm.verify.campaign;

import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rel;
import java.util.Arrays;
import java.util.Random;

/**
 * Runs one compiled function, instruction by instruction, in a hostile {@link World}, and throws a {@link Violation}
 * for the first thing that happens against the rules. It reasons about nothing: what it does not see happen, it does
 * not know. Calls and stubs are modelled: they give back anything that their convention allows.
 */
final class Oracle implements AutoCloseable {

  /** How a run ended. */
  enum End {
    RETURN, TAIL_CALL, TRAP, STACK, FAULT,
    /** So many steps were taken that the rest is left out. */
    BUDGET
  }

  /** @param where offset of the last instruction */
  record Run(End end, int where, int steps) {
  }

  /** What callees and the driver do; a processor that runs the function natively asks the same. */
  static final int RSP = Gpr.RSP.ordinal();
  private static final End[] ENDS = End.values();
  private static final int ALIGNMENT = 16;
  private static final long CODE = 0x1000_0000_0000L;
  /** How often a compare-and-exchange may be tried again between polls. */
  private static final int RETRIES = 4;
  /** Instructions that a processor may go on for after a branch that it foresaw wrongly. */
  private static final int WINDOW = 64;
  private static final String[] NOT_PERMITTED = {"syscall", "cpuid", "ud2", "int3", "push", "pop", "leave"};

  final Subject subject;
  final World world;
  final long calleeEntry;
  private final Cpu cpu;
  private final Integers integers;
  private final VectorUnit vectors;
  private final CallingConvention convention;
  final int parameterBytes;

  private CompiledFunction code;
  private long codeBase;
  private Instruction[] listing = {};
  private int[] relocationAt;
  private boolean[] vector = {};
  private int[] polledAt = {};
  Random random;
  private int polls;
  private int exchangedAt;
  private int retries;
  private boolean interrupted;
  /** Whether one branch is to go the wrong way, and how many instructions are followed from there on. */
  private boolean mispredicts;
  private int left;

  Oracle(Subject subject, long calleeEntry) {
    this.subject = subject;
    this.calleeEntry = calleeEntry;
    world = new World(subject, calleeEntry);
    cpu = world.cpu;
    integers = new Integers(cpu, world);
    vectors = new VectorUnit(cpu, world, integers);
    convention = CallingConvention.of(subject.type());
    parameterBytes = subject.contract().replacesFrame() ? 0 : convention.stackParameterBytes();
  }

  Oracle(Subject subject) {
    this(subject, CODE - World.PAGE);
  }

  /** Goes on with other code of the function. */
  void load(CompiledFunction other) {
    load(other, other.code(), CODE);
  }

  /** @param bytes the code with relocations filled in, or as it was compiled: the same but for displacements */
  void load(CompiledFunction other, byte[] bytes, long base) {
    code = other;
    codeBase = base;
    world.use(bytes, other.codeBytes(), base);
    listing = new Instruction[other.codeBytes()];
    vector = new boolean[listing.length];
    polledAt = new int[listing.length];
    relocationAt = new int[listing.length];
    Arrays.fill(relocationAt, -1);
    int[] relocations = other.relocations();
    for (int row = 0; row < relocations.length; row += CompiledFunction.RELOCATION_FIELDS) {
      if (relocations[row] >= 0 && relocations[row] < relocationAt.length) {
        relocationAt[relocations[row]] = row;
      }
    }
    Decoder decoder = new Decoder(other.code(), other.codeBytes());
    world.movesReturn = false;
    for (int at = 0; at < listing.length;) {
      Instruction instruction = decoder.at(at);
      if (instruction == null) {
        break;
      }
      listing[at] = instruction;
      vector[at] = VectorUnit.takes(instruction.row());
      boolean jumps = instruction.row().mnemonic().equals("jmp");
      Operand target = jumps ? instruction.operands().get(0) : null;
      world.movesReturn |= jumps && !(target instanceof Gpr)
          && (!(target instanceof Rel) || relocation(at + instruction.length()) >= 0);
      at += instruction.length();
    }
  }

  private int relocation(int after) {
    return after >= Integer.BYTES ? relocationAt[after - Integer.BYTES] : -1;
  }

  /** Puts the function in front of its first instruction, in a hostile world; always the same for a seed. */
  void prepare(long seed, boolean interrupts) {
    random = new Random(seed);
    interrupted = interrupts;
    world.reset(random, interrupts);
    polls = 1;
    exchangedAt = 0;
    retries = 0;
    Arrays.fill(polledAt, 0);
    hostile();
    cpu.gpr[RSP] = world.entry;
    world.frameTop = world.entry + Long.BYTES + parameterBytes;
    world.write(world.entry, calleeEntry);
    cpu.set(Gpr.R15, world.context());
    if (world.memories() > 0) {
      cpu.set(Gpr.R14, world.memoryBase());
    }
    if (subject.contract().replacesFrame()) {
      cpu.set(Gpr.RDI, world.tierZeroFrame());
      return;
    }
    // Least numbers and -1 in turn: of their quotients one does not fit.
    boolean extreme = random.nextInt(16) == 0;
    for (int i = 0; i < convention.parameterCount(); i++) {
      boolean wide = convention.parameterType(i).equals(ValType.I64);
      long value = !extreme ? value(convention.parameterType(i)) : i % 2 != 0 ? wide ? -1 : Cpu.mask(Integer.SIZE)
          : wide ? Long.MIN_VALUE : 1L << Integer.SIZE - 1;
      if (convention.parameterRegister(i) instanceof Gpr gpr) {
        cpu.set(gpr, value);
      } else if (convention.parameterRegister(i) == null) {
        long at = world.entry + Long.BYTES + convention.parameterStackOffset(i);
        world.write(at, value);
        if (convention.parameterType(i).slots() > 1) {
          world.write(at + Long.BYTES, world.adversary.value(random));
        }
      }
    }
  }

  private void hostile() {
    for (int i = 0; i < Cpu.REGISTERS; i++) {
      if (i != RSP) {
        cpu.gpr[i] = world.adversary.value(random);
      }
      for (int k = 0; k < Cpu.VECTOR; k++) {
        cpu.vector[Cpu.VECTOR * i + k] = k == 0 && random.nextInt(3) == 0
            ? Double.doubleToRawLongBits(random.nextInt(100)) : random.nextLong();
      }
    }
  }

  private long value(ValType type) {
    return type.equals(ValType.I64) ? world.adversary.value(random) : world.adversary.word(random);
  }

  /**
   * Runs a function on some inputs, each fourth time with an interrupt pending, and on the first of
   * them also foreseeing branches wrongly.
   *
   * @return the first violation, or null
   */
  Violation violation(CompiledFunction code, long seed, int inputs, int mispredicted, int budget) {
    try {
      load(code);
      for (int input = 0; input < inputs; input++) {
        run(seed + input, input % 4 == 3, budget);
        if (input < mispredicted) {
          runMispredicted(seed + input, budget);
        }
      }
      return null;
    } catch (Violation violation) {
      return violation;
    }
  }

  /**
   * Runs the function once, and at one of its conditional branches the wrong way for as long as a processor might that
   * foresees it wrongly: what is accessed there must be clamped (Spectre, variant 1).
   *
   * @throws Violation if memory, a table or a jump table is accessed outside of its bounds
   */
  void runMispredicted(long seed, int budget) {
    if (!world.showsMisprediction()) {
      return;
    }
    mispredicts = true;
    try {
      run(seed, false, budget);
    } catch (Violation violation) {
      if (violation.kind() == Violation.Kind.MEMORY && world.mispredicted) {
        throw violation;
      }
    } finally {
      mispredicts = false;
      world.mispredicted = false;
    }
  }

  /**
   * Runs the function once.
   *
   * @param interrupts whether an interrupt is pending all the time: then each loop must come to a poll
   * @param budget instructions at most
   * @throws Violation if something happens against the rules
   */
  Run run(long seed, boolean interrupts, int budget) {
    if (code.parameterBytes() != parameterBytes) {
      throw new Violation(Violation.Kind.TABLES, "the function pops " + code.parameterBytes() + " bytes, not "
          + parameterBytes);
    }
    prepare(seed, interrupts);
    int at = code.entry();
    int steps = 0;
    try {
      while (steps++ < budget) {
        Instruction instruction = fetch(at);
        int next = at + instruction.length();
        if (world.mispredicted && (left-- == 0 || isWayOut(instruction))) {
          return new Run(End.BUDGET, at, steps);
        }
        int to = vector[at] ? compute(instruction, next) : step(instruction, at, next);
        if (to < Integer.MIN_VALUE + ENDS.length) {
          return new Run(ENDS[to - Integer.MIN_VALUE], at, steps);
        }
        at = to;
      }
    } catch (World.GuardFault fault) {
      if (!world.mispredicted) {
        requireFaultSite(at);
      }
      return new Run(End.FAULT, at, steps);
    } catch (Violation violation) {
      throw new Violation(violation.kind(), violation.getMessage() + ", at " + at
          + (at >= 0 && at < listing.length && listing[at] != null ? " (" + listing[at] + ")" : "")
          + ", seed " + seed + (interrupts ? " interrupted" : ""));
    }
    return new Run(End.BUDGET, at, steps);
  }

  private static boolean isWayOut(Instruction instruction) {
    String name = instruction.row().mnemonic();
    return name.equals("call") || name.equals("ret") || name.equals("lfence");
  }

  private Instruction fetch(int at) {
    if (at < 0 || at >= listing.length || listing[at] == null) {
      throw new Violation(Violation.Kind.FETCH, "control reaches " + at + ", where no instruction starts");
    }
    if (interrupted && polledAt[at] == polls && (exchangedAt != polls || ++retries > RETRIES * listing.length)) {
      throw new Violation(Violation.Kind.POLL, "a cycle without a poll");
    }
    polledAt[at] = polls;
    return listing[at];
  }

  /** Whether the last run came to that offset. */
  boolean ran(int at) {
    return at >= 0 && at < polledAt.length && polledAt[at] != 0;
  }

  private int compute(Instruction instruction, int next) {
    vectors.run(instruction, codeBase + next);
    return next;
  }

  private static int end(End end) {
    return Integer.MIN_VALUE + end.ordinal();
  }

  private int step(Instruction instruction, int at, int next) {
    String name = instruction.row().mnemonic();
    if (name.startsWith("j")) {
      return jump(instruction, name, next);
    }
    switch (name) {
      case "call":
        return call(instruction, next);
      case "ret":
        return leave(instruction);
      default:
        for (String forbidden : NOT_PERMITTED) {
          if (name.equals(forbidden)) {
            throw new Violation(Violation.Kind.INSTRUCTION, name + " is not permitted");
          }
        }
        long pointer = cpu.gpr[RSP];
        if (name.equals("lock cmpxchg")) {
          exchangedAt = polls;
        }
        integers.run(instruction, codeBase + next);
        if (pointer != cpu.gpr[RSP]) {
          requirePointer(next);
        }
        return next;
    }
  }

  /** The stack pointer stays between what the function pops and what was checked, with the reserve below. */
  private void requirePointer(int next) {
    long pointer = cpu.gpr[RSP];
    long floor = world.limit - 2L * Layout.NATIVE_RESERVE - Long.BYTES;
    if (pointer > world.entry + parameterBytes || pointer < floor || pointer % Long.BYTES != 0) {
      throw new Violation(Violation.Kind.STACK, "the stack pointer goes to entry " + (pointer - world.entry)
          + ", with the limit at " + (world.limit - world.entry) + ", before " + next);
    }
  }

  private int jump(Instruction instruction, String name, int next) {
    Operand target = instruction.operands().get(0);
    if (!name.equals("jmp")) {
      boolean taken = cpu.holds(Integers.condition(name, "j"));
      if (mispredicts && !world.mispredicted && random.nextInt(3) == 0) {
        world.mispredicted = true;
        left = WINDOW;
        taken = !taken;
      }
      return taken ? next + ((Rel) target).displacement() : next;
    }
    if (target instanceof Rel rel) {
      int row = relocation(next);
      return row < 0 ? next + rel.displacement() : tailCall(row);
    }
    if (target instanceof Gpr gpr) {
      long place = cpu.get(gpr) - codeBase;
      if (place < 0 || place >= listing.length) {
        throw new Violation(Violation.Kind.JUMP, "a jump to " + Long.toHexString(cpu.get(gpr)));
      }
      return (int) place;
    }
    descriptor(target, next);
    return tailCall(-1);
  }

  // Calls.

  private Symbol symbol(int row) {
    int ordinal = code.relocations()[row + 1];
    if (ordinal < 0 || ordinal >= Symbol.values().length) {
      throw new Violation(Violation.Kind.TABLES, "no symbol " + ordinal);
    }
    return Symbol.of(ordinal);
  }

  private int call(Instruction instruction, int next) {
    Operand target = instruction.operands().get(0);
    if (!(target instanceof Rel)) {
      if (target instanceof Gpr) {
        throw new Violation(Violation.Kind.CALL, "a call of what a register holds");
      }
      World.Callee callee = descriptor(target, next);
      return callFunction(callee.type(), next);
    }
    int row = relocation(next);
    if (row < 0) {
      throw new Violation(Violation.Kind.CALL, "a call of no function or stub");
    }
    Symbol symbol = symbol(row);
    int index = code.relocations()[row + 2];
    if (symbol == Symbol.FUNCTION) {
      return callFunction(own(index), next);
    }
    requireContext();
    if (symbol.isRuntime()) {
      requireRoom();
      int site = requireSite(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, next, 0);
      RuntimeRequests.require(subject.contract().module(), symbol, code.callSites(), site);
      int operation = code.callSites()[site + CompiledFunction.CALL_OPERATION];
      boolean raises = operation == Op.THROW || operation == Op.THROW_REF;
      return back(site, null, 0, raises ? end(End.TRAP) : next);
    }
    int site = requireSite(code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, next, 0);
    if (code.trapSites()[site + CompiledFunction.TRAP_SYMBOL] != symbol.ordinal()
        || code.trapSites()[site + CompiledFunction.TRAP_SYMBOL + 1] != index) {
      throw new Violation(Violation.Kind.TABLES, "the table of traps names another stub than " + symbol);
    }
    polls++;
    switch (symbol) {
      case TRAP:
        if (index < 0 || index >= Trap.Kind.values().length) {
          throw new Violation(Violation.Kind.TABLES, "no trap " + index);
        }
        return end(End.TRAP);
      case STACK:
        return world.goesOnAfterStackCheck() ? stopped(next) : end(End.STACK);
      default:
        return stopped(next);
    }
  }

  /** The function waited, with all its registers kept. */
  private int stopped(int next) {
    world.disturb(random);
    cpu.scrambleFlags();
    return next;
  }

  private FuncType own(int index) {
    var module = subject.contract().module();
    if (index < module.importedFunctions() || index >= module.functions().length) {
      throw new Violation(Violation.Kind.CALL, "no own function " + index);
    }
    requireContext();
    requireMemory(world.memoryBase());
    return module.types()[module.functions()[index]];
  }

  private void requireContext() {
    if (cpu.get(Gpr.R15) != world.context()) {
      throw new Violation(Violation.Kind.CONTEXT, "r15 is not the context");
    }
  }

  private void requireMemory(long base) {
    if (world.memories() > 0 && cpu.get(Gpr.R14) != base) {
      throw new Violation(Violation.Kind.CONTEXT, "r14 is not the base of memory 0");
    }
  }

  /** What a call or jump by a descriptor reaches, which must be in r10 with its context in r15 and r14. */
  private World.Callee descriptor(Operand target, int next) {
    long address = integers.address(target, codeBase + next);
    long entry = world.load(address, Long.BYTES);
    for (World.Callee callee : world.callees) {
      if (callee.descriptor() + Layout.FUNCTION_ENTRY == address && entry == calleeEntry) {
        if (cpu.get(Gpr.R10) != callee.descriptor()) {
          throw new Violation(Violation.Kind.CALL, "r10 is not the descriptor of the callee");
        }
        if (cpu.get(Gpr.R15) != callee.context() || cpu.get(Gpr.R14) != callee.memoryBase()) {
          throw new Violation(Violation.Kind.CONTEXT, "r15 and r14 are not those of the callee");
        }
        if (callee.type() == null) {
          throw new Violation(Violation.Kind.CALL, "a callee of a type that nobody checked");
        }
        return callee;
      }
    }
    throw new Violation(Violation.Kind.CALL, "a call of what is no entry of a function");
  }

  /** Only frames that were checked may have others below them. */
  private void requireRoom() {
    if (cpu.gpr[RSP] < world.limit - Layout.NATIVE_RESERVE) {
      throw new Violation(Violation.Kind.STACK, "a call at limit " + (cpu.gpr[RSP] - world.limit));
    }
  }

  private int requireSite(int[] table, int fields, int next, int popped) {
    int row = CompiledFunction.find(table, fields, next);
    if (row < 0) {
      throw new Violation(Violation.Kind.TABLES, "no row for what comes back to " + next);
    }
    long remaining = world.entry - cpu.gpr[RSP] - popped;
    if (table[row + CompiledFunction.REMAINING] != remaining) {
      throw new Violation(Violation.Kind.TABLES, "the return address is " + remaining + " bytes above, not "
          + table[row + CompiledFunction.REMAINING]);
    }
    requireReturnAddress(world.entry);
    return row;
  }

  private void requireReturnAddress(long place) {
    if (NativeAccess.getLong(place) != calleeEntry) {
      throw new Violation(Violation.Kind.STACK, "the return address was changed");
    }
  }

  private void requireNarrow(ValType type, Operand register, String what) {
    if (register instanceof Gpr gpr && !type.equals(ValType.I64) && cpu.get(gpr) >>> Integer.SIZE != 0) {
      throw new Violation(Violation.Kind.VALUE, "the " + what + " in " + gpr + " is "
          + Long.toHexString(cpu.get(gpr)));
    }
  }

  private void requireArguments(CallingConvention callee) {
    for (int i = 0; i < callee.parameterCount(); i++) {
      requireNarrow(callee.parameterType(i), callee.parameterRegister(i), "argument");
    }
  }

  private int callFunction(FuncType type, int next) {
    CallingConvention callee = CallingConvention.of(type);
    requireArguments(callee);
    requireRoom();
    int popped = callee.stackParameterBytes();
    if (cpu.gpr[RSP] % ALIGNMENT != 0) {
      throw new Violation(Violation.Kind.STACK, "the callee's stack is not aligned");
    }
    if (cpu.gpr[RSP] + popped > world.entry) {
      throw new Violation(Violation.Kind.STACK, "the callee pops more than the caller has");
    }
    int site = requireSite(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, next, popped);
    return back(site, callee, popped, next);
  }

  /**
   * A callee, or the runtime if there is none, has done anything that it may, and comes back or throws.
   *
   * @param next where it comes back to, or how the run ends if it never does
   */
  private int back(int site, CallingConvention callee, int popped, int next) {
    int landing = code.callSites()[site + CompiledFunction.CALL_LANDING];
    boolean lands = landing >= 0 && (next < 0 || random.nextInt(4) == 0);
    world.disturb(random);
    for (long at = cpu.gpr[RSP]; at < cpu.gpr[RSP] + popped; at += Long.BYTES) {
      world.write(at, world.adversary.value(random));
    }
    cpu.gpr[RSP] += popped;
    hostile();
    cpu.scrambleFlags();
    if (lands) {
      requireGuard(code.callSites()[site + CompiledFunction.CALL_GUARD]);
      requireKeptContext();
      return landing;
    }
    for (int i = 0; callee != null && i < callee.resultCount(); i++) {
      if (callee.resultRegister(i) instanceof Gpr gpr) {
        cpu.set(gpr, value(callee.resultType(i)));
      }
    }
    return next;
  }

  /** The unwinder takes the context from below the return address. */
  private void requireKeptContext() {
    if (NativeAccess.getLong(world.entry - Long.BYTES) != world.context()) {
      throw new Violation(Violation.Kind.CONTEXT, "a frame with a landing pad does not keep its context");
    }
  }

  private void requireGuard(int guard) {
    boolean known = guard >= 0 && guard < code.guards().length && code.guards()[guard].length > 0;
    for (int i = 0; known && i < code.guards()[guard].length; i += 2) {
      known = code.guards()[guard][i] < subject.contract().module().tags().length;
    }
    if (!known) {
      throw new Violation(Violation.Kind.TABLES, "a landing pad without a guard that makes sense");
    }
  }

  private int leave(Instruction instruction) {
    long popped = instruction.operands().isEmpty() ? 0 : ((Imm) instruction.operands().get(0)).value();
    if (cpu.gpr[RSP] != world.entry || popped != parameterBytes) {
      throw new Violation(Violation.Kind.STACK, "a return from entry " + (cpu.gpr[RSP] - world.entry) + " that pops "
          + popped);
    }
    requireReturnAddress(world.entry);
    for (int i = 0; i < convention.resultCount(); i++) {
      requireNarrow(convention.resultType(i), convention.resultRegister(i), "result");
    }
    cpu.gpr[RSP] += Long.BYTES + popped;
    return end(End.RETURN);
  }

  /** @param row of the relocation, or -1 if the callee's descriptor is in r10 */
  private int tailCall(int row) {
    FuncType type;
    if (row >= 0) {
      if (symbol(row) != Symbol.FUNCTION) {
        throw new Violation(Violation.Kind.CALL, "a jump to a stub");
      }
      type = own(code.relocations()[row + 2]);
    } else {
      long descriptor = cpu.get(Gpr.R10);
      type = world.callees.stream().filter(c -> c.descriptor() == descriptor).findFirst().orElseThrow().type();
    }
    CallingConvention callee = CallingConvention.of(type);
    requireArguments(callee);
    requireRoom();
    if (cpu.gpr[RSP] != world.entry + parameterBytes - callee.stackParameterBytes()) {
      throw new Violation(Violation.Kind.STACK, "a tail call from entry " + (cpu.gpr[RSP] - world.entry));
    }
    requireReturnAddress(cpu.gpr[RSP]);
    if (!sameResults(callee)) {
      throw new Violation(Violation.Kind.CALL, "a tail call of a function with other results");
    }
    return end(End.TAIL_CALL);
  }

  private boolean sameResults(CallingConvention callee) {
    boolean same = callee.resultCount() == convention.resultCount();
    for (int i = 0; same && i < callee.resultCount(); i++) {
      ValType mine = convention.resultType(i);
      ValType other = callee.resultType(i);
      same = mine.equals(other) || mine.isReference() && other.isReference();
    }
    return same;
  }

  private void requireFaultSite(int at) {
    requireContext();
    int row = CompiledFunction.find(code.faultSites(), CompiledFunction.FAULT_SITE_FIELDS, at);
    if (row < 0 || code.faultSites()[row + CompiledFunction.REMAINING] != world.entry - cpu.gpr[RSP]) {
      throw new Violation(Violation.Kind.TABLES, "an access that faults at " + at + " (" + listing[at]
          + "), which the tables do not say");
    }
    requireReturnAddress(world.entry);
  }

  // The same on the processor.

  /**
   * Runs the function on the processor in the same world, callees and stubs as in {@link #run}; only where that ended
   * neither with a fault nor by the budget.
   */
  Run runNatively(NativeMachine machine, long seed, boolean interrupts) {
    prepare(seed, interrupts);
    int at = code.entry();
    while (at >= 0) {
      machine.run(cpu, at);
      long stack = cpu.gpr[RSP];
      if (stack == world.entry + Long.BYTES + parameterBytes) {
        return new Run(End.RETURN, 0, 0);
      }
      long back = NativeAccess.getLong(stack);
      if (back == calleeEntry) {
        return new Run(End.TAIL_CALL, 0, 0);
      }
      cpu.gpr[RSP] += Long.BYTES;
      int next = (int) (back - codeBase);
      at = call(endingAt(next), next);
    }
    return new Run(ENDS[at - Integer.MIN_VALUE], 0, 0);
  }

  private Instruction endingAt(int next) {
    for (int length = 2; length < 16; length++) {
      if (listing[next - length] != null) {
        return listing[next - length];
      }
    }
    throw new IllegalStateException("nothing called at " + next);
  }

  @Override
  public void close() {
    world.close();
  }
}
