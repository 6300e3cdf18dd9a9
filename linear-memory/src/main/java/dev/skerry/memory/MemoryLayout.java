package dev.skerry.memory;

/**
 * How much address space a linear memory holds beside what it may grow to: room for at least {@code roomBytes}, then
 * {@code guardBytes} that fault when touched. Both are multiples of 64 KiB; only address space is spent.
 *
 * @param fixed true if code relies on room, guard and an address that stays: where these cannot be had, the reservation
 *     is refused. False if they are only wanted
 * @param masked true if code forces addresses into the region around the bytes of the memory, see {@link #regionBytes}:
 *     it and {@link #TAIL_BYTES} behind it are accessible then, and what is there past the length is the memory's own
 */
public record MemoryLayout(long roomBytes, long guardBytes, boolean fixed, boolean masked) {

  static final long UNIT = 64 << 10;

  /** Accessible bytes behind the region of a masked memory: static offset and width of an access fit in there. */
  public static final int TAIL_BYTES = 4096;

  /** For code that checks every access itself and reads the address anew after a growth. */
  public static final MemoryLayout CHECKED = new MemoryLayout(0, UNIT, false);

  /** For code that leaves the check of 32-bit indices with static offsets below 2 GiB to the page tables. */
  public static final MemoryLayout GUARDED = new MemoryLayout(4L << 30, 2L << 30, true);

  /** For code that forces every address into the region, and reads mask and address anew after a growth. */
  public static final MemoryLayout MASKED = new MemoryLayout(0, UNIT, false, true);

  public MemoryLayout {
    if (roomBytes < 0 || guardBytes < 0 || roomBytes % UNIT != 0 || guardBytes % UNIT != 0) {
      throw new IllegalArgumentException(
          "a memory layout needs multiples of 64 KiB, not room " + roomBytes + " and guard " + guardBytes);
    }
  }

  /** A layout in which nothing past the length is accessible. */
  public MemoryLayout(long roomBytes, long guardBytes, boolean fixed) {
    this(roomBytes, guardBytes, fixed, false);
  }

  /** The least power of two that holds so many bytes, and 64 KiB: the region of a masked memory of that length. */
  public static long regionBytes(long byteLength) {
    return byteLength <= UNIT ? UNIT : Long.highestOneBit(byteLength - 1) << 1;
  }

  /** How many bytes of a memory of that length are accessible. */
  long accessibleBytes(long byteLength) {
    return masked ? regionBytes(byteLength) + TAIL_BYTES : byteLength;
  }
}
