package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher script, run as people run it, with a JDK and a Maven that only say what they were asked. */
class LauncherTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir
  Path base;
  private Clone clone;

  @BeforeEach
  void makeClone() throws IOException {
    // A blank in the path is part of every test.
    clone = new Clone(Files.createDirectory(base.resolve("a place")));
  }

  private static void assertSentence(int exitCode, Clone.Outcome outcome, String... words) {
    assertEquals(exitCode, outcome.exitCode(), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().startsWith("skerry: "), outcome.err());
    for (String word : words) {
      assertTrue(outcome.err().contains(word), () -> "'" + word + "' is missing in: " + outcome.err());
    }
  }

  /** Launches that have nothing to build. */
  @Nested
  class GivenABuiltClone {

    @BeforeEach
    void build() throws IOException {
      clone.built();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash --posix", "/bin/busybox sh"})
    void anyShellPassesArgumentsAndExitCodeOn(String shell) throws Exception {
      assumeTrue(Files.isExecutable(Path.of(shell.split(" ")[0])), "no such shell here: " + shell);
      clone.shell = shell;
      clone.environment.put("FAKE_EXIT", "42");
      Clone.Outcome outcome = clone.launch("run", "a b.wasm", "*", "", "--x");
      assertEquals(42, outcome.exitCode(), outcome.err());
      assertEquals("", outcome.err());
      List<String> java = outcome.java();
      assertEquals(List.of("-cp", clone.jar().toString(), "dev.skerry.origin.cli.Main", "run", "a b.wasm", "*", "",
          "--x"), java.subList(java.size() - 8, java.size()));
    }

    @Test
    void theAttacksAreOnTheClassPathOfTheirOwnCommandAlone() throws Exception {
      assertTrue(clone.launch("attack").java().contains(clone.jar() + ":" + clone.attacks()));
      assertTrue(clone.launch("demo").java().contains(clone.jar().toString()));
    }

    @Test
    void aMovedCloneRunsFromItsNewPlace() throws Exception {
      clone.root = Files.move(clone.root, clone.base.resolve("moved"));
      assertTrue(clone.launch("demo").java().contains(clone.jar().toString()));
    }

    @Test
    void chainsOfRelativeLinksLeadToTheClone() throws Exception {
      Path first = Files.createSymbolicLink(clone.base.resolve("first"), Path.of("clone/origin-manager/bin/skerry"));
      Path folder = Files.createDirectory(clone.base.resolve("links"));
      Path second = Files.createSymbolicLink(folder.resolve("skerry"), Path.of("../first"));
      assertTrue(Files.isSymbolicLink(first));
      Clone.Outcome outcome = clone.finish(clone.start(second, "demo"));
      assertTrue(outcome.java().contains(clone.jar().toRealPath().toString()), outcome.err());
    }

    @Test
    void aColonInThePathIsNamed() throws Exception {
      clone.root = Files.move(clone.root, clone.base.resolve("odd:name"));
      assertSentence(1, clone.launch("demo"), "odd:name", "colon", "move the clone");
    }

    @Test
    void javaHomeWinsOverPathAndPathOverTheFolderOfJvms() throws Exception {
      Path onPath = clone.addJdk("zulu", "21.0.2");
      Path named = clone.addJdk("named", "25");
      assertEquals(clone.jvms.resolve("jdk-17/bin/java").toString(), clone.launch().java().get(0));
      Files.createSymbolicLink(clone.tools.resolve("java"), onPath.resolve("bin/java"));
      assertEquals(onPath.resolve("bin/java").toString(), clone.launch().java().get(0));
      clone.environment.put("JAVA_HOME", named.toString());
      assertEquals(named.resolve("bin/java").toString(), clone.launch().java().get(0));
    }

    @Test
    void aJavaOnPathThatIsAScriptIsAskedForItsHome() throws Exception {
      Path real = clone.addJdk("real", "21");
      Clone.script(clone.tools.resolve("java"), "echo '    java.home = " + real + "' >&2");
      assertEquals(real.resolve("bin/java").toString(), clone.launch().java().get(0));
    }

    @Test
    void aJavaThatIsTooOldIsPassedOver() throws Exception {
      clone.environment.put("JAVA_HOME", clone.addJdk("old", "11.0.22").toString());
      assertEquals(clone.jvms.resolve("jdk-17/bin/java").toString(), clone.launch().java().get(0));
    }

    @Test
    void aJavaWithoutCompilerRunsWhatIsBuilt() throws Exception {
      Files.delete(clone.jvms.resolve("jdk-17/bin/javac"));
      assertEquals(0, clone.launch().exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.15", "21", "23.0.1", "24", "25.0.3", "26-ea"})
    void flagsThatThisJavaDoesNotKnowAreNotPassed(String version) throws Exception {
      clone.environment.put("JAVA_HOME", clone.addJdk("other", version).toString());
      List<String> java = clone.launch().java();
      boolean known = Integer.parseInt(version.substring(0, 2)) >= 24;
      assertEquals(known, java.contains("--enable-native-access=ALL-UNNAMED"));
      assertEquals(known, java.contains("--sun-misc-unsafe-memory-access=allow"));
    }

    @Test
    void furtherOptionsAreSplitAtBlanksAndNotExpanded() throws Exception {
      clone.environment.put("SKERRY_JAVA_OPTS", " -Xmx1g   -Dstar=* ");
      List<String> java = clone.launch().java();
      assertEquals(List.of("-Xmx1g", "-Dstar=*"), java.stream().filter(o -> o.matches("-Xmx.*|-Dstar.*")).toList());
    }

    @Test
    void aFolderThatCannotBeWrittenRunsWhatIsBuiltThoughTheSourcesLookNewer() throws Exception {
      Clone.age(clone.stamp(), HOUR);
      unprivileged();
      List<Path> closed = List.of(clone.root, clone.root.resolve("demo-sites"),
          clone.root.resolve("demo-sites/target"));
      setMode(closed, "r-xr-xr-x");
      try {
        Clone.Outcome outcome = clone.launch("doctor");
        assertSentence(0, outcome, "older than the sources", "cannot be written");
        assertTrue(outcome.java().contains("doctor"));
      } finally {
        setMode(closed, "rwxr-xr-x");
      }
    }

    @Test
    void aHomeThatCannotBeWrittenLeadsToAPrivateTemporaryFolder() throws Exception {
      clone.environment.put("HOME", clone.root.resolve("pom.xml").toString());
      Path cache = cacheOf(clone.launch());
      assertEquals(clone.temporary, cache.getParent());
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));
    }

    @Test
    void theCacheFolderFollowsXdg() throws Exception {
      assertEquals(clone.home.resolve(".cache/skerry"), cacheOf(clone.launch()));
      Path xdg = clone.base.resolve("xdg");
      clone.environment.put("XDG_CACHE_HOME", xdg.toString());
      assertEquals(xdg.resolve("skerry"), cacheOf(clone.launch()));
    }

    @Test
    void aCacheFolderThatOthersMayWriteIsNotUsed() throws Exception {
      Path open = Files.createDirectories(clone.home.resolve(".cache/skerry"));
      setMode(List.of(open), "rwxrwxrwx");
      assertEquals(clone.temporary, cacheOf(clone.launch()).getParent());
    }

    @Test
    void aCacheFolderInAFolderThatOthersMayWriteIsNotUsed() throws Exception {
      Path open = Files.createDirectories(clone.home.resolve(".cache"));
      setMode(List.of(open), "rwxrwxrwx");
      assertEquals(clone.temporary, cacheOf(clone.launch()).getParent());
    }

    @Test
    void aTemporaryFolderThatSomeoneElsePreparedIsNotUsed() throws Exception {
      clone.environment.put("HOME", clone.root.resolve("pom.xml").toString());
      Path cache = cacheOf(clone.launch());
      Path elsewhere = Files.move(cache, clone.base.resolve("elsewhere"));
      Files.createSymbolicLink(cache, elsewhere);
      Clone.Outcome outcome = clone.launch();
      assertTrue(outcome.java().contains("-Dskerry.cache="), outcome.out());
      assertEquals(0, outcome.exitCode());
    }

    @Test
    void theArchiveIsMadeOnceForEachBuildAndUsedFromThenOn() throws Exception {
      clone.environment.remove("SKERRY_ARCHIVE");
      Clone.Outcome first = clone.launch();
      assertFalse(usesArchive(first));
      Path archive = archiveOf(first);
      awaitArchive(archive);
      assertEquals("made\n", Files.readString(archive));
      Clone.Outcome second = clone.launch();
      assertTrue(second.java().contains("-XX:SharedArchiveFile=" + archive), second.out());
      Clone.write(clone.jar(), "another jar");
      Clone.Outcome third = clone.launch();
      assertFalse(usesArchive(third));
      assertNotEquals(archive, archiveOf(third));
      awaitArchive(archiveOf(third));
    }

    private static boolean usesArchive(Clone.Outcome outcome) {
      return outcome.java().stream().anyMatch(option -> option.startsWith("-XX:SharedArchiveFile="));
    }

    private static Path archiveOf(Clone.Outcome outcome) {
      return property(outcome, "skerry.archive");
    }

    private static Path cacheOf(Clone.Outcome outcome) {
      return property(outcome, "skerry.cache");
    }

    private static Path property(Clone.Outcome outcome, String name) {
      String start = "-D" + name + "=";
      return Path.of(outcome.java().stream().filter(option -> option.startsWith(start)).findFirst()
          .orElseThrow(() -> new AssertionError(outcome.out() + outcome.err())).substring(start.length()));
    }

    /** Waits until the archive that a launch makes in the background is there, and nothing goes on any more. */
    private static void awaitArchive(Path archive) throws Exception {
      Path cache = archive.getParent();
      try (WatchService watch = FileSystems.getDefault().newWatchService()) {
        cache.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!(Files.exists(archive) && holdsOnlyArchives(cache)) && System.nanoTime() < end) {
          watch.poll(1, TimeUnit.SECONDS);
        }
      }
      assertTrue(Files.exists(archive) && holdsOnlyArchives(cache), archive.toString());
    }

    private static boolean holdsOnlyArchives(Path cache) throws IOException {
      try (Stream<Path> files = Files.list(cache)) {
        List<Path> all = files.toList();
        return all.stream().allMatch(file -> file.toString().endsWith(".jsa"));
      }
    }

  }

  /** Launches that must build first. */
  @Nested
  class GivenACloneToBuild {

    @Test
    void withoutAnyJavaOneSentenceNamesThePackage() throws Exception {
      assertSentence(1, clone.launch("demo"), "openjdk-17-jdk-headless", "JAVA_HOME");
    }

    @Test
    void withOldJavaOrNoCompilerOneSentenceNamesWhatWasFound() throws Exception {
      clone.addJdk("old", "11.0.22");
      clone.addJre("new", "21");
      assertSentence(1, clone.launch("demo"), "Java 11.0.22 in", "Java 21 without a compiler",
          "openjdk-17-jdk-headless");
    }

    @Test
    void withoutMavenOneSentenceNamesThePackage() throws Exception {
      clone.addJdk("jdk", "17");
      assertSentence(1, clone.launch("demo"), "mvn", "apt install maven");
    }

    @Test
    void itBuildsOnceWithThatJdk() throws Exception {
      Path jdk = clone.addJdk("jdk", "17");
      clone.addMaven("");
      Clone.Outcome first = clone.launch("demo");
      assertEquals(0, first.exitCode(), first.err());
      assertTrue(first.err().contains("building"), first.err());
      assertTrue(first.java().contains("demo"));
      assertEquals("", clone.launch("demo").err());
      assertEquals(1, clone.builds().size());
      assertTrue(clone.builds().get(0).startsWith(jdk + " "), clone.builds().get(0));
      assertTrue(clone.builds().get(0).endsWith(" package"), clone.builds().get(0));
    }

    @Test
    void changedAndDeletedSourcesAndPomsAreBuiltAnew() throws Exception {
      clone.addJdk("jdk", "17");
      clone.addMaven("");
      clone.launch();
      Path source = clone.root.resolve("demo-sites/src/main/java/A.java");
      int builds = 1;
      for (String change : List.of("edit", "delete", "pom")) {
        for (Path path : List.of(source.getParent(), clone.root.resolve("pom.xml"))) {
          Clone.age(path, HOUR.multipliedBy(2));
        }
        Clone.age(clone.stamp(), HOUR);
        switch (change) {
          case "edit" -> Files.writeString(source, "class A { }");
          case "delete" -> Files.delete(source);
          default -> Files.writeString(clone.root.resolve("pom.xml"), "<project></project>");
        }
        clone.launch();
        assertEquals(++builds, clone.builds().size(), change);
        clone.launch();
        assertEquals(builds, clone.builds().size(), "again after " + change);
      }
    }

    @Test
    void whatChangesWhileMavenRunsIsBuiltNextTime() throws Exception {
      clone.addJdk("jdk", "17");
      Path source = clone.root.resolve("demo-sites/src/main/java/A.java");
      // The build looks newer than the edit, as Maven writes it last; but the edit came after Maven's start.
      clone.addMaven("touch -t 203001010000 '" + source + "'", "touch -t 203101010000 '" + clone.stamp() + "'");
      clone.launch();
      clone.addMaven("");
      clone.launch();
      assertEquals(2, clone.builds().size());
    }

    @Test
    void aFailureShowsMavensErrorsAndWhereTheRestIs() throws Exception {
      clone.addJdk("jdk", "17");
      Clone.script(clone.tools.resolve("mvn"), "echo '[INFO] quiet'; echo '[ERROR] A.java:[3,1] broken'; exit 1");
      Clone.Outcome outcome = clone.launch("demo");
      assertEquals(1, outcome.exitCode());
      assertTrue(outcome.err().contains("[ERROR] A.java:[3,1] broken"), outcome.err());
      assertFalse(outcome.err().contains("quiet"), outcome.err());
      assertTrue(outcome.err().contains(clone.root.toRealPath().resolve("target/skerry-build.log").toString()));
      assertEquals("", outcome.out());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws Exception {
      clone.addJdk("jdk", "17");
      clone.addMaven("");
      unprivileged();
      setMode(List.of(clone.root), "r-xr-xr-x");
      try {
        assertSentence(1, clone.launch("demo"), "not built yet", clone.root.toString(), "cannot be written");
      } finally {
        setMode(List.of(clone.root), "rwxr-xr-x");
      }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTwoLaunchesAtOnceOneBuildsAndBothRun(boolean withFlock) throws Exception {
      if (!withFlock) {
        Files.delete(clone.tools.resolve("flock"));
      }
      clone.addJdk("jdk", "17");
      Path started = pipe("started");
      Path go = pipe("go");
      clone.addMaven("echo x >'" + started + "'; cat '" + go + "'");
      Process first = clone.start(clone.launcher(), "first");
      Files.readString(started);
      Process second = clone.start(clone.launcher(), "second");
      Clone.awaitError(second, "waiting");
      Files.writeString(go, "go\n");
      assertTrue(clone.finish(first).java().contains("first"));
      assertTrue(clone.finish(second).java().contains("second"));
      assertEquals(1, clone.builds().size());
      assertFalse(Files.exists(clone.root.resolve("target/skerry-build.lock.d")));
    }

    @Test
    void aLockOfALaunchThatDiedIsBroken() throws Exception {
      Files.delete(clone.tools.resolve("flock"));
      clone.addJdk("jdk", "17");
      clone.addMaven("");
      Process gone = new ProcessBuilder("true").start();
      gone.waitFor();
      Clone.write(clone.root.resolve("target/skerry-build.lock.d/owner"), gone.pid() + "\n");
      assertEquals(0, clone.launch().exitCode());
      assertEquals(1, clone.builds().size());
    }

    private Path pipe(String name) throws Exception {
      Path pipe = clone.base.resolve(name);
      assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
      return pipe;
    }
  }

  private static void setMode(List<Path> paths, String mode) throws IOException {
    for (Path path : paths) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
  }

  /** Modes don't bind root, so that the launcher must run as somebody else. */
  private void unprivileged() throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      return;
    }
    List<String> setpriv = List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    assumeTrue(Files.isExecutable(Path.of(setpriv.get(0))), "only setpriv can drop root's rights here");
    clone.prefix = setpriv;
    setMode(List.of(base, clone.temporary), "rwxr-xr-x");
  }
}
