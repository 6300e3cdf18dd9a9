package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.testing.Program;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An embedder's program that is a module: Skerry's jars have names of their own, and lie on the module path. */
class ModulePathTest {

  /** The runtime, as the build of demo-sites gathers it. */
  private static final Path JARS = Path.of("../demo-sites/target/lib");
  private static final String PROGRAM = """
      package shop;

      import dev.skerry.origin.Page;
      import dev.skerry.origin.PageHost;

      public class Shop {
        public static void main(String[] args) throws Exception {
          try (PageHost host = PageHost.builder().build();
              Page page = host.open("data:text/html,<title>till</title>")) {
            System.out.println(page.document().title() + " of " + PageHost.class.getModule().getName());
          }
        }
      }
      """;

  @TempDir
  private Path folder;

  @BeforeEach
  void requireJars() {
    assumeTrue(Files.isDirectory(JARS), "demo-sites is not packaged");
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(JARS)) {
      return files.filter(file -> !file.endsWith("skerry.jar")).toList();
    }
  }

  @Test
  void everyModuleIsNamedAsItsPackage() throws IOException {
    Set<String> names = ModuleFinder.of(jars().toArray(Path[]::new)).findAll().stream()
        .map(module -> module.descriptor().name()).filter(name -> name.contains("skerry"))
        .collect(Collectors.toCollection(TreeSet::new));
    assertEquals("[dev.skerry.bindings, dev.skerry.fetch, dev.skerry.memory, dev.skerry.origin, dev.skerry.wasm]",
        names.toString());
  }

  @Test
  void aModuleThatEmbedsSkerryOpensAPage() throws Exception {
    String modules = jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    Files.writeString(folder.resolve("module-info.java"),
        "module shop { requires dev.skerry.origin; requires org.jsoup; }");
    Files.writeString(folder.resolve("Shop.java"), PROGRAM);
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), "-p", modules,
        folder.resolve("module-info.java").toString(), folder.resolve("Shop.java").toString()));
    Program.Ended ended = Program.run(Program.java(List.of("-p", modules + File.pathSeparator + folder, "--add-modules",
        "ALL-MODULE-PATH,ALL-DEFAULT", "-m", "shop/shop.Shop")));
    assertEquals(0, ended.exitCode(), ended.errors());
    assertEquals("till of dev.skerry.origin\n", ended.output());
  }
}
