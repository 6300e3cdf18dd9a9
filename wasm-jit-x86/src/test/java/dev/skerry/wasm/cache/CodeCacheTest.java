package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.testing.ModuleBuilder;
import dev.skerry.wasm.tier.Compilations;
import dev.skerry.wasm.verify.ProvedCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code comes back from the cache, to whom it belongs and to nobody else, and does what it did. */
class CodeCacheTest {

  private static final long PLENTY = 1L << 30;

  @TempDir
  private Path home;

  @BeforeEach
  void thisMachineRunsMachineCode() {
    Assumptions.assumeTrue(options().supported().tier() == Tier.JIT, "no machine code runs here");
  }

  private static EngineOptions options() {
    return EngineOptions.fromProperties().withTier(Tier.JIT);
  }

  private Path folder() {
    return home.resolve("cache").resolve("code");
  }

  private CodeCache cache() {
    return cache(PLENTY);
  }

  private CodeCache cache(long bytes) {
    return CodeCache.open(folder(), home.resolve("state").resolve("key"), bytes);
  }

  private List<Path> entries() throws IOException {
    if (!Files.isDirectory(folder())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder())) {
      return files.toList();
    }
  }

  /**
   * Adds what the table of functions has at an index to a number; the function with the sum calls it directly, and as
   * it makes a tail call it is not inlined.
   */
  static byte[] module(int constant) {
    return new ModuleBuilder()
        .table(ValType.FUNCREF, 1, 1)
        .function("add", "i32->i32", code -> code.get(0).i32(constant).op(Opcode.I32_ADD))
        .local("i32->i32", List.of(), code -> code.get(0).i32(0).op(Opcode.RETURN_CALL_INDIRECT, 0, 0))
        .function("sum", "i32->i32", code -> code.get(0).call(0).call(1))
        .elements(0, 0)
        .build();
  }

  static int sum(Engine engine, byte[] bytes, CachePartition partition, int value)
      throws CompileError, LinkError {
    Module module = Module.compile(engine, bytes, CompileOptions.DEFAULT.withPartition(partition));
    return sum(engine, module, value);
  }

  private static int sum(Engine engine, Module module, int value) throws LinkError {
    try (Store store = engine.newStore()) {
      return (int) new Linker(store).instantiate(module).func("sum").orElseThrow().call(value)[0];
    }
  }

  @Test
  void aGiverThatThrowsWhenTheCacheIsClosedStopsNeitherTheOthersNorTheWriting() throws Exception {
    List<Object> givers = List.of("first", "second", "third");
    Set<Object> asked = new HashSet<>();
    try (CodeCache cache = cache()) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1);
      for (Object giver : givers) {
        cache.beforeClosing(giver, each -> {
          asked.add(each);
          if (asked.size() == 2) {
            throw new IllegalStateException(each + " cannot give anything");
          }
          throw new StackOverflowError();
        });
      }
    }
    assertEquals(Set.copyOf(givers), asked);
    assertEquals(1, entries().size());
  }

  @Test
  void aSecondProcessCompilesNothing() throws IOException, CompileError, LinkError {
    int expected;
    try (CodeCache first = cache()) {
      Engine engine = Engine.createWithCache(options(), first);
      expected = sum(engine, module(7), CachePartition.NONE, 1);
      assertEquals(3, engine.compiled().functions());
    }
    try (CodeCache second = cache()) {
      Engine engine = Engine.createWithCache(options(), second);
      // Its types get other numbers in this engine.
      Module.compile(engine, new ModuleBuilder().function("other", "i32 f32 f64->i32", code -> code.i32(0)).build());
      assertEquals(expected, sum(engine, module(7), CachePartition.NONE, 1));
      assertEquals(15, expected);
      assertEquals(0, engine.compiled().functions(), "compiled");
      assertEquals(3, engine.compiled().cached());
      assertEquals(1, second.statistics().hits());
      assertEquals(0, second.statistics().rejected());
      CompilerFindings.assertComplete(engine);
    }
  }

  /** The code of the module's first function, with an instruction of the system's at its entry. */
  private static void forge(CachedModule entry) throws CompileError {
    CodeId id = new CodeId(0, -1);
    CompiledFunction code =
        entry.load(id, ModuleReader.read(module(7), Module.FEATURES), type -> type, options().supported().memory());
    int halt = 0xF4;
    code.code()[code.entry()] = (byte) halt;
    entry.add(id, ProvedCode.onTrust(code, null), 0);
  }

  @Test
  void aCacheThatIsClosedOpensNothingAnew() throws CompileError, LinkError {
    CodeCache closed = cache();
    sum(Engine.createWithCache(options(), closed), module(7), CachePartition.NONE, 1);
    closed.close();
    Engine engine = Engine.createWithCache(options(), closed);
    assertEquals(15, sum(engine, module(7), CachePartition.NONE, 1));
    assertEquals(0, engine.compiled().cached());
    assertEquals(0, closed.statistics().hits());
    assertEquals(0, closed.statistics().rejected());
  }

  @Test
  void theSwitchForFreshCodeLeavesTheProofOfCodeFromDiskOn() throws CompileError, LinkError {
    EngineOptions unproved = options().withVerify(false);
    try (CodeCache first = cache()) {
      assertEquals(15, sum(Engine.createWithCache(unproved, first), module(7), CachePartition.NONE, 1));
    }
    try (CodeCache second = cache()) {
      Engine engine = Engine.createWithCache(unproved, second);
      assertEquals(15, sum(engine, module(7), CachePartition.NONE, 1));
      assertEquals(3, engine.compiled().cached());
      assertEquals(0, engine.compiled().functions(), "compiled");
      assertTrue(engine.compiled().proofNanos() > 0, "code from disk was proved");
      forge(new Compilations(unproved.supported(), second)
          .cached(ModuleDigest.of(module(7)), CachePartition.NONE, Module.FEATURES));
    }
    try (CodeCache third = cache()) {
      Engine engine = Engine.createWithCache(unproved, third);
      assertEquals(15, sum(engine, module(7), CachePartition.NONE, 1));
      assertEquals(1, third.statistics().rejected(), "the forged entry");
      assertTrue(engine.compiled().functions() > 0, "compiled anew");
    }
  }

  @Test
  void whatWasProvedIsNotProvedAgainForAnotherModuleOfTheSameBytesAndPartition() throws CompileError, LinkError {
    CachePartition shop = CachePartition.of("shop");
    try (CodeCache first = cache()) {
      assertEquals(15, sum(Engine.createWithCache(options(), first), module(7), shop, 1));
    }
    try (CodeCache second = cache()) {
      Engine engine = Engine.createWithCache(options(), second);
      assertEquals(15, sum(engine, module(7), shop, 1));
      long proof = engine.compiled().proofNanos();
      assertTrue(proof > 0, "code from disk was proved");
      for (int page = 1; page <= 3; page++) {
        assertEquals(14 + page, sum(engine, module(7), shop, page));
        assertEquals(3 * (page + 1), engine.compiled().cached());
        assertEquals(proof, engine.compiled().proofNanos(), "proved again");
      }
      assertEquals(15, sum(engine, module(7), CachePartition.of("bank"), 1));
      assertEquals(3, engine.compiled().functions(), "another partition has its own");
      Engine other = Engine.createWithCache(options(), second);
      Module.compile(other, new ModuleBuilder().function("other", "i32 f32 f64->i32", code -> code.i32(0)).build());
      assertEquals(15, sum(other, module(7), shop, 1));
      assertTrue(other.compiled().proofNanos() > 0, "types have other numbers there");
    }
  }

  @Test
  void directCallsReachFunctionsThatAreLoadedLater() throws CompileError, LinkError {
    try (CodeCache first = cache()) {
      Engine engine = Engine.createWithCache(options(), first);
      Module module = Module.compile(engine, module(7));
      engine.compileAll(module);
      assertEquals(15, sum(engine, module, 1));
    }
    try (CodeCache second = cache()) {
      Engine engine = Engine.createWithCache(options(), second);
      assertEquals(15, sum(engine, module(7), CachePartition.NONE, 1));
      assertEquals(3, engine.compiled().cached());
      assertEquals(0, engine.compiled().functions());
    }
  }

  @Test
  void allKernelsAnswerTheSameFromTheCache() throws IOException, CompileError, LinkError {
    try (CodeCache first = cache()) {
      runKernels(first);
    }
    try (CodeCache second = cache()) {
      Engine engine = runKernels(second);
      assertEquals(0, engine.compiled().functions(), "compiled");
      assertEquals(0, second.statistics().rejected());
      assertTrue(engine.compiled().cached() > Kernel.values().length);
    }
  }

  private static Engine runKernels(CodeCache cache) throws IOException, CompileError, LinkError {
    Engine engine = Engine.createWithCache(options(), cache);
    for (Kernel kernel : Kernel.values()) {
      Module module = Module.compile(engine, Kernel.binary(kernel.group.module()));
        try (Store store = engine.newStore()) {
        Func function = new Linker(store).instantiate(module).func(kernel.export()).orElseThrow();
        assertEquals(kernel.smallAnswer, function.call(kernel.smallSize)[0], kernel::toString);
      }
    }
    CompilerFindings.assertComplete(engine);
    return engine;
  }

  @Test
  void anotherModuleInTheSameProcessNeedsNoFile() throws CompileError, LinkError {
    try (CodeCache cache = CodeCache.inMemory(PLENTY)) {
      assertEquals(15, sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1));
      Engine engine = Engine.createWithCache(options(), cache);
      assertEquals(15, sum(engine, module(7), CachePartition.NONE, 1));
      assertEquals(0, engine.compiled().functions());
      assertEquals(1, cache.statistics().memoryHits());
      assertTrue(cache.statistics().memoryBytes() > 0);
    }
  }

  @Test
  void theFirstModuleStaysInMemoryWhenOthersCome() throws CompileError, LinkError {
    try (CodeCache cache = CodeCache.inMemory(PLENTY)) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1);
      sum(Engine.createWithCache(options(), cache), module(8), CachePartition.NONE, 1);
      Engine engine = Engine.createWithCache(options(), cache);
      sum(engine, module(7), CachePartition.NONE, 1);
      sum(engine, module(8), CachePartition.NONE, 1);
      assertEquals(0, engine.compiled().functions());
      assertEquals(2, cache.statistics().memoryHits());
      assertEquals(2, cache.statistics().misses());
    }
  }

  @Test
  void aModuleThatTakesMoreThanTheMemoryIsNotKeptEvenIfItIsTheOnlyOne() throws CompileError, LinkError {
    try (CodeCache cache = CodeCache.inMemory(10)) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1);
      assertEquals(0, cache.statistics().memoryBytes());
      Engine engine = Engine.createWithCache(options(), cache);
      sum(engine, module(7), CachePartition.NONE, 1);
      assertEquals(3, engine.compiled().functions());
    }
  }

  @Test
  void otherPartitionsModulesAndOptionsAreMisses() throws CompileError, LinkError {
    CachePartition mine = CachePartition.of("https://a.example");
    try (CodeCache first = cache()) {
      sum(Engine.createWithCache(options(), first), module(7), mine, 1);
    }
    try (CodeCache second = cache()) {
      assertCompiles(second, options(), module(7), CachePartition.of("https://b.example"));
      assertCompiles(second, options(), module(7), CachePartition.NONE);
      assertCompiles(second, options(), module(8), mine);
      assertCompiles(second, options().withCanonicalNaN(!options().canonicalNaN()), module(7), mine);
      assertEquals(0, second.statistics().hits());
    }
  }

  private static void assertCompiles(CodeCache cache, EngineOptions options, byte[] module, CachePartition partition)
      throws CompileError, LinkError {
    Engine engine = Engine.createWithCache(options, cache);
    sum(engine, module, partition, 1);
    assertEquals(3, engine.compiled().functions());
    assertEquals(0, engine.compiled().cached());
  }

  @Test
  void aPartitionThatEndsWithTheProcessLeavesNoFile() throws IOException, CompileError, LinkError {
    try (CodeCache cache = cache()) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.inMemory("opaque-1"), 1);
    }
    assertEquals(List.of(), entries());
  }

  @Test
  void filesAndFoldersAreThisUsersAlone() throws IOException, CompileError, LinkError {
    try (CodeCache cache = cache()) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1);
    }
    assertEquals("rwx------", mode(folder()));
    assertEquals(1, entries().size());
    assertEquals("rw-------", mode(entries().get(0)));
    assertEquals("rw-------", mode(home.resolve("state").resolve("key")));
    assertEquals(32, Files.size(home.resolve("state").resolve("key")));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() throws IOException, CompileError, LinkError {
    try (CodeCache cache = cache()) {
      Engine engine = Engine.createWithCache(options(), cache);
      for (int i = 0; i < 4; i++) {
        sum(engine, module(10 + i), CachePartition.NONE, 1);
        cache.flush();
        for (Path entry : entries()) {
          Files.setLastModifiedTime(entry, FileTime.from(
              Files.getLastModifiedTime(entry).toInstant().minus(Duration.ofMinutes(1))));
        }
      }
    }
    long largest = 0;
    for (Path entry : entries()) {
      largest = Math.max(largest, Files.size(entry));
    }
    try (CodeCache small = cache(3 * largest)) {
      Engine engine = Engine.createWithCache(options(), small);
      sum(engine, module(10), CachePartition.NONE, 1);
      assertEquals(0, engine.compiled().functions());
      sum(engine, module(14), CachePartition.NONE, 1);
    }
    assertEquals(3, entries().size());
    try (CodeCache cache = cache()) {
      Engine engine = Engine.createWithCache(options(), cache);
      for (int used : new int[] {10, 13, 14}) {
        sum(engine, module(used), CachePartition.NONE, 1);
      }
      assertEquals(0, engine.compiled().functions(), "what was used, and what is new, stayed");
    }
  }

  @Test
  void aModuleThatIsLargerThanTheCacheIsNotKept() throws IOException, CompileError, LinkError {
    List<String> reasons = new ArrayList<>();
    try (CodeCache cache = cache(64)) {
      cache.whenNotKept(reasons::add);
      assertEquals(15, sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1));
    }
    assertTrue(!reasons.isEmpty() && reasons.get(0).endsWith("all that is kept there may take 64"), reasons::toString);
    assertEquals(List.of(), entries());
  }

  @Test
  void whatOthersWroteMeanwhileIsKept() throws CompileError, LinkError {
    byte[] bytes = module(7);
    try (CodeCache one = cache(); CodeCache other = cache()) {
      Engine engine = Engine.createWithCache(options(), one);
      try (Store store = engine.newStore()) {
        new Linker(store).instantiate(Module.compile(engine, bytes)).func("add").orElseThrow().call(1);
      }
      assertEquals(1, engine.compiled().functions());
      sum(Engine.createWithCache(options(), other), bytes, CachePartition.NONE, 1);
      other.flush();
    }
    try (CodeCache third = cache()) {
      Engine engine = Engine.createWithCache(options(), third);
      assertEquals(15, sum(engine, bytes, CachePartition.NONE, 1));
      assertEquals(3, engine.compiled().cached());
    }
  }

  @Test
  void manyMayUseOneFolderAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<CacheStatistics>> runs = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        runs.add(threads.submit(() -> {
          CacheStatistics last = CacheStatistics.NONE;
          for (int i = 0; i < 20 && last.rejected() == 0; i++) {
            try (CodeCache cache = cache(4_000)) {
              assertEquals(15 + 2 * (i % 5), sum(Engine.createWithCache(options(), cache), module(7 + i % 5),
                  CachePartition.NONE, 1));
              cache.flush();
              last = cache.statistics();
            }
          }
          return last;
        }));
      }
      for (Future<CacheStatistics> run : runs) {
        assertEquals(0, run.get().rejected());
      }
    } finally {
      threads.shutdownNow();
    }
    assertTrue(entries().stream().allMatch(entry -> entry.toString().endsWith(".code")), () -> "temporary files");
  }

  @Test
  void aFolderThatIsALinkIsNotUsed() throws IOException, CompileError, LinkError {
    Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    Files.createDirectories(folder().getParent());
    Files.createSymbolicLink(folder(), elsewhere);
    try (CodeCache cache = cache()) {
      assertEquals(15, sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1));
    }
    try (Stream<Path> files = Files.list(elsewhere)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aKeyThatOthersCanReadIsNotUsed() throws IOException, CompileError, LinkError {
    Path key = Files.createDirectory(home.resolve("state")).resolve("key");
    Files.write(key, new byte[32]);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    try (CodeCache cache = cache()) {
      assertEquals(15, sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1));
    }
    assertEquals(List.of(), entries());
  }

  @Test
  void theKeyNeverLiesInTheFolder() throws IOException, CompileError, LinkError {
    try (CodeCache cache = CodeCache.open(folder(), folder().resolve("key"), PLENTY)) {
      assertEquals(15, sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1));
    }
    assertFalse(Files.exists(folder().resolve("key")));
    assertEquals(List.of(), entries());
  }

  @Test
  void whatIsDatedAheadOfTheClockAgesFromNowOn() throws IOException, CompileError, LinkError {
    Instant ahead = Instant.now().plus(Duration.ofDays(365));
    try (CodeCache cache = cache()) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1);
      cache.flush();
      Path abandoned = Files.createFile(folder().resolve(".writing-1-1"));
      for (Path file : entries()) {
        Files.setLastModifiedTime(file, FileTime.from(ahead));
      }
      sum(Engine.createWithCache(options(), cache), module(8), CachePartition.NONE, 1);
      cache.flush();
      assertTrue(Files.exists(abandoned), "somebody may write it just now");
      for (Path file : entries()) {
        assertTrue(Files.getLastModifiedTime(file).toInstant().isBefore(ahead), file::toString);
      }
    }
  }

  @Test
  void threadsThatWereInterruptedReadAndWriteAsOthersDo() throws IOException, CompileError, LinkError {
    for (int functions : new int[] {3, 0}) {
      try (CodeCache cache = cache()) {
        Thread.currentThread().interrupt();
        Engine engine = Engine.createWithCache(options(), cache);
        assertEquals(15, sum(engine, module(7), CachePartition.NONE, 1));
        assertEquals(functions, engine.compiled().functions());
        assertEquals(0, cache.statistics().rejected());
        Thread.currentThread().interrupt();
        cache.flush();
      }
      assertTrue(Thread.interrupted(), "the interrupt was for somebody else");
      assertEquals(1, entries().size());
    }
  }

  @Test
  void whatIsAbandonedIsClearedAway() throws IOException, CompileError, LinkError {
    try (CodeCache cache = cache()) {
      sum(Engine.createWithCache(options(), cache), module(7), CachePartition.NONE, 1);
      cache.flush();
      Path abandoned = Files.createFile(folder().resolve(".writing-1-1"));
      Path young = Files.createFile(folder().resolve(".writing-1-2"));
      Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
      sum(Engine.createWithCache(options(), cache), module(8), CachePartition.NONE, 1);
      cache.flush();
      assertFalse(Files.exists(abandoned));
      assertTrue(Files.exists(young));
    }
  }
}
