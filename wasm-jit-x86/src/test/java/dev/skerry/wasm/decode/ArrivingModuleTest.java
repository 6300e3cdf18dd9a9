package dev.skerry.wasm.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.testing.ModuleBuilder;
import dev.skerry.wasm.testing.Mutant;
import dev.skerry.wasm.testing.SampleModules;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A module that comes in pieces is the same module, or fails in the same way, whatever the pieces are. */
class ArrivingModuleTest {

  private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);
  private static final int MUTANTS = 20_000;

  private final long seed = Long.getLong("skerry.fuzz.seed", 1);
  private final SplittableRandom random = new SplittableRandom(seed);

  @Test
  void givenMutatedModulesInRandomPiecesThenTheOutcomeIsThatOfTheWhole() {
    List<byte[]> samples =
        List.of(SampleModules.everySection(), SampleModules.everyOperator(FEATURES), SampleModules.everyStructure(),
            SampleModules.everyReferenceAndException());
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = Mutant.of(samples.get(i % samples.size()), random);
      if (random.nextInt(4) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length + 1));
      }
      assertSame(mutant, 1 + random.nextInt(300), "seed " + seed);
    }
  }

  @Test
  void givenModulesByteByByteThenTheOutcomeIsThatOfTheWhole() {
    for (byte[] sample : List.of(SampleModules.everySection(), SampleModules.everyStructure())) {
      for (int length = 0; length <= sample.length; length++) {
        assertSame(Arrays.copyOf(sample, length), 1, "cut at " + length);
      }
    }
  }

  @Test
  void givenTheModulesOfTheSuiteInRandomPiecesThenTheOutcomeIsThatOfTheWhole() throws IOException {
    Path folder = Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm").toAbsolutePath();
    Assumptions.assumeTrue(Files.isDirectory(folder), () -> "the test suite is not at " + folder + ": nothing checked");
    int modules = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".wasm")).sorted().toList()) {
        byte[] module = Files.readAllBytes(file);
        assertSame(module, 1 + random.nextInt(Math.max(1, module.length)), file + ", seed " + seed);
        assertSame(module, 1, file.toString());
        modules++;
      }
    }
    assertTrue(modules > 3_000, "only " + modules + " modules");
  }

  private void assertSame(byte[] module, int mostOfAPiece, String where) {
    String whole = outcome(module, module.length, false);
    String pieces = outcome(module, mostOfAPiece, random.nextBoolean());
    assertEquals(whole, pieces, () -> where + ", module " + HexFormat.of().formatHex(module));
  }

  /** What became of it, with everything that was read. */
  private String outcome(byte[] module, int mostOfAPiece, boolean announced) {
    boolean atOnce = random.nextBoolean();
    ArrivingModule stream = new ArrivingModule(Allowance.of(FEATURES), atOnce);
    try {
      if (announced) {
        stream.expect(module.length);
      }
      for (int from = 0; from < module.length;) {
        int length = Math.min(module.length - from, mostOfAPiece == module.length ? module.length
            : 1 + random.nextInt(mostOfAPiece));
        stream.feed(module, from, length);
        from += length;
      }
      if (!atOnce) {
        assertArrayEquals(module, stream.whole());
        if (random.nextBoolean()) {
          stream.beginEarly();
        }
        stream.begin(false);
      }
      return describe(stream.finish());
    } catch (CompileError error) {
      return error.kind() + " " + error.getMessage();
    }
  }

  private static String describe(ModuleInfo info) {
    StringBuilder bodies = new StringBuilder();
    for (int i = 0; i < info.bodies().length(); i++) {
      ModuleInfo.FunctionBody body = info.bodies().get(i);
      bodies.append(body.offset()).append('-').append(body.end()).append(Arrays.toString(body.localCounts()))
          .append(Arrays.toString(body.localTypes()));
    }
    return HexFormat.of().formatHex(info.bytes()) + info.imports() + Arrays.toString(info.functions())
        + Arrays.toString(info.tables()) + Arrays.toString(info.memories()) + Arrays.toString(info.globals())
        + Arrays.toString(info.tags()) + info.exports() + info.start() + Arrays.toString(info.data()) + bodies
        + info.customSections() + info.names().module();
  }

  @Test
  void givenAWrongBodyThenItIsRefusedBeforeTheRestArrives() throws CompileError {
    byte[] module = new ModuleBuilder().local("->", List.of(), code -> code.raw(0x1a)).local("->", List.of(),
        code -> { }).custom("tail", new byte[1_000]).build();
    ArrivingModule stream = new ArrivingModule(Allowance.of(FEATURES));
    assertThrows(CompileError.class, () -> stream.feed(module, 0, module.length - 1_000));
  }

  @Test
  void givenModulesThatAreReadEarlyAndThenAnewThenTheyTakeWhatOneReadingTakes() throws CompileError {
    for (byte[] module : List.of(SampleModules.everySection(), SampleModules.everyStructure())) {
      for (boolean known : List.of(false, true)) {
        assertEquals(taken(module, known, false), taken(module, known, true));
      }
    }
  }

  private static long taken(byte[] module, boolean known, boolean early) throws CompileError {
    Counter counter = new Counter();
    ArrivingModule stream = new ArrivingModule(new Allowance(FEATURES, counter, () -> { }), false);
    stream.feed(module, 0, module.length);
    stream.whole();
    if (early) {
      assertTrue(stream.beginEarly());
    }
    stream.begin(known);
    stream.finish();
    return counter.now.get();
  }

  @Test
  void givenAModuleWhoseLengthIsKnownThenItIsHeldInItsOwnSize() throws CompileError {
    int size = 8 << 20;
    byte[] module = new ModuleBuilder().local("->", List.of(), code -> { }).custom("big", new byte[size]).build();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Counter counter = new Counter();
    ArrivingModule stream = new ArrivingModule(new Allowance(FEATURES, counter, () -> { }));
    long before = threads.getCurrentThreadAllocatedBytes();
    stream.expect(module.length);
    for (int from = 0; from < module.length; from += 65_536) {
      stream.feed(module, from, Math.min(65_536, module.length - from));
    }
    assertNotNull(stream.finish());
    long used = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(used < module.length + 65_536, used + " bytes for a module of " + module.length);
    assertTrue(counter.most.get() < module.length + 1_024, "counted " + counter.most);
  }

  @Test
  void givenAModuleOfUnknownLengthThenWhatItsBufferTakesIsCounted() throws CompileError {
    byte[] module = new ModuleBuilder().local("->", List.of(), code -> { }).custom("big", new byte[1 << 20]).build();
    Counter counter = new Counter();
    ArrivingModule stream = new ArrivingModule(new Allowance(FEATURES, counter, () -> { }));
    for (int from = 0; from < module.length; from += 1_000) {
      stream.feed(module, from, Math.min(1_000, module.length - from));
    }
    stream.finish();
    assertTrue(counter.most.get() < 3.1 * module.length, "counted " + counter.most);
    assertTrue(counter.now.get() < module.length + 1_024, "counted " + counter.now);
  }

  private static final class Counter implements MemoryBudget {

    private final AtomicLong now = new AtomicLong();
    private final AtomicLong most = new AtomicLong();

    @Override
    public String take(long bytes) {
      most.accumulateAndGet(now.addAndGet(bytes), Math::max);
      return null;
    }

    @Override
    public void giveBack(long bytes) {
      now.addAndGet(-bytes);
    }
  }
}
