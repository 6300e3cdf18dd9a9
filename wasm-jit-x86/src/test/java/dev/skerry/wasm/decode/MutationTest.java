package dev.skerry.wasm.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.testing.Mutant;
import dev.skerry.wasm.testing.SampleModules;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Valid modules with a few bytes changed: whatever comes out, the reader accepts it or throws {@link CompileError}, and
 * the instructions of what it accepts can be read to the end. {@code -Dskerry.fuzz.seed} repeats a run,
 * {@code -Dskerry.fuzz.inputs} or {@code -Dskerry.fuzz.seconds} lengthen it.
 */
class MutationTest {

  private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);
  private static final int INPUTS = 100_000;
  private static final long SECONDS = Long.getLong("skerry.fuzz.seconds", 0);
  private static final Duration TIME = Duration.ofMinutes(20).plusSeconds(SECONDS);

  @Test
  void givenMutatedModulesThenOnlyCompileErrorsComeOut() {
    long seed = Long.getLong("skerry.fuzz.seed", 1);
    int inputs = Integer.getInteger("skerry.fuzz.inputs", INPUTS);
    List<byte[]> samples =
        List.of(SampleModules.everySection(), SampleModules.everyOperator(FEATURES), SampleModules.everyStructure(),
            SampleModules.everyReferenceAndException());
    SplittableRandom random = new SplittableRandom(seed);
    int[] read = new int[1];
    int[] accepted = new int[1];
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    assertTimeoutPreemptively(TIME, () -> {
      for (; SECONDS == 0 ? read[0] < inputs : System.nanoTime() - deadline < 0; read[0]++) {
        byte[] mutant = Mutant.of(samples.get(read[0] % samples.size()), random);
        accepted[0] += read(mutant, seed) ? 1 : 0;
      }
    }, () -> "too slow with seed " + seed);
    System.out.printf("%d mutants of %d modules read, of which %d were valid, -Dskerry.fuzz.seed=%d%n", read[0],
        samples.size(), accepted[0], seed);
    assertTrue(accepted[0] > 0 && accepted[0] < read[0], "the mutations are too strong or too weak, seed " + seed);
  }

  private static boolean read(byte[] mutant, long seed) {
    try {
      walk(ModuleReader.read(mutant, FEATURES));
      return true;
    } catch (CompileError refused) {
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + ", module " + HexFormat.of().formatHex(mutant), e);
    }
  }

  private static void walk(ModuleInfo module) {
    for (int i = 0; i < module.bodies().length(); i++) {
      ModuleInfo.FunctionBody body = module.bodies().get(i);
      InstructionReader reader = new InstructionReader(module.bytes(), body.offset());
      while (reader.position() < body.end()) {
        reader.next();
      }
      assertEquals(body.end(), reader.position());
    }
  }
}
