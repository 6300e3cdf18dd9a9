package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.Row;

/**
 * Instructions of {@link Lir} that are no row of the machine's tables. Between two instructions the allocator puts
 * moves, which leave the flags alone; so flags live from a compare to a branch or to a {@link #TRAP_IF} in the same
 * block.
 */
enum Pseudo {
  /** d, s: copies a register, or a constant that fits. */
  MOVE,
  /** d0, s0, d1, s1, ...: all sources are read before any destination is written. */
  PARALLEL_MOVE,
  /** d, immediate or constant: leaves the flags alone; may be repeated anywhere instead of keeping d. */
  CONSTANT,
  /** Start of the function: its fixed definitions are the parameters in registers. */
  ENTRY,
  /** d, byte offset: a parameter on the stack, which may be read again as long as the function runs. */
  LOAD_PARAMETER,
  /** byte offset, s, bytes of all arguments of the next call if this is its first: an argument on the stack. */
  STORE_ARGUMENT,
  /** index of call data; clobbers every allocatable register. */
  CALL,
  /** flags: the registers of the instance are loaded again, behind a call that threw. */
  LANDED,
  /** index of call data; ends its block. */
  TAIL_CALL,
  /** condition, kind. */
  TRAP_IF,
  /** kind; ends its block. */
  TRAP,
  /** The store's context, or nothing: lets the activation be interrupted; keeps all registers but r11 and the flags. */
  POLL,
  /** cost, 1 or 0: takes fuel, and traps where it looks and none is left; keeps all registers but the flags and r11. */
  FUEL,
  /** Ends its block and the function. */
  RETURN,
  /** block; ends its block. */
  JUMP,
  /** condition, then, else; ends its block. */
  BRANCH,
  /** condition, condition, then, else: then if either holds; ends its block. */
  BRANCH_EITHER,
  /** temporary, index, blocks: index is below their number; ends its block. */
  SWITCH;

  private static final Pseudo[] ALL = values();

  /** The operation number, above those of all rows. */
  final int op = Row.ID_LIMIT + ordinal();

  /** The one with that number. */
  static Pseudo of(int op) {
    return ALL[op - Row.ID_LIMIT];
  }

  static boolean is(int op) {
    return op >= Row.ID_LIMIT;
  }

  /** Whether it ends its block. */
  boolean terminates() {
    return this == TAIL_CALL || this == TRAP || ordinal() >= RETURN.ordinal();
  }
}
