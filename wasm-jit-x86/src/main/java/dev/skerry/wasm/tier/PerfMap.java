package dev.skerry.wasm.tier;

import dev.skerry.wasm.runtime.ModuleCode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@code perf} where the code of which function is, with {@code -Dskerry.perf=on}: lines of address, size and
 * name in {@code /tmp/perf-PID.map}, as the JIT interface of perf wants it. Code that is freed keeps its line.
 */
final class PerfMap {

  private static final Logger LOG = LoggerFactory.getLogger(PerfMap.class);
  private static final BufferedWriter FILE = "on".equals(System.getProperty("skerry.perf")) ? open() : null;

  private PerfMap() {
  }

  private static BufferedWriter open() {
    Path file = Path.of("/tmp", "perf-" + ProcessHandle.current().pid() + ".map");
    try {
      return Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      LOG.warn("no map for perf: {} cannot be written", file, e);
      return null;
    }
  }

  static void add(ModuleCode module, int function, Compilation done) {
    if (FILE == null || done.loop() >= 0) {
      return;
    }
    long address = module.nativeEntry(function) - done.code().entry();
    synchronized (FILE) {
      try {
        FILE.write(String.format(Locale.ROOT, "%x %x %s%n", address, done.code().code().length,
            done.name().replace(' ', '_')));
        FILE.flush();
      } catch (IOException e) {
        LOG.warn("a line of the map for perf is lost", e);
      }
    }
  }
}
