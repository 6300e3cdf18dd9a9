package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Xmm;
import java.util.List;

/**
 * Where compiled code passes the parameters and results of a function type: a pure function of the type, so that any
 * caller fits any callee. Integers and references come in general registers, zero-extended to 64 bits; floats and
 * vectors in vector registers. What finds no register is on the stack if it is a parameter, and in the store's call
 * buffer if it is a result.
 */
public final class CallingConvention {

  /** The general registers of parameters, in order. */
  private static final List<Gpr> PARAMETER_GPRS =
      List.of(Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9, Gpr.RAX, Gpr.RBX);
  private static final List<Gpr> RESULT_GPRS =
      List.of(Gpr.RAX, Gpr.RDX, Gpr.RCX, Gpr.RSI, Gpr.RDI, Gpr.R8, Gpr.R9, Gpr.RBX);
  /** The vector registers of parameters and of results are the first ones. */
  private static final int VECTOR_REGISTERS = 8;
  private static final int SLOT_BYTES = 8;
  /** Frames stay aligned for vectors. */
  private static final int STACK_ALIGNMENT = 16;

  private final Side parameters;
  private final Side results;

  private CallingConvention(Side parameters, Side results) {
    this.parameters = parameters;
    this.results = results;
  }

  /** The convention for functions of that type. */
  public static CallingConvention of(FuncType type) {
    return new CallingConvention(Side.of(type.params(), PARAMETER_GPRS), Side.of(type.results(), RESULT_GPRS));
  }

  public int parameterCount() {
    return parameters.types.size();
  }

  public ValType parameterType(int index) {
    return parameters.types.get(index);
  }

  /** The {@link Gpr} or {@link Xmm} of the parameter, or null if it is on the stack. */
  public Operand parameterRegister(int index) {
    return parameters.registers[index];
  }

  /**
   * Where a parameter without register is: bytes from the first such parameter, which is at {@code [rsp + 8]} at entry,
   * above the return address; -1 if it has a register. A v128 takes 16 bytes and is not aligned to more than 8.
   */
  public int parameterStackOffset(int index) {
    return parameters.stackOffsets[index];
  }

  /** The 64-bit slot of the parameter in the call buffer and in a host call; a v128 takes two. */
  public int parameterSlot(int index) {
    return parameters.slots[index];
  }

  /**
   * Bytes of all parameters on the stack, with a gap behind the last one where it takes one to make a multiple of 16;
   * the callee pops them.
   */
  public int stackParameterBytes() {
    return parameters.stackBytes + STACK_ALIGNMENT - 1 & -STACK_ALIGNMENT;
  }

  /** The 64-bit slots that all parameters take in the call buffer. */
  public int parameterSlots() {
    return parameters.slotCount;
  }

  public int resultCount() {
    return results.types.size();
  }

  public ValType resultType(int index) {
    return results.types.get(index);
  }

  /** The {@link Gpr} or {@link Xmm} of the result, or null if it is in the call buffer, at its slot. */
  public Operand resultRegister(int index) {
    return results.registers[index];
  }

  /** The 64-bit slot of the result, in the call buffer if it has no register; a v128 takes two. */
  public int resultSlot(int index) {
    return results.slots[index];
  }

  /** The 64-bit slots that all results take in the call buffer. */
  public int resultSlots() {
    return results.slotCount;
  }

  /** Whether values of that type live in vector registers. */
  public static boolean isVectorClass(ValType type) {
    return type.equals(ValType.F32) || type.equals(ValType.F64) || type.equals(ValType.V128);
  }

  /** The values of one direction: registers in order, then memory. */
  private static final class Side {

    private final List<ValType> types;
    private final Operand[] registers;
    private final int[] stackOffsets;
    private final int[] slots;
    private int slotCount;
    private int stackBytes;

    private Side(List<ValType> types) {
      this.types = types;
      registers = new Operand[types.size()];
      stackOffsets = new int[types.size()];
      slots = new int[types.size()];
    }

    static Side of(List<ValType> types, List<Gpr> gprs) {
      Side side = new Side(types);
      int nextGpr = 0;
      int nextVector = 0;
      for (int i = 0; i < types.size(); i++) {
        ValType type = types.get(i);
        side.slots[i] = side.slotCount;
        side.slotCount += type.slots();
        side.stackOffsets[i] = -1;
        if (isVectorClass(type)) {
          side.registers[i] = nextVector < VECTOR_REGISTERS ? Xmm.of(nextVector++) : null;
        } else {
          side.registers[i] = nextGpr < gprs.size() ? gprs.get(nextGpr++) : null;
        }
        if (side.registers[i] == null) {
          side.stackOffsets[i] = side.stackBytes;
          side.stackBytes += SLOT_BYTES * type.slots();
        }
      }
      return side;
    }
  }
}
