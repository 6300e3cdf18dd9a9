package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.memory.NativeSupport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start costs, counted in classes: those of a compiler that has nothing to do yet are not loaded. */
class StartTest {

  /** The assembler's tables, the compiler, what leads to machine code, and a logger that has nothing to say. */
  private static final Pattern LATER = Pattern.compile("dev\\.skerry\\.wasm\\."
      + "(x64\\.\\w*(Rows|Assembler|Encoder|Table)|pass\\.|ir\\.Graph|lower\\.Lowering|regalloc\\.(Lir|Emission)"
      + "|runtime\\.(Stubs|ThunkWriter)|verify\\.Verifier)|ch\\.qos\\.logback|org\\.slf4j\\.LoggerFactory");

  private static final Pattern LOADED = Pattern.compile("^\\[.*\\] ([\\w.$/]+) source: .*$", Pattern.MULTILINE);

  /**
   * Makes an instance with an engine, and calls a function: of that engine if it compiles at once, else of one that
   * nobody tells what runs, for on a slow machine whatever runs may be found running twice.
   */
  static final class Once {

    public static void main(String[] args) throws Exception {
      EngineOptions options = EngineOptions.fromProperties().withTier(Tier.valueOf(args[0]));
      Engine engine = Engine.create(options);
      System.out.println("tier " + engine.options().tier());
      try (Store store = engine.newStore()) {
        instantiate(store);
      }
      try (Store store = (args[0].equals("AUTO") ? Engine.create(options, null) : engine).newStore()) {
        System.out.println("sum " + instantiate(store).func("add").orElseThrow().call(40, 2)[0]);
      }
    }

    private static Instance instantiate(Store store) throws Exception {
      return new Linker(store).instantiate(new TestModule().memory(1, 1)
          .func("add", "i32 i32 -> i32", "local.get 0; local.get 1; i32.add").compile(store.engine()));
    }
  }

  @TempDir
  Path folder;

  private List<String> loaded(Tier tier) throws Exception {
    Path log = folder.resolve("classes");
    ChildJvm child = ChildJvm.run(Once.class, List.of("-Xlog:class+load:file=" + log), tier.name());
    assertEquals(0, child.exitCode(), child::output);
    assertTrue(child.output().contains("tier " + tier + "\n"), child::output);
    assertTrue(child.output().contains("sum 42"), child::output);
    return LOADED.matcher(Files.readString(log)).results().map(found -> found.group(1)).toList();
  }

  private static List<String> later(List<String> classes) {
    return classes.stream().filter(name -> LATER.matcher(name).find()).toList();
  }

  @Test
  void givenNothingThatIsHotWhenAnEngineWithTiersRunsAGuestThenNoCompilerIsLoaded() throws Exception {
    Assumptions.assumeTrue(NativeSupport.isNative(), "without native memory there is no tier but the interpreter");
    assertEquals(List.of(), later(loaded(Tier.AUTO)));
  }

  @Test
  void givenAnEngineThatCompilesAtOnceWhenItRunsAGuestThenThoseClassesAreLoaded() throws Exception {
    Assumptions.assumeTrue(NativeSupport.isNative(), "without native memory there is no tier but the interpreter");
    assertTrue(later(loaded(Tier.JIT)).size() > 30, "the list of classes above names what is loaded later");
  }
}
