package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.semantics.F32;
import dev.skerry.wasm.semantics.F64;

/** Makes NaNs canonical, in values given as bits, and says which instruction does that for an opcode's result. */
final class CanonicalNaN {

  private static final long U32 = 0xffff_ffffL;

  private CanonicalNaN() {
  }

  /** The instruction for results of an opcode of floating-point arithmetic. */
  static int op(Opcode opcode) {
    boolean single = opcode.mnemonic.startsWith("f32");
    if (opcode.signature.endsWith("V")) {
      return single ? VectorOp.CANONICAL_F32X4 : VectorOp.CANONICAL_F64X2;
    }
    return single ? VectorOp.CANONICAL_F32 : VectorOp.CANONICAL_F64;
  }

  static long f32(long bits) {
    return Float.floatToRawIntBits(F32.canonical(Float.intBitsToFloat((int) bits))) & U32;
  }

  static long f32x2(long bits) {
    return f32(bits >>> 32) << 32 | f32(bits);
  }

  static long f64(long bits) {
    return Double.doubleToRawLongBits(F64.canonical(Double.longBitsToDouble(bits)));
  }
}
