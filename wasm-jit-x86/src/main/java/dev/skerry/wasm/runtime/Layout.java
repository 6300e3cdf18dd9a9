package dev.skerry.wasm.runtime;

/**
 * Where things are in native memory, in bytes. Both tiers share these places, so a change here is a change of the
 * calling convention. Addresses and lengths take 8 bytes, all else 4; everything is little-endian.
 */
public final class Layout {

  // Store context.

  /** Not 0: whatever runs must stop for the driver. Polled at function entry and at every taken branch. */
  public static final int STORE_INTERRUPT = 0;
  /**
   * Why compiled code stopped last, see {@link Exit}; 0 only if it did not since the attached activation, which has no
   * levels then, was entered. With {@link #STORE_INTERRUPT} one word, which is 0 if code can be called directly.
   */
  public static final int STORE_EXIT = 4;
  /** No tier-0 frame of the running activation may end behind this address. */
  public static final int STORE_STACK_LIMIT = 8;
  /** Address of the table of descriptor addresses, by function reference; entry 0 is null. */
  public static final int STORE_FUNCTIONS = 16;
  /** Number of function references given out, the null reference included. */
  public static final int STORE_FUNCTION_COUNT = 24;
  /**
   * The lowest stack pointer of compiled code; frames of up to {@link #NATIVE_RESERVE} bytes may lie below. All ones
   * when an interrupt is pending, so that the next check of the stack stops for the driver.
   */
  public static final int STORE_NATIVE_LIMIT = 32;
  /** Where compiled code begins or goes on: its stack pointer while it is stopped. */
  public static final int STORE_NATIVE_SP = 40;
  /** Address of the slots that values pass through between tiers, host and runtime. */
  public static final int STORE_CALL_BUFFER = 48;
  /** Java's stack pointer while compiled code runs. */
  public static final int STORE_JAVA_SP = 56;
  /** The descriptor of the function that is entered, or that compiled code called and the driver must run. */
  public static final int STORE_CALLEE = 64;
  /** The instance context that compiled code ran in when it stopped. */
  public static final int STORE_EXIT_CONTEXT = 72;
  /** The address that an access faulted at. */
  public static final int STORE_FAULT_ADDRESS = 80;
  /** What fuel is left, where code counts it; below 0 when it is spent. */
  public static final int STORE_FUEL = 88;
  public static final int STORE_BYTES = 128;

  /** Bytes below the limit of the native stack that frames and calls to stubs may use without a check of their own. */
  public static final int NATIVE_RESERVE = 1024;

  // Instance context; behind the header follow the pointers that ModuleLayout places.

  public static final int INSTANCE_STORE = 0;
  /** Address of the record of memory 0, or of an empty record. */
  public static final int INSTANCE_MEMORY = 8;
  /** The instance's index in its store. */
  public static final int INSTANCE_ID = 16;
  /** Address of memory 0, for life; 0 without one. Instances whose memory 0 may move have no compiled code. */
  public static final int INSTANCE_MEMORY_BASE = 24;
  /** End of the reservation of memory 0 and its guard; 0 if its bounds are not left to the page tables. */
  public static final int INSTANCE_MEMORY_END = 32;
  public static final int INSTANCE_HEADER = 40;

  // Memory record and table record; a table's elements are 32-bit references.

  public static final int RECORD_BASE = 0;
  /** Bytes of a memory, elements of a table. */
  public static final int RECORD_LENGTH = 8;
  /**
   * Of a memory with 32-bit addresses that forces every address into its region: the region's bytes less 1. Else all
   * ones. It only ever grows.
   */
  public static final int RECORD_MASK = 16;
  public static final int RECORD_BYTES = 24;

  // Function descriptor.

  /** Address of the first instruction in tier 0. */
  public static final int FUNCTION_CODE = 0;
  /** The context of the instance that defines it; of a host function the host context of the store. */
  public static final int FUNCTION_CONTEXT = 8;
  /** The canonical type, comparable within an engine. */
  public static final int FUNCTION_TYPE = 16;
  /** Its reference in the store. */
  public static final int FUNCTION_REF = 20;
  /** Its index in the instance that defines it. */
  public static final int FUNCTION_INDEX = 24;
  /** Address of the machine code that compiled code calls; 0 where no machine code runs. */
  public static final int FUNCTION_ENTRY = 32;
  public static final int FUNCTION_BYTES = 40;

  // Frame header: the frame pointer is its address; parameters and results end just below it.

  public static final int FRAME_RETURN = 0;
  public static final int FRAME_CALLER = 8;
  public static final int FRAME_CALLER_CONTEXT = 16;
  public static final int FRAME_FUNCTION = 24;
  public static final int FRAME_HEADER = 32;

  private Layout() {
  }
}
