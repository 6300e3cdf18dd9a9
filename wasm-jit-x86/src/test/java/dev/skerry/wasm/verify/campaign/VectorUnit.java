package dev.skerry.wasm.verify.campaign;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Instructions on vector registers: what they compute is asked of the processor, one instruction at a time, with copies
 * of their operands; what they access is judged as for all others. Not for more than one thread.
 */
final class VectorUnit {

  private static final int SLOT = Cpu.VECTOR * Long.BYTES;
  private static final int PACKED = 16;
  private static final int MEMORY = 8 * SLOT;
  private static final int GENERAL = MEMORY + 64;
  private static final int FLAGS = GENERAL + 8;
  private static final int BYTES = FLAGS + 56;
  private static final boolean WIDE = CpuFeatures.current().has(CpuFeature.AVX);
  private static final Condition[] ASKED = {Condition.B, Condition.E, Condition.S, Condition.O, Condition.P};
  private static final String UNALIGNED = " movups movupd movdqu ";
  private static final String ALIGNED = " vmovaps vmovapd vmovdqa ";
  private static final String CLEARING = "vzeroupper";
  private static final String COMPARING = " ucomiss ucomisd comiss comisd ptest"
      + " vucomiss vucomisd vcomiss vcomisd vptest ";

  private static final CodeSpace SPACE = CodeSpace.reserve(1 << 26);
  private static final NativeBlock BLOCK = NativeBlock.allocate(BYTES);
  private static final Map<String, CodeBlock> KNOWN = new HashMap<>();

  static {
    // Java's third argument is where to go on.
    Assembler code = new Assembler();
    code.emit(ControlRows.JMP_RM64, Gpr.RDX);
    publish(code).bind(0, VectorUnit.class, "run");
  }

  private final Cpu cpu;
  private final Bus bus;
  private final Integers integers;

  VectorUnit(Cpu cpu, Bus bus, Integers integers) {
    this.cpu = cpu;
    this.bus = bus;
    this.integers = integers;
  }

  private static native void run(long code, long buffer);

  private static CodeBlock publish(Assembler assembler) {
    byte[] code = assembler.finish();
    CodeBlock block = SPACE.allocate(code.length);
    block.publish(code);
    return block;
  }

  /** Whether a row works on vector registers. */
  static boolean takes(Row row) {
    for (OperandForm form : row.operands()) {
      if (form.kind().takesVector() || form.fixed() instanceof Xmm) {
        return true;
      }
    }
    return row.mnemonic().equals(CLEARING);
  }

  /** Clears the upper halves of all vector registers. */
  private static void clearUpper(Cpu cpu) {
    for (int i = 0; i < cpu.vector.length; i++) {
      cpu.vector[i] = i % Cpu.VECTOR < 2 ? cpu.vector[i] : 0;
    }
  }

  /** @param next address of the instruction behind it */
  void run(Instruction instruction, long next) {
    Row row = instruction.row();
    if (!CpuFeatures.current().has(row.feature())) {
      throw new Violation(Violation.Kind.INSTRUCTION, instruction + " is of no use to this processor");
    }
    if (row.mnemonic().equals(CLEARING)) {
      clearUpper(cpu);
      return;
    }
    long buffer = BLOCK.address();
    int slot = 1;
    Operand memory = null;
    OperandForm memoryForm = null;
    boolean fixed = false;
    for (OperandForm form : row.operands()) {
      fixed |= form.fixed() instanceof Xmm;
    }
    if (fixed) {
      put(buffer, 0);
    }
    for (int i = 0; i < row.operandCount(); i++) {
      Operand operand = instruction.operands().get(i);
      if (operand instanceof Xmm xmm) {
        put(buffer + (long) slot++ * SLOT, xmm.ordinal());
      } else if (operand instanceof Gpr gpr) {
        NativeAccess.putLong(buffer + GENERAL, cpu.get(gpr));
      } else if (!(operand instanceof Imm)) {
        memory = operand;
        memoryForm = row.operand(i);
      }
    }
    long address = 0;
    if (memory != null) {
      address = integers.address(memory, next);
      fetch(instruction, memoryForm, address, buffer + MEMORY);
    }
    CodeBlock code = KNOWN.computeIfAbsent(key(instruction), unknown -> publish(stub(instruction)));
    run(code.address(), buffer);
    slot = 1;
    for (int i = 0; i < row.operandCount(); i++) {
      Operand operand = instruction.operands().get(i);
      if (operand instanceof Xmm xmm) {
        if (row.operand(i).role().writes()) {
          for (int k = 0; k < Cpu.VECTOR; k++) {
            cpu.vector[Cpu.VECTOR * xmm.ordinal() + k] =
                NativeAccess.getLong(buffer + (long) slot * SLOT + (long) k * Long.BYTES);
          }
        }
        slot++;
      } else if (operand instanceof Gpr gpr && row.operand(i).role().writes()) {
        cpu.set(gpr, NativeAccess.getLong(buffer + GENERAL));
      }
    }
    if (memory != null && memoryForm.role().writes()) {
      giveBack(address, memoryForm.memoryBits() / Byte.SIZE, buffer + MEMORY);
    }
    if (compares(row)) {
      cpu.carry = NativeAccess.getByte(buffer + FLAGS) != 0;
      cpu.zero = NativeAccess.getByte(buffer + FLAGS + 1) != 0;
      cpu.sign = NativeAccess.getByte(buffer + FLAGS + 2) != 0;
      cpu.overflow = NativeAccess.getByte(buffer + FLAGS + 3) != 0;
      cpu.parity = NativeAccess.getByte(buffer + FLAGS + 4) != 0;
    }
  }

