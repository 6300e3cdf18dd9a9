package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getByte;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.getShort;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.semantics.VectorOperators;

/** Loads and stores of vectors and of their lanes (WASM core 4.4.7). */
final class VectorMemory {

  private static final int HALF = 8;
  private static final long U32 = 0xffff_ffffL;

  private VectorMemory() {
  }

  /**
   * Does one access.
   *
   * @param pc address of the DATA unit
   * @param memory the memory's record
   */
  static void access(int op, long a, long b, long c, long pc, long memory) {
    Opcode opcode = VectorOp.opcode(op);
    int bytes = opcode.accessBytes();
    int lane = getInt(pc + 4) & (1 << VectorOp.LANE_BITS) - 1;
    byte form = VectorOp.form(op);
    boolean stores = form == VectorOp.STORE || form == VectorOp.STORE_LANE;
    long address = MemoryAccess.wideAddress(getLong(stores ? a : b), getLong(pc + 8), bytes, memory);
    switch (form) {
      case VectorOp.LOAD -> load(opcode, a, address);
      case VectorOp.LOAD_LANE -> {
        long value = value(address, bytes);
        VectorInterpreter.put(a, getLong(c), getLong(c + HALF));
        VectorInterpreter.setLane(a, lane, bytes, value);
      }
      case VectorOp.STORE -> VectorInterpreter.put(address, getLong(b), getLong(b + HALF));
      default -> VectorInterpreter.setLane(address, 0, bytes, value(b + (long) lane * bytes, bytes));
    }
  }

  /** So many bytes, 1, 2, 4 or 8, as an unsigned number. */
  private static long value(long address, int bytes) {
    return switch (bytes) {
      case 1 -> getByte(address) & 0xffL;
      case 2 -> getShort(address) & 0xffffL;
      case 4 -> getInt(address) & U32;
      default -> getLong(address);
    };
  }

  private static void load(Opcode opcode, long d, long address) {
    switch (opcode) {
      case V128_LOAD -> VectorInterpreter.put(d, getLong(address), getLong(address + HALF));
      case V128_LOAD32_ZERO -> VectorInterpreter.put(d, getInt(address) & U32, 0);
      case V128_LOAD64_ZERO -> VectorInterpreter.put(d, getLong(address), 0);
      case V128_LOAD8_SPLAT, V128_LOAD16_SPLAT, V128_LOAD32_SPLAT, V128_LOAD64_SPLAT -> {
        int bytes = opcode.accessBytes();
        long half = VectorOperators.splat(value(address, bytes), 16 / bytes);
        VectorInterpreter.put(d, half, half);
      }
      default -> extend(extension(opcode), d, getLong(address));
    }
  }

  /** Widens all lanes of a long. */
  private static void extend(Opcode opcode, long d, long lanes) {
    putLong(d, VectorOperators.cross(opcode, false, lanes, 0, 0, 0));
    putLong(d + HALF, VectorOperators.cross(opcode, true, lanes, 0, 0, 0));
  }

  /** The operator that does to a register what the load does to memory. */
  private static Opcode extension(Opcode load) {
    return switch (load) {
      case V128_LOAD8X8_S -> Opcode.I16X8_EXTEND_LOW_I8X16_S;
      case V128_LOAD8X8_U -> Opcode.I16X8_EXTEND_LOW_I8X16_U;
      case V128_LOAD16X4_S -> Opcode.I32X4_EXTEND_LOW_I16X8_S;
      case V128_LOAD16X4_U -> Opcode.I32X4_EXTEND_LOW_I16X8_U;
      case V128_LOAD32X2_S -> Opcode.I64X2_EXTEND_LOW_I32X4_S;
      default -> Opcode.I64X2_EXTEND_LOW_I32X4_U;
    };
  }
}
