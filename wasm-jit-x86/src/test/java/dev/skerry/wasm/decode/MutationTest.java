package dev.skerry.wasm.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.testing.SampleModules;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Valid modules with a few bytes changed: whatever comes out, the reader accepts it or throws {@link CompileError}, and
 * the instructions of what it accepts can be read to the end. {@code -Dskerry.fuzz.seed} and
 * {@code -Dskerry.fuzz.inputs} repeat or lengthen a run.
 */
class MutationTest {

  private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);
  private static final int INPUTS = 20_000;
  private static final Duration TIME = Duration.ofMinutes(2);
  /** Bytes that mean much in the format: blocks, ends, prefixes, long numbers, type codes. */
  private static final byte[] TELLING = {
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0e, 0x11, 0x14, 0x18, 0x1c, 0x1f,
    0x28, 0x40, 0x4e, 0x60, 0x63, 0x64, 0x69, 0x6f, 0x70, 0x7b, 0x7f,
    (byte) 0x80, (byte) 0xd0, (byte) 0xd2, (byte) 0xfc, (byte) 0xfd, (byte) 0xff
  };

  @Test
  void givenMutatedModulesThenOnlyCompileErrorsComeOut() {
    long seed = Long.getLong("skerry.fuzz.seed", System.nanoTime());
    int inputs = Integer.getInteger("skerry.fuzz.inputs", INPUTS);
    List<byte[]> samples =
        List.of(SampleModules.everySection(), SampleModules.everyOperator(FEATURES), SampleModules.everyStructure(),
            SampleModules.everyReferenceAndException());
    SplittableRandom random = new SplittableRandom(seed);
    int[] accepted = new int[1];
    assertTimeoutPreemptively(TIME, () -> {
      for (int i = 0; i < inputs; i++) {
        byte[] mutant = mutate(samples.get(i % samples.size()), random);
        accepted[0] += read(mutant, seed) ? 1 : 0;
      }
    }, () -> "too slow with seed " + seed);
    assertTrue(accepted[0] > 0 && accepted[0] < inputs, "the mutations are too strong or too weak, seed " + seed);
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
    for (ModuleInfo.FunctionBody body : module.bodies()) {
      InstructionReader reader = new InstructionReader(module.bytes(), body.offset());
      while (reader.position() < body.end()) {
        reader.next();
      }
      assertEquals(body.end(), reader.position());
    }
  }

  private static byte[] mutate(byte[] sample, SplittableRandom random) {
    byte[] mutant = sample.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(8, mutant.length);
      switch (random.nextInt(5)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] = TELLING[random.nextInt(TELLING.length)];
        case 2 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 3 -> mutant = replaced(mutant, at, 0, TELLING[random.nextInt(TELLING.length)]);
        default -> mutant = replaced(mutant, at, 1);
      }
      if (mutant.length < 9) {
        return mutant;
      }
    }
    return mutant;
  }

  /** The bytes with so many of them removed at a place and others put there. */
  private static byte[] replaced(byte[] bytes, int at, int removed, byte... put) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - removed + put.length);
    System.arraycopy(put, 0, result, at, put.length);
    System.arraycopy(bytes, at + removed, result, at + put.length, bytes.length - at - removed);
    return result;
  }
}
