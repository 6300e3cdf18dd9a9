package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.RefusingKernel.Refusal;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each step of falling back where a machine refuses something, in a JVM whose kernel does. */
class RefusingMachineTest {

  private static final long PAGE = 64 << 10;

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.isNative(), "only native memory can be refused by the machine");
  }

  /** Tries everything once and prints how it went. */
  static final class Trying {

    public static void main(String[] args) {
      LinearMemory before = LinearMemory.reserve(PAGE, 4L << 30);
      before.putInt(0, 42);
      Refusal[] all = Arrays.stream(System.getProperty("refusals").split(",")).map(Refusal::valueOf)
          .toArray(Refusal[]::new);
      RefusingKernel.refuse(all[0], Arrays.copyOfRange(all, 1, all.length));
      print("code", Trying::code);
      print("memory", Trying::memory);
      print("growth", () -> before.grow(1 << 20) + ", keeps " + before.getInt(0) + " in " + before.byteLength());
      print("guarded", Trying::guarded);
      print("stack", Trying::stack);
      print("block", Trying::block);
      print("image", Trying::image);
      print("shareable", Trying::shareable);
      before.close();
      System.out.println(NativeUsage.current());
    }

    private static void print(String what, Supplier<String> action) {
      try {
        System.out.println(what + ": " + action.get());
      } catch (NativeMemoryException e) {
        System.out.println(what + " refused: " + e.getMessage());
      }
    }

    private static String code() {
      CodeSpace space = CodeSpace.reserve(1 << 20);
      CodeBlock block = space.allocate(MachineCode.addAnd(3).length);
      block.publish(MachineCode.addAnd(3));
      long sum = MachineCode.Caller.call(block.address(), 30, 9);
      block.close();
      CodeBlock again = space.allocate(MachineCode.addAnd(4).length);
      again.publish(MachineCode.addAnd(4));
      return sum + " and " + MachineCode.Caller.call(again.address(), 30, 9) + ", " + space.writing();
    }

    private static String memory() {
      try (LinearMemory memory = LinearMemory.reserve(PAGE, 4L << 30)) {
        memory.putInt(8, 7);
        return memory.getInt(8) + ", moves " + memory.movesOnGrowth() + ", grows " + memory.grow(2 * PAGE);
      }
    }

    private static String guarded() {
      try (LinearMemory memory = LinearMemory.reserve(PAGE, 4L << 30, MemoryLayout.GUARDED)) {
        memory.putInt(8, 7);
        return "fine";
      }
    }

    private static String stack() {
      try (NativeStack stack = NativeStack.reserve(1 << 20)) {
        NativeAccess.putLong(stack.top() - Long.BYTES, 7);
        return "fine";
      }
    }

    private static String block() {
      try (NativeBlock block = NativeBlock.allocate(1 << 20)) {
        NativeAccess.putLong(block.address(), 7);
        return "fine";
      }
    }

    private static String image() {
      try (LinearMemory origin = LinearMemory.reserve(2 << 20, 4 << 20)) {
        origin.putInt(1 << 20, 5);
        try (MemoryImage image = MemoryImage.of(origin, 2 << 20);
            LinearMemory copy = LinearMemory.reserve(2 << 20, 4 << 20, MemoryLayout.CHECKED, image)) {
          return "holds " + copy.getInt(1 << 20);
        }
      }
    }

    private static String shareable() {
      try (LinearMemory memory = LinearMemory.reserveShareable(PAGE, 2 * PAGE, MemoryLayout.CHECKED)) {
        memory.putInt(0, 7);
        return "fine";
      }
    }
  }

  private static String trying(Refusal... refusals) throws Exception {
    ChildJvm child = ChildJvm.small("", Trying.class,
        "-Drefusals=" + Arrays.stream(refusals).map(Enum::name).collect(Collectors.joining(",")));
    assertEquals(0, child.exitCode(), child.output());
    return child.output();
  }

  private static void assertHas(String output, String... lines) {
    for (String line : lines) {
      assertTrue(output.contains(line), () -> "no " + line + " in\n" + output);
    }
  }

  /** Beside what the test names, all goes on as usual, and all is given back. */
  private static void assertElseFine(String output, int spaces, String... but) {
    for (String what : new String[] {"code: 42 and 43", "memory: 7, moves false, grows true",
        "growth: true, keeps 42 in 1048576", "guarded: fine", "stack: fine", "block: fine", "image: holds 5",
        "shareable: fine"}) {
      if (Arrays.stream(but).noneMatch(what::startsWith)) {
        assertHas(output, what);
      }
    }
    assertHas(output, "memories=Share[count=0,", "blocks=Share[count=0,", "codeSpaces=Share[count=" + spaces + ",",
        "stacks=Share[count=0,", "images=Share[count=0,", "leaks=0");
  }

  @Test
  void givenExecutableFilesThatAreRefusedWhenCodeIsPublishedThenItIsWrittenFirstAndSaysWhy() throws Exception {
    String output = trying(Refusal.EXECUTABLE_FILES);
    assertHas(output, "written first, made executable after, for memfd_create(skerry-code, flags 0x11) failed: EACCES");
    assertElseFine(output, 2);
  }

  @Test
  void givenAllFilesInMemoryRefusedWhenUsedThenImagesAreCopiedAndOnlyWhatIsSharedIsRefused() throws Exception {
    String output = trying(Refusal.FILES);
    assertHas(output, "written first", "shareable refused: memfd_create(skerry-memory, flags 0x9) failed: EPERM");
    assertElseFine(output, 2, "shareable");
  }

  @Test
  void givenAKernelThatKnowsNoFlagsOfFilesWhenCodeIsPublishedThenItIsInAFileAllTheSame() throws Exception {
    String output = trying(Refusal.FLAGS_OF_FILES);
    assertHas(output, "written through a file descriptor");
    assertElseFine(output, 2);
  }

  @Test
  void givenAKernelWithoutCoreSyncWhenCodeIsPublishedThenItGoesByProtection() throws Exception {
    String output = trying(Refusal.CORE_SYNC);
    assertHas(output, "written first, made executable after, for membarrier(0) failed: ENOSYS");
    assertElseFine(output, 2);
  }

  @Test
  void givenAPolicyAgainstExecutionWhenCodeIsAskedForThenItIsRefusedAndMemoryStaysNative() throws Exception {
    for (String output : new String[] {trying(Refusal.EXECUTION),
        trying(Refusal.EXECUTION, Refusal.EXECUTABLE_FILES)}) {
      assertTrue(output.matches("(?s).*code refused: mprotect\\(0x[0-9a-f]+, 4096, prot 5\\) failed: EACCES.*"),
          output);
      assertElseFine(output, 0, "code");
    }
  }

  @Test
  void givenStrictAccountingAtItsLimitWhenPagesAreToBecomeWritableThenGrowthIsRefusedAndNothingLost() throws Exception {
    String output = trying(Refusal.WRITABLE_PAGES);
    assertHas(output, "growth: false, keeps 42 in 65536", "memory: 7, moves true, grows true",
        "guarded refused: the system will not back 65536 bytes: mprotect answered ENOMEM",
        "stack refused: the system will not back", "shareable refused: the system will not back");
    assertTrue(output.matches("(?s).*block refused: mmap\\(0x0, 1048576, prot 3, .*\\) failed: ENOMEM.*"), output);
    assertElseFine(output, 2, "growth", "memory", "guarded", "stack", "block", "shareable");
  }

  @Test
  void givenNoRoomForReservationsWhenMemoryIsUsedThenItMovesOnGrowthAndGuardsAreRefused() throws Exception {
    String output = trying(Refusal.ROOM);
    assertHas(output, "memory: 7, moves true, grows true", "guarded refused: mmap(0x0, 6442450944, prot 0,");
    assertElseFine(output, 2, "memory", "guarded");
  }
}
