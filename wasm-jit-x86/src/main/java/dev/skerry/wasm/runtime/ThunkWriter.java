package dev.skerry.wasm.runtime;

import dev.skerry.memory.CodeBlock;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Xmm;

/** Writes the thunks of one function type: they move values between the call buffer and where the convention wants. */
final class ThunkWriter {

  private static final int SLOT = 8;

  private final CodeRegion region;
  private final CallingConvention convention;
  private final Assembler code = new Assembler();

  ThunkWriter(CodeRegion region, CallingConvention convention) {
    this.region = region;
    this.convention = convention;
  }

  /**
   * Called by {@link Stubs} with the store context in rdx: enters the function whose descriptor is the store's callee,
   * with the parameters from the call buffer, and leaves its results there.
   */
  CodeBlock entry() {
    return publish(Thunk.Kind.ENTRY);
  }

  private int writeEntry() {
    begin();
    if (convention.stackParameterBytes() > 0) {
      code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(convention.stackParameterBytes()));
    }
    for (int i = 0; i < convention.parameterCount(); i++) {
      if (convention.parameterRegister(i) == null) {
        copy(convention.parameterType(i), Mem.at(Gpr.R11, SLOT * convention.parameterSlot(i)),
            Mem.at(Gpr.RSP, convention.parameterStackOffset(i)));
      }
    }
    for (int i = 0; i < convention.parameterCount(); i++) {
      load(convention.parameterType(i), convention.parameterRegister(i), SLOT * convention.parameterSlot(i));
    }
    code.emit(ControlRows.CALL_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    return end();
  }

  /**
   * As {@link #entry}, into a loop: the call buffer holds the address of the tier-0 frame, which the code gets as its
   * only parameter, and the address of the code.
   */
  CodeBlock loopEntry() {
    return publish(Thunk.Kind.LOOP_ENTRY);
  }

  private int writeLoopEntry() {
    begin();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDI, Mem.at(Gpr.R11, 0));
    code.emit(ControlRows.CALL_RM64, Mem.at(Gpr.R11, SLOT));
    return end();
  }

  /** Keeps the store context, twice so that the stack stays aligned to 16. */
  private void begin() {
    code.emit(ControlRows.PUSH_R64, Gpr.RDX);
    code.emit(ControlRows.PUSH_R64, Gpr.RDX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.RDX, Layout.STORE_CALLEE));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.R10, Layout.FUNCTION_CONTEXT));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.RDX, Layout.STORE_CALL_BUFFER));
  }

  private int end() {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.RSP, 0));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R11, Layout.STORE_CALL_BUFFER));
    for (int i = 0; i < convention.resultCount(); i++) {
      store(convention.resultType(i), convention.resultRegister(i), SLOT * convention.resultSlot(i));
    }
    code.emit(ControlRows.POP_R64, Gpr.R11);
    code.emit(ControlRows.POP_R64, Gpr.R11);
    return jumpOut();
  }

  /**
   * Called by compiled code in place of a function that is not compiled, with its descriptor in r10: leaves the
   * parameters in the call buffer, stops for the driver, and returns the results that are in the call buffer then.
   */
  CodeBlock exit() {
    return publish(Thunk.Kind.EXIT);
  }

  private int writeExit() {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Layout.STORE_CALLEE), Gpr.R10);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R11, Layout.STORE_CALL_BUFFER));
    for (int i = 0; i < convention.parameterCount(); i++) {
      store(convention.parameterType(i), convention.parameterRegister(i), SLOT * convention.parameterSlot(i));
    }
    for (int i = 0; i < convention.parameterCount(); i++) {
      if (convention.parameterRegister(i) == null) {
        copy(convention.parameterType(i), Mem.at(Gpr.RSP, SLOT + convention.parameterStackOffset(i)),
            Mem.at(Gpr.R11, SLOT * convention.parameterSlot(i)));
      }
    }
    Label goesOn = code.label();
    code.emit(IntegerRows.LEA.of(64), Gpr.R11, goesOn);
    code.emit(ControlRows.PUSH_R64, Gpr.R11);
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RAX, new Imm(Exit.CALL));
    int jump = jumpOut();
    code.bind(goesOn);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.RDX, Layout.STORE_CALL_BUFFER));
    for (int i = 0; i < convention.resultCount(); i++) {
      load(convention.resultType(i), convention.resultRegister(i), SLOT * convention.resultSlot(i));
    }
    // Not a return: the processor foresees those of the calls that led here, which went on in Java meanwhile.
    code.emit(ControlRows.POP_R64, Gpr.R11);
    if (convention.stackParameterBytes() > 0) {
      code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(convention.stackParameterBytes()));
    }
    code.emit(ControlRows.JMP_RM64, Gpr.R11);
    return jump;
  }

  /** A jump whose target {@link #publish} fills in; where its displacement is. */
  private int jumpOut() {
    code.emit(ControlRows.JMP_REL32, new Rel(0));
    return code.position() - Integer.BYTES;
  }

  /** Writes a thunk; where the displacement is of the jump that leaves it. */
  private int write(Thunk.Kind kind) {
    return switch (kind) {
      case ENTRY -> writeEntry();
      case LOOP_ENTRY -> writeLoopEntry();
      case EXIT -> writeExit();
    };
  }

  /** All bytes of a thunk but the displacement of the jump that leaves it, which is 0. */
  static byte[] bytes(Thunk.Kind kind, CallingConvention convention) {
    ThunkWriter writer = new ThunkWriter(null, convention);
    writer.write(kind);
    return writer.code.finish();
  }

  private CodeBlock publish(Thunk.Kind kind) {
    int displacement = write(kind);
    long target = kind == Thunk.Kind.EXIT ? region.stubs().exitAddress() : region.stubs().doneAddress();
    CodeBlock block = region.allocate(code.position());
    code.patch(displacement, (int) (target - block.address() - displacement - Integer.BYTES));
    region.publish(block, code.finish(), new Thunk(kind, block.address(), convention.stackParameterBytes()));
    return block;
  }

  /** From the call buffer, whose address is in r11; nothing if there is no register. */
  private void load(ValType type, Operand register, int place) {
    Mem slot = Mem.at(Gpr.R11, place);
    if (register instanceof Xmm) {
      code.emit(type.equals(ValType.V128) ? SseFloatRows.MOVUPS_XMM_XM128 : SseFloatRows.MOVSD_XMM_M64, register, slot);
    } else if (register != null) {
      code.emit(IntegerRows.MOV_R_RM.of(64), register, slot);
    }
  }

  /** To the call buffer, whose address is in r11; nothing if there is no register. */
  private void store(ValType type, Operand register, int place) {
    Mem slot = Mem.at(Gpr.R11, place);
    if (register instanceof Xmm) {
      code.emit(type.equals(ValType.V128) ? SseFloatRows.MOVUPS_XM128_XMM : SseFloatRows.MOVSD_M64_XMM, slot, register);
    } else if (register != null) {
      code.emit(IntegerRows.MOV_RM_R.of(64), slot, register);
    }
  }

  /** From memory to memory; what is in rax and xmm15 is lost. */
  private void copy(ValType type, Mem from, Mem to) {
    if (type.equals(ValType.V128)) {
      code.emit(SseFloatRows.MOVUPS_XMM_XM128, Xmm.XMM15, from);
      code.emit(SseFloatRows.MOVUPS_XM128_XMM, to, Xmm.XMM15);
    } else {
      code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, from);
      code.emit(IntegerRows.MOV_RM_R.of(64), to, Gpr.RAX);
    }
  }
}
