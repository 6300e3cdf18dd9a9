package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.MemoryLayout;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.lower.CpuFeatures;
import org.slf4j.LoggerFactory;

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
    return CodeRegion.current() != null && Processor.REFUSAL.isEmpty();
  }

  /** How code gets into pages that are never writable and executable at once, or why there is none; one phrase. */
  public static String description() {
    if (CodeRegion.current() == null) {
      return CodeRegion.refusal();
    }
    return isAvailable() ? CodeRegion.current().writing() : Processor.REFUSAL;
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

  /** What is wrong with the processor, where there is room for code: said once. */
  private static final class Processor {
    static final String REFUSAL = refusal();

    private Processor() {
    }

    private static String refusal() {
      String refusal = CpuFeatures.refusal();
      if (!refusal.isEmpty()) {
        LoggerFactory.getLogger(NativeTier.class).warn("Everything is interpreted: {}", refusal);
      }
      return refusal;
    }
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
