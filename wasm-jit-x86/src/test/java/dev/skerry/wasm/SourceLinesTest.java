package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.decode.LineTable;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps of a C program (src/test/guest/lines) name function, source file and line, from DWARF 4 and 5. */
class SourceLinesTest {

  private static final int MUTANTS = 20_000;

  private static byte[] program(int version) throws IOException {
    try (InputStream in = SourceLinesTest.class.getResourceAsStream("/guest/lines" + version + ".wasm")) {
      return in.readAllBytes();
    }
  }

  private static List<Trap.Frame> frames(byte[] module, String export, long... slots) throws Exception {
    Engine engine = Engine.create();
    try (Store store = engine.newStore()) {
      Func function = new Linker(store).instantiate(Module.compile(engine, module)).func(export).orElseThrow();
      return assertThrows(Trap.class, () -> function.invoke(slots)).frames();
    }
  }

  @ParameterizedTest(name = "DWARF {0}")
  @ValueSource(ints = {4, 5})
  void givenAProgramWithLinesWhenItTrapsThenItsFramesNameThem(int version) throws Exception {
    List<Trap.Frame> frames = frames(program(version), "run", 0);
    assertEquals(List.of("divide", "run"), frames.stream().map(Trap.Frame::name).toList());
    assertEquals("./include/step.h:4", frames.get(0).source());
    assertEquals("main.c:14", frames.get(1).source());
    assertTrue(frames.get(1).describe().startsWith("run at main.c:14 (byte 0x"), frames.get(1).describe());
    assertEquals("main.c:21", frames(program(version), "stop").get(0).source());
  }

  @Test
  void givenAFrameThatIsKeptThenItsSourceIsTheSame() throws Exception {
    Trap.Frame frame = frames(program(5), "run", 0).get(1);
    assertEquals("main.c:14", frame.withSource().source());
    assertEquals(frame.describe(), frame.withSource().describe());
  }

  @Test
  void givenAProgramWithoutLinesThenTheFrameSaysWhatIsKnown() throws Exception {
    Trap.Frame frame = frames(new TestModule().func("f", "->", "unreachable").bytes(), "f").get(0);
    assertEquals("", frame.source());
    assertTrue(frame.describe().matches("f \\(byte 0x[0-9a-f]+\\)"), frame.describe());
  }

  @ParameterizedTest(name = "DWARF {0}")
  @ValueSource(ints = {4, 5})
  void givenBrokenLinesThenTheyAreLeftOut(int version) throws Exception {
    long seed = Long.getLong("skerry.fuzz.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] module = program(version);
    ModuleInfo info = ModuleReader.read(module);
    ModuleInfo.CustomSection lines = info.customSection(".debug_line");
    int known = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = module.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        mutant[lines.from() + random.nextInt(lines.length())] = (byte) random.nextInt(256);
      }
      ModuleInfo read = ModuleReader.read(mutant);
      try {
        LineTable table = LineTable.of(read);
        for (int offset = -1; offset < mutant.length + 1; offset += 7) {
          known += table.at(offset).isEmpty() ? 0 : 1;
        }
        assertTrue(table.byteLength() <= LineTable.mostBytes(read));
      } catch (RuntimeException fault) {
        throw new AssertionError("seed " + seed + ", mutant " + i, fault);
      }
    }
    assertTrue(known > MUTANTS, "hardly a mutant has lines: seed " + seed);
  }

  @Test
  void givenALineSectionOfOneByteThousandsOfTimesThenNothingIsRead() throws Exception {
    byte[] module = program(4);
    ModuleInfo.CustomSection lines = ModuleReader.read(module).customSection(".debug_line");
    for (int fill : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
      byte[] broken = module.clone();
      Arrays.fill(broken, lines.from(), lines.from() + lines.length(), (byte) fill);
      assertNotNull(LineTable.of(ModuleReader.read(broken)).at(100));
    }
  }
}
