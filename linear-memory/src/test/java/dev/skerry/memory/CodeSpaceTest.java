package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.MachineCode.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machine code: published, run, freed, reused, and never in a page that is writable and executable at once. */
class CodeSpaceTest {

  private static final int SPACE = 1 << 20;

  /** The two ways to write code. */
  enum Way {
    FILE(FileCodePages::new),
    PROTECTION(byteLength -> new ProtectedCodePages(byteLength, "the test asks for it"));

    private final LongFunction<CodePages> pages;

    Way(LongFunction<CodePages> pages) {
      this.pages = pages;
    }

    CodeSpace space(long byteLength) {
      return CodeSpace.on(pages.apply(byteLength), byteLength);
    }
  }

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  /** A published block and what its code adds. */
  private record Live(CodeBlock block, int constant) {
  }

  private static native double multiply(double a, double b);

  private static native Object reference(long a);

  private static native long overloaded(int a);

  private static native long overloaded(long a);

  private static long ordinary(long a) {
    return a;
  }

  @Test
  void givenCodeBoundToAJavaMethodWhenItIsCalledOftenThenItComputesAndNeitherBlockNorSpaceCanBeFreed() {
    CodeSpace space = CodeSpace.reserve(SPACE);
    CodeBlock block = space.allocate(MachineCode.MULTIPLY.length);
    block.publish(MachineCode.MULTIPLY);
    block.bind(0, CodeSpaceTest.class, "multiply");
    for (int i = 0; i < 100_000; i++) {
      assertEquals(i * 0.5, multiply(i, 0.5));
    }
    assertThrows(IllegalStateException.class, block::close);
    assertThrows(IllegalStateException.class, space::close);
  }

  @Test
  void givenAMethodThatCodeCannotServeWhenBoundThenItIsRefusedAndTheBlockStaysFree() {
    try (CodeSpace space = CodeSpace.reserve(SPACE); CodeBlock block = space.allocate(1)) {
      assertThrows(IllegalStateException.class, () -> block.bind(0, CodeSpaceTest.class, "multiply"));
      block.publish(new byte[] {(byte) 0xC3});
      assertThrows(IllegalArgumentException.class, () -> block.bind(1, CodeSpaceTest.class, "multiply"));
      assertThrows(IllegalArgumentException.class, () -> block.bind(-1, CodeSpaceTest.class, "multiply"));
      for (String name : List.of("reference", "overloaded", "ordinary", "missing")) {
        assertThrows(IllegalArgumentException.class, () -> block.bind(0, CodeSpaceTest.class, name), name);
      }
    }
    assertEquals(3, ordinary(3));
    assertThrows(UnsatisfiedLinkError.class, () -> reference(0));
    assertThrows(UnsatisfiedLinkError.class, () -> overloaded(0));
    assertThrows(UnsatisfiedLinkError.class, () -> overloaded(0L));
  }

