package dev.skerry.wasm.runtime;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.Map;
import java.util.TreeMap;

/**
 * The machine code that leads from Java to compiled code and back, one copy for a process. While compiled code runs,
 * r15 is an instance context of the running store; the store context leads to Java's stack and to the guest's.
 */
public final class Stubs implements CodeObject {

  /** What System V's callees keep, in the order in which they are pushed. */
  private static final Gpr[] CALLEE_SAVED = {Gpr.RBP, Gpr.RBX, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15};
  /** Room for a vector register, whose upper half there is only with AVX. */
  private static final int VECTOR_BYTES = 32;
  private static final int VECTORS = 16;

  /** Bytes that a stub which keeps all registers has on the stack, its own return address left out. */
  static final int KEPT_BYTES = (Gpr.values().length - 1) * Long.BYTES + VECTORS * VECTOR_BYTES;

  private final Assembler code = new Assembler();
  private final Label exit = code.label();
  private final Label done = code.label();
  private final int enter;
  private final int call;
  private final int resume;
  private final int resumeAt;
  private final int exitAt;
  private final int doneAt;
  private final int[] traps = new int[Trap.Kind.values().length];
  private final int runtime;
  private final int fill;
  private final int copy;
  private final int fault;
  private final int interrupt;
  private final int interruptGoesOn;
  private final int stack;
  private final int stackGoesOn;
  private final int link;
  private final int linkGoesOn;
  private final byte[] bytes;
  private CodeBlock block;

