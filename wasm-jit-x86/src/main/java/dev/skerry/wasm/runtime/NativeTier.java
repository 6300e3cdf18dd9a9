package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.MemoryLayout;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.lower.CpuFeatures;

/**
 * What the stores of an engine run machine code with.
 *
 * @param region where the code is
 * @param tiering what makes it; null for nothing but what {@link ModuleCode#install} is given
 * @param guarded whether code leaves the bounds of 32-bit memories to the page tables
 */
public record NativeTier(CodeRegion region, Tiering tiering, boolean guarded) {

  /** Says whether machine code can run at all. */
  public static boolean isAvailable() {
    return CodeRegion.current() != null && CpuFeatures.current().suffice();
  }

  /** How code gets into pages that are never writable and executable at once, or why there is none; one phrase. */
  public static String description() {
    if (CodeRegion.current() == null) {
      return CodeRegion.refusal();
    }
    return CpuFeatures.current().suffice() ? CodeRegion.current().writing() : "the processor lacks SSE4.1";
  }

  /** Why code may not leave bounds to the page tables, one phrase; where it may not. */
  public static String whyUnguarded() {
    return CodeRegion.current().trapsFaults() ? "there is no address space for guards"
        : CodeRegion.current().whyNoFaults();
  }

  /** As {@link #canGuard}, with the handler for faults in place from now on. */
  public static boolean guards() {
    return canGuard() && CodeRegion.current().trapsFaults();
  }

  /**
   * Says whether code may leave bounds to the page tables: faults become traps, as far as is known without trying, and
   * there is address space for it.
   */
  public static boolean canGuard() {
    return isAvailable() && CodeRegion.current().mayTrapFaults() && Room.GUARDS;
  }

  /** Whether there is address space for a memory with its guard, tried once. */
  private static final class Room {
    static final boolean GUARDS = tryGuard();

    private Room() {
    }

    private static boolean tryGuard() {
      try {
        LinearMemory.reserve(0, 0, MemoryLayout.GUARDED).close();
        return true;
      } catch (NativeMemoryException e) {
        return false;
      }
    }
  }
}
