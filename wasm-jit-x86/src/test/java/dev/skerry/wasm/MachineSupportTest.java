package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import dev.skerry.memory.RefusingKernel;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.runtime.CodeRegion;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a machine refuses something, engines do what comes nearest and say so. */
class MachineSupportTest {

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "only native memory can be refused by the machine");
  }

  /** Says what there is, and adds two numbers with it; what the arguments name is refused by the kernel. */
  static final class Modest {

    /** The region of code is made before the rest is refused. */
    private static final String LATER = "later";

    public static void main(String[] args) throws Exception {
      for (String refusal : args) {
        if (refusal.equals(LATER)) {
          CodeRegion.current();
        } else {
          RefusingKernel.refuse(RefusingKernel.Refusal.valueOf(refusal));
        }
      }
      Engine engine = Engine.createWithCache(
          EngineOptions.fromProperties().withTier(Tier.AUTO), CodeCache.inMemory(1 << 20));
      System.out.println(engine.options().tier() + " " + engine.options().memory());
      System.out.println(MachineSupport.current());
      Module module = new TestModule().memory(1, 1).func("add", "i32 i32 -> i32", "local.get 0; local.get 1; i32.add")
          .compile(engine);
      if (engine.options().tier() != Tier.INTERP) {
        HandAssembled add = new HandAssembled(0, -1, 0);
        add.code.emit(IntegerRows.LEA.of(32), Gpr.RAX, Mem.at(Gpr.RDI, Gpr.RSI, 1, 0));
        add.ret().install(module);
      }
      try (Store store = engine.newStore()) {
        System.out.println("sum " + new Linker(store).instantiate(module).func("add").orElseThrow().call(40, 2)[0]);
      }
    }
  }

  private static String run(String prologue, String... options) throws Exception {
    return checked(ChildJvm.run(prologue, Modest.class, List.of(options)));
  }

  private static String refusing(RefusingKernel.Refusal refusal) throws Exception {
    return checked(ChildJvm.run(Modest.class, List.of(PrintedLog.OPTION), refusal.name()));
  }

  private static long warnings(String output) {
    return output.lines().filter(line -> line.startsWith("WARN ")).count();
  }

  private static String checked(ChildJvm child) {
    assertEquals(0, child.exitCode(), child::output);
    assertTrue(child.output().contains("sum 42"), child::output);
    return child.output();
  }

  @Test
  void givenNothingThatIsRefusedWhenAnEngineStartsThenCodeRunsAndFaultsAreTraps() throws Exception {
    String output = run("");
    assertTrue(output.contains("AUTO GUARD"), output);
    assertTrue(output.contains("machineCode=true") && output.contains("faults=true"), output);
  }

  @Test
  void givenSignalsOffWhenAnEngineStartsThenCodeChecksMemory() throws Exception {
    String output = run("", "-Dskerry.signals=off");
    assertTrue(output.contains("AUTO CHECK"), output);
    assertTrue(output.contains("signals are switched off"), output);
  }

  @Test
  void givenLittleAddressSpaceWhenAnEngineStartsThenCodeChecksMemory() throws Exception {
    String output = run("ulimit -v 7000000", "-Xmx64m", "-XX:+UseSerialGC", "-XX:CompressedClassSpaceSize=16m",
        "-XX:ReservedCodeCacheSize=32m");
    assertTrue(output.contains("AUTO CHECK"), output);
    assertTrue(output.contains("no address space for guards"), output);
  }

  @Test
  void givenNativeMemoryOffWhenAnEngineStartsThenEverythingIsInterpreted() throws Exception {
    String output = run("", "-Dskerry.native=off");
    assertTrue(output.contains("INTERP"), output);
    assertTrue(output.contains("machineCode=false") && output.contains("-Dskerry.native=off"), output);
  }

  @Test
  void givenExecutableFilesThatAreRefusedWhenAnEngineStartsThenCodeRunsAndItIsSaidHow() throws Exception {
    String output = refusing(RefusingKernel.Refusal.EXECUTABLE_FILES);
    assertTrue(output.contains("AUTO GUARD"), output);
    assertTrue(output.contains("machineCode=true, writing=written first, made executable after, for memfd_create"),
        output);
  }

  @Test
  void givenAPolicyAgainstExecutionWhenAnEngineStartsThenEverythingIsInterpretedAndItIsSaidWhy() throws Exception {
    String output = refusing(RefusingKernel.Refusal.EXECUTION);
    assertTrue(output.contains("INTERP"), output);
    assertTrue(output.contains("machineCode=false, writing=mprotect(") && output.contains("EACCES"), output);
    assertEquals(1, warnings(output), output);
  }

  @Test
  void givenAProcessorThatCannotBeAskedWhenAnEngineStartsThenEverythingIsInterpretedAndItIsSaidWhy() throws Exception {
    String output = checked(ChildJvm.run(Modest.class, List.of(PrintedLog.OPTION), Modest.LATER,
        RefusingKernel.Refusal.EXECUTION.name()));
    String reason = "the processor cannot be asked what it has: mprotect(";
    assertTrue(output.contains("INTERP"), output);
    assertTrue(output.contains("machineCode=false, writing=" + reason) && output.contains("EACCES"), output);
    assertTrue(output.contains("Everything is interpreted: " + reason), output);
    assertEquals(1, warnings(output), output);
  }

  @Test
  void givenNoRoomForGuardsWhenAnEngineStartsThenCodeChecksMemory() throws Exception {
    String output = refusing(RefusingKernel.Refusal.ROOM);
    assertTrue(output.contains("AUTO CHECK"), output);
    assertTrue(output.contains("no address space for guards"), output);
  }
}