  /** @param wide whether the processor has AVX */
  private Stubs(boolean wide) {
    enter = entrance(Mem.at(Gpr.RDX, Layout.STORE_NATIVE_SP), Gpr.RCX);
    resume = entrance(Mem.at(Gpr.RDX, Layout.STORE_NATIVE_SP), null);
    resumeAt = entrance(null, Gpr.RCX);
    doneAt = done();
    exitAt = exit();
    Label leave = code.label();
    code.align(16);
    code.bind(leave);
    runtime = simple(Exit.RUNTIME);
    BulkStubs bulk = new BulkStubs(code, wide);
    fill = start();
    bulk.fill(leave);
    copy = start();
    bulk.copy(leave);
    fault = simple(Exit.FAULT);
    for (Trap.Kind kind : Trap.Kind.values()) {
      traps[kind.ordinal()] = simple(Exit.FIRST_TRAP + kind.ordinal());
    }
    interrupt = start();
    interruptGoesOn = keeping(Exit.INTERRUPT, wide);
    code.emit(ControlRows.RET);
    stack = start();
    stackGoesOn = keeping(Exit.STACK, wide);
    code.emit(ControlRows.RET);
    link = start();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Layout.STORE_CALLEE), Gpr.R10);
    linkGoesOn = keeping(Exit.LINK, wide);
    code.emit(ControlRows.JMP_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    call = call();
    bytes = code.finish();
  }

  /**
   * Makes them in a region, where they stay.
   *
   * @throws IllegalStateException if they are not what was reviewed
   */
  static Stubs in(CodeRegion region) {
    boolean wide = CpuFeatures.current().has(CpuFeature.AVX);
    Stubs stubs = new Stubs(wide);
    ReviewedCode.require(listing(wide), stubs.bytes);
    stubs.publish(region);
    return stubs;
  }

  private void publish(CodeRegion region) {
    block = region.allocate(bytes.length);
    region.publish(block, bytes, this);
    block.bind(enter, NativeCalls.class, "enter");
    block.bind(call, NativeCalls.class, "call");
    block.bind(resume, NativeCalls.class, "resume");
    block.bind(resumeAt, NativeCalls.class, "resumeAt");
  }

  /** The name of the reviewed listing. */
  static String listing(boolean wide) {
    return wide ? "stubs-avx.txt" : "stubs-plain.txt";
  }

  /** All bytes, as they are published. */
  static byte[] bytes(boolean wide) {
    return new Stubs(wide).bytes;
  }

  /** Where each stub starts, by name, in the order in which they lie. */
  static Map<Integer, String> starts(boolean wide) {
    Stubs stubs = new Stubs(wide);
    Map<Integer, String> starts = new TreeMap<>();
    starts.put(stubs.enter, "enter");
    starts.put(stubs.call, "call");
    starts.put(stubs.resume, "resume");
    starts.put(stubs.resumeAt, "resumeAt");
    starts.put(stubs.doneAt, "done");
    starts.put(stubs.exitAt, "exit");
    starts.put(stubs.runtime, "runtime");
    starts.put(stubs.fill, "fill");
    starts.put(stubs.copy, "copy");
    starts.put(stubs.fault, "fault");
    for (Trap.Kind kind : Trap.Kind.values()) {
      starts.put(stubs.traps[kind.ordinal()], "trap " + kind);
    }
    starts.put(stubs.interrupt, "interrupt");
    starts.put(stubs.stack, "stack");
    starts.put(stubs.link, "link");
    return starts;
  }

  private int start() {
    code.align(16);
    return code.position();
  }

  /**
   * What a Java method is bound to: the third argument is the store context, then an address, then a stack pointer.
   *
   * @param stackPointer null for the fifth argument
   * @param target null for where the stack says to go on
   */
  private int entrance(Mem stackPointer, Gpr target) {
    int at = start();
    leaveJava(stackPointer == null ? Gpr.R8 : stackPointer);
    if (target == null) {
      // Not a return: the processor would foresee the one to Java.
      code.emit(ControlRows.POP_R64, Gpr.RCX);
    }
    code.emit(ControlRows.JMP_RM64, Gpr.RCX);
    return at;
  }

  private void keepCalleeSaved() {
    for (Gpr saved : CALLEE_SAVED) {
      code.emit(ControlRows.PUSH_R64, saved);
    }
  }

  /** To the guest's stack, with the store context in rdx. */
  private void leaveJava(Operand stackPointer) {
    keepCalleeSaved();
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDX, Layout.STORE_JAVA_SP), Gpr.RSP);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, stackPointer);
  }

  /**
   * As an entrance and a thunk of one piece, for the most frequent types: what it gets, it has in registers. What
   * HotSpot's way back waits for, its stack and its thread in r15, is a single load from the guest's stack away.
   */
  private int call() {
    int at = start();
    keepCalleeSaved();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Gpr.RSP);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDX, Layout.STORE_JAVA_SP), Gpr.RSP);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.RDX, Layout.STORE_NATIVE_SP));
    code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(4 * Long.BYTES));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 0), Gpr.RAX);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, Long.BYTES), Gpr.R15);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, 2 * Long.BYTES), Gpr.RDX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Gpr.RCX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.RCX, Layout.FUNCTION_CONTEXT));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDI, Gpr.R8);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSI, Gpr.R9);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
    code.emit(ControlRows.CALL_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.RSP, 2 * Long.BYTES));
    code.emit(IntegerRows.CMP_RM_IMM8.of(32), Mem.at(Gpr.R11, Layout.STORE_EXIT), new Imm(0));
    Label stopped = code.label();
    code.jump(Condition.NE, stopped);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.RSP, Long.BYTES));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.RSP, 0));
    for (int i = CALLEE_SAVED.length - 2; i >= 0; i--) {
      code.emit(IntegerRows.MOV_R_RM.of(64), CALLEE_SAVED[i],
          Mem.at(Gpr.RSP, (CALLEE_SAVED.length - 1 - i) * Long.BYTES));
    }
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(CALLEE_SAVED.length * Long.BYTES));
    code.emit(ControlRows.RET);
    code.bind(stopped);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.R11, Layout.STORE_CALL_BUFFER));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RCX, 0), Gpr.RAX);
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(4 * Long.BYTES));
    code.jump(done);
    return at;
  }

  /** Where entry thunks go when their function returned: r11 is the store context. */
  private int done() {
    int at = start();
    code.bind(done);
    code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Layout.STORE_NATIVE_SP), Gpr.RSP);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.R11, Layout.STORE_JAVA_SP));
    leave();
    return at;
  }

  /** Back to Java, on its stack. */
  private void leave() {
    for (int i = CALLEE_SAVED.length - 1; i >= 0; i--) {
      code.emit(ControlRows.POP_R64, CALLEE_SAVED[i]);
    }
    code.emit(ControlRows.RET);
  }

  /** The way out: eax says why, what is to be resumed is the return address on the stack. */
  private int exit() {
    int at = start();
    code.bind(exit);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Layout.STORE_NATIVE_SP), Gpr.RSP);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Layout.STORE_EXIT_CONTEXT), Gpr.R15);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.R11, Layout.STORE_JAVA_SP));
    code.emit(IntegerRows.MOV_RM_R.of(32), Mem.at(Gpr.R11, Layout.STORE_EXIT), Gpr.RAX);
    // The processor foresees a return to what called here: a return to the next instruction takes that off its list.
    Label balanced = code.label();
    code.emit(IntegerRows.LEA.of(64), Gpr.RCX, balanced);
    code.emit(ControlRows.PUSH_R64, Gpr.RCX);
    code.emit(ControlRows.RET);
    code.bind(balanced);
    leave();
    return at;
  }

  private int simple(int why) {
    int at = start();
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(why));
    code.jump(exit);
    return at;
  }

  /** Stops with all registers on the stack and takes them back; where it goes on. */
  private int keeping(int why, boolean wide) {
    for (Gpr register : Gpr.values()) {
      if (register != Gpr.RSP) {
        code.emit(ControlRows.PUSH_R64, register);
      }
    }
    code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(VECTORS * VECTOR_BYTES));
    for (int i = 0; i < VECTORS; i++) {
      code.emit(wide ? AvxFloatRows.VMOVUPS_VM_V.of(256) : SseFloatRows.MOVUPS_XM128_XMM,
          Mem.at(Gpr.RSP, i * VECTOR_BYTES), Xmm.of(i));
    }
    if (wide) {
      code.emit(AvxFloatRows.VZEROUPPER);
    }
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(why));
    code.emit(ControlRows.CALL_REL32, exit);
    int goesOn = code.position();
    for (int i = 0; i < VECTORS; i++) {
      code.emit(wide ? AvxFloatRows.VMOVUPS_V_VM.of(256) : SseFloatRows.MOVUPS_XMM_XM128, Xmm.of(i),
          Mem.at(Gpr.RSP, i * VECTOR_BYTES));
    }
    code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(VECTORS * VECTOR_BYTES));
    for (int i = Gpr.values().length - 1; i >= 0; i--) {
      if (Gpr.of(i) != Gpr.RSP) {
        code.emit(ControlRows.POP_R64, Gpr.of(i));
      }
    }
    return goesOn;
  }

  /** Called where a trap happens: never returns. */
  public long trap(Trap.Kind kind) {
    return address(traps[kind.ordinal()]);
  }

  /** Called where the runtime does an instruction, as a call that keeps nothing. */
  public long runtime() {
    return address(runtime);
  }

  /** Called to fill in memory 0: {@link BulkStubs#fill}. */
  public long fill() {
    return address(fill);
  }

  /** Called to copy in memory 0: {@link BulkStubs#copy}. */
  public long copy() {
    return address(copy);
  }

  /** Called where a poll saw that an interrupt is pending; keeps all registers but the flags. */
  public long interrupt() {
    return address(interrupt);
  }

  /**
   * Called where a function finds, before it makes its frame, that the stack ends; keeps all registers but the flags,
   * and what is behind the call must check again.
   */
  public long stack() {
    return address(stack);
  }

  /** What compiled callers call in place of a function that they have no code for yet. */
  long link() {
    return address(link);
  }

  /** Where the signal handler sends an access that faulted, as if its instruction had called it. */
  long fault() {
    return address(fault);
  }

  /** Where thunks stop: eax says why, and where to go on is on the stack. */
  long exitAddress() {
    return address(exitAt);
  }

  /** Where entry thunks stop: r11 is the store context. */
  long doneAddress() {
    return address(doneAt);
  }

  /** The descriptor that compiled code called, where {@link #link} stopped. */
  static long keptDescriptor(long stackPointer) {
    return NativeAccess.getLong(stackPointer + Long.BYTES + VECTORS * VECTOR_BYTES
        + (Gpr.R15.ordinal() - Gpr.R10.ordinal()) * Long.BYTES);
  }

  boolean isInterrupt(long goesOn) {
    return goesOn == address(interruptGoesOn);
  }

  boolean isStack(long goesOn) {
    return goesOn == address(stackGoesOn);
  }

  boolean isLink(long goesOn) {
    return goesOn == address(linkGoesOn);
  }

  private long address(int offset) {
    return block.address() + offset;
  }
}
