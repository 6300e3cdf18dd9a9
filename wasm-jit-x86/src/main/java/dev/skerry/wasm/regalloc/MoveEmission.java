package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.AvxIntegerRows;
import dev.skerry.wasm.x64.InstructionWriter;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;

/**
 * Writes copies: {@link Moves}, constants, parameters, arguments. Flags that are needed are not touched. Where there
 * are vectors of 256 bits all is of VEX form: what SSE writes to a register keeps its upper half, and so waits for it.
 */
final class MoveEmission {

  private static final int XMM15 = Lir.FIRST_VECTOR + 15;
  private static final int NONE = -1;

  private static final int COPY32 = IntegerRows.MOV_R_RM.of(32).id();
  private static final int COPY64 = IntegerRows.MOV_R_RM.of(64).id();
  private static final int STORE64 = IntegerRows.MOV_RM_R.of(64).id();
  private static final int STORE_VECTOR = SseFloatRows.MOVAPS_XM128_XMM.id();
  private static final int STORE_UNALIGNED = SseFloatRows.MOVUPS_XM128_XMM.id();
  private static final int COPY_WIDE = AvxFloatRows.VMOVUPS_V_VM.of(256).id();
  private static final int STORE_WIDE = AvxFloatRows.VMOVUPS_VM_V.of(256).id();
  private static final int STORE_DOUBLE = SseFloatRows.MOVSD_M64_XMM.id();
  private static final int FROM_VECTOR = SseIntegerRows.MOVQ_RM64_XMM.id();
  private static final Forms SSE = new Forms(SseFloatRows.MOVAPS_XMM_XM128.id(), SseFloatRows.MOVUPS_XMM_XM128.id(),
      SseFloatRows.MOVSS_XMM_M32.id(), SseFloatRows.MOVSD_XMM_M64.id(), SseIntegerRows.MOVQ_XMM_RM64.id(),
      SseFloatRows.XORPS.id(), 2);
  private static final Forms VEX = new Forms(AvxFloatRows.VMOVAPS_V_VM.of(128).id(),
      AvxFloatRows.VMOVUPS_V_VM.of(128).id(), AvxFloatRows.VMOVSS_XMM_M32.id(), AvxFloatRows.VMOVSD_XMM_M64.id(),
      AvxIntegerRows.VMOVQ_XMM_RM64.id(), AvxFloatRows.VXORPS.of(128).id(), 3);
  private static final int CLEAR = IntegerRows.XOR_R_RM.of(32).id();
  private static final int SET32 = IntegerRows.MOV_R32_IMM32.id();
  private static final int SET_SIGNED = IntegerRows.MOV_RM_IMM.of(64).id();
  private static final int SET64 = IntegerRows.MOV_R64_IMM64.id();

  /** What writes to a vector register; the last one does with the register as so many operands. */
  private record Forms(int copy, int loadUnaligned, int loadFloat, int loadDouble, int fromGeneral, int clear,
      int operandsOfClear) {
  }

  private final Emission emission;
  private final Lir lir;
  private final Forms forms;
  private final Moves moves;
  private final InstructionWriter out;

  MoveEmission(Emission emission, Allocation allocation, InstructionWriter out) {
    this.emission = emission;
    this.lir = allocation.lir();
    forms = lir.isWide() ? VEX : SSE;
    this.moves = allocation.moves();
    this.out = out;
  }

  /** Writes a part of the sequence. */
  void emit(int from, int end) {
    for (int m = from; m < end; m++) {
      int type = moves.type(m);
      int source = moves.source(m);
      int destination = moves.destination(m);
      switch (moves.kind(m)) {
        case Moves.PLACE -> copy(type, source, destination);
        case Moves.CONSTANT -> constant(type, source, destination);
        default -> repeat(type, source, destination);
      }
    }
  }

  private void copy(int type, int source, int destination) {
    if (destination >= Lir.FIRST_VIRTUAL) {
      store(type, source);
      emission.slot(destination - Lir.FIRST_VIRTUAL);
      out.register(source);
    } else if (source >= Lir.FIRST_VIRTUAL) {
      load(type, destination);
      emission.slot(source - Lir.FIRST_VIRTUAL);
    } else if (source < Lir.FIRST_VECTOR && destination < Lir.FIRST_VECTOR) {
      out.begin(type == Lir.I32 ? COPY32 : COPY64);
      out.register(destination);
      out.register(source);
    } else if (source >= Lir.FIRST_VECTOR && destination >= Lir.FIRST_VECTOR) {
      out.begin(type == Lir.V256 ? COPY_WIDE : forms.copy);
      out.register(destination);
      out.register(source);
    } else {
      out.begin(source < Lir.FIRST_VECTOR ? forms.fromGeneral : FROM_VECTOR);
      out.register(destination);
      out.register(source);
    }
    out.end();
  }

