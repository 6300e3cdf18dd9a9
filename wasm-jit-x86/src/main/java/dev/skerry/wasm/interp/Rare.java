package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.copy;
import static dev.skerry.memory.NativeAccess.getByte;
import static dev.skerry.memory.NativeAccess.getDouble;
import static dev.skerry.memory.NativeAccess.getFloat;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.getShort;
import static dev.skerry.memory.NativeAccess.putDouble;
import static dev.skerry.memory.NativeAccess.putInt;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.semantics.Conversions;
import dev.skerry.wasm.semantics.F32;
import dev.skerry.wasm.semantics.F64;
import java.lang.invoke.VarHandle;

/** Instructions that are rare enough to be dispatched a second time. */
final class Rare {

  private static final long U32 = 0xffff_ffffL;

  private Rare() {
  }

  /** Does one instruction; the next program counter. */
  static long step(int op, long a, long b, long c, long pc, long context, long store) {
    switch (op) {
      case Op.I64_EQ:
        Int64.eq(a, b, c);
        return pc;
      case Op.I64_NE:
        Int64.ne(a, b, c);
        return pc;
      case Op.I64_LT_S:
        Int64.ltS(a, b, c);
        return pc;
      case Op.I64_GE_S:
        Int64.geS(a, b, c);
        return pc;
      case Op.I64_LT_U:
        Int64.ltU(a, b, c);
        return pc;
      case Op.I64_GE_U:
        Int64.geU(a, b, c);
        return pc;
      case Op.I64_EQ_K:
        Int64.eqK(a, b, pc);
        return pc;
      case Op.I64_NE_K:
        Int64.neK(a, b, pc);
        return pc;
      case Op.I64_LT_S_K:
        Int64.ltSK(a, b, pc);
        return pc;
      case Op.I64_GE_S_K:
        Int64.geSK(a, b, pc);
        return pc;
      case Op.I64_LT_U_K:
        Int64.ltUK(a, b, pc);
        return pc;
      case Op.I64_GE_U_K:
        Int64.geUK(a, b, pc);
        return pc;
      case Op.I64_DIV_S:
        Int64.divS(a, b, c);
        return pc;
      case Op.I64_DIV_U:
        Int64.divU(a, b, c);
        return pc;
      case Op.I64_REM_S:
        Int64.remS(a, b, c);
        return pc;
      case Op.I64_REM_U:
        Int64.remU(a, b, c);
        return pc;
      case Op.F64_EQ:
        Float64.eq(a, b, c);
        return pc;
      case Op.F64_NE:
        Float64.ne(a, b, c);
        return pc;
      case Op.F64_LT:
        Float64.lt(a, b, c);
        return pc;
      case Op.F64_NLT:
        Float64.nlt(a, b, c);
        return pc;
      case Op.F64_LE:
        Float64.le(a, b, c);
        return pc;
      case Op.F64_NLE:
        Float64.nle(a, b, c);
        return pc;
      case Op.F32_EQ:
        Float32.eq(a, b, c);
        return pc;
      case Op.F32_NE:
        Float32.ne(a, b, c);
        return pc;
      case Op.F32_LT:
        Float32.lt(a, b, c);
        return pc;
      case Op.F32_NLT:
        Float32.nlt(a, b, c);
        return pc;
      case Op.F32_LE:
        Float32.le(a, b, c);
        return pc;
      case Op.F32_NLE:
        Float32.nle(a, b, c);
        return pc;
      case Op.F32_BR_EQ:
        return Float32.brEq(a, b, pc, store);
      case Op.F32_BR_NE:
        return Float32.brNe(a, b, pc, store);
      case Op.F32_BR_LT:
        return Float32.brLt(a, b, pc, store);
      case Op.F32_BR_NLT:
        return Float32.brNlt(a, b, pc, store);
      case Op.F32_BR_LE:
        return Float32.brLe(a, b, pc, store);
      case Op.F32_BR_NLE:
        return Float32.brNle(a, b, pc, store);
      case Op.UNREACHABLE:
        throw Raise.trap(Trap.Kind.UNREACHABLE);
      case Op.COPY:
        copy(b, a, getInt(pc - 4) * 8L);
        return pc;
      case Op.GLOBAL_GET_FAR:
        putLong(a, getLong(getLong(context + getInt(pc - 8))));
        return pc;
      case Op.GLOBAL_SET_FAR:
        putLong(getLong(context + getInt(pc - 8)), getLong(a));
        return pc;
      case Op.I32_ROTL:
        Int32.rotl(a, b, c);
        return pc;
      case Op.I32_ROTR:
        Int32.rotr(a, b, c);
        return pc;
      case Op.I32_CLZ:
        putLong(a, Integer.numberOfLeadingZeros(getInt(b)));
        return pc;
      case Op.I32_CTZ:
        putLong(a, Integer.numberOfTrailingZeros(getInt(b)));
        return pc;
      case Op.I32_POPCNT:
        putLong(a, Integer.bitCount(getInt(b)));
        return pc;
      case Op.I32_EXTEND8_S:
        putLong(a, getByte(b) & U32);
        return pc;
      case Op.I32_EXTEND16_S:
        putLong(a, getShort(b) & U32);
        return pc;
      case Op.I64_ROTL:
        Int64.rotl(a, b, c);
        return pc;
      case Op.I64_ROTR:
        Int64.rotr(a, b, c);
        return pc;
      case Op.I64_CLZ:
        putLong(a, Long.numberOfLeadingZeros(getLong(b)));
        return pc;
      case Op.I64_CTZ:
        putLong(a, Long.numberOfTrailingZeros(getLong(b)));
        return pc;
      case Op.I64_POPCNT:
        putLong(a, Long.bitCount(getLong(b)));
        return pc;
      case Op.I64_EXTEND8_S:
        putLong(a, getByte(b));
        return pc;
      case Op.I64_EXTEND16_S:
        putLong(a, getShort(b));
        return pc;
      case Op.F32_ABS:
        putLong(a, getInt(b) & 0x7fff_ffffL);
        return pc;
      case Op.F32_NEG:
        putLong(a, (getInt(b) ^ 0x8000_0000) & U32);
        return pc;
      case Op.F32_CEIL:
        putLong(a, Float.floatToRawIntBits(F32.ceil(getFloat(b))) & U32);
        return pc;
      case Op.F32_FLOOR:
        putLong(a, Float.floatToRawIntBits(F32.floor(getFloat(b))) & U32);
        return pc;
      case Op.F32_TRUNC:
        putLong(a, Float.floatToRawIntBits(F32.trunc(getFloat(b))) & U32);
        return pc;
      case Op.F32_NEAREST:
        putLong(a, Float.floatToRawIntBits(F32.nearest(getFloat(b))) & U32);
        return pc;
      case Op.F32_SQRT:
        putLong(a, Float.floatToRawIntBits(F32.sqrt(getFloat(b))) & U32);
        return pc;
      case Op.F32_MIN:
        putLong(a, Float.floatToRawIntBits(F32.min(getFloat(b), getFloat(c))) & U32);
        return pc;
      case Op.F32_MAX:
        putLong(a, Float.floatToRawIntBits(F32.max(getFloat(b), getFloat(c))) & U32);
        return pc;
      case Op.F32_COPYSIGN:
        putLong(a, (getInt(b) & 0x7fff_ffff | getInt(c) & 0x8000_0000) & U32);
        return pc;
      case Op.F64_ABS:
        putLong(a, getLong(b) & Long.MAX_VALUE);
        return pc;
      case Op.F64_NEG:
        putLong(a, getLong(b) ^ Long.MIN_VALUE);
        return pc;
      case Op.F64_CEIL:
        putDouble(a, F64.ceil(getDouble(b)));
        return pc;
      case Op.F64_FLOOR:
        putDouble(a, F64.floor(getDouble(b)));
        return pc;
      case Op.F64_TRUNC:
        putDouble(a, F64.trunc(getDouble(b)));
        return pc;
      case Op.F64_NEAREST:
        putDouble(a, F64.nearest(getDouble(b)));
        return pc;
      case Op.F64_SQRT:
        putDouble(a, F64.sqrt(getDouble(b)));
        return pc;
      case Op.F64_MIN:
        putDouble(a, F64.min(getDouble(b), getDouble(c)));
        return pc;
      case Op.F64_MAX:
        putDouble(a, F64.max(getDouble(b), getDouble(c)));
        return pc;
      case Op.F64_COPYSIGN:
        putLong(a, getLong(b) & Long.MAX_VALUE | getLong(c) & Long.MIN_VALUE);
        return pc;
      case Op.I32_TRUNC_F32_S:
        putLong(a, Conversions.i32TruncF32S(getFloat(b)) & U32);
        return pc;
      case Op.I32_TRUNC_F32_U:
        putLong(a, Conversions.i32TruncF32U(getFloat(b)) & U32);
        return pc;
      case Op.I32_TRUNC_F64_S:
        putLong(a, Conversions.i32TruncF64S(getDouble(b)) & U32);
        return pc;
      case Op.I32_TRUNC_F64_U:
        putLong(a, Conversions.i32TruncF64U(getDouble(b)) & U32);
        return pc;
      case Op.I64_TRUNC_F32_S:
        putLong(a, Conversions.i64TruncF32S(getFloat(b)));
        return pc;
      case Op.I64_TRUNC_F32_U:
        putLong(a, Conversions.i64TruncF32U(getFloat(b)));
        return pc;
      case Op.I64_TRUNC_F64_S:
        putLong(a, Conversions.i64TruncF64S(getDouble(b)));
        return pc;
      case Op.I64_TRUNC_F64_U:
        putLong(a, Conversions.i64TruncF64U(getDouble(b)));
        return pc;
      case Op.I32_TRUNC_SAT_F32_S:
        putLong(a, Conversions.i32TruncSatF32S(getFloat(b)) & U32);
        return pc;
      case Op.I32_TRUNC_SAT_F32_U:
        putLong(a, Conversions.i32TruncSatF32U(getFloat(b)) & U32);
        return pc;
      case Op.I32_TRUNC_SAT_F64_S:
        putLong(a, Conversions.i32TruncSatF64S(getDouble(b)) & U32);
        return pc;
      case Op.I32_TRUNC_SAT_F64_U:
        putLong(a, Conversions.i32TruncSatF64U(getDouble(b)) & U32);
        return pc;
      case Op.I64_TRUNC_SAT_F32_S:
        putLong(a, Conversions.i64TruncSatF32S(getFloat(b)));
        return pc;
      case Op.I64_TRUNC_SAT_F32_U:
        putLong(a, Conversions.i64TruncSatF32U(getFloat(b)));
        return pc;
      case Op.I64_TRUNC_SAT_F64_S:
        putLong(a, Conversions.i64TruncSatF64S(getDouble(b)));
        return pc;
      case Op.I64_TRUNC_SAT_F64_U:
        putLong(a, Conversions.i64TruncSatF64U(getDouble(b)));
        return pc;
      case Op.F32_CONVERT_I32_S:
        putLong(a, Float.floatToRawIntBits(Conversions.f32ConvertI32S(getInt(b))) & U32);
        return pc;
      case Op.F32_CONVERT_I32_U:
        putLong(a, Float.floatToRawIntBits(Conversions.f32ConvertI32U(getInt(b))) & U32);
        return pc;
      case Op.F32_CONVERT_I64_S:
        putLong(a, Float.floatToRawIntBits(Conversions.f32ConvertI64S(getLong(b))) & U32);
        return pc;
      case Op.F32_CONVERT_I64_U:
        putLong(a, Float.floatToRawIntBits(Conversions.f32ConvertI64U(getLong(b))) & U32);
        return pc;
      case Op.F64_CONVERT_I32_U:
        putDouble(a, Conversions.f64ConvertI32U(getInt(b)));
        return pc;
      case Op.F64_CONVERT_I64_S:
        putDouble(a, Conversions.f64ConvertI64S(getLong(b)));
        return pc;
      case Op.F64_CONVERT_I64_U:
        putDouble(a, Conversions.f64ConvertI64U(getLong(b)));
        return pc;
      case Op.F32_DEMOTE_F64:
        putLong(a, Float.floatToRawIntBits((float) getDouble(b)) & U32);
        return pc;
      case Op.F64_PROMOTE_F32:
        putDouble(a, getFloat(b));
        return pc;
      case Op.FAR_LOAD:
      case Op.FAR_STORE:
        MemoryAccess.far(getInt(pc + 8), a, b, pc, getLong(context + getInt(pc + 4)));
        return pc + Op.UNIT;
      case Op.WIDE_LOAD:
      case Op.WIDE_STORE:
        WideAccess.step(getInt(pc - 4), a, b, pc, getLong(context + getInt(pc + 4)));
        return pc + Op.UNIT;
      case Op.ATOMIC:
        Atomics.step(getInt(pc - 8), a, getLong(context + getInt(pc - 4)));
        return pc;
      case Op.FENCE:
        VarHandle.fullFence();
        return pc;
      case Op.FUEL:
        fuel(getInt(pc - 12), getInt(pc - 8) != 0, store);
        return pc;
      case Op.COUNT_CALLEE:
        countCallee(b, pc, context, store);
        return pc + Op.UNIT;
      case Op.COUNT:
        count(pc - 12);
        return pc;
      case Op.REF_IS_NULL:
        putLong(a, getInt(b) == 0 ? 1 : 0);
        return pc;
      case Op.REF_FUNC:
        putLong(a, getInt(getLong(context + getInt(pc - 8)) + Layout.FUNCTION_REF) & U32);
        return pc;
      case Op.TABLE_GET:
        putLong(a, getInt(Frames.tableElement(getLong(context + getInt(pc - 4)), getLong(b))) & U32);
        return pc;
      case Op.TABLE_SET:
        putInt(Frames.tableElement(getLong(context + getInt(pc - 4)), getLong(a)), getInt(b));
        return pc;
      case Op.TABLE_SIZE:
        putLong(a, getLong(getLong(context + getInt(pc - 8)) + Layout.RECORD_LENGTH));
        return pc;
      case Op.MEMORY_SIZE:
        putLong(a, getLong(getLong(context + getInt(pc - 8)) + Layout.RECORD_LENGTH) >>> 16);
        return pc;
      default:
        throw new IllegalStateException("no such instruction: " + op);
    }
  }

