package dev.skerry.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class of the tests in a JVM of its own, on this class path and with what this JDK needs to be told. For
 * tests of this room and above.
 */
public record ChildJvm(int exitCode, String output) {

  private static final long TIMEOUT_SECONDS = 300;

  /** Both output streams together. */
  public static ChildJvm run(Class<?> main, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    return run("", main, options, arguments);
  }

  /** @param prologue shell text that runs before, in the same process */
  public static ChildJvm run(String prologue, Class<?> main, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", prologue + "\nexec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    // Its output ends when it does.
    CompletableFuture<Boolean> end = process.onExit().thenApply(ended -> false)
        .completeOnTimeout(true, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    end.thenRun(process::destroyForcibly);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (end.join()) {
        throw new IOException(main + " did not end, it printed: " + output);
      }
      return new ChildJvm(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** As {@link #run(String, Class, List, String...)}, with little memory of its own. */
  static ChildJvm small(String prologue, Class<?> main, String... options) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=32m"));
    all.addAll(List.of(options));
    return run(prologue, main, all);
  }
}
