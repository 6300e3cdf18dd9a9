package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import dev.skerry.memory.RefusingKernel;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.runtime.CodeRegion;
import dev.skerry.wasm.tier.Compilations;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What fails in the background is told to the log: nothing is thrown or printed. */
class BackgroundFailureTest {

  /** Engines and work in the background on a machine that refuses code after it took it. */
  static final class Program {

    private Program() {
    }

    public static void main(String[] args) throws InterruptedException {
      CodeRegion.current();
      RefusingKernel.refuse(RefusingKernel.Refusal.EXECUTION);
      EngineOptions options = new EngineOptions(Tier.AUTO, MemoryStrategy.CHECK, false, true, true, false);
      Engine engine = Engine.createWithCache(options, CodeCache.inMemory(1 << 20));
      awaitIdle();
      System.out.println("made");
      System.out.println(engine.options().tier());
      Compilations.inBackground(() -> {
        throw new IllegalStateException("on purpose");
      });
      awaitIdle();
      Compilations.inBackground(() -> System.out.println("others go on"));
      awaitIdle();
    }

    private static void awaitIdle() throws InterruptedException {
      if (!Compilations.awaitIdle(Duration.ofSeconds(60))) {
        throw new IllegalStateException("the background does not come to an end");
      }
    }
  }

  @Test
  void givenAMachineThatCannotBeLookedAtInTheBackgroundThenThatIsSaidOnceAndOthersGoOn() throws Exception {
    Assumptions.assumeTrue(NativeSupport.isNative(), "nothing is looked at without native code");
    ChildJvm child = ChildJvm.run(Program.class, List.of("-Xmx64m", PrintedLog.OPTION));
    String refused = "WARN dev.skerry.wasm.runtime.NativeTier: Everything is interpreted: ";
    assertEquals(List.of(refused, "made", "INTERP",
        "WARN skerry.compile: What was to be done for the compiler in the background is not: "
            + "java.lang.IllegalStateException: on purpose", "others go on"), child.output().lines()
            .filter(line -> !line.startsWith("SLF4J(I)"))
            .map(line -> line.startsWith(refused) ? refused : line).toList());
  }
}
