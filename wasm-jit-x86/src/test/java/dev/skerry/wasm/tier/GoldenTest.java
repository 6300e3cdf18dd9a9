package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.BranchCounts;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the compiler makes of small functions is what stands beside them in {@code src/test/golden}: a line
 * {@code func TYPE; LOCALS; STRATEGY}, the body, then the graph and the code for a CPU with nothing but SSE4.1. Where
 * the line ends with {@code ; ARGUMENT}, the function ran with that, in code that counts which way branches go. The
 * module has a memory, an i32 and an f64 global, a table with the function, and as function 0 an import of type
 * {@code i32 -> i32}. {@code -Dskerry.bless=true} writes what comes out now.
 */
class GoldenTest {

  private static final Path FOLDER = Path.of("src/test/golden");
  private static final String GRAPH = "-- graph\n";
  private static final String CODE = "-- code\n";

  static Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      return all.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theCompilerMakesWhatStandsThere(Path file) throws IOException, CompileError, LinkError {
    String text = Files.readString(file);
    int end = text.contains(GRAPH) ? text.indexOf(GRAPH) : text.length();
    String source = text.substring(0, end);
    String made = source + GRAPH + compile(source, Dump.IR) + CODE + compile(source, Dump.ASM);
    if (Boolean.getBoolean("skerry.bless")) {
      Files.writeString(file, made);
    }
    assertTrue(text.contains(CODE) || Boolean.getBoolean("skerry.bless"), () -> file + " was never blessed");
    assertEquals(Files.readString(file), made, () -> file + " (-Dskerry.bless=true takes what comes out now)");
  }

  private static String compile(String source, Dump dump) throws CompileError, LinkError {
    int line = source.indexOf('\n');
    String[] head = source.substring("func ".length(), line).split(";");
    TestModule module = new TestModule().importFunc("host", "f", "i32 -> i32").memory(1, 4)
        .global(ValType.I32, true, "i32.const 0").global(ValType.F64, true, "f64.const 0")
        .table(ValType.FUNCREF, 2, 2).elements("i32.const 0", 1)
        .func("f", head[0].trim(), head[1].trim(), source.substring(line + 1));
    ModuleCode code = head.length > 3 ? BranchCounts.after(module, Integer.parseInt(head[3].trim()))
        : new ModuleCode(ModuleReader.read(module.bytes(), Module.FEATURES), new TypeRegistry(), false,
            Allowance.of(Module.FEATURES));
    EngineOptions options = new EngineOptions(Tier.JIT,
        MemoryStrategy.valueOf(head[2].trim().toUpperCase(Locale.ROOT)), false, true);
    return new Compilations(options, CpuFeatures.floor()).dump(code, 1, dump);
  }
}
