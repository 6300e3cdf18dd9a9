package dev.skerry.wasm.ir;

/**
 * The instructions of a {@link Graph} that are not instructions of WebAssembly. An instruction's {@code op} is the
 * ordinal of an {@link dev.skerry.wasm.format.Opcode}, 0 or more, or the {@link #code} of one of these, below 0. What
 * is said of {@code a}, {@code b}, {@code c}, {@code imm} and {@code aux} is all that an instruction has.
 */
public enum IrOp {
  /** Parameter number {@code imm} of its block. Parameters are the first instructions of a block, in order. */
  PARAMETER,
  /** A constant: {@code imm}, with i32 and f32 zero-extended, and floats as their bits. */
  CONST,
  /** A v128: {@code imm} is its low half, {@link Graph#high} the high one. */
  VECTOR_CONST,
  /** Result number {@code imm} of the call {@code a}; nothing but other results is between. */
  RESULT,
  /** Calls function {@code imm} with the values of the list. */
  CALL(Kind.CALL),
  /** Calls through element {@code a} of table {@code aux}, as type index {@code imm}, with the values of the list. */
  CALL_INDIRECT(Kind.CALL),
  /**
   * Calls the function reference {@code a}, as type index {@code imm}, with the values of the list; {@code aux} may say
   * that it is a {@link Graph#CALLED_ELEMENT}.
   */
  CALL_REF(Kind.CALL),
  /** Leaves an instruction to the runtime: row {@code aux} of {@link Graph#runtimeOp}, on the list; its one result. */
  RUNTIME(Kind.CALL),
  /** The length of memory {@code aux} in bytes, an i64; shared ones may grow at any time, others only by calls. */
  MEMORY_LENGTH,
  /**
   * Traps unless {@code a}, unsigned, plus {@code imm}, unsigned, is at most the length {@code b} of memory
   * {@code aux}, without wrapping; {@code a} is an i32 or an i64 as the memory's addresses are, {@code b} a
   * MEMORY_LENGTH, or one less a constant that it is never below. Its value, if it has one, is {@code a} as an i64, and
   * 0 where a processor goes on in spite of the check: the address of all accesses that the check is for.
   */
  BOUNDS,
  /** What forces addresses into the region of memory {@code aux}: its bytes less 1, an i64. */
  MEMORY_MASK,
  /** What bits the i32 {@code a} plus {@code imm} has of the MEMORY_MASK {@code b}, of memory {@code aux}; an i64. */
  MASKED,
  /** Traps unless {@code a} plus {@code imm} is a multiple of {@code aux}, a power of two: of atomic accesses. */
  ALIGNED,
  /** The address of the store's context, an i64: POLLs in loops read by it if there is a register for it. */
  STORE_CONTEXT,
  /**
   * Lets the store interrupt; the first instruction behind the parameters of every loop header. {@code a} is a
   * STORE_CONTEXT or none.
   */
  POLL,
  /** Takes {@code imm} units of the store's fuel; traps if none was left behind it, where {@code aux} is 1. */
  FUEL,
  /** Bits 64 to 127 of the product of two signed i64. */
  MUL_HIGH_S,
  /** Bits 64 to 127 of the product of two unsigned i64. */
  MUL_HIGH_U,
  /** The v128 {@code a} and {@code b} as a v256. */
  JOIN,
  /** The lower half of the v256 {@code a} if {@code imm} is 0, the upper one if it is 1; a v128. */
  HALF,
  /** The last {@code imm} bytes of the v256 {@code a}, and all but the last ones of {@code b}. */
  SPLICE,
  /** Ends what was done with v256: none is used behind it. */
  END_WIDE,
  /** The value {@code imm} bytes from the tier-0 frame pointer {@code a}, in entries for on-stack replacement. */
  FRAME_LOAD,
  /**
   * Where an exception of the call or throw before lands, if a clause of {@link Graph#guard} {@code imm} catches it:
   * which one, an i32. It begins a block to which one edge leads, the second of a call or the only one of a THROW.
   */
  LANDING,
  /**
   * A value that came with the exception that landed last; nothing that calls is between. {@code imm} is its slot: 1
   * the reference, from 2 on what the exception carries.
   */
  CAUGHT,
  /** Goes to its edge. */
  JUMP(Kind.TERMINATOR),
  /** Goes to its first edge if the i32 {@code a} is not 0, else to the second. */
  BRANCH(Kind.TERMINATOR),
  /** Goes to the edge that {@link Graph#table} names for the i32 {@code a}, unsigned; the last row is for the rest. */
  SWITCH(Kind.TERMINATOR),
  /** Returns the values of the list. */
  RETURN(Kind.TERMINATOR),
  /** Traps with the kind whose ordinal is {@code imm}. */
  TRAP(Kind.TERMINATOR),
  /** As RUNTIME, of instructions that throw: its one edge, if it has one, is the landing block. */
  THROW(Kind.TERMINATOR),
  /** As CALL, in place of the running function. */
  TAIL_CALL(Kind.TERMINATOR),
  /** As CALL_INDIRECT, in place of the running function. */
  TAIL_CALL_INDIRECT(Kind.TERMINATOR),
  /** As CALL_REF, in place of the running function. */
  TAIL_CALL_REF(Kind.TERMINATOR);

  private enum Kind { PLAIN, CALL, TERMINATOR }

  private static final IrOp[] ALL = values();

  /** What stands for it in a graph. */
  public final short code;
  private final Kind kind;

  IrOp() {
    this(Kind.PLAIN);
  }

  IrOp(Kind kind) {
    this.kind = kind;
    this.code = (short) ~ordinal();
  }

  /** The row of a code, which is below 0. */
  public static IrOp of(int code) {
    return ALL[~code];
  }

  /** Says whether control may be elsewhere in between: calls and what the runtime does, but no terminators. */
  public boolean isCall() {
    return kind == Kind.CALL;
  }

  /** Says whether a block ends with it always. */
  public boolean isTerminator() {
    return kind == Kind.TERMINATOR;
  }
}