  @ParameterizedTest
  @EnumSource
  void givenBlocksThatComeAndGoWhenTheirRoomIsReusedThenEachCallRunsTheNewestCode(Way way) {
    long seed = 11;
    Random random = new Random(seed);
    try (CodeSpace space = way.space(SPACE)) {
      List<Live> live = new ArrayList<>();
      int reused = 0;
      long highest = 0;
      for (int i = 0; i < 2000; i++) {
        if (live.size() < 20 || random.nextBoolean() && live.size() < 60) {
          int constant = random.nextInt();
          byte[] code = MachineCode.addAnd(constant);
          CodeBlock block = space.allocate(code.length);
          reused += block.address() <= highest ? 1 : 0;
          highest = Math.max(highest, block.address());
          block.publish(code);
          live.add(new Live(block, constant));
        } else {
          live.remove(random.nextInt(live.size())).block.close();
        }
        Live any = live.get(random.nextInt(live.size()));
        assertEquals(40 + 2 + any.constant, Caller.call(any.block.address(), 40, 2), "seed " + seed);
      }
      assertTrue(reused > 500, "room was reused " + reused + " times");
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenThreadsThatPublishRunAndFreeWhenTheyShareOneSpaceThenEveryCallRunsTheCallersCode(Way way)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (CodeSpace space = way.space(SPACE)) {
      List<Callable<Long>> work = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int first = t * 1_000_000;
        work.add(() -> {
          long sum = 0;
          for (int i = 0; i < 1000; i++) {
            try (CodeBlock block = space.allocate(MachineCode.addAnd(0).length)) {
              block.publish(MachineCode.addAnd(first + i));
              sum += Caller.call(block.address(), 1, 2) - 3 - first - i;
              sum += space.find(block.address()) == block ? 0 : 1;
            }
          }
          return sum;
        });
      }
      for (Future<Long> result : threads.invokeAll(work)) {
        assertEquals(0, result.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenCodeOfEverySizeWhenTheMappingsAreReadThenNoneIsWritableAndExecutable(Way way) throws IOException {
    try (CodeSpace space = way.space(SPACE)) {
      CodeBlock first = space.allocate(1);
      first.publish(new byte[1]);
      for (int length : new int[] {64, 65, 4095, 4096, 4097, 100_000}) {
        CodeBlock block = space.allocate(length);
        block.publish(new byte[length]);
        if (length % 2 == 0) {
          block.close();
        }
      }
      int executable = 0;
      for (MapsLine mapping : MapsLine.all()) {
        if (mapping.start() < first.address() + SPACE && mapping.end() > first.address()) {
          assertFalse(mapping.protection().contains("w"), mapping.toString());
          executable += mapping.protection().startsWith("r-x") ? 1 : 0;
        } else if (mapping.name().contains("memfd:skerry-code")) {
          assertFalse(mapping.protection().contains("w"), mapping.toString());
        }
      }
      assertNotEquals(0, executable);
    }
  }

  @Test
  void givenAFileOfCodeWhenABlockIsFreedThenItsBytesAndAllThatHoldNoCodeAreTraps() {
    try (CodeSpace space = Way.FILE.space(SPACE)) {
      CodeBlock block = space.allocate(100);
      block.publish(new byte[100]);
      long address = block.address();
      for (int i = 0; i < 4096; i++) {
        assertEquals(i < 100 ? 0 : CodePages.TRAP, NativeAccess.getByte(address + i));
      }
      block.close();
      for (int i = 0; i < 4096; i++) {
        assertEquals(CodePages.TRAP, NativeAccess.getByte(address + i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenAddressesAroundABlockWhenLookedUpThenOnlyThoseOfPublishedCodeAreFound(Way way) {
    try (CodeSpace space = way.space(SPACE)) {
      CodeBlock first = space.allocate(100);
      CodeBlock second = space.allocate(100);
      assertNull(space.find(first.address()));
      first.publish(new byte[100]);
      second.publish(new byte[100]);
      assertNull(space.find(first.address() - 1));
      assertSame(first, space.find(first.address()));
      assertSame(first, space.find(first.address() + 99));
      assertNull(space.find(first.address() + 100));
      assertSame(second, space.find(second.address()));
      first.close();
      assertNull(space.find(first.address() + 5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenASpaceThatIsFullWhenMoreIsAllocatedThenItIsRefusedUntilABlockIsFreed(Way way) {
    try (CodeSpace space = way.space(1 << 16)) {
      CodeBlock half = space.allocate(1 << 15);
      CodeBlock rest = space.allocate(1 << 15);
      rest.publish(new byte[1 << 15]);
      assertThrows(NativeMemoryException.class, () -> space.allocate(1));
      half.close();
      half.close();
      space.allocate(1 << 15).publish(new byte[1 << 15]);
    }
  }

  @Test
  void givenMisuseWhenTriedThenItIsRefused() {
    NativeUsage before = NativeUsage.current();
    for (long length : new long[] {0, -4096, 100, CodeSpace.MAX_BYTES + 4096}) {
      assertThrows(IllegalArgumentException.class, () -> CodeSpace.reserve(length));
    }
    CodeSpace space = CodeSpace.reserve(SPACE);
    assertThrows(IllegalArgumentException.class, () -> space.allocate(0));
    CodeBlock block = space.allocate(10);
    assertThrows(IllegalArgumentException.class, () -> block.publish(new byte[9]));
    block.publish(new byte[10]);
    assertThrows(IllegalStateException.class, () -> block.publish(new byte[10]));
    CodeBlock late = space.allocate(10);
    space.close();
    space.close();
    assertThrows(IllegalStateException.class, () -> late.publish(new byte[10]));
    assertThrows(IllegalStateException.class, () -> space.allocate(10));
    block.close();
    assertEquals(before, NativeUsage.current());
  }

  /** Runs code that was freed. */
  static final class UseAfterFree {

    public static void main(String[] args) {
      CodeSpace space = CodeSpace.reserve(SPACE);
      CodeBlock block = space.allocate(MachineCode.addAnd(1).length);
      block.publish(MachineCode.addAnd(1));
      System.out.println("before " + Caller.call(block.address(), 1, 1));
      block.close();
      System.out.println("after " + Caller.call(block.address(), 1, 1));
    }
  }

  @Test
  void givenCodeThatWasFreedWhenItIsRunAllTheSameThenTheProcessCrashesLoudly(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("hs_err.log");
    ChildJvm child = ChildJvm.small("ulimit -c 0", UseAfterFree.class, "-XX:ErrorFile=" + report);
    assertNotEquals(0, child.exitCode());
    assertTrue(child.output().startsWith("before 3\n"), child.output());
    assertFalse(child.output().contains("after"), child.output());
    assertTrue(Files.readString(report).contains("SIGSEGV"));
  }

  /** Says how code is written, and runs some. */
  static final class SaysHow {

    public static void main(String[] args) {
      try (CodeSpace space = CodeSpace.reserve(SPACE)) {
        CodeBlock block = space.allocate(MachineCode.addAnd(1).length);
        block.publish(MachineCode.addAnd(1));
        System.out.println(Caller.call(block.address(), 1, 1) + ", " + space.writing());
      }
    }
  }

  @Test
  void givenAMachineThatRefusesExecutableFilesInMemoryWhenCodeIsPublishedThenItGoesByProtection() throws Exception {
    String namespace = "unshare -rpf --mount-proc sh -c ";
    String refuse = "echo 2 > /proc/sys/vm/memfd_noexec";
    Assumptions.assumeTrue(new ProcessBuilder("sh", "-c", namespace + "'" + refuse + "'").start().waitFor() == 0,
        "this machine lets the test refuse nothing");
    // Another build's child may have the same number in a namespace of its own, and with it a file of figures.
    ChildJvm child = ChildJvm.small(
        "set -- " + namespace + "\"" + refuse + " && exec \\\"\\$@\\\"\" sh \"$@\"", SaysHow.class,
        "-XX:-UsePerfData");
    assertTrue(child.output().startsWith("3, written first, made executable after, for memfd_create("), child.output());
  }
}
