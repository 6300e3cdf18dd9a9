package dev.skerry.wasm.tier;

import dev.skerry.wasm.ir.CompilationRefused;
import java.util.Map;

/**
 * What an engine has compiled so far.
 *
 * @param functions functions that got machine code
 * @param loops loops that got code of their own, for on-stack replacement
 * @param cached functions and loops whose machine code came from the cache instead
 * @param refused functions and loops that stay in tier 0, by reason
 * @param bodyBytes bytes of the bodies of functions and of the functions around loops
 * @param codeBytes bytes of machine code, constants and what came from the cache included
 * @param nanos time that compiling took, of all threads together
 * @param proofNanos time that it took to prove what was made or came from the cache
 */
public record CompileStatistics(int functions, int loops, int cached, Map<CompilationRefused.Reason, Integer> refused,
    long bodyBytes, long codeBytes, long nanos, long proofNanos) {

  /** Nothing. */
  public static final CompileStatistics NONE = new CompileStatistics(0, 0, 0, Map.of(), 0, 0, 0, 0);

  public CompileStatistics {
    refused = Map.copyOf(refused);
  }

  /** How many were refused for a reason. */
  public int refused(CompilationRefused.Reason reason) {
    return refused.getOrDefault(reason, 0);
  }
}
