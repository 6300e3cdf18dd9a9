package dev.skerry.wasm.format;

/** The immediates of an instruction, as one shape (WASM core 5.4). */
public enum Immediate {
  NONE,
  /** A block type: empty, a value type, or a type index. */
  BLOCK,
  /** A label index. */
  LABEL,
  /** A vector of label indices and a default. */
  LABELS,
  FUNC,
  TYPE,
  /** A type index, then a table index. */
  CALL_INDIRECT,
  /** A vector of value types. */
  SELECT,
  LOCAL,
  GLOBAL,
  TABLE,
  /** Alignment exponent and offset. */
  MEMARG,
  MEMORY,
  I32,
  I64,
  F32,
  F64,
  REF_TYPE,
  DATA,
  ELEM,
  /** A data index, then a memory index. */
  DATA_MEMORY,
  /** Target memory, then source memory. */
  MEMORY_MEMORY,
  /** An element index, then a table index. */
  ELEM_TABLE,
  /** Target table, then source table. */
  TABLE_TABLE,
  /** Sixteen bytes. */
  V128,
  /** Sixteen lane indices. */
  SHUFFLE,
  LANE,
  /** Alignment exponent and offset, then a lane index. */
  MEMARG_LANE,
  /** Alignment exponent, which must be the natural one, and offset. */
  ATOMIC,
  /** A zero byte. */
  FENCE
}
