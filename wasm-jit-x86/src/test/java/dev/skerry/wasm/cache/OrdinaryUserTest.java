package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are a user's own whoever that is; root, as whom tests may run, owns things that other users do not. */
class OrdinaryUserTest {

  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
  private static final int NOBODY = 65_534;

  @TempDir
  private Path home;

  /** Makes and opens what is the user's own; refuses what is another one's. */
  static final class Program {

    private Program() {
    }

    /** @param args a folder that the user may write, and one that is another user's */
    public static void main(String[] args) throws IOException {
      Path folder = Path.of(args[0], "code");
      PrivateFiles.requireFolder(folder, ".code");
      PrivateFiles.requireFolder(folder, ".code");
      byte[] key = UserKey.at(Path.of(args[0], "state", "key"));
      Path file = folder.resolve("some.code");
      PrivateFiles.create(file).close();
      try (FileChannel opened = PrivateFiles.open(file)) {
        System.out.println("own " + key.length + " " + opened.size());
      }
      if (args.length > 1) {
        try {
          PrivateFiles.requireFolder(Path.of(args[1]), ".code");
        } catch (IOException refused) {
          System.out.println(refused.getMessage().replace(args[1], "it"));
        }
      }
    }
  }

  private Path others(String name) throws IOException {
    Path folder = Files.createDirectory(home.resolve(name));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return folder;
  }

  /** What is needed of this class path, which another user may not see. */
  private Path classes() throws IOException, URISyntaxException {
    Path copies = Files.createDirectories(others("classes").resolve("dev/skerry/wasm/cache"));
    for (Class<?> needed : List.of(PrivateFiles.class, UserKey.class, Program.class)) {
      String name = needed.getName().substring(needed.getPackageName().length() + 1) + ".class";
      Files.copy(needed.getResourceAsStream(name), copies.resolve(name));
    }
    return home.resolve("classes");
  }

  /** Runs Java as a user who owns nothing. */
  private static Process asNobody(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(SETPRIV.toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY,
        "--clear-groups", Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Java says on its output that it has taken these.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  @Test
  void givenAnotherUserThanRootThenWhatIsTheirsIsUsedAndWhatIsRootsIsRefused() throws Exception {
    Assumptions.assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(home, "unix:uid")),
        "all tests run as an ordinary user here");
    Assumptions.assumeTrue(Files.isExecutable(SETPRIV), "setpriv, of util-linux, is not here");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path classes = classes();
    Process trial = asNobody("-cp", classes.toString(), "-version");
    Assumptions.assumeTrue(trial.waitFor() == 0, "the user nobody may not run Java here");
    Process process = asNobody("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp",
        classes.toString(), Program.class.getName(), others("free").toString(), others("roots").toString());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("own 32 0\nit belongs to another user\n", output);
    assertEquals(0, process.waitFor());
    assertEquals(NOBODY, Files.getAttribute(home.resolve("free/code"), "unix:uid"));
  }

  @Test
  void givenAFileOfAnotherUserThenItIsNotOpened() throws IOException {
    Path file = home.resolve("file");
    PrivateFiles.create(file).close();
    Assumptions.assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(file, "unix:uid")),
        "only root gives files away");
    Files.setAttribute(file, "unix:uid", NOBODY);
    assertThrows(IOException.class, () -> PrivateFiles.open(file).close());
    try (Stream<Path> all = Files.list(home)) {
      assertEquals(1, all.count());
    }
  }
}
