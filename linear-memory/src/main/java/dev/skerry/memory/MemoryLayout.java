package dev.skerry.memory;

/**
 * How much address space a linear memory holds beside what it may grow to: room for at least {@code roomBytes}, then
 * {@code guardBytes} that fault when touched. Both are multiples of 64 KiB; only address space is spent.
 *
 * @param fixed true if code relies on room, guard and an address that stays: where these cannot be had, the reservation
 *     is refused. False if they are only wanted
 */
public record MemoryLayout(long roomBytes, long guardBytes, boolean fixed) {

  static final long UNIT = 64 << 10;

  /** For code that checks every access itself and reads the address anew after a growth. */
  public static final MemoryLayout CHECKED = new MemoryLayout(0, UNIT, false);

  /** For code that leaves the check of 32-bit indices with static offsets below 2 GiB to the page tables. */
  public static final MemoryLayout GUARDED = new MemoryLayout(4L << 30, 2L << 30, true);

  public MemoryLayout {
    if (roomBytes < 0 || guardBytes < 0 || roomBytes % UNIT != 0 || guardBytes % UNIT != 0) {
      throw new IllegalArgumentException(
          "a memory layout needs multiples of 64 KiB, not room " + roomBytes + " and guard " + guardBytes);
    }
  }
}
