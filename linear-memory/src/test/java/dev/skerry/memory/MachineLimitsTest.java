package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that refuse: each in a JVM of its own, which must fall back or fail with one clear sentence. */
class MachineLimitsTest {

  private static final long PAGE = 64 << 10;

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory can be refused by the machine");
  }

  /** Takes guarded memories until the machine refuses, then shows that it can go on. */
  static final class Hungry {

    public static void main(String[] args) {
      List<LinearMemory> memories = new ArrayList<>();
      try {
        while (memories.size() < 1000) {
          memories.add(LinearMemory.reserve(PAGE, 4L << 30, MemoryLayout.GUARDED));
        }
      } catch (NativeMemoryException e) {
        System.out.println("refused after " + memories.size() + ": " + e.getMessage());
      }
      try (LinearMemory moving = LinearMemory.reserve(PAGE, 1L << 40)) {
        moving.putInt(0, 42);
        System.out.println("moves " + moving.movesOnGrowth() + ", grows " + moving.grow(16 * PAGE)
            + ", keeps " + moving.getInt(0));
      }
      memories.forEach(LinearMemory::close);
      System.out.println("limit " + NativeSupport.current().addressSpaceLimit().orElseThrow());
      System.out.println(NativeUsage.current());
    }
  }

  /** Says which platform it got, and uses it. */
  static final class Modest {

    public static void main(String[] args) {
      try (LinearMemory memory = LinearMemory.reserve(PAGE, 2 * PAGE)) {
        memory.putInt(0, 42);
        System.out.println("grows " + memory.grow(2 * PAGE) + ", keeps " + memory.getInt(0));
      }
      System.out.println("native " + NativeSupport.current().nativeMemory());
      System.out.println("reason " + NativeSupport.current().reason());
    }
  }

  @Test
  void givenALimitOnAddressSpaceWhenItIsUsedUpThenTheErrorNamesTheCallAndOthersGoOn() throws Exception {
    ChildJvm child = ChildJvm.small("ulimit -v 20000000", Hungry.class, "-XX:CompressedClassSpaceSize=32m");
    assertEquals(0, child.exitCode(), child.output());
    assertTrue(child.output().matches("(?s)refused after [1-9][0-9]*: mmap\\(.*failed: ENOMEM.*"), child.output());
    assertTrue(child.output().contains("moves true, grows true, keeps 42"), child.output());
    assertTrue(child.output().contains("limit 20480000000"), child.output());
    assertTrue(child.output().contains("memories=Share[count=0, bytes=0]"), child.output());
  }

  @Test
  void givenATemporaryFolderWithoutExecutionWhenMemoryIsUsedThenItComesFromTheJdkWithOneWarning(@TempDir Path folder)
      throws Exception {
    String mount = "mount -t tmpfs -o noexec tmpfs '" + folder + "'";
    Assumptions.assumeTrue(new ProcessBuilder("unshare", "-rm", "sh", "-c", mount).start().waitFor() == 0,
        "this machine lets the test mount nothing");
    ChildJvm child = ChildJvm.small("set -- unshare -rm sh -c \"" + mount + " && exec \\\"\\$@\\\"\" sh \"$@\"",
        Modest.class, "-Djava.io.tmpdir=" + folder);
    assertFallback(child, folder.toString());
  }

  @Test
  void givenAFolderThatIsNotThereWhenMemoryIsUsedThenItComesFromTheJdkWithOneWarning(@TempDir Path folder)
      throws Exception {
    Path missing = folder.resolve("missing");
    ChildJvm child = ChildJvm.small("cd '" + folder + "'", Modest.class, "-Djffi.extract.dir=" + missing);
    assertFallback(child, missing.toString());
    assertEquals(0, Files.list(folder).count(), "nothing was unpacked into the current folder");
  }

  @Test
  void givenNativeMemorySwitchedOffWhenMemoryIsUsedThenNothingOfJffiIsLoaded() throws Exception {
    ChildJvm child = ChildJvm.small("", Modest.class, "-Dskerry.native=off", "-Xlog:class+load:stdout");
    assertTrue(child.output().contains("grows true, keeps 42"), child.output());
    assertTrue(child.output().contains("reason switched off by -Dskerry.native=off"), child.output());
    assertTrue(child.output().contains("dev.skerry.memory.JdkPlatform"), child.output());
    assertFalse(child.output().contains("com.kenai"), child.output());
  }

  private static void assertFallback(ChildJvm child, String place) {
    assertEquals(0, child.exitCode(), child.output());
    assertTrue(child.output().contains("grows true, keeps 42\nnative false\nreason "), child.output());
    assertTrue(child.output().lines().anyMatch(line -> line.startsWith("reason") && line.contains(place)),
        child.output());
    assertEquals(1, child.output().lines().filter(line -> line.contains("WARN")).count(), child.output());
    assertFalse(child.output().contains("\tat "), child.output());
  }
}
