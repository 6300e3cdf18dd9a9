package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Valid modules with a few bytes changed, as far as they are still valid, run with every import they ask for: they end
 * in a result, a trap or a refusal in time, and no byte of a neighbouring store changes. {@code -Dskerry.fuzz.seed}
 * repeats a run, {@code -Dskerry.fuzz.mutants} or {@code -Dskerry.fuzz.seconds} lengthen it; the modules are the
 * attacks' guests, and with {@code -Dskerry.shared} those of the conformance suite too.
 */
class MutatedModulesTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);
  private static final int MUTANTS = Integer.getInteger("skerry.fuzz.mutants", 1_500);

  @Test
  void givenMutatedModulesThenEveryRunEndsAndTheNeighbourKeepsItsBytes() throws IOException, URISyntaxException {
    // Before the run, for a crash of the JVM leaves no other trace of it.
    System.out.println("mutated modules, -Dskerry.fuzz.seed=" + SEED);
    List<byte[]> samples = samples();
    SplittableRandom random = new SplittableRandom(SEED);
    int ran = 0;
    int mutants = 0;
    try (MutantRunner runner = new MutantRunner(random)) {
      for (Budget budget = Budget.of(MUTANTS); budget.allows(mutants); mutants++) {
        byte[] mutant = Mutation.of(samples.get(random.nextInt(samples.size())), random);
        ran += runner.run(mutant, "mutant " + mutants + " of seed " + SEED) ? 1 : 0;
      }
    }
    System.out.printf("%d mutants of %d modules, of which %d were valid and ran%n", mutants, samples.size(), ran);
    assertTrue(ran > mutants / 20 && ran < mutants, "the mutations are too strong or too weak: " + ran + " valid");
  }

  private static List<byte[]> samples() throws IOException, URISyntaxException {
    List<byte[]> samples = new ArrayList<>();
    URI guests = MutatedModulesTest.class.getResource("guests").toURI();
    addModules(Path.of(guests), samples);
    String shared = System.getProperty("skerry.shared");
    if (shared != null && Files.isDirectory(Path.of(shared, "conformance", "wasm"))) {
      addModules(Path.of(shared, "conformance", "wasm"), samples);
    }
    return samples;
  }

  private static void addModules(Path folder, List<byte[]> samples) throws IOException {
    Engine engine = Engine.create();
    List<Path> refused = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.filter(file -> file.toString().endsWith(".wasm")).sorted().forEach(file -> {
        try {
          byte[] bytes = Files.readAllBytes(file);
          Module.compile(engine, bytes);
          samples.add(bytes);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (CompileError e) {
          refused.add(file);
        }
      });
    }
    assertTrue(samples.size() > refused.size() / 10, () -> "the engine refuses most modules: " + refused);
  }
}
