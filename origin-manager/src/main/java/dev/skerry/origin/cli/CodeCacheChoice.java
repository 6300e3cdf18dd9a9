package dev.skerry.origin.cli;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.cache.CodeCache;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * The option that says where compiled code is kept; what it leaves open, the system property {@code skerry.codeCache}
 * says, else it is the launcher's cache folder or the user's.
 */
final class CodeCacheChoice {

  private static final String OFF = "off";
  private static final String PROPERTY = "skerry.codeCache";

  @Option(names = "--code-cache", paramLabel = "DIR|off",
      description = "Keeps compiled code in that folder, for the next run (default: the user's cache folder).")
  private String chosen;

  /**
   * The cache, which whoever asks closes; null for none. Where fresh code is not proved there is none unless somebody
   * asks for it, for what goes into the cache must be proved.
   */
  CodeCache open(EngineOptions engine) {
    String named = named();
    if (named != null && named.isBlank()) {
      throw new CommandFailure(ExitCode.USAGE,
          (chosen != null ? "--code-cache" : "the system property " + PROPERTY) + " must name a folder, or be off.");
    }
    Path folder = named == null ? engine.verify() ? usualFolder() : null : named.equals(OFF) ? null : Path.of(named);
    return folder == null ? null : CodeCache.open(folder, CodeCache.USUAL_BYTES);
  }

  /**
   * As {@link #open}, for a command that is of little use without: null only where somebody switched it off.
   *
   * @throws CommandFailure if there is none for another reason
   */
  CodeCache require(EngineOptions engine) {
    CodeCache cache = open(engine);
    if (cache == null && !OFF.equals(named())) {
      throw new CommandFailure(ExitCode.FAILED, (engine.verify() ? "this user has no folder where compiled code is kept"
          : "code that is not proved is only kept where somebody says so")
          + ": name one with --code-cache, or say --code-cache off.");
    }
    return cache;
  }

  private String named() {
    return chosen != null ? chosen : System.getProperty(PROPERTY);
  }

  /** Where code is kept if nobody says otherwise; null if this user has no folders that can be written. */
  static Path usualFolder() {
    String launchers = System.getProperty("skerry.cache", "");
    Path folder = launchers.isEmpty() ? CodeCache.usualFolder() : Path.of(launchers, "code");
    Path key = CodeCache.usualKey();
    return folder != null && key != null && canBeMade(folder) && canBeMade(key) ? folder : null;
  }

  private static boolean canBeMade(Path path) {
    Path there = path;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there != null && Files.isWritable(there);
  }
}
