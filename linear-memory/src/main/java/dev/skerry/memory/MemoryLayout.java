package dev.skerry.memory;

/**
 * How much address space a linear memory holds beside what it may grow to: room for at least {@code roomBytes}, then
 * {@code guardBytes} that fault when touched. Both are multiples of 64 KiB. Only address space is spent, and only where
 * the platform can reserve it.
 */
public record MemoryLayout(long roomBytes, long guardBytes) {

  private static final long UNIT = 64 << 10;

  /** For code that checks every access itself; the guard stops a check that is off by an access width. */
  public static final MemoryLayout CHECKED = new MemoryLayout(0, UNIT);

  /** For code that leaves the check of 32-bit indices with static offsets below 2 GiB to the page tables. */
  public static final MemoryLayout GUARDED = new MemoryLayout(4L << 30, 2L << 30);

  public MemoryLayout {
    if (roomBytes < 0 || guardBytes < 0 || roomBytes % UNIT != 0 || guardBytes % UNIT != 0) {
      throw new IllegalArgumentException(
          "a memory layout needs multiples of 64 KiB, not room " + roomBytes + " and guard " + guardBytes);
    }
  }
}
