package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two builds of the compiler that differ in a byte of a class have different names, in folders and in jars. */
class CompilerBuildTest {

  private static final String CLASS = "dev/skerry/wasm/lower/Lowering.class";
  private static final String OTHER = "dev/skerry/wasm/Engine.class";

  @TempDir
  private Path home;

  private static void put(Path folder, String name, byte... bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  @Test
  void givenAFolderOfClassesThenEachByteAndEachNameCounts() throws IOException {
    put(home, CLASS, (byte) 1, (byte) 2);
    put(home, OTHER, (byte) 3);
    String digest = CompilerBuild.compute(home);
    put(home, "dev/skerry/wasm/notes.txt", (byte) 4);
    assertEquals(digest, CompilerBuild.compute(home));
    put(home, CLASS, (byte) 1, (byte) 3);
    assertNotEquals(digest, CompilerBuild.compute(home));
    put(home, CLASS, (byte) 1, (byte) 2);
    assertEquals(digest, CompilerBuild.compute(home));
    Files.move(home.resolve(OTHER), home.resolve("dev/skerry/wasm/Motor.class"));
    assertNotEquals(digest, CompilerBuild.compute(home));
  }

  private Path jar(String name, String comment, byte... bytes) throws IOException {
    Path file = home.resolve(name);
    try (OutputStream out = Files.newOutputStream(file); ZipOutputStream jar = new ZipOutputStream(out)) {
      jar.setComment(comment);
      ZipEntry entry = new ZipEntry(CLASS);
      entry.setTime(0);
      jar.putNextEntry(entry);
      jar.write(bytes);
      jar.closeEntry();
    }
    return file;
  }

  @Test
  void givenAJarThenEachByteOfItsClassesCounts() throws IOException {
    byte[] bytes = new byte[10_000];
    String digest = CompilerBuild.compute(jar("a.jar", "", bytes));
    assertEquals(digest, CompilerBuild.compute(jar("b.jar", "built by somebody else", bytes)));
    bytes[5_000] = 1;
    assertNotEquals(digest, CompilerBuild.compute(jar("c.jar", "", bytes)));
  }

  @Test
  void givenAFileThatIsNoJarThenItHasNoName() throws IOException {
    Path file = Files.write(home.resolve("text"), new byte[100]);
    assertThrows(IOException.class, () -> CompilerBuild.compute(file));
  }
}
