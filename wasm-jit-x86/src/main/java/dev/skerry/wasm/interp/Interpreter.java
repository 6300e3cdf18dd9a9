package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.copy;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putDouble;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.runtime.Layout;

/**
 * Tier 0: runs register code until something needs the driver. All state is in native memory and in the registers; no
 * guest frame is a Java frame. Handlers are small static methods, and this method stays below the size from which on
 * HotSpot compiles nothing.
 */
public final class Interpreter {

  /** The outermost frame returned. */
  public static final int DONE = 0;
  /** A host function is called; its frame is the current one. */
  public static final int HOST_CALL = 1;
  /** A function is called that was not translated yet; its frame is the current one. */
  public static final int TRANSLATE = 2;
  /** The instruction just before the program counter is the runtime's. */
  public static final int RUNTIME = 3;

  private static final long U32 = 0xffff_ffffL;

  private Interpreter() {
  }

  /**
   * Runs from the registers on and leaves them where it stopped; after an exception they are at the instruction that
   * threw.
   *
   * @param store address of the store context
   * @return why it stopped
   */
  public static int run(Registers registers, long store) {
    long pc = registers.pc;
    long fp = registers.fp;
    long context = registers.context;
    long memory = getLong(context + Layout.INSTANCE_MEMORY);
    try {
      for (;;) {
        int op = getInt(pc);
        long a = fp + getInt(pc + 4);
        long b = fp + getInt(pc + 8);
        long c = fp + getInt(pc + 12);
        pc += Op.UNIT;
        switch (op) {
          case Op.MOVE:
            putLong(a, getLong(b));
            continue;
          case Op.CONST:
            putLong(a, getLong(pc - 8));
            continue;
          case Op.BR:
            pc = Branches.take(pc, store);
            continue;
          case Op.I32_BR_EQ:
            pc = Int32.brEq(a, b, pc, store);
            continue;
          case Op.I32_BR_NE:
            pc = Int32.brNe(a, b, pc, store);
            continue;
          case Op.I32_BR_LT_S:
            pc = Int32.brLtS(a, b, pc, store);
            continue;
          case Op.I32_BR_GE_S:
            pc = Int32.brGeS(a, b, pc, store);
            continue;
          case Op.I32_BR_LT_U:
            pc = Int32.brLtU(a, b, pc, store);
            continue;
          case Op.I32_BR_GE_U:
            pc = Int32.brGeU(a, b, pc, store);
            continue;
          case Op.I32_BR_EQ_K:
            pc = Int32.brEqK(a, pc, store);
            continue;
          case Op.I32_BR_NE_K:
            pc = Int32.brNeK(a, pc, store);
            continue;
          case Op.I32_BR_LT_S_K:
            pc = Int32.brLtSK(a, pc, store);
            continue;
          case Op.I32_BR_GE_S_K:
            pc = Int32.brGeSK(a, pc, store);
            continue;
          case Op.I32_BR_LT_U_K:
            pc = Int32.brLtUK(a, pc, store);
            continue;
          case Op.I32_BR_GE_U_K:
            pc = Int32.brGeUK(a, pc, store);
            continue;
          case Op.I64_BR_EQ:
            pc = Int64.brEq(a, b, pc, store);
            continue;
          case Op.I64_BR_NE:
            pc = Int64.brNe(a, b, pc, store);
            continue;
          case Op.I64_BR_LT_S:
            pc = Int64.brLtS(a, b, pc, store);
            continue;
          case Op.I64_BR_GE_S:
            pc = Int64.brGeS(a, b, pc, store);
            continue;
          case Op.I64_BR_LT_U:
            pc = Int64.brLtU(a, b, pc, store);
            continue;
          case Op.I64_BR_GE_U:
            pc = Int64.brGeU(a, b, pc, store);
            continue;
          case Op.I64_BR_EQ_K:
            pc = Int64.brEqK(a, pc, store);
            continue;
          case Op.I64_BR_NE_K:
            pc = Int64.brNeK(a, pc, store);
            continue;
          case Op.I64_BR_LT_S_K:
            pc = Int64.brLtSK(a, pc, store);
            continue;
          case Op.I64_BR_GE_S_K:
            pc = Int64.brGeSK(a, pc, store);
            continue;
          case Op.I64_BR_LT_U_K:
            pc = Int64.brLtUK(a, pc, store);
            continue;
          case Op.I64_BR_GE_U_K:
            pc = Int64.brGeUK(a, pc, store);
            continue;
          case Op.F64_BR_EQ:
            pc = Float64.brEq(a, b, pc, store);
            continue;
          case Op.F64_BR_NE:
            pc = Float64.brNe(a, b, pc, store);
            continue;
          case Op.F64_BR_LT:
            pc = Float64.brLt(a, b, pc, store);
            continue;
          case Op.F64_BR_NLT:
            pc = Float64.brNlt(a, b, pc, store);
            continue;
          case Op.F64_BR_LE:
            pc = Float64.brLe(a, b, pc, store);
            continue;
          case Op.F64_BR_NLE:
            pc = Float64.brNle(a, b, pc, store);
            continue;
          case Op.CALL: {
            long function = getLong(context + getInt(pc - 8));
            Frames.link(a, pc, fp, context, function);
            fp = a;
            context = getLong(function + Layout.FUNCTION_CONTEXT);
            pc = getLong(function + Layout.FUNCTION_CODE);
            continue;
          }
          case Op.CALL_INDIRECT: {
            long function = Frames.element(context, b, pc, store);
            pc += Op.UNIT;
            Frames.link(a, pc, fp, context, function);
            fp = a;
            context = getLong(function + Layout.FUNCTION_CONTEXT);
            pc = getLong(function + Layout.FUNCTION_CODE);
            continue;
          }
          case Op.RETURN_CALL: {
            long function = getLong(context + getInt(pc - 8));
            fp = Frames.replace(a, pc, fp, function);
            context = getLong(function + Layout.FUNCTION_CONTEXT);
            pc = getLong(function + Layout.FUNCTION_CODE);
            continue;
          }
          case Op.RETURN_CALL_INDIRECT: {
            long function = Frames.element(context, b, pc, store);
            fp = Frames.replace(a, pc, fp, function);
            context = getLong(function + Layout.FUNCTION_CONTEXT);
            pc = getLong(function + Layout.FUNCTION_CODE);
            continue;
          }
          case Op.CALL_REF: {
            long function = Frames.referred(getInt(b), getInt(pc - 4), store, Trap.Kind.NULL_FUNCTION_REFERENCE);
            Frames.link(a, pc, fp, context, function);
            fp = a;
            context = getLong(function + Layout.FUNCTION_CONTEXT);
            pc = getLong(function + Layout.FUNCTION_CODE);
            continue;
          }
          case Op.RETURN_CALL_REF: {
            long function = Frames.referred(getInt(b), getInt(pc - 4), store, Trap.Kind.NULL_FUNCTION_REFERENCE);
            fp = Frames.replace(a, pc, fp, function);
            context = getLong(function + Layout.FUNCTION_CONTEXT);
            pc = getLong(function + Layout.FUNCTION_CODE);
            continue;
          }
          case Op.REF_AS_NON_NULL:
            Frames.checkNonNull(a);
            continue;
          case Op.ENTER:
            pc = Frames.enter(pc, fp, store);
            memory = getLong(context + Layout.INSTANCE_MEMORY);
            continue;
          case Op.RET:
            pc = getLong(fp + Layout.FRAME_RETURN);
            context = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
            fp = getLong(fp + Layout.FRAME_CALLER);
            memory = getLong(context + Layout.INSTANCE_MEMORY);
            continue;
          case Op.RET1: {
            long value = getLong(b);
            pc = getLong(fp + Layout.FRAME_RETURN);
            context = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
            fp = getLong(fp + Layout.FRAME_CALLER);
            memory = getLong(context + Layout.INSTANCE_MEMORY);
            putLong(a, value);
            continue;
          }
          case Op.RETN: {
            int slots = getInt(pc - 4);
            pc = getLong(fp + Layout.FRAME_RETURN);
            context = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
            fp = getLong(fp + Layout.FRAME_CALLER);
            memory = getLong(context + Layout.INSTANCE_MEMORY);
            copy(b, a, slots * 8L);
            continue;
          }
          case Op.BR_TABLE:
            pc = Branches.table(getInt(a), pc, store);
            continue;
          case Op.SELECT:
            Moves.select(a, b, c, fp + getInt(pc + 4));
            pc += Op.UNIT;
            continue;
          case Op.LOAD32_U:
            MemoryAccess.load32U(a, b, pc, memory);
            continue;
          case Op.LOAD64:
            MemoryAccess.load64(a, b, pc, memory);
            continue;
          case Op.LOAD8_U:
            MemoryAccess.load8U(a, b, pc, memory);
            continue;
          case Op.LOAD16_U:
            MemoryAccess.load16U(a, b, pc, memory);
            continue;
          case Op.I32_LOAD8_S:
            MemoryAccess.i32Load8S(a, b, pc, memory);
            continue;
          case Op.I32_LOAD16_S:
            MemoryAccess.i32Load16S(a, b, pc, memory);
            continue;
          case Op.I64_LOAD8_S:
            MemoryAccess.i64Load8S(a, b, pc, memory);
            continue;
          case Op.I64_LOAD16_S:
            MemoryAccess.i64Load16S(a, b, pc, memory);
            continue;
          case Op.I64_LOAD32_S:
            MemoryAccess.i64Load32S(a, b, pc, memory);
            continue;
          case Op.STORE32:
            MemoryAccess.store32(a, b, pc, memory);
            continue;
          case Op.STORE64:
            MemoryAccess.store64(a, b, pc, memory);
            continue;
          case Op.STORE8:
            MemoryAccess.store8(a, b, pc, memory);
            continue;
          case Op.STORE16:
            MemoryAccess.store16(a, b, pc, memory);
            continue;
          case Op.GLOBAL_GET:
            putLong(a, getLong(context + getInt(pc - 8)));
            continue;
          case Op.GLOBAL_SET:
            putLong(context + getInt(pc - 8), getLong(a));
            continue;
          case Op.I32_ADD:
            Int32.add(a, b, c);
            continue;
          case Op.I32_SUB:
            Int32.sub(a, b, c);
            continue;
          case Op.I32_MUL:
            Int32.mul(a, b, c);
            continue;
          case Op.I32_AND:
            Int32.and(a, b, c);
            continue;
          case Op.I32_OR:
            Int32.or(a, b, c);
            continue;
          case Op.I32_XOR:
            Int32.xor(a, b, c);
            continue;
          case Op.I32_SHL:
            Int32.shl(a, b, c);
            continue;
          case Op.I32_SHR_S:
            Int32.shrS(a, b, c);
            continue;
          case Op.I32_SHR_U:
            Int32.shrU(a, b, c);
            continue;
          case Op.I32_ADD_K:
            Int32.addK(a, b, pc);
            continue;
          case Op.I32_MUL_K:
            Int32.mulK(a, b, pc);
            continue;
          case Op.I32_AND_K:
            Int32.andK(a, b, pc);
            continue;
          case Op.I32_OR_K:
            Int32.orK(a, b, pc);
            continue;
          case Op.I32_XOR_K:
            Int32.xorK(a, b, pc);
            continue;
          case Op.I32_SHL_K:
            Int32.shlK(a, b, pc);
            continue;
          case Op.I32_SHR_S_K:
            Int32.shrSK(a, b, pc);
            continue;
          case Op.I32_SHR_U_K:
            Int32.shrUK(a, b, pc);
            continue;
          case Op.I32_EQ:
            Int32.eq(a, b, c);
            continue;
          case Op.I32_NE:
            Int32.ne(a, b, c);
            continue;
          case Op.I32_LT_S:
            Int32.ltS(a, b, c);
            continue;
          case Op.I32_GE_S:
            Int32.geS(a, b, c);
            continue;
          case Op.I32_LT_U:
            Int32.ltU(a, b, c);
            continue;
          case Op.I32_GE_U:
            Int32.geU(a, b, c);
            continue;
          case Op.I32_EQ_K:
            Int32.eqK(a, b, pc);
            continue;
          case Op.I32_NE_K:
            Int32.neK(a, b, pc);
            continue;
          case Op.I32_LT_S_K:
            Int32.ltSK(a, b, pc);
            continue;
          case Op.I32_GE_S_K:
            Int32.geSK(a, b, pc);
            continue;
          case Op.I32_LT_U_K:
            Int32.ltUK(a, b, pc);
            continue;
          case Op.I32_GE_U_K:
            Int32.geUK(a, b, pc);
            continue;
          case Op.I64_ADD:
            Int64.add(a, b, c);
            continue;
          case Op.I64_SUB:
            Int64.sub(a, b, c);
            continue;
          case Op.I64_MUL:
            Int64.mul(a, b, c);
            continue;
          case Op.I64_AND:
            Int64.and(a, b, c);
            continue;
          case Op.I64_OR:
            Int64.or(a, b, c);
            continue;
          case Op.I64_XOR:
            Int64.xor(a, b, c);
            continue;
          case Op.I64_SHL:
            Int64.shl(a, b, c);
            continue;
          case Op.I64_SHR_S:
            Int64.shrS(a, b, c);
            continue;
          case Op.I64_SHR_U:
            Int64.shrU(a, b, c);
            continue;
          case Op.I64_ADD_K:
            Int64.addK(a, b, pc);
            continue;
          case Op.I64_MUL_K:
            Int64.mulK(a, b, pc);
            continue;
          case Op.I64_AND_K:
            Int64.andK(a, b, pc);
            continue;
          case Op.I64_OR_K:
            Int64.orK(a, b, pc);
            continue;
          case Op.I64_XOR_K:
            Int64.xorK(a, b, pc);
            continue;
          case Op.I64_SHL_K:
            Int64.shlK(a, b, pc);
            continue;
          case Op.I64_SHR_S_K:
            Int64.shrSK(a, b, pc);
            continue;
          case Op.I64_SHR_U_K:
            Int64.shrUK(a, b, pc);
            continue;
          case Op.F64_ADD:
            Float64.add(a, b, c);
            continue;
          case Op.F64_SUB:
            Float64.sub(a, b, c);
            continue;
          case Op.F64_MUL:
            Float64.mul(a, b, c);
            continue;
          case Op.F64_DIV:
            Float64.div(a, b, c);
            continue;
          case Op.F32_ADD:
            Float32.add(a, b, c);
            continue;
          case Op.F32_SUB:
            Float32.sub(a, b, c);
            continue;
          case Op.F32_MUL:
            Float32.mul(a, b, c);
            continue;
          case Op.F32_DIV:
            Float32.div(a, b, c);
            continue;
          case Op.LOW32:
            putLong(a, getInt(b) & U32);
            continue;
          case Op.I64_EXTEND32_S:
            putLong(a, getInt(b));
            continue;
          case Op.I32_DIV_S:
            Int32.divS(a, b, c);
            continue;
          case Op.I32_DIV_U:
            Int32.divU(a, b, c);
            continue;
          case Op.I32_REM_S:
            Int32.remS(a, b, c);
            continue;
          case Op.I32_REM_U:
            Int32.remU(a, b, c);
            continue;
          case Op.F64_CONVERT_I32_S:
            putDouble(a, getInt(b));
            continue;
          case Op.HOST:
            registers.save(pc, fp, context);
            return HOST_CALL;
          case Op.LAZY:
            registers.save(pc, fp, context);
            return TRANSLATE;
          case Op.EXIT:
            registers.save(pc, fp, context);
            return DONE;
          default:
            if (op >= Op.FIRST_VECTOR) {
              pc = VectorInterpreter.step(op, a, b, c, pc, fp, context);
              continue;
            }
            if (op >= Op.FIRST_RUNTIME) {
              registers.save(pc, fp, context);
              return RUNTIME;
            }
            pc = Rare.step(op, a, b, c, pc, context, store);
        }
      }
    } catch (Throwable thrown) {
      registers.save(pc - Op.UNIT, fp, context);
      throw thrown;
    }
  }
}
