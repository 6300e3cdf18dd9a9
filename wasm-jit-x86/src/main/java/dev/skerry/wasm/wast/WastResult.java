package dev.skerry.wasm.wast;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What came out of a script: every command passed, failed or was skipped.
 *
 * @param file the script
 * @param texts commands that passed although the engine's reason is worded otherwise than the script's
 * @param failures one for each command that failed
 * @param skips how many commands were skipped for each reason
 */
public record WastResult(
    Path file, int passed, int skipped, int texts, List<Failure> failures, Map<String, Integer> skips) {

  /** A command that failed: its line in the source script, what was expected and what was seen. */
  public record Failure(Path file, int line, String message) {

    @Override
    public String toString() {
      return file.getFileName() + ":" + line + ": " + message;
    }
  }

  public int failed() {
    return failures.size();
  }

  /** One line: {@code address.json: 260 passed, 0 failed, 0 skipped}. */
  @Override
  public String toString() {
    return file.getFileName() + ": " + passed + " passed, " + failed() + " failed, " + skipped + " skipped";
  }
}
