package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.ChildJvm;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.PrintedLog;
import dev.skerry.wasm.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the folder for compiled code is like, code runs, and one sentence says why it is not kept. */
class CacheFolderTest {

  private static final String WARNING = "WARN skerry.cache: ";
  private static final String KEPT = "code is kept";
  private static final String NOTHING = "nothing is kept";
  private static final String KEY = "state/key";
  private static final String REMOVED = "removed";
  private static final String RENAMED = "renamed";
  private static final String FULL = "full";
  private static final int SUM = 15;

  @TempDir
  private Path home;

  @BeforeEach
  void thisMachineRunsMachineCode() {
    Assumptions.assumeTrue(EngineOptions.fromProperties().withTier(Tier.JIT).supported().tier() == Tier.JIT,
        "no machine code runs here");
  }

  /** Runs a module with a cache in each of some folders, in words of one line each. */
  static final class Program {

    private Program() {
    }

    /** @param args where all is, and pairs of a folder and a key below that */
    public static void main(String[] args) throws Exception {
      Path home = Path.of(args[0]);
      for (int i = 1; i < args.length; i += 2) {
        Path folder = home.resolve(args[i]);
        System.out.println("in " + args[i] + " " + args[i + 1]);
        CodeCache cache = CodeCache.open(folder, home.resolve(args[i + 1]), 1 << 20);
        Engine engine = Engine.createWithCache(EngineOptions.fromProperties().withTier(Tier.JIT), cache);
        for (int turn = 0; turn < 2; turn++) {
          // Whoever writes by itself, where this thread is slow, finds the folder as it is to be found.
          synchronized (cache) {
            if (CodeCacheTest.sum(engine, CodeCacheTest.module(7 + turn), CachePartition.NONE, 1) != SUM + 2 * turn) {
              throw new IllegalStateException("a wrong sum");
            }
            change(folder, args[i]);
          }
          cache.flush();
        }
        cache.close();
        System.out.println(cache.statistics().writtenFiles() > 0 ? KEPT : NOTHING);
      }
    }

    private static void change(Path folder, String name) throws IOException, InterruptedException {
      if (name.equals(REMOVED) && Files.exists(folder)) {
        Files.delete(folder);
      } else if (name.equals(RENAMED) && Files.exists(folder)) {
        Files.move(folder, folder.resolveSibling("elsewhere"));
      } else if (name.equals(FULL)) {
        limitFiles();
      }
    }

    /** From now on this process writes not one byte into a file. */
    private static void limitFiles() throws IOException, InterruptedException {
      String process = String.valueOf(ProcessHandle.current().pid());
      int exitCode = new ProcessBuilder("prlimit", "--pid", process, "--fsize=0:").inheritIO().start()
          .waitFor();
      if (exitCode != 0) {
        throw new IOException("prlimit failed: " + exitCode);
      }
    }
  }

  /** What is said of each folder, and whether anything was written there. */
  private Map<String, List<String>> run(String... folders) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(home.toString()));
    for (String folder : folders) {
      arguments.addAll(List.of(folder.contains(" key ") ? folder.split(" key ") : new String[] {folder, KEY}));
    }
    ChildJvm child = ChildJvm.run(Program.class,
        List.of("-Xmx128m", "-XX:-UsePerfData", PrintedLog.OPTION), arguments.toArray(new String[0]));
    assertEquals(0, child.exitCode(), child::output);
    Map<String, List<String>> said = new TreeMap<>();
    List<String> last = new ArrayList<>();
    for (String line : child.output().lines().toList()) {
      if (line.startsWith("in ")) {
        last = said.computeIfAbsent(line.substring("in ".length()).replace(" " + KEY, ""), first -> new ArrayList<>());
      } else if (!line.startsWith("SLF4J(I)")) {
        last.add(line.replace(home.toString(), "HOME"));
      }
    }
    return said;
  }

  private static void assertRefused(Map<String, List<String>> said, String folder, String reason) {
    assertEquals(List.of(WARNING + "Compiled code is not kept in HOME/" + folder + reason, NOTHING),
        said.get(folder), said::toString);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private Path open(String name) throws IOException {
    Path folder = Files.createDirectory(home.resolve(name));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }

  @Test
  void givenAFolderThatCannotBeUsedThenOneSentenceSaysWhyAndCodeRunsAllTheSame() throws Exception {
    Files.createFile(home.resolve("file"));
    Files.createSymbolicLink(home.resolve("link"), open("target"));
    Path shared = open("shared");
    Files.createFile(shared.resolve("letter.txt"));
    Files.createDirectory(home.resolve("keys"));
    Files.createFile(home.resolve("keys/empty"));
    Files.setPosixFilePermissions(home.resolve("keys/empty"), PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(open("closed"), PosixFilePermissions.fromString("rw-------"));
    String longest = "a".repeat(300);
    Map<String, List<String>> said = run("file", "file/below", "link", "shared", "closed", longest, REMOVED, RENAMED,
        "code key keys/empty", "code key file/key", "code key code/key");
    assertRefused(said, "file", ": HOME/file is no folder");
    assertRefused(said, "file/below", ": HOME/file/below: Not a directory");
    assertRefused(said, "link", ": HOME/link is a link: name what it leads to");
    assertRefused(said, "shared", ": HOME/shared is open to other users and holds other files, so it is not closed "
        + "to them: name a folder that is empty, or has mode 700");
    assertEquals("rwxr-xr-x", mode(shared));
    assertRefused(said, "closed", ": HOME/closed is closed to this user");
    assertRefused(said, longest, ": HOME/" + longest + ": File name too long");
    assertRefused(said, REMOVED, " any more: the folder is not there any more");
    assertRefused(said, RENAMED, " any more: the folder is not there any more");
    String prefix = WARNING + "Compiled code is not kept in HOME/code: HOME/";
    assertEquals(List.of(prefix + "keys/empty is no key: it should have 32 bytes", NOTHING),
        said.get("code keys/empty"));
    // JDKs differ in whether a file that would lie in a file is not there.
    for (String key : List.of("file/key", "code/key")) {
      assertEquals(2, said.get("code " + key).size(), said::toString);
      assertTrue(said.get("code " + key).get(0).contains("HOME/code: "), said::toString);
    }
  }

  @Test
  void givenAFolderThatCanBeUsedThenNothingIsSaidAndItIsClosedToOthers() throws Exception {
    open("empty");
    Path mine = open("mine");
    Files.createFile(mine.resolve("0".repeat(64) + ".code"));
    Files.createFile(mine.resolve(".writing-1-1"));
    Files.createSymbolicLink(home.resolve("link"), open("target"));
    String[] folders = {"new", "a b/c  d", "empty", "mine", "link/below", "new"};
    Map<String, List<String>> said = run(folders);
    for (String folder : folders) {
      assertEquals(KEPT, said.get(folder).get(0), said::toString);
      assertEquals("rwx------", mode(home.resolve(folder)));
      assertTrue(said.get(folder).stream().allMatch(line -> line.equals(KEPT) || line.equals(NOTHING)), said::toString);
    }
    assertEquals(NOTHING, said.get("new").get(1), "what is there already is not written again");
  }

  @Test
  void givenADiskWithoutRoomThenOneSentenceSaysThatAndNothingIsLeftThere() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit, of util-linux, is not here");
    assertRefused(run(FULL), FULL, " any more: File too large");
    try (Stream<Path> files = Files.list(home.resolve(FULL))) {
      assertEquals(0, files.count());
    }
  }
}
