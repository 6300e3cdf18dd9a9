package dev.skerry.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, on this class path and with what this JDK needs to be told. */
record ChildJvm(int exitCode, String output) {

  private static final long TIMEOUT_SECONDS = 180;

  /** Both output streams together; {@code prologue} is shell text that runs before, in the same process. */
  static ChildJvm run(String prologue, Class<?> main, String... options) throws IOException, InterruptedException {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(java::add);
    java.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=32m"));
    java.addAll(List.of(options));
    java.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    List<String> command = new ArrayList<>(List.of("sh", "-c", prologue + "\nexec \"$@\"", "sh"));
    command.addAll(java);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(main + " did not end, it printed: " + output);
      }
      return new ChildJvm(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }
}
