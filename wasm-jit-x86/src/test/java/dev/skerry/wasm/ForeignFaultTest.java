package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong machine code crashes the JVM loudly; only faults that are surely a guest's become traps. */
class ForeignFaultTest {

  /** Nothing is ever mapped in either (Linux, Documentation/arch/x86/x86_64/mm.rst, vm.mmap_min_addr). */
  private static final long FIRST_PAGE = 4096;
  private static final long LAST_PAGE = (1L << 47) - 4096;

  @TempDir
  private Path folder;

  /** Runs a function that reads where it must not. */
  static final class WrongLoad {

    public static void main(String[] args) throws Exception {
      Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
      Module module = new TestModule().memory(1, 1).func("load", "-> i64", "unreachable").compile(engine);
      HandAssembled load = new HandAssembled(0, 0, 0);
      load.code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RAX, new Imm(1L << 32));
      switch (args[0]) {
        case "a trap" -> load.mayFault(1);
        case "an address above" -> outside(load, LAST_PAGE);
        case "an address below" -> outside(load, FIRST_PAGE);
        case "no address at all" -> {
          load.code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RAX, new Imm(1L << 62));
          load.mayFault(1);
        }
        case "an undeclared instruction" -> { }
        default -> throw new IllegalArgumentException(args[0]);
      }
      load.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RAX, 1, 0));
      load.ret().install(module);
      try (Store store = engine.newStore()) {
        System.out.println(new Linker(store).instantiate(module).func("load").orElseThrow().call()[0]);
      } catch (Trap trap) {
        System.out.println("trapped: " + trap.kind());
      }
    }
  }

  private static void outside(HandAssembled load, long address) {
    load.code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RAX, new Imm(address));
    load.code.emit(IntegerRows.SUB_R_RM.of(64), Gpr.RAX, Gpr.R14);
    load.mayFault(1);
  }

  private ChildJvm run(String what) throws Exception {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
    return ChildJvm.run(WrongLoad.class,
        List.of("-Xmx64m", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder.resolve("hs_err.log")), what);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "an address above", "an address below", "no address at all", "an undeclared instruction"})
  void givenALoadThatIsNoGuestsWhenItFaultsThenTheJvmCrashesWithItsReport(String what) throws Exception {
    ChildJvm child = run(what);

    assertNotEquals(0, child.exitCode(), child::output);
    assertFalse(child.output().contains("trapped"), child::output);
    assertTrue(Files.readString(folder.resolve("hs_err.log")).contains("SIGSEGV"), child::output);
  }

  @ParameterizedTest
  @ValueSource(strings = "a trap")
  void givenALoadInTheGuardWhenItFaultsThenItIsATrap(String what) throws Exception {
    ChildJvm child = run(what);

    assertEquals(0, child.exitCode(), child::output);
    assertTrue(child.output().contains("trapped: MEMORY_OUT_OF_BOUNDS"), child::output);
  }
}
