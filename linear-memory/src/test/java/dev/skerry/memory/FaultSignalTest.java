package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.MachineCode.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of our own code become results, all others stay HotSpot's. Each case has a JVM of its own. */
class FaultSignalTest {

  private static final long PAGE = 64 << 10;

  /** {@code long load(long address)}, whose first instruction may fault, and where it goes on then. */
  static final class Loader {

    static final byte[] CODE = MachineCode.code(
        0x48, 0x8B, 0x07,                               // mov rax, [rdi]
        0xC3,                                           // ret
        0x48, 0xC7, 0xC0, 0xFF, 0xFF, 0xFF, 0xFF,       // fault: mov rax, -1
        0xC3);                                          // ret
    private static final int FAULT = 4;

    private final CodeBlock block;

    Loader(CodeSpace space) {
      block = space.allocate(CODE.length);
      block.publish(CODE);
    }

    long load(long address) {
      return Caller.call(block.address(), address, 0);
    }

    /** Chains a handler that claims faults of this loader's first instruction. */
    void claimFaults(CodeSpace space) {
      long previous = FaultSignal.SEGMENTATION_FAULT.handler();
      byte[] code = MachineCode.code(
          0x48, 0x8B, 0x82, 0xA8, 0, 0, 0,              // mov rax, [rdx + uc_mcontext.gregs[REG_RIP]]
          0x48, 0xB9, 0, 0, 0, 0, 0, 0, 0, 0,           // mov rcx, the claimed address
          0x48, 0x39, 0xC8,                             // cmp rax, rcx
          0x75, 18,                                     // jne not ours
          0x48, 0xB9, 0, 0, 0, 0, 0, 0, 0, 0,           // mov rcx, where to go on
          0x48, 0x89, 0x8A, 0xA8, 0, 0, 0,              // mov [rdx + uc_mcontext.gregs[REG_RIP]], rcx
          0xC3,                                         // ret
          0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0,           // not ours: mov rax, the previous handler
          0xFF, 0xE0);                                  // jmp rax
      putLong(code, 9, block.address());
      putLong(code, 24, block.address() + FAULT);
      putLong(code, 42, previous);
      CodeBlock handler = space.allocate(code.length);
      handler.publish(code);
      FaultSignal.SEGMENTATION_FAULT.chain(handler, 0, previous);
      if (FaultSignal.SEGMENTATION_FAULT.handler() != handler.address()) {
        throw new IllegalStateException("the handler is not in place");
      }
    }

    private static void putLong(byte[] code, int at, long value) {
      for (int i = 0; i < Long.BYTES; i++) {
        code[at + i] = (byte) (value >> 8 * i);
      }
    }
  }

  /** Faults in a guard often, with null pointers and collections in between, then once where nobody claims it. */
  static final class Faulting {

    private static Object nothing;

    public static void main(String[] args) {
      CodeSpace space = CodeSpace.reserve(1 << 16);
      Loader claimed = new Loader(space);
      claimed.claimFaults(space);
      try (LinearMemory memory = LinearMemory.reserve(PAGE, PAGE, MemoryLayout.GUARDED)) {
        memory.putLong(PAGE - 8, 42);
        int faults = 0;
        int nulls = 0;
        for (int i = 0; i < 50_000; i++) {
          faults += claimed.load(memory.address() + PAGE + i) == -1 ? 1 : 0;
          faults += claimed.load(memory.address() + PAGE - 8) == 42 ? 0 : 1;
          nulls += hash(i % 2 == 0 ? nothing : "") == -1 ? 1 : 0;
          if (i % 10_000 == 0) {
            System.gc();
          }
        }
        System.out.println("faults " + faults + ", nulls " + nulls);
        System.out.println("unclaimed " + new Loader(space).load(memory.address() + PAGE));
      }
    }

    private static int hash(Object object) {
      try {
        return object.hashCode();
      } catch (NullPointerException e) {
        return -1;
      }
    }
  }

  /** Tries to chain what must not be. */
  static final class Misusing {

    public static void main(String[] args) {
      CodeSpace space = CodeSpace.reserve(1 << 16);
      CodeBlock block = space.allocate(1);
      long previous = FaultSignal.BUS_ERROR.handler();
      refused(() -> FaultSignal.BUS_ERROR.chain(block, 0, previous));
      block.publish(new byte[] {(byte) 0xC3});
      refused(() -> FaultSignal.BUS_ERROR.chain(block, 0, previous + 1));
      refused(() -> FaultSignal.BUS_ERROR.chain(block, 1, previous));
      block.close();
      refused(() -> FaultSignal.BUS_ERROR.chain(block, 0, previous));
      System.out.println("unchanged " + (FaultSignal.BUS_ERROR.handler() == previous));
    }

    private static void refused(Runnable misuse) {
      try {
        misuse.run();
        System.out.println("not refused");
      } catch (IllegalStateException | IllegalArgumentException e) {
        System.out.println("refused");
      }
    }
  }

  @Test
  void givenAChainedHandlerWhenOwnCodeAndJavaFaultThenEachGetsItsOwnAndAFaultThatNobodyClaimsCrashes(
      @TempDir Path folder) throws Exception {
    needsNativeMemory();
    Path report = folder.resolve("hs_err.log");
    ChildJvm child = ChildJvm.small("ulimit -c 0", Faulting.class, "-XX:ErrorFile=" + report);
    assertNotEquals(0, child.exitCode());
    assertTrue(child.output().startsWith("faults 50000, nulls 25000\n"), child.output());
    assertFalse(child.output().contains("unclaimed"), child.output());
    assertTrue(Files.readString(report).contains("SIGSEGV"));
  }

  @Test
  void givenCodeThatIsNotReadyOrAnotherHandlerWhenChainedThenItIsRefusedAndNothingChanges() throws Exception {
    needsNativeMemory();
    ChildJvm child = ChildJvm.small("ulimit -c 0", Misusing.class);
    assertEquals("refused\nrefused\nrefused\nrefused\nunchanged true\n", child.output());
  }

  @Test
  void givenSignalsThatAreOffWhenAHandlerIsAskedForThenItIsRefused() {
    String former = System.getProperty(FaultSignal.PROPERTY);
    System.setProperty(FaultSignal.PROPERTY, "off");
    try {
      assertFalse(FaultSignal.available());
      assertThrows(IllegalStateException.class, FaultSignal.SEGMENTATION_FAULT::handler);
    } finally {
      if (former == null) {
        System.clearProperty(FaultSignal.PROPERTY);
      } else {
        System.setProperty(FaultSignal.PROPERTY, former);
      }
    }
    assertEquals(NativeSupport.current().nativeMemory() && !"off".equals(former), FaultSignal.available());
  }

  private static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory has guards to fault in");
  }
}
