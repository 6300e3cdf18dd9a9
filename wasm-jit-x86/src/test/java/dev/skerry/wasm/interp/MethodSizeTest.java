package dev.skerry.wasm.interp;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** HotSpot never compiles a method of more than 8,000 bytecodes; the interpreter must have none. */
class MethodSizeTest {

  private static final int HUGE_METHOD = 8_000;

  @Test
  void everyMethodOfTheInterpreterCanBeCompiled() throws IOException, URISyntaxException {
    Path folder = Path.of(Interpreter.class.getResource("Interpreter.class").toURI()).getParent();
    List<Path> classes;
    try (Stream<Path> files = Files.list(folder)) {
      classes = files.filter(file -> file.toString().endsWith(".class")).toList();
    }
    assertFalse(classes.isEmpty());
    for (Path file : classes) {
      codeLengths(file).forEach((method, length) ->
          assertTrue(length < HUGE_METHOD, () -> file.getFileName() + " " + method + " has " + length + " bytes"));
    }
  }

  @Test
  void theMainLoopLeavesRoomForWhatIsInlinedIntoIt() throws IOException, URISyntaxException {
    Path file = Path.of(Interpreter.class.getResource("Interpreter.class").toURI());

    int length = codeLengths(file).get("run");

    assertTrue(length > 1_000 && length < HUGE_METHOD / 2, () -> "run has " + length + " bytes");
  }

  /** Bytes of code of each method, read from the class file (JVM specification, chapter 4). */
  private static Map<String, Integer> codeLengths(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file); DataInputStream in = new DataInputStream(stream)) {
      in.skipNBytes(8);
      String[] names = constants(in);
      in.skipNBytes(6);
      in.skipNBytes(2L * in.readUnsignedShort());
      members(in, names);
      return members(in, names);
    }
  }

  private static String[] constants(DataInputStream in) throws IOException {
    String[] names = new String[in.readUnsignedShort()];
    for (int i = 1; i < names.length; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> names[i] = in.readUTF();
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++;
        }
        default -> in.skipNBytes(4);
      }
    }
    return names;
  }

  private static Map<String, Integer> members(DataInputStream in, String[] names) throws IOException {
    Map<String, Integer> lengths = new HashMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      in.skipNBytes(2);
      String name = names[in.readUnsignedShort()];
      in.skipNBytes(2);
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        String attribute = names[in.readUnsignedShort()];
        int size = in.readInt();
        if (attribute.equals("Code")) {
          in.skipNBytes(4);
          lengths.merge(name, in.readInt(), Math::max);
          in.skipNBytes(size - 8);
        } else {
          in.skipNBytes(size);
        }
      }
    }
    return lengths;
  }
}
