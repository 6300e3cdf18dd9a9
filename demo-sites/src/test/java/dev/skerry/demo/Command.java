package dev.skerry.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run to its end. */
final class Command {

  private static final int LIMIT_SECONDS = 120;

  /** What a program left behind. */
  record Result(int exitCode, byte[] output, String errors) {
  }

  private Command() {
  }

  /** Runs a program with that standard input; its errors go to a file, so that no pipe can fill up. */
  static Result run(List<String> command, byte[] input) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("skerry-command", ".txt");
    Path source = Files.createTempFile("skerry-command", ".in");
    try {
      Files.write(source, input);
      Process process = new ProcessBuilder(command)
          .redirectInput(source.toFile()).redirectError(errors.toFile()).start();
      byte[] output = process.getInputStream().readAllBytes();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command.get(0) + " has not ended after " + LIMIT_SECONDS + " s");
      }
      return new Result(process.exitValue(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
      Files.delete(source);
    }
  }

  /** Whether a program of that name is on the path. */
  static boolean exists(String name) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }
}
