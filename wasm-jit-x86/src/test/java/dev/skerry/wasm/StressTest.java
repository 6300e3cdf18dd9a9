package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JVM survives whatever guests do at once; {@code -Dskerry.stress.seconds} for each of the two runs. */
class StressTest {

  private static final String SECONDS = System.getProperty("skerry.stress.seconds", "5");
  private static final String SEED = System.getProperty("skerry.fuzz.seed", "1");

  @TempDir
  private Path folder;

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  private ChildJvm stress(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-Xmx512m", "-XX:ErrorFile=" + folder.resolve("hs_err.log")));
    all.addAll(List.of(options));
    ChildJvm child = ChildJvm.run(StressProgram.class, all, SECONDS, SEED);
    assertEquals(0, child.exitCode(), child::output);
    assertTrue(child.output().contains("survived"), child::output);
    return child;
  }

  @Test
  void givenARecordingWhenManyThreadsDoEverythingAtOnceThenTheJvmSurvives() throws Exception {
    List<String> options = new ArrayList<>(List.of("-XX:StartFlightRecording:settings=profile,filename="
        + folder.resolve("stress.jfr") + (Runtime.version().feature() >= 25 ? ",jdk.CPUTimeSample#enabled=true" : "")));
    stress(options.toArray(String[]::new));
  }

  @Test
  void givenChecksOfNativeCodeWhenManyThreadsDoEverythingAtOnceThenNothingIsReported() throws Exception {
    ChildJvm child = stress("-Xcheck:jni");
    assertFalse(child.output().contains("in native method"), child::output);
  }
}
