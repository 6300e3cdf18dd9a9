package dev.skerry.security;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Timeout;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.cache.CacheStatistics;
import dev.skerry.wasm.cache.CodeCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user with a code cache in a folder of its own, who runs one small program again and again, each time in a process
 * as it were: with a new cache, engine and store.
 */
final class CacheVictim implements AutoCloseable {

  /** What the small program answers. */
  static final int ANSWER = 1_234_567;
  /** {@code (func (export "answer") (result i32) i32.const ANSWER)}. */
  private static final byte[] PROGRAM = HexFormat.of().parseHex(
      "0061736d01000000" + "010501" + "60" + "00017f" + "03020100" + "070a0106616e737765720000"
      + "0a0901" + "07" + "004187adcb000b");
  /** What attackers may make of a program runs so long at most. */
  private static final Duration LONGEST = Duration.ofMillis(20);

  private final EngineOptions options;
  private final byte[] program;
  private final Path home;

  /** A user of the small program. */
  CacheVictim(EngineOptions options) throws IOException {
    this(options, PROGRAM);
  }

  /** @param program exports a function {@code answer} without parameters, with an i32 as its result */
  CacheVictim(EngineOptions options, byte[] program) throws IOException {
    this.options = options.withTier(Tier.JIT);
    this.program = program;
    home = Files.createTempDirectory("skerry-victim");
  }

  /**
   * One run of the program.
   *
   * @param answer what it answered
   * @param compiled how many functions were compiled for it
   */
  record Run(int answer, int compiled, CacheStatistics cache) {

    /** The entry was not used, was told of once, and the program did what it does. */
    boolean wasMiss() {
      return answer == ANSWER && compiled == 1 && cache.rejected() == 1 && cache.hits() + cache.misses() == 1
          && cache.loadedFunctions() == 0;
    }
  }

  Run run() throws CompileError, LinkError {
    return run(CachePartition.NONE);
  }

  Run run(CachePartition partition) throws CompileError, LinkError {
    try (CodeCache cache = CodeCache.open(folder(), keyFile(), 1 << 20)) {
      Engine engine = Engine.createWithCache(options, cache);
      Module module = Module.compile(engine, program, CompileOptions.DEFAULT.withPartition(partition));
      try (Store store = engine.newStore()) {
        int answer = (int) new Linker(store).instantiate(module).func("answer").orElseThrow().call()[0];
        cache.flush();
        return new Run(answer, engine.compiled().functions(), cache.statistics());
      }
    }
  }

  /** One run, whatever became of the program's code: it ends with an answer, or with a trap that a guest may cause. */
  CacheStatistics runConfined() throws CompileError, LinkError {
    try (CodeCache cache = CodeCache.open(folder(), keyFile(), 1 << 20)) {
      Engine engine = Engine.createWithCache(options, cache);
      Module module = Module.compile(engine, program);
      try (Store store = engine.newStore()) {
        Timeout limit = store.limitTime(Timeout.Clock.WALL, LONGEST);
        new Linker(store).instantiate(module).func("answer").orElseThrow().call();
        limit.close();
      } catch (Trap confined) {
        return cache.statistics();
      }
      return cache.statistics();
    }
  }

  private Path folder() {
    return home.resolve("cache");
  }

  private Path keyFile() {
    return home.resolve("state").resolve("key");
  }

  byte[] key() throws IOException {
    return Files.readAllBytes(keyFile());
  }

  /** The files of the entries there are. */
  List<Path> entries() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.sorted().toList();
    }
  }

  /** The file of the only entry. */
  Path entry() throws IOException {
    List<Path> all = entries();
    if (all.size() != 1) {
      throw new IllegalStateException("one entry was expected: " + all);
    }
    return all.get(0);
  }

  Path home() {
    return home;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
