package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Opcode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every instruction is run by a test of ours, without the specification's suite: it is in the modules that
 * {@link DifferentialTest} runs, or written out in a test of this package, all of which run what they write.
 */
class EveryOpcodeTest {

  private static final Path TESTS = Path.of("src/test/java/dev/skerry/wasm");
  private static final int MODULES = 1_500;

  @Test
  void givenEveryInstructionThenATestOfOursRunsIt() throws Exception {
    Set<Opcode> missing = EnumSet.allOf(Opcode.class);
    Engine engine = Engine.create();
    for (int seed = 0; seed < MODULES; seed++) {
      remove(Module.compile(engine, new RandomModule(new Random(seed)).module().bytes()).code().info(), missing);
    }
    String sources = sources();
    missing.removeIf(opcode -> isWrittenOut(opcode, sources));
    assertEquals(Set.of(), missing);
  }

  private static void remove(ModuleInfo module, Set<Opcode> missing) {
    for (int i = 0; i < module.bodies().length(); i++) {
      ModuleInfo.FunctionBody body = module.bodies().get(i);
      InstructionReader reader = new InstructionReader(module.bytes(), body.offset());
      while (reader.position() < body.end()) {
        missing.remove(reader.next());
      }
    }
  }

  /** As an argument of {@code Code.op}, or in the text of a {@link TestModule}. */
  private static boolean isWrittenOut(Opcode opcode, String sources) {
    return Pattern.compile("op\\(Opcode\\." + opcode + "\\b").matcher(sources).find()
        || Pattern.compile("[\"\\n;] *" + Pattern.quote(opcode.mnemonic) + "[ \";\\n\\\\]").matcher(sources).find();
  }

  private static String sources() throws IOException {
    List<Path> tests;
    try (Stream<Path> files = Files.list(TESTS)) {
      tests = files.filter(file -> file.toString().endsWith("Test.java")).toList();
    }
    StringBuilder text = new StringBuilder();
    for (Path test : tests) {
      text.append(Files.readString(test));
    }
    return text.toString();
  }
}
