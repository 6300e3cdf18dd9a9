package dev.skerry.wasm;

import dev.skerry.wasm.runtime.NativeTier;

/**
 * What this machine and JVM let the engine do with machine code, for people who ask why something is slow. Asking makes
 * room for code and puts the handler for faults in place, as an engine would.
 *
 * @param machineCode whether functions can run as machine code
 * @param writing how code gets into pages that are never writable and executable at once, or why there is none
 * @param faults whether accesses outside of linear memory are traps by hardware, so that code need not check them
 * @param bounds how memory is kept in bounds, one phrase
 */
public record MachineSupport(boolean machineCode, String writing, boolean faults, String bounds) {

  /** The facts of this process. */
  public static MachineSupport current() {
    boolean available = NativeTier.isAvailable();
    boolean guard = NativeTier.guards();
    return new MachineSupport(available, NativeTier.description(), guard, guard
        ? "the page tables check accesses, a signal handler makes traps of faults"
        : available ? "code checks every access: " + NativeTier.whyUnguarded() : "the interpreter checks every access");
  }
}
