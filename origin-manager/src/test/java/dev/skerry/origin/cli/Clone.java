package dev.skerry.origin.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A clone that holds little more than the launcher, with a JDK and a Maven that are scripts: Java prints its options
 * and arguments, Maven counts its runs and makes the jar. Only the tools that the launcher may use are on PATH.
 */
final class Clone {

  private static final List<String> TOOLS = List.of("readlink", "find", "ls", "id", "cksum", "sed", "head",
      "tail", "grep", "mkdir", "touch", "rm", "mv", "cut", "flock", "getent", "nice", "sleep", "cat");
  private static final long PATIENCE_SECONDS = 180;

  /** What a launch left behind. */
  record Outcome(int exitCode, String out, String err) {

    /** The options and arguments that Java got. */
    List<String> java() {
      return out.lines().toList();
    }
  }

  final Path base;
  Path root;
  final Path jvms;
  final Path tools;
  final Path home;
  final Path temporary;
  final Map<String, String> environment = new TreeMap<>();
  List<String> prefix = List.of();
  String shell = "";

  Clone(Path base) throws IOException {
    this.base = base;
    root = base.resolve("clone");
    jvms = Files.createDirectory(base.resolve("jvms"));
    tools = Files.createDirectory(base.resolve("tools"));
    home = Files.createDirectory(base.resolve("home"));
    temporary = Files.createDirectory(base.resolve("tmp"));
    Path launcher = root.resolve("origin-manager/bin/skerry");
    Files.createDirectories(launcher.getParent());
    Files.copy(Path.of("bin/skerry"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    write(root.resolve("pom.xml"), "<project/>");
    write(root.resolve("demo-sites/pom.xml"), "<project/>");
    write(root.resolve("demo-sites/src/main/java/A.java"), "class A {}");
    for (String tool : TOOLS) {
      for (String folder : List.of("/usr/bin", "/bin")) {
        Path real = Path.of(folder, tool);
        if (Files.isExecutable(real) && Files.notExists(tools.resolve(tool))) {
          script(tools.resolve(tool), "exec " + real + " \"$@\"");
        }
      }
    }
    for (Path open : List.of(base, jvms, tools, home)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    environment.put("HOME", home.toString());
    environment.put("PATH", tools.toString());
    environment.put("TMPDIR", temporary.toString());
    environment.put("SKERRY_JVM_FOLDER", jvms.toString());
    // Nothing may go on in the background when a test has ended.
    environment.put("SKERRY_ARCHIVE", "off");
  }

  /** A folder that looks like a JDK of that version; its java ends with the code in FAKE_EXIT. */
  Path addJdk(String name, String version) throws IOException {
    Path jdk = addJre(name, version);
    script(jdk.resolve("bin/javac"), "exit 0");
    return jdk;
  }

  /** The same without a compiler. */
  Path addJre(String name, String version) throws IOException {
    Path jdk = jvms.resolve(name);
    write(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\nJAVA_RUNTIME_VERSION=\"" + version + "+1\"\n");
    script(jdk.resolve("bin/java"), """
        archive=
        for option in "$@"; do
          case $option in
            -XX:SharedArchiveFile=*) archive=${option#*=} ;;
            -Xshare:dump) dump=yes ;;
            dev.skerry.origin.cli.WarmUp) exit 0 ;;
          esac
        done
        [ -z "${dump:-}" ] || { echo made >"$archive"; exit; }
        printf '%s\\n' "$0" "$@"
        exit "${FAKE_EXIT:-0}"
        """);
    return jdk;
  }

  /** A Maven that makes the jar and says so in mvn.log; first it does what the given lines say. */
  void addMaven(String before) throws IOException {
    addMaven(before, "");
  }

  void addMaven(String before, String after) throws IOException {
    script(tools.resolve("mvn"), """
        %s
        echo "$JAVA_HOME $*" >>"%s"
        mkdir -p demo-sites/target/lib security-tests/target
        echo jar >security-tests/target/attacks.jar
        echo jar >demo-sites/target/lib/skerry.jar
        echo lib/skerry.jar >demo-sites/target/built
        %s
        """.formatted(before, base.resolve("mvn.log"), after));
  }

  /** A clone that is built and needs no Maven. */
  Clone built() throws IOException {
    addJdk("jdk-17", "17.0.1");
    write(jar(), "jar");
    write(attacks(), "jar");
    write(stamp(), "lib/skerry.jar");
    return this;
  }

  Path jar() {
    return root.resolve("demo-sites/target/lib/skerry.jar");
  }

  Path attacks() {
    return root.resolve("security-tests/target/attacks.jar");
  }

  /** The file whose time is the time of the build. */
  Path stamp() {
    return root.resolve("demo-sites/target/built");
  }

  /** The arguments of every run of Maven. */
  List<String> builds() throws IOException {
    Path log = base.resolve("mvn.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** Sets a file's time apart from now, so that no clock's grain matters. */
  static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  Path launcher() {
    return root.resolve("origin-manager/bin/skerry");
  }

  Outcome launch(String... arguments) throws IOException, InterruptedException {
    return finish(start(launcher(), arguments));
  }

  Process start(Path launcher, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(shell.isEmpty() ? List.of() : List.of(shell.split(" ")));
    command.add(launcher.toString());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.directory(home.toFile());
    return builder.start();
  }

  Outcome finish(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher did not end; it said: " + err);
    }
    return new Outcome(process.exitValue(), out, err);
  }

  /** Reads a process's standard error up to a line that contains those words. */
  static void awaitError(Process process, String words) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8), 1);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(words)) {
        return;
      }
    }
    throw new AssertionError("the launcher ended without saying '" + words + "'");
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  static void script(Path file, String lines) throws IOException {
    write(file, "#!/bin/sh\n" + lines);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
