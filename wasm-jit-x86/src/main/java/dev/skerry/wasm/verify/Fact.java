package dev.skerry.wasm.verify;

/** What can be known about a symbol on a path, with an amount. */
enum Fact {
  /** Symbol + amount is at most the length of a memory. */
  IN_MEMORY,
  /** Symbol + amount is at most the length of a table. */
  IN_TABLE,
  /** Symbol + amount is at most the number of function references. */
  IN_FUNCTIONS,
  /** The symbol is at most the amount, negated: greater amounts say more. */
  AT_MOST,
  /** The symbol is not 0. */
  NOT_ZERO,
  /** The limit of the stack plus the amount does not wrap around; of symbol 0. */
  LIMIT_REACHES,
  /** The symbol is the sum of the one that is the index and the amount, in 32 bits: amounts that differ say nothing. */
  SUM_OF,
  /** As {@link #SUM_OF}, in 64 bits and without having wrapped around. */
  WHOLE_SUM_OF,
  /** The descriptor's function has that canonical type: amounts that differ say nothing. */
  HAS_TYPE
}