  /** Begins a store of the register, whose operands follow. */
  private void store(int type, int source) {
    out.begin(source < Lir.FIRST_VECTOR ? STORE64 : type == Lir.V256 ? STORE_WIDE
        : type == Lir.V128 ? STORE_VECTOR : STORE_DOUBLE);
  }

  /** Begins a load to the register, whose operand in memory follows. */
  private void load(int type, int destination) {
    if (destination < Lir.FIRST_VECTOR) {
      out.begin(type == Lir.I32 ? COPY32 : COPY64);
    } else {
      out.begin(type == Lir.V256 ? COPY_WIDE : type == Lir.V128 ? forms.copy
          : type == Lir.F32 ? forms.loadFloat : forms.loadDouble);
    }
    out.register(destination);
  }

  /** Sets a register to an immediate or to a constant of the pool. */
  void constant(int type, int word, int destination) {
    int kind = word & Lir.KIND;
    if (kind == Lir.POOL) {
      int index = word >>> Lir.KIND_BITS + 1;
      boolean wide = (word >>> Lir.KIND_BITS & 1) != 0;
      if (destination >= Lir.FIRST_VECTOR && lir.longs[index] == 0 && !(wide && lir.longs[index + 1] != 0)) {
        out.begin(forms.clear);
        for (int i = 0; i < forms.operandsOfClear; i++) {
          out.register(destination);
        }
        out.end();
        return;
      }
      load(type, destination);
      out.relativeMemory();
      emission.pool(word, out.end());
      return;
    }
    long value = kind == Lir.WIDE ? lir.longs[word >>> Lir.KIND_BITS] : word >> Lir.KIND_BITS;
    if (value == 0 && emission.mayDestroyFlags()) {
      out.begin(CLEAR);
      out.register(destination);
      out.register(destination);
    } else if (type == Lir.I32 || value >>> Integer.SIZE == 0) {
      out.begin(SET32);
      out.register(destination);
      out.immediate((int) value);
    } else {
      out.begin(value == (int) value ? SET_SIGNED : SET64);
      out.register(destination);
      out.immediate(value);
    }
    out.end();
  }

  private void repeat(int type, int instruction, int destination) {
    int at = lir.starts[instruction];
    if ((lir.words[at] & Lir.OP) == Pseudo.LOAD_PARAMETER.op) {
      parameter(type, lir.words[at + 2] >> Lir.KIND_BITS, destination);
    } else {
      emission.row(lir.words, at, destination);
    }
  }

  /** Loads a parameter on the stack, where vectors are aligned to 8. */
  void parameter(int type, int byteOffset, int destination) {
    if (type == Lir.V128) {
      loadUnaligned(destination);
    } else {
      load(type, destination);
    }
    emission.parameter(byteOffset);
    out.end();
  }

  private void loadUnaligned(int destination) {
    out.begin(forms.loadUnaligned);
    out.register(destination);
  }

  /** Stores an argument at that offset from the stack pointer, where vectors are aligned to 8. */
  void argument(int type, int word, int byteOffset) {
    int register = word >>> Lir.NUMBER_SHIFT;
    switch (word & Lir.KIND) {
      case Lir.REGISTER -> {
      }
      case Lir.IMMEDIATE -> {
        out.begin(SET_SIGNED);
        below(byteOffset);
        out.immediate(word >> Lir.KIND_BITS);
        out.end();
        return;
      }
      case Lir.WIDE -> {
        register = Emission.R11;
        constant(type, word, register);
      }
      case Lir.POOL -> {
        register = XMM15;
        constant(type, word, register);
      }
      default -> {
        register = type == Lir.V128 ? XMM15 : Emission.R11;
        load(type == Lir.V128 ? type : Lir.I64, register);
        emission.slot(word >>> Lir.KIND_BITS);
        out.end();
      }
    }
    if (type == Lir.V128) {
      out.begin(STORE_UNALIGNED);
    } else {
      store(type, register);
    }
    below(byteOffset);
    out.register(register);
    out.end();
  }

  /** Copies 16 bytes of the stack, wherever they lie. */
  void copyThroughScratch(int from, int to) {
    loadUnaligned(XMM15);
    below(from);
    out.end();
    out.begin(STORE_UNALIGNED);
    below(to);
    out.register(XMM15);
    out.end();
  }

  private void below(int byteOffset) {
    out.memory(Emission.RSP, NONE, 0, 0, byteOffset);
  }
}
