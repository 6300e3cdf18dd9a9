package dev.skerry.wasm.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java's stack may end anywhere on the way into a guest and back. */
@Timeout(300)
class JavaStackEndTest {

  private static final int THREADS = 40;
  /** In how many ways {@link JavaStackEndProgram} comes and goes. */
  private static final int WAYS = 9;

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  /** What is not compiled takes more stack: so that it ends there, and not on the way to it. */
  private static void run(String... interpreted) throws Exception {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:CompileCommand=quiet"));
    Stream.of(interpreted).map(method -> "-XX:CompileCommand=exclude,dev.skerry.wasm.runtime." + method)
        .forEach(options::add);
    ChildJvm child = ChildJvm.run(JavaStackEndProgram.class, options, Integer.toString(THREADS));
    assertEquals(0, child.exitCode(), child::output);
    assertTrue(child.output().contains(WAYS * THREADS + " stacks ended"), child::output);
  }

  @Test
  void givenAStackThatEndsOnTheWayOutThenOthersEnterTheStoreAndItIsClosed() throws Exception {
    run("Lease*::leave", "Lease*::goes", "Lease*::giveUp", "Entrance::leave");
  }

  @Test
  void givenAStackThatEndsWhereGuestCodeStoppedThenTheGuestsStackIsWhole() throws Exception {
    run("Activation*::callSetUp", "Activations::nest", "Activation::call", "Activation::open", "Activation::close",
        "Level::open*", "Level::close");
  }

  @Test
  void givenAStackThatEndsWhereAStoreCountsThenNestingsAreGivenBackAndWhoIsInsideIsKnown() throws Exception {
    // What is compiled takes less stack: so that whoever asks who is inside finds no room where telling would.
    List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Xbatch", "-Xmx64m",
        "-XX:CompileCommand=quiet", "-XX:CompileCommand=dontinline,java.util.ArrayList::get"));
    Stream.of("java.util.ArrayList::get", "java.util.ArrayList::size", "dev.skerry.wasm.runtime.TimeLimit::clock",
            "dev.skerry.wasm.runtime.TimeLimits::measure")
        .map(method -> "-XX:CompileCommand=compileonly," + method).forEach(options::add);
    ChildJvm child = ChildJvm.run(StoreStackEndProgram.class, options);
    assertEquals(0, child.exitCode(), child::output);
    assertTrue(child.output().contains(StoreStackEndProgram.ENDS + " stacks ended"), child::output);
  }
}