  /** Takes what a basic block costs; traps if fuel is spent where that is looked at. */
  private static void fuel(int cost, boolean looks, long store) {
    long left = getLong(store + Layout.STORE_FUEL) - cost;
    putLong(store + Layout.STORE_FUEL, left);
    if (looks && left < 0) {
      throw Raise.trap(Trap.Kind.OUT_OF_FUEL);
    }
  }

  /** Threads that count at the same time may miss some of it. */
  private static void count(long counter) {
    int more = getInt(counter) + 1;
    if (more > 0) {
      putInt(counter, more);
    }
  }

  /** Finds the function that most calls are of, if there is one: one vote against another. */
  private static void countCallee(long index, long pc, long context, long store) {
    int function = Frames.ownFunction(getLong(context + getInt(pc - 4)), getLong(index), context, store) + 1;
    long known = pc + 4;
    long votes = pc + 8;
    if (getInt(pc + 12) != Integer.MAX_VALUE) {
      putInt(pc + 12, getInt(pc + 12) + 1);
      if (getInt(known) == function) {
        putInt(votes, getInt(votes) + 1);
      } else if (getInt(votes) > 0) {
        putInt(votes, getInt(votes) - 1);
      } else {
        putInt(known, function);
        putInt(votes, 1);
      }
    }
  }
}