  private static boolean compares(Row row) {
    return COMPARING.contains(" " + row.mnemonic() + " ");
  }

  private void put(long place, int register) {
    for (int k = 0; k < Cpu.VECTOR; k++) {
      NativeAccess.putLong(place + (long) k * Long.BYTES, cpu.vector[Cpu.VECTOR * register + k]);
    }
  }

  private void fetch(Instruction instruction, OperandForm form, long address, long place) {
    int bytes = form.memoryBits() / Byte.SIZE;
    String name = " " + instruction.row().mnemonic() + " ";
    boolean vex = name.startsWith(" v");
    boolean mustAlign = bytes >= PACKED && (vex ? ALIGNED.contains(name) : !UNALIGNED.contains(name));
    if (mustAlign && address % bytes != 0) {
      throw new Violation(Violation.Kind.ALIGNMENT, instruction + " at an address that is not aligned");
    }
    bus.require(address, bytes, form.role().writes());
    if (form.role().reads()) {
      int part = Math.min(bytes, Long.BYTES);
      for (int i = 0; i < bytes; i += part) {
        long value = bus.load(address + i, part);
        for (int k = 0; k < part; k++) {
          NativeAccess.putByte(place + i + k, (byte) (value >>> k * Byte.SIZE));
        }
      }
    }
  }

  private void giveBack(long address, int bytes, long place) {
    int part = Math.min(bytes, Long.BYTES);
    for (int i = 0; i < bytes; i += part) {
      long value = NativeAccess.getLong(place + i);
      bus.store(address + i, part, value & Cpu.mask(part * Byte.SIZE));
    }
  }

  /** What the stub depends on: which registers are named does not matter. */
  private static String key(Instruction instruction) {
    StringBuilder key = new StringBuilder().append(instruction.row().id());
    for (Operand operand : instruction.operands()) {
      key.append(operand instanceof Imm imm ? " " + imm.value()
          : operand instanceof Xmm ? "x" : operand instanceof Gpr ? "r" : "m");
    }
    return key.toString();
  }

  private static Assembler stub(Instruction instruction) {
    Assembler code = new Assembler();
    List<Operand> operands = new ArrayList<>();
    int vectors = 0;
    for (Operand operand : instruction.operands()) {
      if (operand instanceof Xmm) {
        operands.add(Xmm.of(++vectors));
      } else if (operand instanceof Gpr) {
        operands.add(Gpr.RAX);
      } else {
        operands.add(operand instanceof Imm ? operand : Mem.at(Gpr.RCX, MEMORY));
      }
    }
    for (int i = 0; i <= vectors; i++) {
      code.emit(WIDE ? AvxFloatRows.VMOVUPS_V_VM.of(256) : SseFloatRows.MOVUPS_XMM_XM128, Xmm.of(i),
          Mem.at(Gpr.RCX, i * SLOT));
    }
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RCX, GENERAL));
    code.emit(new Instruction(instruction.row(), operands, instruction.length()));
    if (compares(instruction.row())) {
      for (int i = 0; i < ASKED.length; i++) {
        code.emit(IntegerRows.SETCC.of(ASKED[i]), Mem.at(Gpr.RCX, FLAGS + i));
      }
    }
    for (int i = 1; i <= vectors; i++) {
      code.emit(WIDE ? AvxFloatRows.VMOVUPS_VM_V.of(256) : SseFloatRows.MOVUPS_XM128_XMM, Mem.at(Gpr.RCX, i * SLOT),
          Xmm.of(i));
    }
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RCX, GENERAL), Gpr.RAX);
    code.emit(ControlRows.RET);
    return code;
  }
}
