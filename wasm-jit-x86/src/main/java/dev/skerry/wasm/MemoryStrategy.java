package dev.skerry.wasm;

/** How code keeps accesses within linear memory. Where nothing else is said, the interpreter compares at each one. */
public enum MemoryStrategy {
  /** Unmapped addresses around each memory catch what lies outside; needs signals, without them as {@link #CHECK}. */
  GUARD,
  /** Machine code compares and branches. */
  CHECK,
  /**
   * Loads, stores and atomic accesses that lie outside of a 32-bit memory go to another place of its own in both tiers,
   * and trap never: the region of a memory is the least power of two that holds its length and 64 KiB, and an index
   * counts modulo that. A static offset is added behind that if it and the width are at most 4,096 bytes, else before.
   * What lies in the region past the length is zero, or what such an access wrote there; pages are zero after a growth.
   * All else traps as ever: bulk instructions, waiting and notifying, tables, calls, and 64-bit memories, which are
   * checked as by {@link #CHECK}.
   */
  MASK,
  /**
   * As {@link #CHECK}, and an index is clamped by arithmetic besides, so that machine code accesses nothing outside of
   * a memory or table even where the processor expects the check to succeed and goes on (Spectre, variant 1).
   */
  HARDENED
}
