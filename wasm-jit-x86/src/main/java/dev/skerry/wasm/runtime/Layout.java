package dev.skerry.wasm.runtime;

/**
 * Where things are in native memory, in bytes. Both tiers share these places, so a change here is a change of the
 * calling convention. Addresses and lengths take 8 bytes, all else 4; everything is little-endian.
 */
public final class Layout {

  // Store context.

  /** Not 0: whatever runs must trap. Polled at function entry and at every taken branch. */
  public static final int STORE_INTERRUPT = 0;
  /** No frame of the running activation may end behind this address. */
  public static final int STORE_STACK_LIMIT = 8;
  /** Address of the table of descriptor addresses, by function reference; entry 0 is null. */
  public static final int STORE_FUNCTIONS = 16;
  /** Number of function references given out, the null reference included. */
  public static final int STORE_FUNCTION_COUNT = 24;
  public static final int STORE_BYTES = 64;

  // Instance context; behind the header follow the pointers that ModuleLayout places.

  public static final int INSTANCE_STORE = 0;
  /** Address of the record of memory 0, or of an empty record. */
  public static final int INSTANCE_MEMORY = 8;
  /** The instance's index in its store. */
  public static final int INSTANCE_ID = 16;
  public static final int INSTANCE_HEADER = 24;

  // Memory record and table record; a table's elements are 32-bit references.

  public static final int RECORD_BASE = 0;
  /** Bytes of a memory, elements of a table. */
  public static final int RECORD_LENGTH = 8;
  public static final int RECORD_BYTES = 16;

  // Function descriptor.

  /** Address of the first instruction. */
  public static final int FUNCTION_CODE = 0;
  /** The context of the instance that defines it; of a host function 0. */
  public static final int FUNCTION_CONTEXT = 8;
  /** The canonical type, comparable within an engine. */
  public static final int FUNCTION_TYPE = 16;
  /** Its reference in the store. */
  public static final int FUNCTION_REF = 20;
  /** Its index in the instance that defines it. */
  public static final int FUNCTION_INDEX = 24;
  public static final int FUNCTION_BYTES = 32;

  // Frame header: the frame pointer is its address; parameters and results end just below it.

  public static final int FRAME_RETURN = 0;
  public static final int FRAME_CALLER = 8;
  public static final int FRAME_CALLER_CONTEXT = 16;
  public static final int FRAME_FUNCTION = 24;
  public static final int FRAME_HEADER = 32;

  private Layout() {
  }
}
