package dev.skerry.origin.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run to its end: Skerry's command line, or any other. For tests of this room and above. */
public final class Program {

  private static final long PATIENCE_SECONDS = 300;
  private static final byte[] NOTHING = new byte[0];

  /** What a program left behind. */
  public record Ended(int exitCode, byte[] bytes, String errors) {

    public String output() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private Program() {
  }

  /** The command line as a process of its own, on this class path, with what this JDK needs to be told. */
  public static ProcessBuilder skerry(String... arguments) {
    return java(List.of("-Xshare:auto", "-cp", System.getProperty("java.class.path"), "dev.skerry.origin.cli.Main"),
        arguments);
  }

  /** The JVM of this test with such options and arguments, started as short work is. */
  public static ProcessBuilder java(List<String> options, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 24) {
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    command.addAll(options);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** Runs a program without input. */
  public static Ended run(ProcessBuilder program) throws IOException, InterruptedException {
    return run(program, NOTHING);
  }

  /** Runs a program with that standard input; all goes through files, so that no pipe can fill up. */
  public static Ended run(ProcessBuilder program, byte[] input) throws IOException, InterruptedException {
    Path source = Files.createTempFile("skerry-program", ".in");
    Path output = Files.createTempFile("skerry-program", ".out");
    Path errors = Files.createTempFile("skerry-program", ".err");
    try {
      Files.write(source, input);
      Process process = program.redirectInput(source.toFile()).redirectOutput(output.toFile())
          .redirectError(errors.toFile()).start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IOException(String.join(" ", program.command()) + " has not ended after " + PATIENCE_SECONDS
              + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      return new Ended(process.exitValue(), Files.readAllBytes(output), Files.readString(errors));
    } finally {
      Files.delete(source);
      Files.delete(output);
      Files.delete(errors);
    }
  }

  /** Whether a program of that name is on the path. */
  public static boolean exists(String name) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }
}
