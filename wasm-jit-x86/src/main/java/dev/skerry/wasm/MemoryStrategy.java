package dev.skerry.wasm;

/** How machine code keeps accesses within linear memory. The interpreter compares at each access in either case. */
public enum MemoryStrategy {
  /** Unmapped addresses around each memory catch what lies outside; needs signals, without them as {@link #CHECK}. */
  GUARD,
  /** Machine code compares and branches. */
  CHECK
}
