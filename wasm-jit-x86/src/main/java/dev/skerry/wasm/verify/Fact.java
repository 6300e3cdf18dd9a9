package dev.skerry.wasm.verify;

/** What can be known about a symbol, with an amount; some facts with the number of a memory, table or symbol too. */
enum Fact {
  // Those that are asked most come first: see Facts.

  /** Symbol + amount is at most the length of a memory. */
  IN_MEMORY,
  /** The same by arithmetic alone, as all that comes last here, or the symbol is 0. */
  CLAMPED_IN_MEMORY,
  /** The symbol is at most the amount, negated: greater amounts say more. */
  AT_MOST,

  /** Symbol + amount is at most the length of a table. */
  IN_TABLE,
  /** Symbol + amount is at most the number of function references. */
  IN_FUNCTIONS,
  /** The symbol is not 0. */
  NOT_ZERO,
  /** The limit of the stack plus the amount does not wrap around; of symbol 0. */
  LIMIT_REACHES,
  /** The symbol is the sum of the one that is the number and the amount, in 64 bits and without having wrapped. */
  WHOLE_SUM_OF,
  /** The descriptor's function has that canonical type: amounts that differ say nothing. */
  HAS_TYPE,
  /** The symbol is the one that is the number, plus the amount. */
  IS,

  // What divisions rely on; the amount is what is added to the symbol, twice that (and one more for 64 bits) in pairs.

  /** The symbol is the lower half of the one that is the number, plus the amount. */
  LOW_OF,
  /** The lower half of symbol + amount is the one that is the number. */
  LOW_IS,
  /** The lower half of symbol + amount is not 0. */
  LOW_NOT_ZERO,
  /** Symbol + amount is not -1, nor the least number, in as many bits as the number says. */
  NOT_MINUS_ONE,
  NOT_LEAST,
  /** The symbol is the least number of 64 bits. */
  IS_LEAST,
  /** The symbol is 0 if another is the least number; if another is -1. */
  ZERO_IF_LEAST,
  ZERO_IF_MINUS_ONE,
  /** With both facts: the symbol is 0 if one is the least number and another -1. One alone says nothing. */
  ZERO_IF_BOTH_LEAST,
  ZERO_IF_BOTH_MINUS_ONE,
  /** Not both is the symbol -1 and another one the least number. */
  NO_OVERFLOW,

  // What holds by arithmetic alone, whatever branches the processor expects to be taken.

  /** Symbol + amount is at most the length of a table, or the symbol is 0. */
  CLAMPED_IN_TABLE,
  /** Symbol + amount is at most the number of function references, or the symbol is 0. */
  CLAMPED_IN_FUNCTIONS,
  /** Symbol + amount is the symbol that is the number, without having wrapped around, or the symbol is 0. */
  CLAMPED_SUM,
  /** The symbol is at most the amount, negated. */
  CLAMPED_AT_MOST
}
