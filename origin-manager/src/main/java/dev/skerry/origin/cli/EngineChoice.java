package dev.skerry.origin.cli;

import dev.skerry.origin.PageHost;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import picocli.CommandLine.Option;

/** The options that say how guest code runs; what they leave open, system properties say. */
final class EngineChoice {

  @Option(names = "--tier", paramLabel = "interp|jit|auto",
      description = "Runs code in the interpreter, as machine code, or moves what is hot from one to the other.")
  private Tier tier;

  @Option(names = "--memory", paramLabel = "guard|check|mask|hardened",
      description = "How code stays within linear memory: by unmapped pages, by comparing, by forcing addresses in "
          + "instead of a trap, or by comparing and clamping, so that no misprediction leads outside either.")
  private MemoryStrategy memory;

  /** How one program runs, alone in its process. */
  EngineOptions options() {
    return options(EngineOptions.fromProperties());
  }

  /** How pages run. */
  EngineOptions ofPages() {
    return options(PageHost.usualEngine());
  }

  private EngineOptions options(EngineOptions usual) {
    EngineOptions options = usual;
    if (tier != null) {
      options = options.withTier(tier);
    }
    return memory == null ? options : options.withMemory(memory);
  }
}
