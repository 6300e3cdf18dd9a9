package dev.skerry.wasm.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Coming and going on a machine that refuses what that takes: the store is entered, or not, but never left taken. */
@Timeout(300)
class LeaseRefusalTest {

  private static final String CLOSED = "closed: IllegalStateException the store is closed";

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.isNative(), "there are no reservations without native code");
  }

  private static void assertPrints(ChildJvm child, String... lines) {
    assertEquals(0, child.exitCode(), child::output);
    for (String line : lines) {
      assertTrue(child.output().lines().anyMatch(line::equals), () -> "no " + line + " in\n" + child.output());
    }
  }

  @Test
  void givenNoMemoryForASeatWhenAThreadComesThenItIsRefusedAndNothingCountsForIt() throws Exception {
    assertPrints(ChildJvm.run(LeaseRefusalProgram.class, List.of("-Xmx16m", "-XX:+UseSerialGC"), "memory"),
        "refused: true", "used meanwhile: 0", "elsewhere: true", "here: true", CLOSED);
  }

  @Test
  void givenNoThreadMoreWhenAThreadComesOftenThenItEntersWithoutAReservationAndLimitsAreRefused() throws Exception {
    String refused = "OutOfMemoryError unable to create native thread: possibly out of memory or process/resource "
        + "limits reached";
    // Of address space there is enough for some stacks only.
    assertPrints(ChildJvm.run("ulimit -v 20000000", LeaseRefusalProgram.class,
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=32m",
            "-Xss1g"), "threads"),
        "threads: true", "ready: false",
        "limit: " + refused, "here: true", "ticked: " + refused, "ticked later: true", CLOSED);
  }

  @Test
  void givenBarriersThatAreRefusedWhenOthersComeThenTheyWaitForTheThreadToComeAgain() throws Exception {
    String refused = "NativeMemoryException membarrier(16) failed: EPERM, operation not permitted";
    assertPrints(ChildJvm.run(LeaseRefusalProgram.class, List.of("-Xmx64m", "-XX:+UseSerialGC"), "barriers"),
        "elsewhere: " + refused, "upkeep: false", "entered: true", "limit: " + refused, "here: true",
        "elsewhere after: true", "close: " + refused, "enter: IllegalStateException the store is closed", CLOSED);
  }
}
