package dev.skerry.wasm.verify;

/** What an instruction does, as far as the rules need to know; see {@link Effects} for which row has which. */
enum Effect {
  /** The first operand becomes the second, of the width of the row; 32 bits clear the upper half. */
  MOVE,
  /** The first operand becomes a number of at most as many bits as the second has. */
  ZERO_EXTEND,
  /** The first operand becomes the second, of 32 bits, with its sign. */
  SIGN_EXTEND_WORD,
  /** The first operand becomes an address that is only computed. */
  ADDRESS,
  ADD,
  SUBTRACT,
  AND,
  OR,
  /** Zero where both operands are the same register, else some number. */
  XOR,
  SHIFT_RIGHT,
  SHIFT_LEFT,
  /** The first operand becomes some number of the row's width. */
  NUMBER,
  /** The first operand becomes some number of the row's width, or stays as it is, upper half included. */
  SCAN,
  /** Sets the flags by comparing two operands. */
  COMPARE,
  /** Sets the flags by the bits that two operands have in common. */
  TEST,
  /** The first operand, 8 bits wide, becomes some number; what is above stays. */
  SET,
  CONDITIONAL_MOVE,
  /** RAX and RDX become some numbers. */
  WIDE,
  /** As {@link #WIDE}, and faults if the quotient has too many bits. */
  DIVIDE,
  DIVIDE_SIGNED,
  /** RDX becomes the sign of RAX. */
  SIGN,
  /** Both operands become some number. */
  EXCHANGE,
  /** The first operand and RAX become some numbers. */
  COMPARE_EXCHANGE,
  /** Works on vector registers; a general register or memory that is first is written. */
  VECTOR,
  /** As {@link #VECTOR}, and sets the flags: nothing is written. */
  VECTOR_COMPARE,
  JUMP,
  BRANCH,
  CALL,
  RETURN,
  /** Nothing that a rule looks at. */
  NOTHING
}
